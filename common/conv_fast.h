/*
 * Convolution, fast: the given counterpart of what students write as loops.
 *
 * Images are shared among the threads that parallel.h allows; each image's windows become a matrix
 * that stays in the cache, and OpenBLAS, on one thread, multiplies it by the filters. Sizes are
 * rounded down (conv_shape.h). Source: CS231n notes, "Convolutional networks", im2col.
 */
#ifndef COMMON_CONV_FAST_H
#define COMMON_CONV_FAST_H

#include "conv_shape.h"
#include "tensor.h"

/*
 * out[n,f,i,j] = b[f] + sum over c, p, q of
 *                x[n, c, i * stride + p - pad, j * stride + q - pad] * w[f,c,p,q]
 *
 * where x is 0 outside of the image.
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
 * x, w, shape              as forward had them
 * dx     N x C x H x W     receives the gradient by x; NULL: it is not wanted, which is faster
 * dw     F x C x HH x WW   receives the gradient by w
 * db     F                 receives the gradient by b
 */
void fast_conv_backward(const tensor *dout, const tensor *x, const tensor *w, conv_shape shape,
                        tensor *dx, tensor *dw, tensor *db);

#endif
