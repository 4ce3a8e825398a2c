/* Layers that can be looked at, and a small net of them. */
#include "feature_extractor.h"

#include <stdlib.h>

#include "contract.h"
#include "matmul.h"

void extractor_clear_gradients(feature_extractor *extractor)
{
    for (size_t l = 0; l < extractor->layer_count; l++)
        tensor_fill(extractor->gradients[l], 0);
}

/* Of each layer its input, C_(l-1) x pixels, and what it squares, C_l x pixels. */
typedef struct mixing_net {
    feature_extractor *extractor;
    tensor *const *weights;
    tensor **inputs, **sums;
} mixing_net;

static void mixing_forward(void *self, const tensor *image)
{
    mixing_net *net = self;
    const tensor *before = image;
    for (size_t l = 0; l < net->extractor->layer_count; l++) {
        tensor *features = net->extractor->features[l];
        tensor_copy(before, net->inputs[l]);
        matmul(net->weights[l], net->inputs[l], net->sums[l]);
        for (size_t i = 0; i < features->size; i++)
            features->data[i] = net->sums[l]->data[i] * net->sums[l]->data[i] / 2;
        before = features;
    }
}

static void mixing_backward(void *self, tensor *dimage)
{
    mixing_net *net = self;
    tensor *upstream = NULL; /* with respect to the features of layer l, by the layers above it */
    for (size_t l = net->extractor->layer_count; l-- > 0;) {
        tensor *dsums = tensor_new_like(net->sums[l]), *dinputs = tensor_new_like(net->inputs[l]);
        tensor_copy(net->extractor->gradients[l], dsums);
        if (upstream != NULL)
            tensor_add(dsums, upstream, dsums);
        tensor_multiply(dsums, net->sums[l], dsums);
        matmul_transposed_left(net->weights[l], dsums, dinputs);
        tensor_free(dsums);
        tensor_free(upstream);
        upstream = dinputs;
    }
    tensor_copy(upstream, dimage);
    tensor_free(upstream);
}

static void *allocated(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (memory == NULL)
        contract_failed("mixing_extractor_new", "there is no memory for %zu layers", count);
    return memory;
}

feature_extractor *mixing_extractor_new(const size_t *shape, size_t layer_count,
                                        tensor *const *weights)
{
    if (layer_count == 0)
        contract_failed(__func__, "layer_count is 0, should be at least 1");
    feature_extractor *extractor = allocated(1, sizeof *extractor);
    mixing_net *net = allocated(1, sizeof *net);
    net->inputs = allocated(layer_count, sizeof *net->inputs);
    net->sums = allocated(layer_count, sizeof *net->sums);
    net->weights = weights;
    net->extractor = extractor;
    *extractor = (feature_extractor){.self = net,
                                     .layer_count = layer_count,
                                     .features = allocated(layer_count, sizeof(tensor *)),
                                     .gradients = allocated(layer_count, sizeof(tensor *)),
                                     .forward = mixing_forward,
                                     .backward = mixing_backward};
    size_t pixels = shape[2] * shape[3];
    size_t before = shape[1];
    for (size_t l = 0; l < layer_count; l++) {
        check_rank(__func__, "weights", weights[l], 2);
        size_t channels = weights[l]->shape[0];
        check_shape_2d(__func__, "weights", weights[l], channels, before);
        net->inputs[l] = tensor_new_2d(before, pixels);
        net->sums[l] = tensor_new_2d(channels, pixels);
        extractor->features[l] = tensor_new_4d(1, channels, shape[2], shape[3]);
        extractor->gradients[l] = tensor_new_like(extractor->features[l]);
        before = channels;
    }
    return extractor;
}

void mixing_extractor_free(feature_extractor *extractor)
{
    if (extractor == NULL)
        return;
    mixing_net *net = extractor->self;
    for (size_t l = 0; l < extractor->layer_count; l++) {
        tensor_free(net->inputs[l]);
        tensor_free(net->sums[l]);
        tensor_free(extractor->features[l]);
        tensor_free(extractor->gradients[l]);
    }
    free(net->inputs);
    free(net->sums);
    free(net);
    free(extractor->features);
    free(extractor->gradients);
    free(extractor);
}
