/*
 * Convolution and max pooling of images, forward and backward.
 *
 * Images are N x C x H x W, filters F x C x HH x WW, with one bias per filter. Windows that would
 * reach beyond the (padded) image are left out: sizes are rounded down, and pixels that no window
 * covers get gradient 0. Inputs are not changed; the padding is never written into x.
 *
 * Source: CS231n notes, "Convolutional networks".
 */
#ifndef ASSIGNMENT2_CONV_H
#define ASSIGNMENT2_CONV_H

#include "conv_shape.h"
#include "tensor.h"

/*
 * Convolution (strictly, cross-correlation: the filters are not flipped):
 *
 *   out[n,f,i,j] = b[f] + sum over c, p, q of
 *                  x[n, c, i * stride + p - pad, j * stride + q - pad] * w[f,c,p,q]
 *
 * where x is 0 outside the image. H' = 1 + (H + 2 pad - HH) / stride, W' likewise, rounded down.
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
 * x, w, shape              as passed to forward
 * dx     N x C x H x W     receives the gradient with respect to x
 * dw     F x C x HH x WW   receives the gradient with respect to w
 * db     F                 receives the gradient with respect to b
 */
void conv_backward_naive(const tensor *dout, const tensor *x, const tensor *w, conv_shape shape,
                         tensor *dx, tensor *dw, tensor *db);

/*
 * The same two functions with matrix products, one per image: every window becomes a column of a
 * matrix of (C * HH * WW) x (H' * W'), which is multiplied from the left by the filters, viewed as
 * a matrix of F x (C * HH * WW). x, w, b, shape and out are those of conv_forward_naive, dout, dx,
 * dw and db those of conv_backward_naive.
 */
void conv_forward_im2col(const tensor *x, const tensor *w, const tensor *b, conv_shape shape,
                         tensor *out);
void conv_backward_im2col(const tensor *dout, const tensor *x, const tensor *w, conv_shape shape,
                          tensor *dx, tensor *dw, tensor *db);

/*
 * Max pooling: the largest number of each window, in each channel separately.
 *
 *   out[n,c,i,j] = max over p < height, q < width of x[n, c, i * stride + p, j * stride + q]
 *
 * x      N x C x H x W     images
 * shape                    the window and its stride, all at least 1
 * out    N x C x H' x W'   receives the result; H' = 1 + (H - height) / stride, rounded down
 */
void max_pool_forward_naive(const tensor *x, pool_shape shape, tensor *out);

/*
 * The gradient of max pooling: each window passes its upstream gradient to its largest number, to
 * the first in row-major order if several are equal. Windows may overlap: gradients add up.
 *
 * dout   N x C x H' x W'   upstream gradient
 * x, shape                 as passed to forward
 * dx     N x C x H x W     receives the gradient with respect to x
 */
void max_pool_backward_naive(const tensor *dout, const tensor *x, pool_shape shape, tensor *dx);

#endif
