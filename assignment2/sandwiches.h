/*
 * Layers that often follow one another, as one call forward and one backward. Given: nothing to
 * write here. They call your functions of layers.h, and the fast convolution of common.
 *
 * A convolution, a ReLU and max pooling in one are fast_conv_relu_pool_forward and _backward, in
 * conv_fast.h.
 */
#ifndef ASSIGNMENT2_SANDWICHES_H
#define ASSIGNMENT2_SANDWICHES_H

#include "conv_shape.h"
#include "tensor.h"

/*
 * out = relu(x w + b), an affine layer and a ReLU.
 *
 * x       N x d1 x ... x dk   N examples, D = d1 * ... * dk
 * w       D x M               weights
 * b       M                   biases
 * affine  N x M               receives x w + b, which backward needs
 * out     N x M               receives the result
 */
void affine_relu_forward(const tensor *x, const tensor *w, const tensor *b, tensor *affine,
                         tensor *out);

/*
 * Its gradients.
 *
 * dout    N x M               upstream gradient
 * affine  N x M               as forward filled it
 * x, w                        as passed to forward
 * dx      shape of x          receives the gradient with respect to x
 * dw, db  D x M, M            receive the gradients with respect to w and b
 */
void affine_relu_backward(const tensor *dout, const tensor *affine, const tensor *x,
                          const tensor *w, tensor *dx, tensor *dw, tensor *db);

/*
 * A convolution and a ReLU.
 *
 * x      N x C x H x W     images
 * w      F x C x HH x WW   filters
 * b      F                 biases
 * shape                    stride (at least 1) and padding
 * conv   N x F x H' x W'   receives the convolution's result, which backward needs
 * out    N x F x H' x W'   receives the result
 */
void conv_relu_forward(const tensor *x, const tensor *w, const tensor *b, conv_shape shape,
                       tensor *conv, tensor *out);

/*
 * Its gradients.
 *
 * dout    N x F x H' x W'     upstream gradient
 * conv    N x F x H' x W'     as forward filled it
 * x, w, shape                 as passed to forward
 * dx      shape of x          receives the gradient with respect to x; may be NULL
 * dw, db  shape of w, F       receive the gradients with respect to w and b
 */
void conv_relu_backward(const tensor *dout, const tensor *conv, const tensor *x, const tensor *w,
                        conv_shape shape, tensor *dx, tensor *dw, tensor *db);

#endif
