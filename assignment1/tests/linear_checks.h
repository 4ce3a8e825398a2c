/*
 * What the suites of linear classifiers share: a random problem, and promises that every linear
 * loss keeps. Each check fails the test when the loss does not.
 */
#ifndef ASSIGNMENT1_TESTS_LINEAR_CHECKS_H
#define ASSIGNMENT1_TESTS_LINEAR_CHECKS_H

#include "linear_classifier.h"

/* W, D x C, X, N x D, y and a place for the gradient. */
typedef struct linear_problem {
    tensor *W, *X, *dW;
    labels *y;
} linear_problem;

/* N examples of D numbers and C classes, drawn from seed, W with the deviation; dW is poisoned. */
linear_problem linear_problem_new(uint32_t seed, size_t N, size_t D, size_t C, double deviation);

/* One example a row of scores, N x C, with labels y: X W is scores. Takes scores and y over. */
linear_problem problem_of_scores(tensor *scores, labels *y);

/* Frees what p holds. */
void linear_problem_clear(linear_problem *p);

/* loss at W = 0, with 10 classes, is expected. */
void check_zero_weights(linear_loss loss, double expected);

/* The gradient of loss at reg agrees with finite differences. */
void check_gradient(linear_loss loss, double reg);

/* loss is a mean: every example twice changes neither it nor its gradient. */
void check_mean(linear_loss loss);

/* Regularization adds reg * sum(W^2) to loss and 2 * reg * W to its gradient. */
void check_regularization(linear_loss loss);

/* naive and vectorized agree, with hardly any and with strong regularization. */
void check_same(linear_loss naive, linear_loss vectorized);

/* loss leaves W and X as they are, and a second call gives the same. */
void check_clean(linear_loss loss);

#endif
