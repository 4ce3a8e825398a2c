/*
 * Given: the net of a plan (layer_plan.h), with weights and memory, as a net that can be trained.
 *
 *   net D = net_of_plan(&plan, &random);
 *   D.forward(D.self, x, out);
 *   net_clear_gradients(&D);
 *   D.backward(D.self, dout, NULL);
 *   net_of_plan_clear(&D);
 *
 * x is N examples and out N results, of any shapes that hold as many numbers as the plan says; N
 * may change from call to call. Memory is taken when N is larger than before, so that a training
 * takes none after its first step. Convolutions use the given fast kernels and their threads.
 * Batch normalization always takes mean and variance of the batch at hand, in drawing too.
 */
#ifndef ASSIGNMENT3_PLAN_NET_H
#define ASSIGNMENT3_PLAN_NET_H

#include "layer_plan.h"
#include "net.h"
#include "random.h"

/*
 * The net that plan, of at least one layer, describes. Its parameters come in the order of the
 * layers: weights, then biases; scales, then shifts. Weights are drawn from random, layer by layer,
 * uniformly from -a to a with a = sqrt(6 / (in + out)), where in and out are the numbers that one
 * result is made of, and that one input goes to; biases and shifts are 0, scales 1. plan need not
 * outlive the net. Freed by net_of_plan_clear.
 *
 * Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural
 * networks", 2010.
 */
net net_of_plan(const layer_plan *plan, random_state *random) __attribute__((warn_unused_result));

/* Frees what n, which net_of_plan made, holds, and empties it. */
void net_of_plan_clear(net *n);

/*
 * What layer number index of n, counted from 0, gave in the last forward pass: a view of N x
 * channels x height x width numbers, which the next one overwrites.
 */
tensor net_of_plan_result(const net *n, size_t index);

#endif
