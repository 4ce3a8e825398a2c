/*
 * The settings of convolutions and pooling, and the sizes of their results.
 */
#ifndef COMMON_CONV_SHAPE_H
#define COMMON_CONV_SHAPE_H

#include <stddef.h>

/* A convolution's stride and padding. */
typedef struct conv_shape {
    size_t stride; /* steps from one window to the next, at least 1 */
    size_t pad;    /* zeros around the image on each side */
} conv_shape;

/* A pooling window and its stride. */
typedef struct pool_shape {
    size_t height, width; /* at least 1 */
    size_t stride;        /* at least 1 */
} pool_shape;

/*
 * The number of windows that fit along one side of an image of that size, with the stride and
 * padding of shape: 1 + (size + 2 pad - filter) / stride, rounded down; 0 if not even one fits.
 */
static inline size_t conv_output_size(size_t size, size_t filter, conv_shape shape)
{
    size_t padded = size + 2 * shape.pad;
    return padded < filter ? 0 : 1 + (padded - filter) / shape.stride;
}

/* The same for a pooling window along a side of that size, with that stride. */
static inline size_t pool_output_size(size_t size, size_t window, size_t stride)
{
    return size < window ? 0 : 1 + (size - window) / stride;
}

#endif
