/*
 * The trusted end of the pipe from read-submission (intake_wire.h).
 */
#ifndef GRADER_INTAKE_REPLY_H
#define GRADER_INTAKE_REPLY_H

#include "submission.h"

/*
 * Reads the answer for the submission at path from the descriptor fd into s, whose modules are
 * named and empty: texts without zero bytes, of at most MODULE_BYTES, and problems of one line.
 * False and e when it makes no sense, breaks off, or says that path cannot be read; the caller
 * clears s.
 */
bool intake_receive(int fd, const char *path, submission *s, error *e)
    __attribute__((warn_unused_result));

#endif
