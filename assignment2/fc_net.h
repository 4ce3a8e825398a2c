/*
 * Fully connected nets of any depth L:
 *
 *   { affine - [batch or layer normalization] - ReLU - [dropout] } x (L - 1) - affine - softmax
 *
 * Layers are counted from 0; layer l has the weights W and the biases b, and each but the last also
 * the scale gamma and the shift beta where the net normalizes. Build it from the functions of
 * layers.h, batchnorm.h and dropout.h.
 *
 * Source: CS231n assignment 2, FullyConnectedNet.
 */
#ifndef ASSIGNMENT2_FC_NET_H
#define ASSIGNMENT2_FC_NET_H

#include "batchnorm.h"
#include "random.h"
#include "tensor.h"

enum { FC_NET_MOST_LAYERS = 12 };

typedef enum normalization {
    NORMALIZATION_NONE,
    NORMALIZATION_BATCH,
    NORMALIZATION_LAYER
} normalization;

/* The parameters of one layer, or the gradients with respect to them. */
typedef struct fc_layer {
    tensor *W;            /* inputs x outputs */
    tensor *b;            /* outputs */
    tensor *gamma, *beta; /* outputs; NULL in the last layer and without normalization */
} fc_layer;

typedef struct fc_net {
    size_t depth; /* affine layers, 1 to FC_NET_MOST_LAYERS */
    fc_layer layers[FC_NET_MOST_LAYERS];
    normalization normalization;
    batchnorm_state states[FC_NET_MOST_LAYERS]; /* of batch normalization, one per hidden layer */
    real eps;                                   /* of layer normalization, 1e-5 */
    real keep;                                  /* of dropout; 1: none */
    real reg;                                   /* regularization strength */
} fc_net;

/*
 * Draws new weights: W of layer 0, then of layer 1 and so on, each filled in row-major order by
 * tensor_fill_normal with mean 0 and standard deviation weight_scale from random; biases and betas
 * become 0, gammas 1.
 *
 * net           its tensors exist and receive the numbers
 * weight_scale  standard deviation
 * random        the stream from which they are drawn
 */
void fc_net_init(fc_net *net, real weight_scale, random_state *random);

/*
 * The scores of each example in test mode: batch normalization uses the running statistics, and
 * there is no dropout.
 *
 * net                          the net
 * X       N x d1 x ... x dk    examples, as many numbers each as layer 0 has inputs
 * scores  N x C                receives the scores
 */
void fc_net_scores(const fc_net *net, const tensor *X, tensor *scores);

/*
 * The loss on a minibatch in training mode, and its gradients with respect to all parameters:
 *
 *   L = softmax_loss(scores, y) + 0.5 * reg * (sum over layers of sum(W^2))
 *
 * Biases, gamma and beta are not regularized. Batch normalization updates its running statistics.
 * If keep is below 1, dropout_forward draws from random, layer 0 first; with keep 1, random is not
 * used and may be NULL. To get the same masks again, pass a copy of the stream.
 *
 * net                           the net; its states change
 * X          N x d1 x ... x dk  examples
 * y          N                  labels, 0 to C - 1
 * random                        the stream from which dropout draws
 * gradients  depth              the tensors of each, of the shapes of net->layers, receive the
 *                               gradients
 *
 * Returns L.
 */
real fc_net_loss(fc_net *net, const tensor *X, const labels *y, random_state *random,
                 const fc_layer *gradients);

/*
 * The class with the largest score for each example, in test mode; if several are equal, the
 * smallest class.
 *
 * net                           the net
 * X          N x d1 x ... x dk  examples
 * predicted  N                  receives the labels
 */
void fc_net_predict(const fc_net *net, const tensor *X, labels *predicted);

#endif
