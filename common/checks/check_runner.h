/*
 * Runs the promises about one module, each a Check test in a process of its own, and reports to the
 * student: first what is wrong, in words and numbers, and in the last line how far the module is.
 *
 * A suite is a program: a Check suite for one module, a test case (TCase) for each function, a test
 * for each promise. A test that meets a stub counts as not begun, not as a failure. A crash, an
 * endless loop or an exit costs the one test that met it.
 */
#ifndef COMMON_CHECKS_CHECK_RUNNER_H
#define COMMON_CHECKS_CHECK_RUNNER_H

#include <check.h>
#include <stddef.h>

/* One promise: the function that it is about, and the test, as START_TEST has defined it. */
typedef struct promise {
    const char *function;
    const TTest *test;
} promise;

/*
 * Runs the count promises about module (those about one function in one piece) and prints what does
 * not hold, then one line that sums up. With CHECK_TEST=NAME in the environment it runs only the
 * test of that name. Returns main's exit status: 0 when everything that was begun holds, 1 when
 * something does not, 2 when nothing could be run.
 */
int check_module(const char *module, const promise *promises, size_t count);

#endif
