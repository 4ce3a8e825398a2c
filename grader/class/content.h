/*
 * The content of a hand-in, as a hash: the same hand-in is graded once.
 */
#ifndef GRADER_CONTENT_H
#define GRADER_CONTENT_H

#include "error.h"

/*
 * Writes SHA-256, in hexadecimal, of what lies at path into hash, 65 bytes: of a file its bytes; of
 * a folder the names of all that it holds, and the bytes of files of up to 64 MB; .git is left out.
 * Links are not followed. False and e when something cannot be read.
 */
bool content_hash(const char *path, char *hash, error *e) __attribute__((warn_unused_result));

#endif
