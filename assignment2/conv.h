/*
 * Convolution and max pooling of images, forward and backward.
 *
 * Images are N x C x H x W, filters F x C x HH x WW, a bias a filter. A window that would reach
 * beyond the (padded) image does not count: sizes are rounded down, and what no window covers gets
 * no gradient. Inputs are left alone; the padding is never written into x.
 *
 * Source: CS231n notes, "Convolutional networks".
 */
#ifndef ASSIGNMENT2_CONV_H
#define ASSIGNMENT2_CONV_H

#include "conv_shape.h"
#include "tensor.h"

/*
 * Convolution, as it stands (no turning of the filters):
 *
 *   out[n,f,i,j] = b[f] + sum over c, p, q of
 *                  x[n, c, i * stride + p - pad, j * stride + q - pad] * w[f,c,p,q]
 *
 * where x is 0 outside of the image. H' = 1 + (H + 2 pad - HH) / stride, W' likewise, rounded down.
 *
 * x      N x C x H x W     images
 * w      F x C x HH x WW   filters
 * b      F                 biases
 * shape                    stride (at least 1) and padding
 * out    N x F x H' x W'   receives the result
 */
void conv_forward_naive(const tensor *x, const tensor *w, const tensor *b, conv_shape shape,
                        tensor *out);

/*
 * The gradients of a convolution.
 *
 * dout   N x F x H' x W'   upstream gradient
 * x, w, shape              as forward had them
 * dx     N x C x H x W     receives the gradient by x
 * dw     F x C x HH x WW   receives the gradient by w
 * db     F                 receives the gradient by b
 */
void conv_backward_naive(const tensor *dout, const tensor *x, const tensor *w, conv_shape shape,
                         tensor *dx, tensor *dw, tensor *db);

/*
 * The same two functions by matrix products, one an image: every window becomes a column of a
 * matrix of (C * HH * WW) x (H' * W'), which the filters, as a matrix F x (C * HH * WW), multiply.
 * x, w, b, shape and out are those of conv_forward_naive, dout, dx, dw and db those of
 * conv_backward_naive.
 */
void conv_forward_im2col(const tensor *x, const tensor *w, const tensor *b, conv_shape shape,
                         tensor *out);
void conv_backward_im2col(const tensor *dout, const tensor *x, const tensor *w, conv_shape shape,
                          tensor *dx, tensor *dw, tensor *db);

/*
 * Max pooling: the largest number of each window, channel by channel.
 *
 *   out[n,c,i,j] = max over p < height, q < width of x[n, c, i * stride + p, j * stride + q]
 *
 * x      N x C x H x W     images
 * shape                    the window and its stride, all at least 1
 * out    N x C x H' x W'   receives the result; H' = 1 + (H - height) / stride, rounded down
 */
void max_pool_forward_naive(const tensor *x, pool_shape shape, tensor *out);

/*
 * The gradient of max pooling: each window hands its upstream gradient to its largest number, of
 * several equal ones to the first in row-major order. Windows may overlap: gradients add up.
 *
 * dout   N x C x H' x W'   upstream gradient
 * x, shape                 as forward had them
 * dx     N x C x H x W     receives the gradient by x
 */
void max_pool_backward_naive(const tensor *dout, const tensor *x, pool_shape shape, tensor *dx);

#endif
