/*
 * Runs the tests of one module, each a Check test in a process of its own, and reports to the
 * student: first the failures, in words and numbers, and in the last line how many tests pass.
 *
 * A suite is a program: a Check suite for one module, with a test case (TCase) for each function
 * and a test for each promise of the header. A test that calls a stub counts as not begun, not as a
 * failure. A crash, an endless loop or an exit fails only the test in which it happens.
 */
#ifndef COMMON_CHECKS_CHECK_RUNNER_H
#define COMMON_CHECKS_CHECK_RUNNER_H

#include <check.h>
#include <stddef.h>

/* One promise of a header: the function that makes it, and its test, as START_TEST defines it. */
typedef struct promise {
    const char *function;
    const TTest *test;
} promise;

/*
 * Runs the tests of module's promises, count of them (those of one function next to one another),
 * and prints the failures, then one line of summary. With CHECK_TEST=NAME in the environment it
 * runs only the test of that name. Returns main's exit status: 0 if all tests of functions that are
 * begun pass, 1 if one fails, 2 if nothing could be run.
 */
int check_module(const char *module, const promise *promises, size_t count);

#endif
