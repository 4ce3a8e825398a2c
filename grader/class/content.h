/*
 * The content of a hand-in, as a hash: the same hand-in is graded once.
 */
#ifndef GRADER_CONTENT_H
#define GRADER_CONTENT_H

#include "error.h"

/*
 * Writes SHA-256, in hexadecimal, of what lies at path into hash, 65 bytes: of an archive its
 * bytes; of a module its name and its bytes; of a folder the names and bytes of all that it holds,
 * without .git. Links are not followed. False and e when nothing is there.
 */
bool content_hash(const char *path, char *hash, error *e) __attribute__((warn_unused_result));

#endif
