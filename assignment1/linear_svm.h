/*
 * Multiclass support vector machine: a linear classifier with the hinge loss.
 *
 *   s = X W                                                    scores, N x C
 *   L = 1/N * sum over i, over j != y[i] of max(0, s[i,j] - s[i,y[i]] + 1)  +  reg * sum(W^2)
 *
 * Where the argument of max is exactly 0, its derivative is taken as 0. Note that the
 * regularization has no factor 1/2, so that its gradient is 2 * reg * W. Source: CS231n notes,
 * "Linear classification" and "Optimization".
 */
#ifndef ASSIGNMENT1_LINEAR_SVM_H
#define ASSIGNMENT1_LINEAR_SVM_H

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
real svm_loss_naive(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW);

/*
 * The same loss L and gradient dW of W, X, y and reg, in the same shapes, computed with matrix
 * products. Returns L.
 */
real svm_loss_vectorized(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW);

#endif
