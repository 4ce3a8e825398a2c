/*
 * Softmax classifier: a linear classifier with the cross-entropy loss.
 *
 *   s = X W                                                             scores, N x C
 *   L = 1/N * sum over i of -log( exp(s[i,y[i]]) / sum over j of exp(s[i,j]) )  +  reg * sum(W^2)
 *
 * Scores may be as large as 1e4: exp overflows unless each row's largest score is subtracted first.
 * Where the correct class's probability underflows to 0, L must still equal the formula. The
 * gradient of the regularization is 2 * reg * W. Source: CS231n notes, "Linear classification",
 * softmax.
 */
#ifndef ASSIGNMENT1_SOFTMAX_H
#define ASSIGNMENT1_SOFTMAX_H

#include "tensor.h"

/*
 * The loss L and its gradient, with loops.
 *
 * W    D x C   weights
 * X    N x D   a minibatch
 * y    N       labels, 0 to C - 1
 * reg          regularization strength, 0 or more
 * dW   D x C   receives the gradient of L with respect to W
 *
 * Returns L.
 */
real softmax_loss_naive(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW);

/*
 * The same loss L and gradient dW of W, X, y and reg, in the same shapes, computed with matrix
 * products. Returns L.
 */
real softmax_loss_vectorized(const tensor *W, const tensor *X, const labels *y, real reg,
                             tensor *dW);

#endif
