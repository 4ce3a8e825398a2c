/*
 * A stand-in for a worker, without a process: what it is going to reply is laid down beforehand. w
 * is the stand-in throughout; worker_close ends it.
 */
#ifndef GRADER_STAND_IN_H
#define GRADER_STAND_IN_H

#include "worker_process.h"

/* A new one whose reals have real_size bytes, which has nothing to say. */
worker *stand_in_new(size_t real_size) __attribute__((warn_unused_result));

/* From now on w has made no call, and replies length bytes, then closes its end. */
void stand_in_replies(worker *w, const void *bytes, size_t length);

/* The process of w has ended with that status, as waitpid gives it, once it closes its end. */
void stand_in_ends(worker *w, int status);

/* w is of the sanitizer build, whose output says what was wrong. */
void stand_in_is_sanitized(worker *w);

/* w prints length bytes, then closes its output. */
void stand_in_prints(worker *w, const void *bytes, size_t length);

#endif
