/*
 * Two ways to find weights without backpropagation, to see why backpropagation is needed.
 * Source: CS231n notes, "Optimization", strategies 1 and 3.
 */
#ifndef ASSIGNMENT1_OPTIMIZATION_H
#define ASSIGNMENT1_OPTIMIZATION_H

#include "linear_classifier.h"

/*
 * Random search: draws weights tries times, each time by one tensor_fill_normal with mean 0 and
 * standard deviation scale, computes the loss with reg 0, and keeps the weights with the lowest
 * loss, the first of them if several are equal.
 *
 * loss             the loss to minimize
 * X        N x D   examples
 * y        N       labels
 * tries            1 or more
 * scale            standard deviation of the weights
 * random           the stream from which they are drawn
 * W_best   D x C   receives the best weights
 *
 * Returns their loss.
 */
real random_search(linear_loss loss, const tensor *X, const labels *y, size_t tries, real scale,
                   random_state *random, tensor *W_best);

/*
 * Gradient descent with a numerical gradient, from centered differences: for each element,
 *
 *   g[d,c] = ( L(W with W[d,c] + step) - L(W with W[d,c] - step) ) / (2 * step)
 *
 * and then W = W - learning_rate * g, for all elements at once. reg is 0.
 *
 * loss                            the loss to minimize; its own gradient is not used
 * X              N x D            examples
 * y              N                labels
 * steps                           number of updates
 * step                            the difference h, over 0
 * learning_rate
 * W              D x C            in: the initial weights; out: the weights after the last update
 * loss_history   steps + 1        receives the loss at the start and after each update
 */
void numerical_gradient_descent(linear_loss loss, const tensor *X, const labels *y, size_t steps,
                                real step, real learning_rate, tensor *W, tensor *loss_history);

#endif
