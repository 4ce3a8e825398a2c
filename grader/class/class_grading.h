/*
 * Grading a class: every counted submission in a grader's process of its own, several at a time.
 */
#ifndef GRADER_CLASS_GRADING_H
#define GRADER_CLASS_GRADING_H

#include <stdint.h>

#include "book.h"
#include "course.h"
#include "course_hash.h"

/* Where the graders run. */
typedef enum class_engine {
    ENGINE_LOCAL, /* on this machine */
    ENGINE_SLURM, /* as array jobs of a cluster that shares the file system: slurm.h */
} class_engine;

typedef struct class_grading {
    const book *book;
    const course *course;
    const char *grader; /* the program that grades one submission of the assignment */
    const course_hashes *hashes;
    uint32_t seed;
    class_engine engine;
    unsigned jobs; /* at a time; 0: as many as the cluster likes */
} class_grading;

/* What came of it. */
typedef struct class_sums {
    size_t graded;    /* by a grader's process */
    size_t copies;    /* the same content as another's, which was graded */
    size_t rescored;  /* graded before, under another rubric */
    size_t failed;    /* not graded by our fault, or the machine's */
    size_t put_aside; /* took the grader down three times, now or earlier */
    double seconds;
    bool interrupted;
} class_sums;

/*
 * Grades, as g says, what has no complete result by this course and seed yet, and counts it in
 * sums. Everything is in the book when it is known; a grading that does not end well is tried
 * again, three times in all. Shows progress on standard error when that is a terminal. On SIGINT or
 * SIGTERM all graders end within a second, and sums says so. False and e when the book cannot be
 * written, or the cluster takes no job.
 */
bool class_grade(const class_grading *g, class_sums *sums, error *e)
    __attribute__((warn_unused_result));

#endif
