/*
 * Shared by the check suites: inputs, outputs that show whether they were written, and comparisons
 * whose message names the element that is wrong, its value, the expected value and the difference.
 */
#ifndef COMMON_CHECKS_CHECK_SUPPORT_H
#define COMMON_CHECKS_CHECK_SUPPORT_H

#include "captions.h"
#include "check_runner.h"
#include "gradient_check.h"
#include "published_case.h"
#include "random.h"
#include "tensor.h"

/* Fills t, y or c with a value that no result has: an element that was never written shows. */
void poison(tensor *t);
void poison_labels(labels *y);
void poison_captions(captions *c);

/*
 * Adds a sentence to the message of every comparison that fails from here on in this test, such as
 * a likely mistake. NULL removes it.
 */
void hint(const char *sentence);

/*
 * Each fails the test unless got, the result of a function, called name, equals the expected one: a
 * tensor, a list of values (row by row, as many as got has), a number, labels, captions. Elements
 * may differ by tolerance times the largest expected absolute value; labels and words must be
 * equal. The message names the element with the largest difference, its value, the expected value,
 * and whether all elements are wrong by one common factor.
 */
void expect_close(const char *name, const tensor *got, const tensor *expected, double tolerance);
void expect_values(const char *name, const tensor *got, const double *values, double tolerance);
void expect_number(const char *name, double got, double expected, double tolerance);
void expect_labels(const char *name, const labels *got, const labels *expected);
void expect_captions(const char *name, const captions *got, const captions *expected);

/*
 * Fails the test unless got, called name, has at most the course's relative error, tolerance, to
 * expected: each element's error is relative to its own size, as in the published cases.
 */
void expect_published(const char *name, const tensor *got, const tensor *expected,
                      double tolerance);

/*
 * Each fails the test unless got, called name, is the gradient of f, with context, at x; where the
 * value of f is a tensor, with the upstream gradient dout. It is compared with finite differences:
 * x is changed and put back.
 */
void expect_gradient(const char *name, const tensor *got, scalar_function f, void *context,
                     tensor *x);
void expect_gradient_array(const char *name, const tensor *got, tensor_function f, void *context,
                           tensor *x, const tensor *dout);

/* Fails the test unless t, called name, equals copy: inputs must not be changed. */
void expect_unchanged(const char *name, const tensor *t, const tensor *copy);

/*
 * Keeps t until the test's process ends, so that a test need not free it, and returns t.
 */
tensor *keep(tensor *t);

/*
 * Tensors that are kept, of the given rank and shape: normal numbers from r of that mean and
 * deviation, and poisoned outputs.
 */
tensor *kept_normal(random_state *r, double mean, double deviation, size_t rank,
                    const size_t *shape);
tensor *kept_output(size_t rank, const size_t *shape);

/* The sizes of a shape, as in kept_output(SHAPE(2, 3)). */
#define SHAPE(...)                                                                                 \
    sizeof((const size_t[]){__VA_ARGS__}) / sizeof(size_t), (const size_t[])                       \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }

/* A new matrix of rows x columns with the given values, row by row. */
tensor *matrix(size_t rows, size_t columns, const double *values);

/* A new matrix of rows x columns of normal numbers of mean 0 and the given deviation, from r. */
tensor *normal_2d(random_state *r, size_t rows, size_t columns, double deviation);

/* New labels: count values. */
labels *labels_of(size_t count, const uint32_t *values);

/* New captions, kept like a tensor by keep: count sentences of length words with the given numbers,
 * sentence by sentence; with NULL for words, an output, poisoned. */
captions *kept_captions(size_t count, size_t length, const uint32_t *words);

/* New outputs, poisoned: rows x columns, of t's shape, count labels. */
tensor *output_2d(size_t rows, size_t columns);
tensor *output_like(const tensor *t);
labels *output_labels(size_t count);

/*
 * The published check case of a function, from published.json beside the suite; the index-th of
 * several. Closed by published_case_close.
 */
#define published(function, index) published_beside(__FILE__, function, index)
published_case *published_beside(const char *suite, const char *function, size_t index);

#endif
