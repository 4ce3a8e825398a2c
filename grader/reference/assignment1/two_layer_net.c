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
#ifdef SOLUTION
    tensor_fill_normal(net->W1, random, 0, weight_scale);
    tensor_fill_normal(net->W2, random, 0, weight_scale);
    tensor_fill(net->b1, 0);
    tensor_fill(net->b2, 0);
#else
    /* TODO: random.h fills tensors; the header gives the order. */
    NOT_IMPLEMENTED(net, weight_scale, random);
#endif
}

#ifdef SOLUTION
/*
 * The forward pass: hidden, N x H, receives the affine layer's output, before the ReLU; active,
 * N x H, what is after it; scores, N x C, the result.
 */
static void forward(const two_layer_net *net, const tensor *X, tensor *hidden, tensor *active,
                    tensor *scores)
{
    affine_forward(X, net->W1, net->b1, hidden);
    relu_forward(hidden, active);
    affine_forward(active, net->W2, net->b2, scores);
}
#endif

void two_layer_net_scores(const two_layer_net *net, const tensor *X, tensor *scores)
{
    check_examples(__func__, net, X);
    check_shape_2d(__func__, "scores", scores, X->shape[0], net->W2->shape[1]);
#ifdef SOLUTION
    tensor *hidden = tensor_new_2d(X->shape[0], net->W1->shape[1]);
    tensor *active = tensor_new_like(hidden);
    forward(net, X, hidden, active, scores);
    tensor_free(hidden);
    tensor_free(active);
#else
    /*
     * TODO: three calls of layers.h, with N x H tensors for the intermediate results
     * (tensor_new_2d, and tensor_free at the end).
     */
    NOT_IMPLEMENTED(net, X, scores);
#endif
}

#ifdef SOLUTION
#include "matmul.h"

/*
 * affine_backward for the layer that sees the images. Nobody needs their gradient, which would take
 * as long as that of the weights.
 */
static void first_layer_backward(const tensor *dhidden, const tensor *X, tensor *dW1, tensor *db1)
{
    size_t N = dhidden->shape[0];
    size_t H = dhidden->shape[1];
    matmul_transposed_left(X, dhidden, dW1); /* D x N times N x H */
    tensor_fill(db1, 0);
    for (size_t i = 0; i < N; i++)
        for (size_t h = 0; h < H; h++)
            db1->data[h] += dhidden->data[i * H + h];
}
#endif

real two_layer_net_loss(const two_layer_net *net, const tensor *X, const labels *y,
                        two_layer_net *gradients)
{
    check_examples(__func__, net, X);
    check_labels(__func__, "y", y, X->shape[0], net->W2->shape[1]);
    check_same_shape(__func__, "gradients->W1", gradients->W1, net->W1);
    check_same_shape(__func__, "gradients->b1", gradients->b1, net->b1);
    check_same_shape(__func__, "gradients->W2", gradients->W2, net->W2);
    check_same_shape(__func__, "gradients->b2", gradients->b2, net->b2);
#ifdef SOLUTION
    tensor *hidden = tensor_new_2d(X->shape[0], net->W1->shape[1]); /* N x H */
    tensor *active = tensor_new_like(hidden);
    tensor *scores = tensor_new_2d(X->shape[0], net->W2->shape[1]); /* N x C */
    tensor *dhidden = tensor_new_like(hidden);
    tensor *dactive = tensor_new_like(hidden);
    tensor *dscores = tensor_new_like(scores);

    forward(net, X, hidden, active, scores);
    double loss = softmax_loss(scores, y, dscores);
    affine_backward(dscores, active, net->W2, dactive, gradients->W2, gradients->b2);
    relu_backward(dactive, hidden, dhidden);
    first_layer_backward(dhidden, X, gradients->W1, gradients->b1);

    loss += 0.5 * net->reg * (tensor_sum_of_squares(net->W1) + tensor_sum_of_squares(net->W2));
    tensor_add_scaled(net->W1, net->reg, gradients->W1);
    tensor_add_scaled(net->W2, net->reg, gradients->W2);

    tensor_free(hidden);
    tensor_free(active);
    tensor_free(scores);
    tensor_free(dhidden);
    tensor_free(dactive);
    tensor_free(dscores);
    return loss;
#else
    /*
     * TODO: the forward pass, the loss, then each layer's backward function in the opposite order;
     * each needs the inputs of its forward function. Last, the regularization of W1 and W2.
     */
    return NOT_IMPLEMENTED(net, X, y, gradients);
#endif
}

void two_layer_net_predict(const two_layer_net *net, const tensor *X, labels *predicted)
{
    check_examples(__func__, net, X);
    check_labels(__func__, "predicted", predicted, X->shape[0], SIZE_MAX);
#ifdef SOLUTION
    tensor *scores = tensor_new_2d(X->shape[0], net->W2->shape[1]); /* N x C */
    two_layer_net_scores(net, X, scores);
    tensor_argmax_rows(scores, predicted);
    tensor_free(scores);
#else
    /* TODO: the index of the largest score in each row. */
    NOT_IMPLEMENTED(net, X, predicted);
#endif
}
