/*
 * Given parts of the fully connected net: its memory, and its connection to the solver.
 *
 *   const size_t sizes[] = {3072, 100, 100, 10};
 *   trainable_fc_net t = trainable_fc_net_new(3, sizes, NORMALIZATION_BATCH);
 *   fc_net_init(&t.net, 2e-2, &random);
 *   model m = trainable_fc_net_model(&t);
 *   solver_train(&m, ...);
 *   trainable_fc_net_clear(&t);
 */
#ifndef ASSIGNMENT2_FC_NET_MODEL_H
#define ASSIGNMENT2_FC_NET_MODEL_H

#include "fc_net.h"
#include "solver.h"

/* A net, room for its gradients, and the stream that its dropout draws from. */
typedef struct trainable_fc_net {
    fc_net net;
    fc_layer gradients[FC_NET_MOST_LAYERS];
    random_state random;
    parameter parameters[4 * FC_NET_MOST_LAYERS]; /* filled by trainable_fc_net_model */
} trainable_fc_net;

/*
 * A net of depth layers with sizes[0] inputs and sizes[l + 1] outputs of layer l, all zeros,
 * normalized as kind says, with momentum 0.9, eps 1e-5, keep 1, reg 0, and a stream of seed 231.
 * Freed by trainable_fc_net_clear.
 */
trainable_fc_net trainable_fc_net_new(size_t depth, const size_t *sizes, normalization kind)
    __attribute__((warn_unused_result));

/* Frees what t holds. */
void trainable_fc_net_clear(trainable_fc_net *t);

/*
 * The model through which the solver trains t, all parameters layer by layer: W, b, gamma, beta. t
 * must outlive it.
 */
model trainable_fc_net_model(trainable_fc_net *t);

#endif
