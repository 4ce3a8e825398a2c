/*
 * The experiment of the SVM and of the softmax classifier: a gradient check, the time of the two
 * losses, one training, tuning, and the templates.
 *
 * What to look for: both losses agree and the vectorized one is many times faster; the loss falls
 * quickly and then flattens (loss.svg); tuning.svg shows where in the grid of learning rate and
 * regularization strength the validation accuracy is best, and whether the best pair lies at the
 * edge of the grid, so that one should search further out; each template looks like a blurred mean
 * of its class.
 */
#ifndef ASSIGNMENT1_EXPERIMENTS_LINEAR_EXPERIMENT_H
#define ASSIGNMENT1_EXPERIMENTS_LINEAR_EXPERIMENT_H

#include "experiment.h"
#include "linear_classifier.h"

/*
 * Runs the experiment of x with both losses, naive and vectorized. Tries every pair of RATE and
 * REG; without them, plain values, among which the best pair lies at an edge.
 */
void linear_experiment(experiment *x, linear_loss naive, linear_loss vectorized);

#endif
