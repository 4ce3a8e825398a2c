/*
 * Building a submission's workers: compiling and linking what a stranger wrote, by the grader's own
 * rules.
 */
#ifndef GRADER_BUILD_H
#define GRADER_BUILD_H

#include "grading.h"
#include "submission.h"

enum { BUILD_MESSAGE = 4096 };

/* What became of each module, in the submission's order. */
typedef struct module_build {
    bool builds; /* false: its stub is in its place */
    bool handed_in;
    char message[BUILD_MESSAGE]; /* the compiler's words, cut; "" when it had none */
} module_build;

/*
 * Builds s for the course c in the private folder workspace (which exists) and fills builds
 * (s->count of them) and the subject programs of g. False and e when building could not be done at
 * all, which is our fault and not the student's.
 */
bool build_submission(const course *c, const submission *s, const char *workspace, grading *g,
                      module_build *builds, error *e) __attribute__((warn_unused_result));

/*
 * After build_submission for the course c in workspace: builds the module of built without its
 * parts, for which the reference's worker will answer, into programs (one a variant; there is none
 * of its own with sanitizers), in the sandbox layers of g. False and e when that cannot be done.
 */
bool build_composite(const course *c, const composite *built, const char *workspace, grading *g,
                     worker_program *programs, error *e) __attribute__((warn_unused_result));

/*
 * Writes what the compiler that build_submission used in workspace calls itself, a line, into name
 * of size bytes.
 */
void build_compiler(const char *workspace, char *name, size_t size);

#endif
