/*
 * What a student handed in: read without trust, and only the files that were asked for.
 */
#ifndef GRADER_SUBMISSION_H
#define GRADER_SUBMISSION_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

enum { MAX_MODULES = 24, MODULE_BYTES = 1 << 20 };

/* One module's source as it was handed in. */
typedef struct module_source {
    const char *name; /* "knn", of the file knn.c */
    char *text;       /* NULL: missing, or refused */
    size_t length;
    char problem[200]; /* "" or why it was refused, or what else is to be said about it */
} module_source;

typedef struct submission {
    size_t count;
    module_source modules[MAX_MODULES];
    size_t handed_in; /* modules whose text is there */
    char hash[65];    /* SHA-256 over names and texts, in hexadecimal */
} submission;

/*
 * Reads into s the modules of an assignment that are called names (count of them) from path: a
 * folder that holds NAME.c or assignmentN/NAME.c, or an archive (tar, zip, 7z, ..., compressed or
 * not) that holds them in any folder. A folder with none of them, but with a single folder or file
 * in it, is what is wrapped around those: that one is read. Nothing else is taken: no header, no
 * makefile, no link, no device, no file over a megabyte or with zero bytes in it. Of several
 * entries of one name the last counts. A missing module is noted, not an error. False and e when
 * path cannot be read at all.
 */
bool submission_read(const char *path, unsigned assignment, const char *const *names, size_t count,
                     submission *s, error *e) __attribute__((warn_unused_result));

/*
 * Writes the modules of s that were handed in to folder, as NAME.c. False and e when there are
 * none, or they cannot be written.
 */
bool submission_write(const submission *s, const char *folder, error *e)
    __attribute__((warn_unused_result));

/* Frees what s holds. */
void submission_clear(submission *s);

#endif
