/*
 * What the SVM's and the softmax's suites share: a random problem, and checks that hold for any
 * linear loss.
 */
#ifndef ASSIGNMENT1_TESTS_LINEAR_CHECKS_H
#define ASSIGNMENT1_TESTS_LINEAR_CHECKS_H

#include "linear_classifier.h"

/* W, D x C, X, N x D, y and a place for the gradient. */
typedef struct linear_problem {
    tensor *W, *X, *dW;
    labels *y;
} linear_problem;

/* A problem drawn from seed, with dW poisoned. */
linear_problem linear_problem_new(uint32_t seed, size_t N, size_t D, size_t C, double deviation);
void linear_problem_clear(linear_problem *p);

/* Fails the test unless the gradient that loss gives agrees with finite differences at reg. */
void check_gradient(linear_loss loss, double reg);

/* Fails the test unless both losses agree, also with strong regularization. */
void check_same(linear_loss naive, linear_loss vectorized);

/* Fails the test unless loss leaves W and X as they are, and gives the same when called again. */
void check_clean(linear_loss loss);

#endif
