/*
 * Convolution, fast: the given counterpart of the loops that students write. Images are divided
 * among the threads that parallel.h allows. Sizes are rounded down (conv_shape.h).
 * Source: CS231n notes, "Convolutional networks".
 */
#ifndef COMMON_CONV_FAST_H
#define COMMON_CONV_FAST_H

#include "conv_shape.h"
#include "tensor.h"

/*
 * out[n,f,i,j] = b[f] + sum over c, p, q of
 *                x[n, c, i * stride + p - pad, j * stride + q - pad] * w[f,c,p,q]
 *
 * where x is 0 outside the image.
 *
 * x      N x C x H x W     images
 * w      F x C x HH x WW   filters
 * b      F                 biases
 * shape                    stride (at least 1) and padding
 * out    N x F x H' x W'   receives the result; H' = 1 + (H + 2 pad - HH) / stride, W' likewise
 */
void fast_conv_forward(const tensor *x, const tensor *w, const tensor *b, conv_shape shape,
                       tensor *out);

/*
 * The gradients of a convolution.
 *
 * dout   N x F x H' x W'   upstream gradient
 * x, w, shape              as passed to forward
 * dx     N x C x H x W     receives the gradient with respect to x; NULL skips it, which is faster
 * dw     F x C x HH x WW   receives the gradient with respect to w
 * db     F                 receives the gradient with respect to b
 */
void fast_conv_backward(const tensor *dout, const tensor *x, const tensor *w, conv_shape shape,
                        tensor *dx, tensor *dw, tensor *db);

/*
 * The gradient with respect to x alone, plus a bias per channel: what a transposed convolution
 * computes (conv_transpose_fast.h).
 *
 * dout   N x F x H' x W'   upstream gradient
 * w      F x C x HH x WW   filters
 * b      C                 biases
 * shape                    stride (at least 1) and padding
 * dx     N x C x H x W     receives the result; H' and W' follow from H and W as above
 */
void fast_conv_backward_data(const tensor *dout, const tensor *w, const tensor *b, conv_shape shape,
                             tensor *dx);

/*
 * A convolution, a ReLU and max pooling, image by image, so that the convolution's result never
 * leaves the cache:
 *
 *   out[n,f,i,j] = max(0, the largest of the convolution's numbers in the window at (i, j))
 *
 * x, w, b, shape            as for fast_conv_forward
 * pool                      the pooling window and its stride, all at least 1
 * out      N x F x PH x PW  receives the result; PH = 1 + (H' - height) / stride, PW likewise
 * winners  N x F x PH x PW  receives, for backward, the position of each result in its window,
 *                           counted row by row; -1 where the result is 0
 */
void fast_conv_relu_pool_forward(const tensor *x, const tensor *w, const tensor *b,
                                 conv_shape shape, pool_shape pool, tensor *out, tensor *winners);

/*
 * Its gradients.
 *
 * dout     N x F x PH x PW  upstream gradient
 * winners  N x F x PH x PW  as forward filled it
 * x, w, shape, pool         as passed to forward
 * dx, dw, db                receive the gradients, as by fast_conv_backward; dx may be NULL
 */
void fast_conv_relu_pool_backward(const tensor *dout, const tensor *winners, const tensor *x,
                                  const tensor *w, conv_shape shape, pool_shape pool, tensor *dx,
                                  tensor *dw, tensor *db);

#endif
