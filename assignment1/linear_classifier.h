/*
 * Training a linear classifier by stochastic gradient descent, for any loss of the form of
 * linear_loss.
 * Source: CS231n notes, "Optimization".
 */
#ifndef ASSIGNMENT1_LINEAR_CLASSIFIER_H
#define ASSIGNMENT1_LINEAR_CLASSIFIER_H

#include "random.h"
#include "tensor.h"

/*
 * A loss such as svm_loss_vectorized: returns L for W (D x C), X (N x D), y (N), reg and fills dW
 * (D x C).
 */
typedef real (*linear_loss)(const tensor *W, const tensor *X, const labels *y, real reg,
                            tensor *dW);

/* How to train. */
typedef struct linear_training {
    real learning_rate;
    real reg;          /* regularization strength */
    size_t iterations; /* number of minibatches */
    size_t batch_size;
} linear_training;

/*
 * Minibatch gradient descent. Each iteration draws a minibatch with one call
 *
 *   random_choice(random, N, batch_size, true, indices)
 *
 * (with replacement; draw nothing else from random), computes loss and gradient on it, and updates
 *
 *   W = W - learning_rate * dW
 *
 * loss                        the loss to minimize
 * X             N x D         examples
 * y             N             labels
 * options                     learning rate, strength, iterations, batch size
 * random                      the stream from which minibatches are drawn
 * W             D x C         in: the initial weights; out: the trained weights
 * loss_history  iterations    receives the loss of each minibatch, before its update
 */
void linear_classifier_train(linear_loss loss, const tensor *X, const labels *y,
                             const linear_training *options, random_state *random, tensor *W,
                             tensor *loss_history);

/*
 * The class with the largest score X W for each example; if several are equal, the smallest class.
 *
 * W          D x C   weights
 * X          N x D   examples
 * predicted  N       receives the labels
 */
void linear_classifier_predict(const tensor *W, const tensor *X, labels *predicted);

/* The training and validation parts that linear_classifier_tune works with. */
typedef struct linear_tuning_data {
    const tensor *X_train;      /* N x D */
    const labels *y_train;      /* N */
    const tensor *X_validation; /* V x D */
    const labels *y_validation; /* V */
} linear_tuning_data;

/*
 * Tries every pair of a learning rate and a regularization strength: for each rate in turn (outer
 * loop), for each strength in turn (inner loop), starts from new weights,
 *
 *   tensor_fill_normal(W, random, 0, 0.001)
 *
 * trains with linear_classifier_train, and measures the accuracy on both parts. Keeps the weights
 * with the best validation accuracy, the first of them if several are equal.
 *
 * loss                                 the loss to minimize
 * data                                 training and validation examples
 * rates                R numbers       learning rates (a vector)
 * strengths            S numbers       regularization strengths (a vector)
 * options                              iterations and batch size; its own rate and strength are
 *                                      ignored
 * random                               the stream from which weights and minibatches are drawn
 * train_accuracy       R x S           receives the training accuracies, 0 to 1
 * validation_accuracy  R x S           receives the validation accuracies, 0 to 1
 * W_best               D x C           receives the best weights
 *
 * Returns the best validation accuracy.
 */
real linear_classifier_tune(linear_loss loss, const linear_tuning_data *data, const tensor *rates,
                            const tensor *strengths, const linear_training *options,
                            random_state *random, tensor *train_accuracy,
                            tensor *validation_accuracy, tensor *W_best);

#endif
