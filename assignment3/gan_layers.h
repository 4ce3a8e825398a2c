/*
 * Two layers that the nets of GANs have beside those of assignment 2: the leaky ReLU and the
 * transposed convolution, which makes larger pictures of small ones.
 *
 * Outputs are overwritten, whatever they held before, and do not overlap inputs.
 *
 * Source: Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network acoustic models",
 * 2013; Zeiler et al., "Deconvolutional networks", 2010; Radford et al., "Unsupervised
 * representation learning with deep convolutional GANs", 2016; CS231n assignment 3.
 */
#ifndef ASSIGNMENT3_GAN_LAYERS_H
#define ASSIGNMENT3_GAN_LAYERS_H

#include "conv_shape.h"
#include "tensor.h"

/*
 * A ReLU that leaks: out = x for x > 0, and slope * x elsewhere. A unit below 0 still gets a
 * gradient, and can come back.
 *
 * x      any shape    inputs
 * slope               factor below 0, such as 0.01; 0 makes it the plain ReLU
 * out    shape of x   receives the results
 */
void leaky_relu_forward(const tensor *x, real slope, tensor *out);

/*
 * Its gradient: dx = dout for x > 0, and slope * dout elsewhere. At 0 it takes the slope.
 *
 * dout   any shape       upstream gradient
 * x      shape of dout   input of the forward pass
 * slope                  as in the forward pass
 * dx     shape of dout   receives the gradient with respect to x
 */
void leaky_relu_backward(const tensor *dout, const tensor *x, real slope, tensor *dx);

/*
 * Transposed convolution. Each pixel of x lays down its filter, multiplied by the pixel's value,
 * and the next pixel's filter lies stride pixels further; where filters overlap, they add up. Of
 * the sum, pad rows and columns are cut off on each side. b[f] is added once to each pixel that is
 * left:
 *
 *   out[n, f, i * stride + p - pad, j * stride + q - pad] += x[n,c,i,j] * w[c,f,p,q]
 *
 * over all c, i, j, p, q for which the place lies in out, on top of b[f].
 *
 * x      N x C x H x W     images
 * w      C x F x P x Q     filters of P x Q pixels; the first axis is that of x's channels
 * b      F                 biases
 * shape                    stride, at least 1, and pad
 * out    N x F x H' x W'   receives the result; H' = (H - 1) stride - 2 pad + P, and
 *                          W' = (W - 1) stride - 2 pad + Q, both at least 1
 *
 * Use plain loops. Stops the program if nothing is left to be seen.
 */
void conv_transpose_forward_naive(const tensor *x, const tensor *w, const tensor *b,
                                  conv_shape shape, tensor *out);

/*
 * Its gradients. That with respect to x is a convolution of dout with w: each pixel gathers what
 * its filter lay on.
 *
 *   dx[n,c,i,j] = sum over f, p, q of dout[n, f, i * stride + p - pad, j * stride + q - pad]
 *                                     * w[c,f,p,q]
 *
 * where places outside dout count as 0. dw and db are sums over the N images.
 *
 * dout   N x F x H' x W'   upstream gradient
 * x      N x C x H x W     input of the forward pass
 * w      C x F x P x Q     filters
 * shape                    as in the forward pass
 * dx     N x C x H x W     receives the gradient with respect to x
 * dw     C x F x P x Q     receives the gradient with respect to w
 * db     F                 receives the gradient with respect to b
 */
void conv_transpose_backward_naive(const tensor *dout, const tensor *x, const tensor *w,
                                   conv_shape shape, tensor *dx, tensor *dw, tensor *db);

#endif
