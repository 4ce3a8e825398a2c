/*
 * A template for experiments of your own: how deep should a fully connected net be?
 *
 *   make experiment NAME=mine    copies this file to experiments/experiment_mine.c
 *   make run Q=mine RATE=1e-3    runs the copy; DATA=, OUT=, SEED= and QUICK=1 work as everywhere
 *
 * Change anything. experiment.h says what is there to load data, to plot and to report,
 * net_experiment.h what is there to train nets; the other experiments in this folder show more.
 */
#include <stdio.h>

#include "net_experiment.h"

enum { DEEPEST = 4, WIDTH = 50, IMAGES = 2000 };

/* Trains a net with that many hidden layers; returns the best accuracy on the validation images. */
static double accuracy_with(experiment *x, const image_data *data, size_t hidden_layers,
                            const training *t)
{
    const size_t sizes[DEEPEST] = {WIDTH, WIDTH, WIDTH, WIDTH};
    char what[64];
    solver_result result;
    trainable_fc_net net = new_fc_net(x, data, hidden_layers, sizes, NORMALIZATION_NONE, 3e-2);
    model m = trainable_fc_net_model(&net);
    net.net.reg = (real)1e-4; /* net.net.keep, below 1, switches dropout on */
    snprintf(what, sizeof what, "%zu hidden layers", hidden_layers);
    train_net(x, data, IMAGES, false, &m, t, what, &result);
    double best = result.best_validation_accuracy;
    snprintf(what, sizeof what, "training_%zu.png", hidden_layers);
    experiment_training_plot(x, &result, what);
    tensor_print(net.net.layers[0].b); /* for a first look; take it out when you have seen enough */
    solver_result_clear(&result);
    trainable_fc_net_clear(&net);
    return best;
}

int main(int argc, char **argv)
{
    experiment x = experiment_start("template", argc, argv);
    const training t = {.rule = "adam",                             /* a name of optim.h */
                        .rate = experiment_value(&x, "RATE", 1e-3), /* make run RATE=... */
                        .decay = 1,
                        .batch = 100,
                        .epochs = (size_t)experiment_value(&x, "EPOCHS", 5)};
    image_data data;
    experiment_split(&x, &data); /* loads the images: training, validation, test */

    double depths[DEEPEST], accuracies[DEEPEST];
    for (size_t i = 0; i < DEEPEST; i++) {
        depths[i] = (double)(i + 1);
        accuracies[i] = accuracy_with(&x, &data, i + 1, &t);
    }

    plot *p = plot_new("Depth", "hidden layers", "validation accuracy");
    plot_line(p, NULL, depths, accuracies, DEEPEST);
    experiment_plot(&x, p, "depth.png"); /* in build/experiments/assignment2/ */
    experiment_result(&x, "validation_accuracy", accuracies[DEEPEST - 1]);
    experiment_finish(&x);
    image_data_clear(&data);
    return 0;
}
