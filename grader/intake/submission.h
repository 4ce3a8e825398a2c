/*
 * What a student handed in: read without trust, and only the files that were asked for.
 */
#ifndef GRADER_SUBMISSION_H
#define GRADER_SUBMISSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
    char hash[65];    /* SHA-256 over names and texts, in hexadecimal; "" in a student's tree */
    /*
     * With a key, which the environment has as SEED_KEY, each submission has a seed of its own: the
     * beginning of HMAC-SHA256 over the hash. Who does not know the key can neither guess a seed
     * nor choose one.
     */
    bool keyed;
    uint32_t seed;
} submission;

/*
 * Reads into s the modules of an assignment that are called names (count of them) from path: a
 * folder or an archive (zip, 7z, tar; compressed or not) that holds files NAME.c, whatever lies
 * around them, or one such file. A folder with none of them, but with an archive in it, is read as
 * that. Nothing else is taken: no header, no makefile, no link, no device, no file over a megabyte
 * or with zero bytes in it. Of several files of one name that in a folder assignmentN counts, then
 * that in fewer folders, then the last. A missing module is noted, with a file that may have been
 * meant, and is no error. False and e when path cannot be read at all. A student's tree reads a
 * folder's own files NAME.c and nothing else (unboxed_intake.c).
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
