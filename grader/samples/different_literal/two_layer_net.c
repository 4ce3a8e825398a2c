/* The two-layer net: a line for each line of the formula, forwards and then backwards. */
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

/* Stops the program unless the examples in X, flattened, have as many numbers as W1 has rows. */
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
    tensor_fill_normal(net->W1, random, 0, weight_scale);
    for (size_t i = 0; i < net->b1->size; i++)
        net->b1->data[i] = 0;
    tensor_fill_normal(net->W2, random, 0, weight_scale);
    for (size_t i = 0; i < net->b2->size; i++)
        net->b2->data[i] = 0;
}

void two_layer_net_scores(const two_layer_net *net, const tensor *X, tensor *scores)
{
    check_examples(__func__, net, X);
    check_shape_2d(__func__, "scores", scores, X->shape[0], net->W2->shape[1]);
    size_t N = X->shape[0];
    size_t H = net->W1->shape[1];
    tensor *a1 = tensor_new_2d(N, H);
    tensor *h1 = tensor_new_2d(N, H);
    affine_forward(X, net->W1, net->b1, a1);
    relu_forward(a1, h1);
    affine_forward(h1, net->W2, net->b2, scores);
    tensor_free(h1);
    tensor_free(a1);
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
    size_t N = X->shape[0];
    size_t H = net->W1->shape[1];
    size_t C = net->W2->shape[1];
    tensor *a1 = tensor_new_2d(N, H);
    tensor *h1 = tensor_new_2d(N, H);
    tensor *scores = tensor_new_2d(N, C);
    affine_forward(X, net->W1, net->b1, a1);
    relu_forward(a1, h1);
    affine_forward(h1, net->W2, net->b2, scores);

    tensor *dscores = tensor_new_2d(N, C);
    real data_loss = softmax_loss(scores, y, dscores);
    real reg_loss = 0;
    for (size_t i = 0; i < net->W1->size; i++)
        reg_loss += 0.5 * net->reg * net->W1->data[i] * net->W1->data[i];
    for (size_t i = 0; i < net->W2->size; i++)
        reg_loss += 0.5 * net->reg * net->W2->data[i] * net->W2->data[i];

    tensor *dh1 = tensor_new_2d(N, H);
    tensor *da1 = tensor_new_2d(N, H);
    tensor *dX = tensor_new_like(X);
    affine_backward(dscores, h1, net->W2, dh1, gradients->W2, gradients->b2);
    relu_backward(dh1, a1, da1);
    affine_backward(da1, X, net->W1, dX, gradients->W1, gradients->b1);
    for (size_t i = 0; i < net->W1->size; i++)
        gradients->W1->data[i] += net->reg * net->W1->data[i];
    for (size_t i = 0; i < net->W2->size; i++)
        gradients->W2->data[i] += net->reg * net->W2->data[i];

    tensor_free(dX);
    tensor_free(da1);
    tensor_free(dh1);
    tensor_free(dscores);
    tensor_free(scores);
    tensor_free(h1);
    tensor_free(a1);
    return data_loss + reg_loss;
}

void two_layer_net_predict(const two_layer_net *net, const tensor *X, labels *predicted)
{
    check_examples(__func__, net, X);
    check_labels(__func__, "predicted", predicted, X->shape[0], SIZE_MAX);
    size_t N = X->shape[0];
    size_t C = net->W2->shape[1];
    tensor *scores = tensor_new_2d(N, C);
    two_layer_net_scores(net, X, scores);
    for (size_t i = 0; i < N; i++) {
        size_t best = 0;
        for (size_t c = 0; c < C; c++)
            if (scores->data[i * C + c] > scores->data[i * C + best])
                best = c;
        predicted->data[i] = best;
    }
    tensor_free(scores);
}
