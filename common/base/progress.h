/*
 * Progress bars: on standard error when it is a terminal, nothing in a pipe or a log.
 *
 * A bar fills one line, which is overwritten at most ten times a second and cleared at the end;
 * work that is done within a tenth of a second shows no bar at all. Between progress_start and
 * progress_finish the program should write nothing else to the terminal.
 */
#ifndef COMMON_PROGRESS_H
#define COMMON_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct progress {
    const char *text;   /* describes the work; must outlive the bar */
    size_t total, done; /* in steps */
    bool shown;         /* standard error is a terminal */
    double started;     /* seconds */
    double drawn;       /* when it was last drawn; before that, started */
    int width;          /* characters on the line; 0 before the first drawing */
} progress;

/* Begins a bar for total steps (at least 1), described by text. */
progress progress_start(const char *text, size_t total);

/* Tells bar that done of its total steps are finished. */
void progress_update(progress *bar, size_t done);

/* Ends bar and clears its line. */
void progress_finish(progress *bar);

#endif
