/*
 * Gradient checks: the gradient of a function by finite differences, to compare a formula with.
 *
 * Centered differences, (f(x + h) - f(x - h)) / 2h, have an error proportional to h^2. Build with
 * double: in float, only two or three digits of the difference of two nearly equal numbers are
 * right.
 * Source: CS231n notes, "Gradient checks".
 */
#ifndef COMMON_GRADIENT_CHECK_H
#define COMMON_GRADIENT_CHECK_H

#include "random.h"
#include "tensor.h"

/* A function of a tensor with one number as its value; context is passed through. */
typedef double (*scalar_function)(const tensor *x, void *context);

/* A function of a tensor with a tensor as its value, written to out; context is passed through. */
typedef void (*tensor_function)(const tensor *x, tensor *out, void *context);

/* The step that the course takes. */
#define GRADIENT_STEP 1e-5

/*
 * The gradient of f at x, in all coordinates, by finite differences with the given step h:
 *
 *   gradient[i] = (f(x + h e_i) - f(x - h e_i)) / 2h    e_i: 1 at coordinate i, 0 elsewhere
 *
 * f is called with context. x is changed in place, one coordinate at a time, and put back to the
 * bit. gradient has x's shape. Stops the program on another shape.
 */
void numerical_gradient(scalar_function f, void *context, tensor *x, double step, tensor *gradient);

/*
 * The gradient at x of sum(f(x) * dout), which is what a layer's backward pass returns for the
 * upstream gradient dout: dout has the shape of f's value, gradient that of x. f is called with
 * context and an out of dout's shape; x is changed by step and put back, as above.
 */
void numerical_gradient_array(tensor_function f, void *context, tensor *x, const tensor *dout,
                              double step, tensor *gradient);

/* One coordinate that gradient_check_sparse looked at. */
typedef struct gradient_probe {
    size_t index;             /* row-major */
    double numeric, analytic; /* by finite differences, by the formula */
    double relative_error;    /* |n - a| / (|n| + |a|); 0 where both are 0 */
} gradient_probe;

/*
 * Compares analytic, the gradient of f (called with context) at x by formula, with finite
 * differences of the given step at count random coordinates, drawn from r with random_integer in
 * each dimension, outermost first. Fills probes, count of them (NULL to drop them), and returns the
 * largest relative error; NaN when one of them is NaN. x is changed in place and put back.
 */
double gradient_check_sparse(scalar_function f, void *context, tensor *x, const tensor *analytic,
                             size_t count, double step, random_state *r, gradient_probe *probes);

#endif
