/*
 * A two-layer net: affine - ReLU - affine - softmax loss.
 *
 *   hidden = max(0, X W1 + b1)      N x H
 *   scores = hidden W2 + b2         N x C
 *   L = softmax_loss(scores, y) + 0.5 * reg * (sum(W1^2) + sum(W2^2))
 *
 * The biases are not regularized. Build it from the functions of layers.h.
 * Source: CS231n notes, "Neural networks", the two-layer case study.
 */
#ifndef ASSIGNMENT1_TWO_LAYER_NET_H
#define ASSIGNMENT1_TWO_LAYER_NET_H

#include "random.h"
#include "tensor.h"

/* The net's parameters; the same struct holds their gradients. */
typedef struct two_layer_net {
    tensor *W1; /* D x H */
    tensor *b1; /* H */
    tensor *W2; /* H x C */
    tensor *b2; /* C */
    real reg;   /* regularization strength; not read where the struct holds gradients */
} two_layer_net;

/*
 * Draws new parameters: W1 first, then W2, each filled in row-major order by tensor_fill_normal
 * with mean 0 and standard deviation weight_scale from random; the biases become 0, reg stays.
 *
 * net           its tensors exist and receive the numbers
 * weight_scale  standard deviation
 * random        the stream from which they are drawn
 */
void two_layer_net_init(two_layer_net *net, real weight_scale, random_state *random);

/*
 * The scores of each example.
 *
 * net                          parameters
 * X       N x d1 x ... x dk    examples, D = d1 * ... * dk
 * scores  N x C                receives the scores
 */
void two_layer_net_scores(const two_layer_net *net, const tensor *X, tensor *scores);

/*
 * The loss L on a minibatch, and its gradients with respect to the parameters.
 *
 * net                            parameters
 * X          N x d1 x ... x dk   examples
 * y          N                   labels, 0 to C - 1
 * gradients                      its tensors, of net's shapes, receive the gradients
 *
 * Returns L.
 */
real two_layer_net_loss(const two_layer_net *net, const tensor *X, const labels *y,
                        two_layer_net *gradients);

/*
 * The class with the largest score for each example; if several are equal, the smallest class.
 *
 * net                            parameters
 * X          N x d1 x ... x dk   examples
 * predicted  N                   receives the labels
 */
void two_layer_net_predict(const two_layer_net *net, const tensor *X, labels *predicted);

#endif
