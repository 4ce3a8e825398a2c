/* The three-layer convolutional net. convnet.h specifies each function. */
#include "convnet.h"

#include "contract.h"
#include "conv_fast.h"
#include "layers.h"
#include "sandwiches.h"

/* Stops the program unless the tensors of net fit one another. */
static void check_net(const char *function, const three_layer_convnet *net)
{
    check_rank(function, "W1", net->W1, 4);
    check_rank(function, "W2", net->W2, 2);
    check_rank(function, "W3", net->W3, 2);
    if (net->W1->shape[2] % 2 == 0 || net->W1->shape[3] != net->W1->shape[2])
        contract_failed(function, "the filters are %zu x %zu, should have one odd size",
                        net->W1->shape[2], net->W1->shape[3]);
    check_shape_1d(function, "b1", net->b1, net->W1->shape[0]);
    check_shape_1d(function, "b2", net->b2, net->W2->shape[1]);
    check_shape_2d(function, "W3", net->W3, net->W2->shape[1], net->W3->shape[1]);
    check_shape_1d(function, "b3", net->b3, net->W3->shape[1]);
}

/* Stops the program unless the images X are of the size that net's W2 expects. */
static void check_images(const char *function, const three_layer_convnet *net, const tensor *X)
{
    check_net(function, net);
    check_rank(function, "X", X, 4);
    check_shape_4d(function, "X", X, X->shape[0], net->W1->shape[1], X->shape[2], X->shape[3]);
    check_shape_2d(function, "W2", net->W2,
                   net->W1->shape[0] * (X->shape[2] / 2) * (X->shape[3] / 2), net->W2->shape[1]);
}

void three_layer_convnet_init(three_layer_convnet *net, real weight_scale, random_state *random)
{
    check_net(__func__, net);
    /* TODO: random.h fills tensors; the header gives the order. */
    NOT_IMPLEMENTED(net, weight_scale, random);
}

void three_layer_convnet_scores(const three_layer_convnet *net, const tensor *X, tensor *scores)
{
    check_images(__func__, net, X);
    check_shape_2d(__func__, "scores", scores, X->shape[0], net->W3->shape[1]);
    /* TODO: one call per layer or sandwich, with a tensor for each intermediate result. */
    NOT_IMPLEMENTED(net, X, scores);
}

real three_layer_convnet_loss(const three_layer_convnet *net, const tensor *X, const labels *y,
                              three_layer_convnet *gradients)
{
    check_images(__func__, net, X);
    check_labels(__func__, "y", y, X->shape[0], net->W3->shape[1]);
    check_same_shape(__func__, "gradients->W1", gradients->W1, net->W1);
    check_same_shape(__func__, "gradients->W2", gradients->W2, net->W2);
    check_same_shape(__func__, "gradients->W3", gradients->W3, net->W3);
    /*
     * TODO: the forward pass, keeping each layer's input; the loss; each layer's backward function
     * in the opposite order; the regularization of W1, W2 and W3.
     */
    return NOT_IMPLEMENTED(net, X, y, gradients);
}

void three_layer_convnet_predict(const three_layer_convnet *net, const tensor *X, labels *predicted)
{
    check_images(__func__, net, X);
    check_labels(__func__, "predicted", predicted, X->shape[0], SIZE_MAX);
    /* TODO: the index of the largest score in each row. */
    NOT_IMPLEMENTED(net, X, predicted);
}
