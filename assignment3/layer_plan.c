/* Plans of nets. Given: nothing to write here. */
#include "layer_plan.h"

#include <string.h>

#include "contract.h"

void layer_plan_begin(layer_plan *plan, size_t channels, size_t height, size_t width)
{
    *plan = (layer_plan){.shape = {channels, height, width}};
}

/* Adds a layer that leaves the shape as it is; the caller may say more of it. */
static layer_description *add_layer(const char *function, layer_plan *plan, layer_kind kind)
{
    if (plan->count >= PLAN_MOST_LAYERS)
        contract_failed(function, "the plan has %d layers already", PLAN_MOST_LAYERS);
    layer_description *layer = &plan->layers[plan->count++];
    *layer = (layer_description){.kind = kind};
    memcpy(layer->in, plan->shape, sizeof layer->in);
    memcpy(layer->out, plan->shape, sizeof layer->out);
    return layer;
}

/* Changes what comes out of layer, the last one of plan. */
static void set_result(layer_plan *plan, layer_description *layer, size_t channels, size_t height,
                       size_t width)
{
    const size_t shape[] = {channels, height, width};
    memcpy(layer->out, shape, sizeof layer->out);
    memcpy(plan->shape, shape, sizeof plan->shape);
}

/* Stops the program unless a vector comes before the layer that function adds. */
static void check_vector(const char *function, const layer_plan *plan)
{
    if (plan->shape[1] != 1 || plan->shape[2] != 1)
        contract_failed(function, "the layer before gives %zu x %zu x %zu: reshape it to a vector",
                        plan->shape[0], plan->shape[1], plan->shape[2]);
}

void plan_affine(layer_plan *plan, size_t outputs)
{
    check_vector(__func__, plan);
    set_result(plan, add_layer(__func__, plan, LAYER_AFFINE), outputs, 1, 1);
}

/* The result's size along one side of size pixels, of a convolution or of its transpose; or 0. */
static size_t side_after(layer_kind kind, size_t size, size_t filter, conv_shape shape)
{
    if (kind == LAYER_CONV)
        return conv_output_size(size, filter, shape);
    size_t full = (size - 1) * shape.stride + filter;
    return full > 2 * shape.pad ? full - 2 * shape.pad : 0;
}

static void add_conv(const char *function, layer_plan *plan, layer_kind kind, size_t filters,
                     size_t size, conv_shape shape)
{
    if (shape.stride == 0)
        contract_failed(function, "the stride is 0");
    layer_description *layer = add_layer(function, plan, kind);
    size_t height = side_after(kind, layer->in[1], size, shape);
    size_t width = side_after(kind, layer->in[2], size, shape);
    if (height == 0 || width == 0)
        contract_failed(function, "nothing is left of pictures of %zu x %zu pixels", layer->in[1],
                        layer->in[2]);
    layer->filter = size;
    layer->shape = shape;
    set_result(plan, layer, filters, height, width);
}

void plan_conv(layer_plan *plan, size_t filters, size_t size, conv_shape shape)
{
    add_conv(__func__, plan, LAYER_CONV, filters, size, shape);
}

void plan_conv_transpose(layer_plan *plan, size_t filters, size_t size, conv_shape shape)
{
    add_conv(__func__, plan, LAYER_CONV_TRANSPOSE, filters, size, shape);
}

void plan_relu(layer_plan *plan)
{
    add_layer(__func__, plan, LAYER_RELU);
}

void plan_leaky_relu(layer_plan *plan, double slope)
{
    add_layer(__func__, plan, LAYER_LEAKY_RELU)->slope = slope;
}

void plan_tanh(layer_plan *plan)
{
    add_layer(__func__, plan, LAYER_TANH);
}

void plan_sigmoid(layer_plan *plan)
{
    add_layer(__func__, plan, LAYER_SIGMOID);
}

void plan_batch_norm(layer_plan *plan)
{
    check_vector(__func__, plan);
    add_layer(__func__, plan, LAYER_BATCH_NORM);
}

void plan_spatial_batch_norm(layer_plan *plan)
{
    add_layer(__func__, plan, LAYER_SPATIAL_BATCH_NORM);
}

static void add_pool(const char *function, layer_plan *plan, layer_kind kind, size_t size)
{
    layer_description *layer = add_layer(function, plan, kind);
    if (size == 0 || layer->in[1] % size != 0 || layer->in[2] % size != 0)
        contract_failed(function, "windows of side %zu do not divide %zu x %zu pixels", size,
                        layer->in[1], layer->in[2]);
    layer->filter = size;
    set_result(plan, layer, layer->in[0], layer->in[1] / size, layer->in[2] / size);
}

void plan_max_pool(layer_plan *plan, size_t size)
{
    add_pool(__func__, plan, LAYER_MAX_POOL, size);
}

void plan_mean_pool(layer_plan *plan, size_t size)
{
    add_pool(__func__, plan, LAYER_MEAN_POOL, size);
}

void plan_reshape(layer_plan *plan, size_t channels, size_t height, size_t width)
{
    size_t has = plan->shape[0] * plan->shape[1] * plan->shape[2];
    if (channels * height * width != has)
        contract_failed(__func__, "%zu x %zu x %zu is not %zu numbers", channels, height, width,
                        has);
    set_result(plan, add_layer(__func__, plan, LAYER_RESHAPE), channels, height, width);
}

static size_t parameters_of(const layer_description *layer)
{
    switch (layer->kind) {
    case LAYER_AFFINE:
        return (layer->in[0] + 1) * layer->out[0];
    case LAYER_CONV:
    case LAYER_CONV_TRANSPOSE:
        return (layer->in[0] * layer->filter * layer->filter + 1) * layer->out[0];
    case LAYER_BATCH_NORM:
    case LAYER_SPATIAL_BATCH_NORM:
        return 2 * layer->in[0];
    default:
        return 0;
    }
}

size_t layer_plan_parameters(const layer_plan *plan)
{
    size_t sum = 0;
    for (size_t i = 0; i < plan->count; i++)
        sum += parameters_of(&plan->layers[i]);
    return sum;
}
