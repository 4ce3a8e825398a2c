/*
 * Given parts of the three-layer convolutional net: its memory, and its connection to the solver.
 *
 *   trainable_convnet t = trainable_convnet_new(&convnet_sizes_default);
 *   three_layer_convnet_init(&t.net, 1e-3, &random);
 *   model m = trainable_convnet_model(&t);
 *   solver_train(&m, ...);
 *   trainable_convnet_clear(&t);
 */
#ifndef ASSIGNMENT2_CONVNET_MODEL_H
#define ASSIGNMENT2_CONVNET_MODEL_H

#include "convnet.h"
#include "solver.h"

/* The sizes of a net: C x H x W images, F filters of f x f, hidden units, classes. */
typedef struct convnet_sizes {
    size_t C, H, W; /* H and W even */
    size_t F, f;    /* f odd */
    size_t hidden, classes;
} convnet_sizes;

/* Images of 3 x 32 x 32, 32 filters of 7 x 7, 100 hidden units, 10 classes. */
extern const convnet_sizes convnet_sizes_default;

/* A net, and room for its gradients. */
typedef struct trainable_convnet {
    three_layer_convnet net;
    three_layer_convnet gradients; /* the shapes of net */
    parameter parameters[6];       /* filled by trainable_convnet_model */
} trainable_convnet;

/* Both in the given sizes, all zeros, with reg 0; freed by trainable_convnet_clear. */
trainable_convnet trainable_convnet_new(const convnet_sizes *sizes)
    __attribute__((warn_unused_result));

/* Frees what t holds. */
void trainable_convnet_clear(trainable_convnet *t);

/*
 * The model through which the solver trains t: the parameters W1, b1, W2, b2, W3 and b3 in this
 * order, three_layer_convnet_loss and three_layer_convnet_predict. t must outlive it.
 */
model trainable_convnet_model(trainable_convnet *t);

#endif
