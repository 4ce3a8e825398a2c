/*
 * The process that grades one submission of a class.
 */
#ifndef GRADER_GRADER_PROCESS_H
#define GRADER_GRADER_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

#include "path.h"

/* What all gradings of a class are started with. */
typedef struct grader_call {
    const char *grader; /* the program that grades one submission of the assignment */
    const char *root, *build;
    const char *cache; /* what its graders compile is kept there */
    uint32_t seed;
} grader_call;

enum { GRADER_SECONDS = 3600 }; /* the longest that one submission may take */

/* The file in folder in which a grader looks for an earlier result of the same submission. */
path_text grader_earlier(const char *folder);

/*
 * Starts a grader by call, of the hand-in at path, which writes its result and its report into
 * folder, and what it says into folder/said.txt. It ends with the process that started it. Returns
 * its process id; -1 when there can be none, with errno.
 */
pid_t grader_start(const grader_call *call, const char *path, const char *folder);

/* Seconds on a clock that never goes back. */
double grader_clock(void);

#endif
