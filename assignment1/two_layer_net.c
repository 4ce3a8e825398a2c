/* A two-layer net out of the layers of layers.h. */
#include "two_layer_net.h"

#include "contract.h"
#include "layers.h"

void two_layer_net_init(two_layer_net *net, real weight_scale, random_state *random)
{
    /* TODO: normal numbers for the weights, W1 first; zeros for the biases. */
    NOT_IMPLEMENTED(net, weight_scale, random);
}

void two_layer_net_scores(const two_layer_net *net, const tensor *X, tensor *scores)
{
    /* TODO: affine, ReLU, affine. What lies between two layers needs a tensor of your own. */
    NOT_IMPLEMENTED(net, X, scores);
}

real two_layer_net_loss(const two_layer_net *net, const tensor *X, const labels *y,
                        two_layer_net *gradients)
{
    /*
     * TODO: forward as in two_layer_net_scores, keeping what each layer saw; the loss of the
     * scores; then the layers backward, last one first. Regularize W1 and W2, in the loss and in
     * their gradients.
     */
    return NOT_IMPLEMENTED(net, X, y, gradients);
}

void two_layer_net_predict(const two_layer_net *net, const tensor *X, labels *predicted)
{
    /* TODO: the column of the largest score in each row. */
    NOT_IMPLEMENTED(net, X, predicted);
}
