/*
 * What the check suites share: comparisons that say first, in words and numbers, what is wrong, and
 * a runner that tells "wrong" from "not begun".
 *
 * A suite is a program: a Check suite for one module, a test case (TCase) for each function, a test
 * for each promise. Each test is a process of its own, so that a crash or an endless loop costs one
 * test. A test that meets a function which is still a stub counts as not begun, not as a failure.
 */
#ifndef ASSIGNMENT1_TESTS_CHECK_SUPPORT_H
#define ASSIGNMENT1_TESTS_CHECK_SUPPORT_H

#include <check.h>

#include "gradient_check.h"
#include "published_case.h"
#include "random.h"
#include "tensor.h"

/* Fills t (y) with what no result is, so that an element that was never written shows. */
void poison(tensor *t);
void poison_labels(labels *y);

/*
 * Fails the test unless got, which a function wrote and which is called name, is close to expected:
 * |got - expected| <= tolerance * the largest |expected|, for every element. The message names the
 * first element that is wrong, what it is, what it should be, and how many others are wrong.
 */
void expect_close(const char *name, const tensor *got, const tensor *expected, double tolerance);

/* The same for one number and for labels, which are to be equal. */
void expect_number(const char *name, double got, double expected, double tolerance);
void expect_labels(const char *name, const labels *got, const labels *expected);

/* Fails the test unless t holds just what copy does: an input belongs to the caller. */
void expect_unchanged(const char *name, const tensor *t, const tensor *copy);

/* New tensors: rows x columns (or of t's shape) of normal numbers drawn from r. */
tensor *normal_2d(random_state *r, size_t rows, size_t columns, double deviation);

/* The published check case of a function, from published.json; the index-th of several. */
published_case *published(const char *function, size_t index);

/* One promise: the function that it is about, and the test. */
typedef struct promise {
    const char *function;
    const TTest *test;
} promise;

/*
 * Runs the count promises about module and prints what does not hold, then one line that sums up.
 * Returns main's exit status: 0 unless something that was begun is wrong. With CHECK_TEST in the
 * environment it runs only the test of that name.
 */
int check_module(const char *module, const promise *promises, size_t count);

#endif
