/* Fully connected nets. fc_net.h specifies each function. */
#include "fc_net.h"

#include "contract.h"
#include "dropout.h"
#include "layers.h"

/* Stops the program unless net's layers fit one another, and X, flattened, the first. */
static void check_net(const char *function, const fc_net *net, const tensor *X)
{
    tensor flat = tensor_flattened(X);
    if (net->depth < 1 || net->depth > FC_NET_MOST_LAYERS)
        contract_failed(function, "the net has %zu layers, should have 1 to %d", net->depth,
                        FC_NET_MOST_LAYERS);
    check_shape_2d(function, "X (flattened)", &flat, X->shape[0], net->layers[0].W->shape[0]);
    for (size_t l = 0; l + 1 < net->depth; l++)
        check_shape_2d(function, "a layer's W", net->layers[l + 1].W, net->layers[l].W->shape[1],
                       net->layers[l + 1].W->shape[1]);
}

/* How many classes the net tells apart. */
static size_t class_count(const fc_net *net)
{
    return net->layers[net->depth - 1].W->shape[1];
}

void fc_net_init(fc_net *net, real weight_scale, random_state *random)
{
    /* TODO: a loop over the layers; the last one has no gamma and beta. */
    NOT_IMPLEMENTED(net, weight_scale, random);
}

void fc_net_scores(const fc_net *net, const tensor *X, tensor *scores)
{
    check_net(__func__, net, X);
    check_shape_2d(__func__, "scores", scores, X->shape[0], class_count(net));
    /* TODO: layer after layer; the output of one is the input of the next. */
    NOT_IMPLEMENTED(net, X, scores);
}

real fc_net_loss(fc_net *net, const tensor *X, const labels *y, random_state *random,
                 const fc_layer *gradients)
{
    check_net(__func__, net, X);
    check_labels(__func__, "y", y, X->shape[0], class_count(net));
    for (size_t l = 0; l < net->depth; l++) {
        check_same_shape(__func__, "a gradient's W", gradients[l].W, net->layers[l].W);
        check_same_shape(__func__, "a gradient's b", gradients[l].b, net->layers[l].b);
    }
    /*
     * TODO: the forward pass, keeping each layer's input and its caches; the loss; then the layers
     * in the opposite order. Last, the regularization of every W.
     */
    return NOT_IMPLEMENTED(net, X, y, random, gradients);
}

void fc_net_predict(const fc_net *net, const tensor *X, labels *predicted)
{
    check_net(__func__, net, X);
    check_labels(__func__, "predicted", predicted, X->shape[0], SIZE_MAX);
    /* TODO: the index of the largest score in each row. */
    NOT_IMPLEMENTED(net, X, predicted);
}
