/*
 * Progress bars: on standard error when it is a terminal, nothing in a pipe or a log.
 */
#ifndef COMMON_PROGRESS_H
#define COMMON_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct progress {
    const char *text;   /* what is being done; must outlive the bar */
    size_t total, done; /* in steps */
    bool shown;         /* standard error is a terminal */
    double started;     /* seconds */
    double drawn;       /* when it was last drawn */
} progress;

/* Begins a bar for total steps. */
progress progress_start(const char *text, size_t total);

/* Says that done steps of the total are through; draws at most ten times a second. */
void progress_update(progress *bar, size_t done);

/* Ends the bar and clears its line. */
void progress_finish(progress *bar);

#endif
