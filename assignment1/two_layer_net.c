/* The two-layer net, from the functions of layers.h. two_layer_net.h specifies each function. */
#include "two_layer_net.h"

#include "contract.h"
#include "layers.h"

/* Stops the program unless the tensors of net fit one another. */
static void check_net(const char *function, const two_layer_net *net)
{
    check_rank(function, "W1", net->W1, 2);
    check_rank(function, "W2", net->W2, 2);
    check_shape_1d(function, "b1", net->b1, net->W1->shape[1]);
    check_shape_2d(function, "W2", net->W2, net->W1->shape[1], net->W2->shape[1]);
    check_shape_1d(function, "b2", net->b2, net->W2->shape[1]);
}

/* Stops the program unless each example in X, flattened, has as many numbers as W1 has rows. */
static void check_examples(const char *function, const two_layer_net *net, const tensor *X)
{
    check_net(function, net);
    if (X == NULL)
        contract_failed(function, "X is NULL");
    tensor flat = tensor_flattened(X);
    check_shape_2d(function, "X (flattened)", &flat, X->shape[0], net->W1->shape[0]);
}

void two_layer_net_init(two_layer_net *net, real weight_scale, random_state *random)
{
    check_net(__func__, net);
    /* TODO: random.h fills tensors; the header gives the order. */
    NOT_IMPLEMENTED(net, weight_scale, random);
}

void two_layer_net_scores(const two_layer_net *net, const tensor *X, tensor *scores)
{
    check_examples(__func__, net, X);
    check_shape_2d(__func__, "scores", scores, X->shape[0], net->W2->shape[1]);
    /*
     * TODO: three calls of layers.h, with N x H tensors for the intermediate results
     * (tensor_new_2d, and tensor_free at the end).
     */
    NOT_IMPLEMENTED(net, X, scores);
}

real two_layer_net_loss(const two_layer_net *net, const tensor *X, const labels *y,
                        two_layer_net *gradients)
{
    check_examples(__func__, net, X);
    check_labels(__func__, "y", y, X->shape[0], net->W2->shape[1]);
    check_same_shape(__func__, "gradients->W1", gradients->W1, net->W1);
    check_same_shape(__func__, "gradients->b1", gradients->b1, net->b1);
    check_same_shape(__func__, "gradients->W2", gradients->W2, net->W2);
    check_same_shape(__func__, "gradients->b2", gradients->b2, net->b2);
    /*
     * TODO: the forward pass, the loss, then each layer's backward function in the opposite order;
     * each needs the inputs of its forward function. Last, the regularization of W1 and W2.
     */
    return NOT_IMPLEMENTED(net, X, y, gradients);
}

void two_layer_net_predict(const two_layer_net *net, const tensor *X, labels *predicted)
{
    check_examples(__func__, net, X);
    check_labels(__func__, "predicted", predicted, X->shape[0], SIZE_MAX);
    /* TODO: the index of the largest score in each row. */
    NOT_IMPLEMENTED(net, X, predicted);
}
