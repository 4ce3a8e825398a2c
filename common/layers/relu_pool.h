/*
 * A ReLU and max pooling of one channel in one pass. Internal to conv_fast.c.
 */
#ifndef COMMON_RELU_POOL_H
#define COMMON_RELU_POOL_H

#include "conv_shape.h"
#include "real.h"

/*
 * out[i,j] = max(0, the largest number of the window at (i, j))
 *
 * channel        numbers, width of them a row
 * shape          the window and its stride
 * rows, columns  of the result; their windows lie inside of the channel
 * out            rows x columns, receives the result
 * winners        rows x columns, receives the position of each result in its window, p * width + q,
 *                the first of several; -1 where the result is 0, which has no gradient
 */
void relu_pool_channel(const real *channel, size_t width, pool_shape shape, size_t rows,
                       size_t columns, real *out, real *winners);

/*
 * Its gradient: each window passes its upstream gradient to its largest number.
 *
 * dout, winners  rows x columns   upstream gradient, and as forward filled it
 * shape          the window and its stride
 * dchannel       height x width   receives the gradient; windows may overlap: they add up
 */
void relu_pool_channel_backward(const real *dout, const real *winners, pool_shape shape,
                                size_t rows, size_t columns, real *dchannel, size_t height,
                                size_t width);

#endif
