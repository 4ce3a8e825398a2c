/* The two-layer net: what a pass needs lies in one struct, and predictions are made in slices. */
#include "two_layer_net.h"

#include "contract.h"
#include "layers.h"

enum { SLICE = 100 };

/* What passes between the layers for N examples; in the backward pass their gradients. */
typedef struct activations {
    tensor *before; /* N x H   before the ReLU */
    tensor *hidden; /* N x H   after it */
    tensor *scores; /* N x C */
} activations;

static activations activations_new(const two_layer_net *net, size_t N)
{
    return (activations){.before = tensor_new_2d(N, net->W1->shape[1]),
                         .hidden = tensor_new_2d(N, net->W1->shape[1]),
                         .scores = tensor_new_2d(N, net->W2->shape[1])};
}

static void activations_free(activations *a)
{
    tensor_free(a->scores);
    tensor_free(a->hidden);
    tensor_free(a->before);
}

static void forward(const two_layer_net *net, const tensor *X, activations *a)
{
    affine_forward(X, net->W1, net->b1, a->before);
    relu_forward(a->before, a->hidden);
    affine_forward(a->hidden, net->W2, net->b2, a->scores);
}

/* Adds the gradient of 0.5 * reg * sum(W^2) to dW and returns that penalty. */
static real decay(const tensor *W, real reg, tensor *dW)
{
    real half = reg / 2;
    tensor_add_scaled(W, reg, dW);
    return half * tensor_sum_of_squares(W);
}

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
    tensor_fill_normal(net->W2, random, 0, weight_scale);
    tensor_fill(net->b2, 0);
    tensor_fill(net->b1, 0);
}

void two_layer_net_scores(const two_layer_net *net, const tensor *X, tensor *scores)
{
    check_examples(__func__, net, X);
    check_shape_2d(__func__, "scores", scores, X->shape[0], net->W2->shape[1]);
    activations a = activations_new(net, X->shape[0]);
    forward(net, X, &a);
    tensor_copy(a.scores, scores);
    activations_free(&a);
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
    activations a = activations_new(net, X->shape[0]);
    activations d = activations_new(net, X->shape[0]);
    tensor *dX = tensor_new_like(X);
    forward(net, X, &a);
    real loss = softmax_loss(a.scores, y, d.scores);
    affine_backward(d.scores, a.hidden, net->W2, d.hidden, gradients->W2, gradients->b2);
    relu_backward(d.hidden, a.before, d.before);
    affine_backward(d.before, X, net->W1, dX, gradients->W1, gradients->b1);
    loss += decay(net->W1, net->reg, gradients->W1);
    loss += decay(net->W2, net->reg, gradients->W2);
    tensor_free(dX);
    activations_free(&d);
    activations_free(&a);
    return loss;
}

void two_layer_net_predict(const two_layer_net *net, const tensor *X, labels *predicted)
{
    check_examples(__func__, net, X);
    check_labels(__func__, "predicted", predicted, X->shape[0], SIZE_MAX);
    size_t N = X->shape[0];
    for (size_t first = 0; first < N; first += SLICE) {
        size_t count = N - first < SLICE ? N - first : SLICE;
        tensor slice = tensor_rows(X, first, count);
        labels out = labels_slice(predicted, first, count);
        tensor *scores = tensor_new_2d(count, net->W2->shape[1]);
        two_layer_net_scores(net, &slice, scores);
        tensor_argmax_rows(scores, &out);
        tensor_free(scores);
    }
}
