/* A fully connected net's memory and its connection to the solver. Given: nothing to write here. */
#include "fc_net_model.h"

#include <stdlib.h>

#include "contract.h"

static fc_layer layer_new(size_t inputs, size_t outputs, bool normalized)
{
    return (fc_layer){.W = tensor_new_2d(inputs, outputs),
                      .b = tensor_new_1d(outputs),
                      .gamma = normalized ? tensor_new_1d(outputs) : NULL,
                      .beta = normalized ? tensor_new_1d(outputs) : NULL};
}

static void layer_clear(fc_layer *layer)
{
    tensor_free(layer->W);
    tensor_free(layer->b);
    tensor_free(layer->gamma);
    tensor_free(layer->beta);
    *layer = (fc_layer){0};
}

trainable_fc_net trainable_fc_net_new(size_t depth, const size_t *sizes, normalization kind)
{
    trainable_fc_net t = {
        .net = {.depth = depth, .normalization = kind, .eps = (real)1e-5, .keep = 1}};
    if (depth < 1 || depth > FC_NET_MOST_LAYERS)
        contract_failed(__func__, "depth is %zu, should be 1 to %d", depth, FC_NET_MOST_LAYERS);
    for (size_t l = 0; l < depth; l++) {
        bool normalized = kind != NORMALIZATION_NONE && l + 1 < depth;
        t.net.layers[l] = layer_new(sizes[l], sizes[l + 1], normalized);
        t.gradients[l] = layer_new(sizes[l], sizes[l + 1], normalized);
        if (normalized && kind == NORMALIZATION_BATCH)
            t.net.states[l] = (batchnorm_state){.running_mean = tensor_new_1d(sizes[l + 1]),
                                                .running_variance = tensor_new_1d(sizes[l + 1]),
                                                .momentum = (real)0.9,
                                                .eps = (real)1e-5};
    }
    random_seed(&t.random, 231);
    return t;
}

void trainable_fc_net_clear(trainable_fc_net *t)
{
    for (size_t l = 0; l < t->net.depth; l++) {
        layer_clear(&t->net.layers[l]);
        layer_clear(&t->gradients[l]);
        tensor_free(t->net.states[l].running_mean);
        tensor_free(t->net.states[l].running_variance);
    }
    t->net.depth = 0;
}

static real loss(void *self, const tensor *X, const labels *y)
{
    trainable_fc_net *t = self;
    return fc_net_loss(&t->net, X, y, &t->random, t->gradients);
}

static void predict(void *self, const tensor *X, labels *out)
{
    const trainable_fc_net *t = self;
    fc_net_predict(&t->net, X, out);
}

model trainable_fc_net_model(trainable_fc_net *t)
{
    static const char *const names[FC_NET_MOST_LAYERS][4] = {
        {"W1", "b1", "gamma1", "beta1"},     {"W2", "b2", "gamma2", "beta2"},
        {"W3", "b3", "gamma3", "beta3"},     {"W4", "b4", "gamma4", "beta4"},
        {"W5", "b5", "gamma5", "beta5"},     {"W6", "b6", "gamma6", "beta6"},
        {"W7", "b7", "gamma7", "beta7"},     {"W8", "b8", "gamma8", "beta8"},
        {"W9", "b9", "gamma9", "beta9"},     {"W10", "b10", "gamma10", "beta10"},
        {"W11", "b11", "gamma11", "beta11"}, {"W12", "b12", "gamma12", "beta12"}};
    model m = {.self = t, .parameters = t->parameters, .loss = loss, .predict = predict};
    for (size_t l = 0; l < t->net.depth; l++) {
        const fc_layer *layer = &t->net.layers[l];
        const fc_layer *gradient = &t->gradients[l];
        const parameter all[] = {{names[l][0], layer->W, gradient->W},
                                 {names[l][1], layer->b, gradient->b},
                                 {names[l][2], layer->gamma, gradient->gamma},
                                 {names[l][3], layer->beta, gradient->beta}};
        for (size_t i = 0; i < 4; i++)
            if (all[i].value != NULL)
                m.parameters[m.parameter_count++] = all[i];
    }
    return m;
}
