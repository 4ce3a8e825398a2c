/*
 * Finding the modules in what a student sent: a folder, an archive or a file. This is what meets a
 * stranger's bytes, and it runs in a process of its own (read_submission.c), which is trusted with
 * nothing but to hand modules back.
 */
#ifndef GRADER_SUBMISSION_READER_H
#define GRADER_SUBMISSION_READER_H

#include "submission.h"

/*
 * Reads into s, whose modules are named, from the folder or file open at fd, which is called name:
 * the modules of assignment. False and e, whose text begins with what is wrong, when it cannot be
 * read at all.
 */
bool submission_find(int fd, const char *name, unsigned assignment, submission *s, error *e)
    __attribute__((warn_unused_result));

#endif
