/*
 * The experiment that the SVM and the softmax classifier share: gradient check, time of the two
 * losses, a training, tuning, the templates.
 */
#ifndef ASSIGNMENT1_EXPERIMENTS_LINEAR_EXPERIMENT_H
#define ASSIGNMENT1_EXPERIMENTS_LINEAR_EXPERIMENT_H

#include "experiment.h"
#include "linear_classifier.h"

enum { GRID = 3 };

/* What is tuned for a data set: learning rates, strengths, iterations of each training. */
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
