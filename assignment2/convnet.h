/*
 * A convolutional net of three layers:
 *
 *   conv - ReLU - 2x2 max pool - affine - ReLU - affine - softmax
 *
 * The convolution has stride 1 and a padding of (f - 1) / 2 for filters of f x f, which keeps the
 * image's size; the pooling windows do not overlap. Build it from the functions of layers.h and
 * conv.h. You may also use the given fast layers (conv_fast.h, pool_fast.h), which take the same
 * arguments, or sequences of several layers (sandwiches.h, fast_conv_relu_pool_forward).
 *
 * Source: CS231n assignment 2, ThreeLayerConvNet.
 */
#ifndef ASSIGNMENT2_CONVNET_H
#define ASSIGNMENT2_CONVNET_H

#include "random.h"
#include "tensor.h"

/* The net's parameters; the same struct holds their gradients. */
typedef struct three_layer_convnet {
    tensor *W1; /* F x C x f x f, f odd */
    tensor *b1; /* F */
    tensor *W2; /* (F * (H / 2) * (W / 2)) x hidden, H and W even */
    tensor *b2; /* hidden */
    tensor *W3; /* hidden x classes */
    tensor *b3; /* classes */
    real reg;   /* regularization strength; not read where the struct holds gradients */
} three_layer_convnet;

/*
 * Draws new parameters: W1, then W2, then W3, each filled in row-major order by tensor_fill_normal
 * with mean 0 and standard deviation weight_scale from random; the biases become 0, reg stays.
 *
 * net           its tensors exist and receive the numbers
 * weight_scale  standard deviation
 * random        the stream from which they are drawn
 */
void three_layer_convnet_init(three_layer_convnet *net, real weight_scale, random_state *random);

/*
 * The scores of each image.
 *
 * net                    parameters
 * X       N x C x H x W  images
 * scores  N x classes    receives the scores
 */
void three_layer_convnet_scores(const three_layer_convnet *net, const tensor *X, tensor *scores);

/*
 * The loss on a minibatch, and its gradients with respect to the parameters:
 *
 *   L = softmax_loss(scores, y) + 0.5 * reg * (sum(W1^2) + sum(W2^2) + sum(W3^2))
 *
 * net                       parameters
 * X          N x C x H x W  images
 * y          N              labels, 0 to classes - 1
 * gradients                 its tensors, of net's shapes, receive the gradients
 *
 * Returns L.
 */
real three_layer_convnet_loss(const three_layer_convnet *net, const tensor *X, const labels *y,
                              three_layer_convnet *gradients);

/*
 * The class with the largest score for each image; if several are equal, the smallest class.
 *
 * net                       parameters
 * X          N x C x H x W  images
 * predicted  N              receives the labels
 */
void three_layer_convnet_predict(const three_layer_convnet *net, const tensor *X,
                                 labels *predicted);

#endif
