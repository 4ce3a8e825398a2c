/*
 * Given: a plan of a net, its layers written down one by one before any memory is taken.
 *
 *   layer_plan plan;
 *   layer_plan_begin(&plan, 1, 28, 28);                  a picture of 1 x 28 x 28
 *   plan_conv(&plan, 32, 5, (conv_shape){1, 0});         32 x 24 x 24 now
 *   plan_leaky_relu(&plan, 0.01);
 *   plan_max_pool(&plan, 2);                             32 x 12 x 12
 *   plan_reshape(&plan, 32 * 12 * 12, 1, 1);             a vector of 4608 numbers
 *   plan_affine(&plan, 10);
 *
 * A plan follows the shape of one example through its layers, so that each layer knows the size of
 * its input, and the program stops at a layer that does not fit. A vector of D numbers has the
 * shape D x 1 x 1.
 */
#ifndef ASSIGNMENT3_LAYER_PLAN_H
#define ASSIGNMENT3_LAYER_PLAN_H

#include "conv_shape.h"
#include "tensor.h"

enum { PLAN_MOST_LAYERS = 32 };

typedef enum layer_kind {
    LAYER_NONE,
    LAYER_AFFINE,
    LAYER_CONV,
    LAYER_CONV_TRANSPOSE,
    LAYER_RELU,
    LAYER_LEAKY_RELU,
    LAYER_TANH,
    LAYER_SIGMOID,
    LAYER_BATCH_NORM,         /* of vectors: each number over the batch */
    LAYER_SPATIAL_BATCH_NORM, /* of pictures: each channel over the batch and its pixels */
    LAYER_MAX_POOL,
    LAYER_MEAN_POOL,
    LAYER_RESHAPE,
} layer_kind;

/* One layer. Fields that its kind does not need are 0. */
typedef struct layer_description {
    layer_kind kind;
    size_t in[3], out[3]; /* the shape of an example before and after: channels, height, width */
    size_t filter;        /* side of a convolution's filters or of a pooling window, in pixels */
    conv_shape shape;     /* of convolutions */
    double slope;         /* of the leaky ReLU */
} layer_description;

typedef struct layer_plan {
    size_t count;
    layer_description layers[PLAN_MOST_LAYERS]; /* count of them, first to last */
    size_t shape[3];                            /* of an example behind the last layer */
} layer_plan;

/* Begins plan, with no layer, for examples of channels x height x width. */
void layer_plan_begin(layer_plan *plan, size_t channels, size_t height, size_t width);

/*
 * Each adds a layer to plan. The program stops if plan has PLAN_MOST_LAYERS layers already, or if
 * the layer does not fit what comes before it.
 */

/* Affine, from a vector to a vector of outputs numbers. */
void plan_affine(layer_plan *plan, size_t outputs);

/* Convolution to filters channels, with filters of size x size pixels, and its transpose. */
void plan_conv(layer_plan *plan, size_t filters, size_t size, conv_shape shape);
void plan_conv_transpose(layer_plan *plan, size_t filters, size_t size, conv_shape shape);

/* Of each number: ReLU, leaky ReLU with that slope below 0, tanh, sigmoid. */
void plan_relu(layer_plan *plan);
void plan_leaky_relu(layer_plan *plan, double slope);
void plan_tanh(layer_plan *plan);
void plan_sigmoid(layer_plan *plan);

/* Batch normalization of a vector, and of a picture. */
void plan_batch_norm(layer_plan *plan);
void plan_spatial_batch_norm(layer_plan *plan);

/* Pooling by windows of size x size that do not overlap; size divides height and width. */
void plan_max_pool(layer_plan *plan, size_t size);
void plan_mean_pool(layer_plan *plan, size_t size);

/* The same numbers as channels x height x width; channels x 1 x 1 makes a vector of a picture. */
void plan_reshape(layer_plan *plan, size_t channels, size_t height, size_t width);

/*
 * The number of parameters that plan's net has: weights and biases of affine layers and
 * convolutions, scales and shifts of batch normalization.
 */
size_t layer_plan_parameters(const layer_plan *plan);

#endif
