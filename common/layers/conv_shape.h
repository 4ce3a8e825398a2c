/*
 * The settings of convolutions and pooling, and the sizes that follow.
 */
#ifndef COMMON_CONV_SHAPE_H
#define COMMON_CONV_SHAPE_H

#include <stddef.h>

/* How a convolution's window moves. */
typedef struct conv_shape {
    size_t stride; /* steps from one window to the next, at least 1 */
    size_t pad;    /* zeros around the image on each side */
} conv_shape;

/* A pooling window, and how it moves. */
typedef struct pool_shape {
    size_t height, width; /* at least 1 */
    size_t stride;        /* at least 1 */
} pool_shape;

/*
 * How many windows of a filter fit along one side of an image of that size, moved as shape says:
 * 1 + (size + 2 pad - filter) / stride, rounded down; 0 where not even one fits.
 */
static inline size_t conv_output_size(size_t size, size_t filter, conv_shape shape)
{
    size_t padded = size + 2 * shape.pad;
    return padded < filter ? 0 : 1 + (padded - filter) / shape.stride;
}

/* The same for a pooling window along a side of that size, moved by stride. */
static inline size_t pool_output_size(size_t size, size_t window, size_t stride)
{
    return size < window ? 0 : 1 + (size - window) / stride;
}

#endif
