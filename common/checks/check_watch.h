/*
 * Whether a function changes its inputs, seen at each of its calls.
 *
 * watched.awk reads a module's header and writes, for each function with const tensors, labels or
 * captions, a function of the same arguments that copies these, calls it and compares. A suite is
 * compiled with the result (student.mk), and the names mean the watched functions there: no test
 * says anything of it. What a function is given both to read and to write may change.
 */
#ifndef COMMON_CHECKS_CHECK_WATCH_H
#define COMMON_CHECKS_CHECK_WATCH_H

#include "captions.h"
#include "tensor.h"

/* Begins a call; watch_end takes what it returns. Calls may be nested. */
size_t watch_begin(void);

/* Copies t, y or c, an input of the call, called name; NULL is none. name must outlive the call. */
void watch_tensor(const char *name, const tensor *t);
void watch_labels(const char *name, const labels *y);
void watch_captions(const char *name, const captions *c);

/* The call that began with begin writes to t: an input in the same memory is not watched. */
void watch_written(size_t begin, const tensor *t);

/* Ends the call that began with begin; fails the test if function changed one of its inputs. */
void watch_end(size_t begin, const char *function);

#endif
