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

enum { GRID = 3 };

/* The grid for a data set: learning rates, regularization strengths, iterations per training. */
typedef struct linear_settings {
    const char *data; /* NULL: any other */
    real rates[GRID], strengths[GRID];
    size_t iterations;
} linear_settings;

/*
 * Runs the experiment of x with both losses, naive and vectorized. settings is a list that ends
 * with an entry for any other data set.
 */
void linear_experiment(experiment *x, linear_loss naive, linear_loss vectorized,
                       const linear_settings *settings);

#endif
