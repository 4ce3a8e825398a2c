/*
 * The Gaussian error linear unit, fast: the given counterpart of the functions that students write,
 * and the end of an affine layer. Elements are divided among the threads that parallel.h allows.
 * Source: Hendrycks and Gimpel, "Gaussian error linear units", 2016.
 *
 * Phi is the standard normal distribution function: Phi(x) = (1 + erf(x / sqrt(2))) / 2. Here its
 * absolute error is below 1e-7, in double 1e-15.
 */
#ifndef COMMON_GELU_FAST_H
#define COMMON_GELU_FAST_H

#include "tensor.h"

/*
 * out = x Phi(x), element by element; of minus infinity it is 0.
 *
 * x    any shape
 * out  the same shape   receives the result; is not x
 */
void fast_gelu_forward(const tensor *x, tensor *out);

/*
 * Its gradient: dx = dout (Phi(x) + x e^(-x^2 / 2) / sqrt(2 pi)).
 *
 * dout  any shape        upstream gradient
 * x     the same shape   as passed to forward
 * dx    the same shape   receives the gradient with respect to x; may be dout
 */
void fast_gelu_backward(const tensor *dout, const tensor *x, tensor *dx);

/*
 * An affine layer and its GELU, which reads the layer's products once:
 *
 *   hidden = x w + b;  out = hidden Phi(hidden)
 *
 * x       N x D   examples; of a tensor of another rank, all dimensions but the first are D
 * w       D x M   weights
 * b       M       biases
 * hidden  N x M   receives the layer's result, which fast_gelu_backward needs
 * out     N x M   receives the result
 */
void fast_affine_gelu_forward(const tensor *x, const tensor *w, const tensor *b, tensor *hidden,
                              tensor *out);

#endif
