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
#ifdef SOLUTION
    tensor_fill_normal(net->W1, random, 0, weight_scale);
    tensor_fill_normal(net->W2, random, 0, weight_scale);
    tensor_fill_normal(net->W3, random, 0, weight_scale);
    tensor_fill(net->b1, 0);
    tensor_fill(net->b2, 0);
    tensor_fill(net->b3, 0);
#else
    /* TODO: random.h fills tensors; the header gives the order. */
    NOT_IMPLEMENTED(net, weight_scale, random);
#endif
}

#ifdef SOLUTION
static const pool_shape pooling = {2, 2, 2};

/* Padding that keeps the image's size. */
static conv_shape conv_of(const three_layer_convnet *net)
{
    return (conv_shape){.stride = 1, .pad = (net->W1->shape[2] - 1) / 2};
}

/* What each layer made of the images, as far as the way back needs it. */
typedef struct activations {
    tensor *pooled, *winners; /* N x F x H/2 x W/2 */
    tensor *affine, *hidden;  /* N x hidden: before and after the ReLU */
} activations;

static activations forward(const three_layer_convnet *net, const tensor *X, tensor *scores)
{
    size_t N = X->shape[0], hidden = net->W2->shape[1];
    activations a = {.affine = tensor_new_2d(N, hidden), .hidden = tensor_new_2d(N, hidden)};
    a.pooled = tensor_new_4d(N, net->W1->shape[0], X->shape[2] / 2, X->shape[3] / 2);
    a.winners = tensor_new_like(a.pooled);
    fast_conv_relu_pool_forward(X, net->W1, net->b1, conv_of(net), pooling, a.pooled, a.winners);
    affine_relu_forward(a.pooled, net->W2, net->b2, a.affine, a.hidden);
    affine_forward(a.hidden, net->W3, net->b3, scores);
    return a;
}

static void activations_clear(activations *a)
{
    tensor_free(a->pooled);
    tensor_free(a->winners);
    tensor_free(a->affine);
    tensor_free(a->hidden);
}

/* Back from dscores through all layers, into the gradients; a is what forward left. */
static void backward(const three_layer_convnet *net, const tensor *X, const activations *a,
                     const tensor *dscores, three_layer_convnet *gradients)
{
    tensor *dhidden = tensor_new_like(a->hidden);
    tensor *dpooled = tensor_new_like(a->pooled);
    affine_backward(dscores, a->hidden, net->W3, dhidden, gradients->W3, gradients->b3);
    affine_relu_backward(dhidden, a->affine, a->pooled, net->W2, dpooled, gradients->W2,
                         gradients->b2);
    fast_conv_relu_pool_backward(dpooled, a->winners, X, net->W1, conv_of(net), pooling, NULL,
                                 gradients->W1, gradients->b1);
    tensor_free(dhidden);
    tensor_free(dpooled);
}
#endif

void three_layer_convnet_scores(const three_layer_convnet *net, const tensor *X, tensor *scores)
{
    check_images(__func__, net, X);
    check_shape_2d(__func__, "scores", scores, X->shape[0], net->W3->shape[1]);
#ifdef SOLUTION
    activations a = forward(net, X, scores);
    activations_clear(&a);
#else
    /* TODO: one call per layer or sandwich, with a tensor for each intermediate result. */
    NOT_IMPLEMENTED(net, X, scores);
#endif
}

real three_layer_convnet_loss(const three_layer_convnet *net, const tensor *X, const labels *y,
                              three_layer_convnet *gradients)
{
    check_images(__func__, net, X);
    check_labels(__func__, "y", y, X->shape[0], net->W3->shape[1]);
    check_same_shape(__func__, "gradients->W1", gradients->W1, net->W1);
    check_same_shape(__func__, "gradients->W2", gradients->W2, net->W2);
    check_same_shape(__func__, "gradients->W3", gradients->W3, net->W3);
#ifdef SOLUTION
    tensor *scores = tensor_new_2d(X->shape[0], net->W3->shape[1]);
    tensor *dscores = tensor_new_like(scores);
    activations a = forward(net, X, scores);
    double loss = softmax_loss(scores, y, dscores);
    backward(net, X, &a, dscores, gradients);

    loss += 0.5 * net->reg *
            (tensor_sum_of_squares(net->W1) + tensor_sum_of_squares(net->W2) +
             tensor_sum_of_squares(net->W3));
    tensor_add_scaled(net->W1, net->reg, gradients->W1);
    tensor_add_scaled(net->W2, net->reg, gradients->W2);
    tensor_add_scaled(net->W3, net->reg, gradients->W3);
    activations_clear(&a);
    tensor_free(scores);
    tensor_free(dscores);
    return loss;
#else
    /*
     * TODO: the forward pass, keeping each layer's input; the loss; each layer's backward function
     * in the opposite order; the regularization of W1, W2 and W3.
     */
    return NOT_IMPLEMENTED(net, X, y, gradients);
#endif
}

void three_layer_convnet_predict(const three_layer_convnet *net, const tensor *X, labels *predicted)
{
    check_images(__func__, net, X);
    check_labels(__func__, "predicted", predicted, X->shape[0], SIZE_MAX);
#ifdef SOLUTION
    tensor *scores = tensor_new_2d(X->shape[0], net->W3->shape[1]);
    three_layer_convnet_scores(net, X, scores);
    tensor_argmax_rows(scores, predicted);
    tensor_free(scores);
#else
    /* TODO: the index of the largest score in each row. */
    NOT_IMPLEMENTED(net, X, predicted);
#endif
}
