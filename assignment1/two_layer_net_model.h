/*
 * Given parts of the two-layer net: its memory, and its connection to the solver.
 *
 *   trainable_net t = trainable_net_new(3072, 100, 10);
 *   two_layer_net_init(t.net, 1e-3, &random);
 *   model m = trainable_net_model(&t);
 *   solver_train(&m, ...);
 *   trainable_net_clear(&t);
 */
#ifndef ASSIGNMENT1_TWO_LAYER_NET_MODEL_H
#define ASSIGNMENT1_TWO_LAYER_NET_MODEL_H

#include "solver.h"
#include "two_layer_net.h"

/* A new net of D inputs, H hidden units and C classes, all zeros, with reg 0. */
two_layer_net *two_layer_net_new(size_t D, size_t H, size_t C) __attribute__((warn_unused_result));

/* Frees net and its tensors; NULL is fine. */
void two_layer_net_free(two_layer_net *net);

/* A net, and room for its gradients. */
typedef struct trainable_net {
    two_layer_net *net;
    two_layer_net *gradients; /* the shapes of net */
    parameter parameters[4];  /* filled by trainable_net_model */
} trainable_net;

/* Both for D inputs, H hidden units and C classes, all zeros; freed by trainable_net_clear. */
trainable_net trainable_net_new(size_t D, size_t H, size_t C) __attribute__((warn_unused_result));

/* Frees what t holds. */
void trainable_net_clear(trainable_net *t);

/*
 * The model through which the solver trains t: the parameters W1, b1, W2 and b2 in this order,
 * two_layer_net_loss and two_layer_net_predict. t must outlive it.
 */
model trainable_net_model(trainable_net *t);

#endif
