/*
 * Transposed convolution, fast: the given counterpart of the loops that students write. Images are
 * divided among the threads that parallel.h allows.
 * Source: Zeiler and others, "Deconvolutional networks", 2010; CS231n notes, "Convolutional
 * networks".
 */
#ifndef COMMON_CONV_TRANSPOSE_FAST_H
#define COMMON_CONV_TRANSPOSE_FAST_H

#include "conv_shape.h"
#include "tensor.h"

/*
 * Each pixel lays down its filter, times its value; where filters overlap, they add up, and what
 * lies within the padding is cut off:
 *
 *   out[n, f, i * stride + p - pad, j * stride + q - pad] += x[n,c,i,j] * w[c,f,p,q]
 *
 * over all c, i, j, p and q, on top of b[f].
 *
 * x      N x C x H x W     images, H and W at least 1
 * w      C x F x P x Q     filters
 * b      F                 biases
 * shape                    stride (at least 1) and padding, so small that something is left
 * out    N x F x H' x W'   receives the result; H' = (H - 1) stride - 2 pad + P, W' likewise
 */
void fast_conv_transpose_forward(const tensor *x, const tensor *w, const tensor *b,
                                 conv_shape shape, tensor *out);

/*
 * Its gradients. That with respect to x is the convolution of dout with w.
 *
 * dout   N x F x H' x W'   upstream gradient
 * x, w, shape              as passed to forward
 * dx     N x C x H x W     receives the gradient with respect to x; NULL skips it, which is faster
 * dw     C x F x P x Q     receives the gradient with respect to w
 * db     F                 receives the gradient with respect to b
 */
void fast_conv_transpose_backward(const tensor *dout, const tensor *x, const tensor *w,
                                  conv_shape shape, tensor *dx, tensor *dw, tensor *db);

#endif
