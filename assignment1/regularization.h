/*
 * Regularization: penalties on large weights, the lecture's list.
 * Source: CS231n notes, "Neural networks part 2", regularization.
 */
#ifndef ASSIGNMENT1_REGULARIZATION_H
#define ASSIGNMENT1_REGULARIZATION_H

#include "tensor.h"

/*
 * L2: R = strength * sum(W^2).
 *
 * W         any shape      weights
 * strength                 0 or more
 * dW        shape of W     receives the gradient, 2 * strength * W
 *
 * Returns R.
 */
real regularize_l2(const tensor *W, real strength, tensor *dW);

/*
 * L1: R = strength * sum(|W|), with the gradient strength * sign(W), 0 where W is 0.
 *
 * W         any shape      weights
 * strength                 0 or more
 * dW        shape of W     receives the gradient
 *
 * Returns R.
 */
real regularize_l1(const tensor *W, real strength, tensor *dW);

/*
 * Elastic net: R = strength * sum(beta * W^2 + |W|).
 *
 * W         any shape      weights
 * strength                 0 or more
 * beta                     weight of the L2 part, 0 or more
 * dW        shape of W     receives the gradient
 *
 * Returns R.
 */
real regularize_elastic_net(const tensor *W, real strength, real beta, tensor *dW);

/*
 * Max norm: rescales every column of W (the weights of one neuron) whose Euclidean norm exceeds
 * bound so that its norm is bound; the other columns are copied unchanged.
 *
 * W          D x C   weights
 * bound              over 0
 * projected  D x C   receives the result
 */
void max_norm_project(const tensor *W, real bound, tensor *projected);

#endif
