/*
 * The private folder of a grading: what was handed in, as the compilers see it, and what they make
 * of it.
 */
#ifndef GRADER_WORKSPACE_H
#define GRADER_WORKSPACE_H

#include "error.h"
#include "path.h"

typedef struct workspace {
    path_text folder;
    int lock; /* the folder itself, locked while its grader lives */
} workspace;

/*
 * Makes a folder in $TMPDIR, or /tmp, into w, and removes those that killed graders of the same
 * user left there. False and e when there is no room for one.
 */
bool workspace_open(workspace *w, error *e) __attribute__((warn_unused_result));

/* Removes the folder path with all that is in it; links in it are not followed. */
void folder_remove(const char *path);

/* Removes the folder of w with all that is in it. */
void workspace_close(workspace *w);

#endif
