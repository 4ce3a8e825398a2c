/* The convolutional net's memory and its connection to the solver. Given: nothing to write here. */
#include "convnet_model.h"

const convnet_sizes convnet_sizes_default = {
    .C = 3, .H = 32, .W = 32, .F = 32, .f = 7, .hidden = 100, .classes = 10};

static three_layer_convnet net_new(const convnet_sizes *s)
{
    return (three_layer_convnet){.W1 = tensor_new_4d(s->F, s->C, s->f, s->f),
                                 .b1 = tensor_new_1d(s->F),
                                 .W2 = tensor_new_2d(s->F * (s->H / 2) * (s->W / 2), s->hidden),
                                 .b2 = tensor_new_1d(s->hidden),
                                 .W3 = tensor_new_2d(s->hidden, s->classes),
                                 .b3 = tensor_new_1d(s->classes)};
}

static void net_clear(three_layer_convnet *net)
{
    tensor_free(net->W1);
    tensor_free(net->b1);
    tensor_free(net->W2);
    tensor_free(net->b2);
    tensor_free(net->W3);
    tensor_free(net->b3);
    *net = (three_layer_convnet){0};
}

trainable_convnet trainable_convnet_new(const convnet_sizes *sizes)
{
    return (trainable_convnet){.net = net_new(sizes), .gradients = net_new(sizes)};
}

void trainable_convnet_clear(trainable_convnet *t)
{
    net_clear(&t->net);
    net_clear(&t->gradients);
}

static real loss(void *self, const tensor *X, const labels *y)
{
    trainable_convnet *t = self;
    return three_layer_convnet_loss(&t->net, X, y, &t->gradients);
}

static void predict(void *self, const tensor *X, labels *out)
{
    const trainable_convnet *t = self;
    three_layer_convnet_predict(&t->net, X, out);
}

model trainable_convnet_model(trainable_convnet *t)
{
    const three_layer_convnet *net = &t->net, *gradients = &t->gradients;
    t->parameters[0] = (parameter){"W1", net->W1, gradients->W1};
    t->parameters[1] = (parameter){"b1", net->b1, gradients->b1};
    t->parameters[2] = (parameter){"W2", net->W2, gradients->W2};
    t->parameters[3] = (parameter){"b2", net->b2, gradients->b2};
    t->parameters[4] = (parameter){"W3", net->W3, gradients->W3};
    t->parameters[5] = (parameter){"b3", net->b3, gradients->b3};
    return (model){.self = t,
                   .parameter_count = 6,
                   .parameters = t->parameters,
                   .loss = loss,
                   .predict = predict};
}
