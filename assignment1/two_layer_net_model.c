/* The two-layer net's memory and its connection to the solver. Given: nothing to write here. */
#include "two_layer_net_model.h"

#include <stdlib.h>

#include "contract.h"

two_layer_net *two_layer_net_new(size_t D, size_t H, size_t C)
{
    two_layer_net *net = malloc(sizeof *net);
    if (net == NULL)
        contract_failed(__func__, "no memory");
    *net = (two_layer_net){.W1 = tensor_new_2d(D, H),
                           .b1 = tensor_new_1d(H),
                           .W2 = tensor_new_2d(H, C),
                           .b2 = tensor_new_1d(C)};
    return net;
}

void two_layer_net_free(two_layer_net *net)
{
    if (net == NULL)
        return;
    tensor_free(net->W1);
    tensor_free(net->b1);
    tensor_free(net->W2);
    tensor_free(net->b2);
    free(net);
}

trainable_net trainable_net_new(size_t D, size_t H, size_t C)
{
    return (trainable_net){.net = two_layer_net_new(D, H, C),
                           .gradients = two_layer_net_new(D, H, C)};
}

void trainable_net_clear(trainable_net *t)
{
    two_layer_net_free(t->net);
    two_layer_net_free(t->gradients);
    *t = (trainable_net){0};
}

static real loss(void *self, const tensor *X, const labels *y)
{
    trainable_net *t = self;
    return two_layer_net_loss(t->net, X, y, t->gradients);
}

static void predict(void *self, const tensor *X, labels *out)
{
    const trainable_net *t = self;
    two_layer_net_predict(t->net, X, out);
}

model trainable_net_model(trainable_net *t)
{
    t->parameters[0] = (parameter){"W1", t->net->W1, t->gradients->W1};
    t->parameters[1] = (parameter){"b1", t->net->b1, t->gradients->b1};
    t->parameters[2] = (parameter){"W2", t->net->W2, t->gradients->W2};
    t->parameters[3] = (parameter){"b2", t->net->b2, t->gradients->b2};
    return (model){.self = t,
                   .parameter_count = 4,
                   .parameters = t->parameters,
                   .loss = loss,
                   .predict = predict};
}
