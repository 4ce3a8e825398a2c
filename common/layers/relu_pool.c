/* A ReLU and max pooling in one pass; without branches where windows of 2 x 2 lie side by side. */
#include "relu_pool.h"

#include <stdbool.h>
#include <string.h>

#include "multiversion.h"

static bool side_by_side(pool_shape shape)
{
    return shape.height == 2 && shape.width == 2 && shape.stride == 2;
}

MULTIVERSION
static void relu_row_of_pairs(const real *restrict above, const real *restrict below, size_t count,
                              real *restrict out, real *restrict winners)
{
    for (size_t j = 0; j < count; j++) {
        real a = above[2 * j], b = above[2 * j + 1], c = below[2 * j], d = below[2 * j + 1];
        real top = a < b ? b : a, bottom = c < d ? d : c;
        real in_top = a < b ? 1 : 0, in_bottom = c < d ? 3 : 2;
        real largest = top < bottom ? bottom : top, winner = top < bottom ? in_bottom : in_top;
        out[j] = largest > 0 ? largest : 0;
        winners[j] = largest > 0 ? winner : -1;
    }
}

void relu_pool_channel(const real *channel, size_t width, pool_shape shape, size_t rows,
                       size_t columns, real *out, real *winners)
{
    for (size_t i = 0; i < rows; i++, out += columns, winners += columns) {
        const real *first = channel + i * shape.stride * width;
        if (side_by_side(shape)) {
            relu_row_of_pairs(first, first + width, columns, out, winners);
            continue;
        }
        for (size_t j = 0; j < columns; j++, first += shape.stride) {
            out[j] = 0;
            winners[j] = -1;
            for (size_t p = 0; p < shape.height; p++)
                for (size_t q = 0; q < shape.width; q++)
                    if (first[p * width + q] > out[j]) {
                        out[j] = first[p * width + q];
                        winners[j] = (real)(p * shape.width + q);
                    }
        }
    }
}

MULTIVERSION
static void relu_row_of_pairs_backward(const real *restrict dout, const real *restrict winners,
                                       size_t count, real *restrict above, real *restrict below)
{
    for (size_t j = 0; j < count; j++) {
        real gradient = dout[j], winner = winners[j];
        above[2 * j] = winner == 0 ? gradient : 0;
        above[2 * j + 1] = winner == 1 ? gradient : 0;
        below[2 * j] = winner == 2 ? gradient : 0;
        below[2 * j + 1] = winner == 3 ? gradient : 0;
    }
}

void relu_pool_channel_backward(const real *dout, const real *winners, pool_shape shape,
                                size_t rows, size_t columns, real *dchannel, size_t height,
                                size_t width)
{
    if (!side_by_side(shape) || height > 2 * rows || width > 2 * columns)
        memset(dchannel, 0, height * width * sizeof *dchannel);
    for (size_t i = 0; i < rows; i++, dout += columns, winners += columns) {
        real *first = dchannel + i * shape.stride * width;
        if (side_by_side(shape)) {
            relu_row_of_pairs_backward(dout, winners, columns, first, first + width);
            continue;
        }
        for (size_t j = 0; j < columns; j++, first += shape.stride)
            if (winners[j] >= 0) {
                size_t winner = (size_t)winners[j];
                first[winner / shape.width * width + winner % shape.width] += dout[j];
            }
    }
}
