/*
 * Building a submission's workers: compiling and linking what a stranger wrote, by the grader's own
 * rules.
 */
#ifndef GRADER_BUILD_H
#define GRADER_BUILD_H

#include "course.h"
#include "submission.h"
#include "worker_process.h"

enum { BUILD_MESSAGE = 4096 };

/* The builds of a submission; each case runs one of them. */
typedef enum case_variant { CASE_DOUBLE, CASE_FLOAT, CASE_SANITIZED, CASE_VARIANTS } case_variant;

/* What files and results call them: "double", "float", "sanitized". */
extern const char *const variant_names[CASE_VARIANTS];

/* What a submission becomes. */
typedef struct submission_programs {
    worker_program whole[CASE_VARIANTS]; /* "" as path: could not be built */
    /*
     * The same without what is provided for comparison, for the operations of modules that may not
     * use it. "" as path: nothing is provided.
     */
    worker_program apart[CASE_VARIANTS];
} submission_programs;

/* What became of each module, in the submission's order. */
typedef struct module_build {
    bool builds; /* false: its stub is in its place */
    bool handed_in;
    char message[BUILD_MESSAGE]; /* the compiler's words, cut; "" when it had none */
} module_build;

/*
 * Builds s for the course c in the private folder workspace (which exists), in the sandbox layers
 * given, and fills builds (s->count of them) and programs. False and e when building could not be
 * done at all, which is our fault and not the student's.
 */
bool build_submission(const course *c, const submission *s, const char *workspace, unsigned layers,
                      submission_programs *programs, module_build *builds, error *e)
    __attribute__((warn_unused_result));

/*
 * After build_submission for the course c in workspace: builds the submission without its module
 * parts, for which the reference's worker will answer, into programs, in the sandbox layers given;
 * those of variants that are wanted. False and e when that cannot be done.
 */
bool build_without(const course *c, const char *parts, const bool variants[CASE_VARIANTS],
                   const char *workspace, unsigned layers, submission_programs *programs, error *e)
    __attribute__((warn_unused_result));

/*
 * Writes what the compiler that build_submission used in workspace calls itself, a line, into name
 * of size bytes.
 */
void build_compiler(const char *workspace, char *name, size_t size);

#endif
