/*
 * Shared by the experiments on nets: training on a part of the data, and plots that compare.
 */
#ifndef ASSIGNMENT2_EXPERIMENTS_NET_EXPERIMENT_H
#define ASSIGNMENT2_EXPERIMENTS_NET_EXPERIMENT_H

#include "experiment.h"
#include "fc_net_model.h"
#include "solver.h"

/* The hyperparameters of a training. */
typedef struct training {
    const char *rule;     /* name of an update rule of optim.h */
    double rate, decay;   /* learning rate, and its factor after each epoch */
    size_t batch, epochs; /* examples per minibatch, passes over the data */
} training;

/*
 * Trains m as t says on the first count training images of data, with all validation images, as
 * N x C x H x W if as_images, else as rows, and fills result. Prints loss and accuracies in a line
 * that begins with what. Ends the program with a line if training is not possible.
 */
void train_net(experiment *x, const image_data *data, size_t count, bool as_images, model *m,
               const training *t, const char *what, solver_result *result);

/*
 * A new fully connected net for data, with the count hidden layers that sizes lists, normalized as
 * kind says, drawn with weight_scale from x's stream.
 */
trainable_fc_net new_fc_net(experiment *x, const image_data *data, size_t count,
                            const size_t *sizes, normalization kind, double weight_scale);

/* Three panels that compare trainings: loss, training accuracy, validation accuracy. */
typedef struct comparison {
    size_t count;
    const char *names[8];
    solver_result results[8]; /* cleared by comparison_plot */
} comparison;

/* Saves c under the name file in x's output folder, and clears its results. */
void comparison_plot(const experiment *x, comparison *c, const char *file);

/* The mean of the last count losses of the training with that result. */
double mean_of_last_losses(const solver_result *result, size_t count);

#endif
