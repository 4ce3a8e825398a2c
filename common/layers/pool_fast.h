/*
 * Max pooling, fast: the given counterpart of the loops that students write. Channels are divided
 * among the threads that parallel.h allows. Sizes are rounded down (conv_shape.h).
 */
#ifndef COMMON_POOL_FAST_H
#define COMMON_POOL_FAST_H

#include "conv_shape.h"
#include "tensor.h"

/*
 * out[n,c,i,j] = max over p < height, q < width of x[n, c, i * stride + p, j * stride + q]
 *
 * x      N x C x H x W     images
 * shape                    the window and its stride, all at least 1
 * out    N x C x H' x W'   receives the result; H' = 1 + (H - height) / stride, W' likewise
 */
void fast_max_pool_forward(const tensor *x, pool_shape shape, tensor *out);

/*
 * The gradient of max pooling: each window passes its upstream gradient to its largest number, to
 * the first in row-major order if several are equal. Windows may overlap: gradients add up.
 *
 * dout   N x C x H' x W'   upstream gradient
 * x, shape                 as passed to forward
 * dx     N x C x H x W     receives the gradient with respect to x
 */
void fast_max_pool_backward(const tensor *dout, const tensor *x, pool_shape shape, tensor *dx);

#endif
