/*
 * Files that are written whole or not at all.
 *
 * Everything is written to a temporary file beside the target; it takes the target's name only when
 * all of it is on the disk:
 *
 *     atomic_file out;
 *     if (!atomic_file_open(&out, path, e))
 *         return false;
 *     ... fwrite(..., out.stream) ...
 *     return atomic_file_commit(&out, e);
 */
#ifndef COMMON_ATOMIC_FILE_H
#define COMMON_ATOMIC_FILE_H

#include <stdio.h>

#include "error.h"

typedef struct atomic_file {
    FILE *stream;         /* write here */
    char path[1024];      /* the target */
    char temporary[1040]; /* the file that stream writes, in the same folder */
} atomic_file;

/* Opens a temporary file beside path. False and e when that is not possible; out is then empty. */
bool atomic_file_open(atomic_file *out, const char *path, error *e)
    __attribute__((warn_unused_result));

/*
 * Syncs what was written to the disk and gives it the name of the target, in place of what had it.
 * False and e when anything failed since opening, with the target as it was. Closes out either way.
 */
bool atomic_file_commit(atomic_file *out, error *e) __attribute__((warn_unused_result));

/* Closes and removes the temporary file; the target stays as it was. */
void atomic_file_abandon(atomic_file *out);

#endif
