/* Shared by the suites of pictures without labels: published inputs and expected outputs, kept. */
#ifndef ASSIGNMENT3_VIEW_CHECKS_H
#define ASSIGNMENT3_VIEW_CHECKS_H

#include "check_support.h"

/* The input of c called name, and what c expects under it, kept. */
static inline tensor *input_of(const published_case *c, const char *name)
{
    return keep(published_input(c, name));
}
static inline tensor *expected_of(const published_case *c, const char *name)
{
    return keep(published_expected(c, name));
}

/* Compares got with what c expects under its name, to c's tolerance on the largest number. */
static inline void expect_figures(const char *name, const tensor *got, const published_case *c)
{
    tensor *expected = expected_of(c, name);
    tensor view = tensor_reshaped(expected, got->rank, got->shape);
    expect_close(name, got, &view, published_tolerance(c));
}

#endif
