/*
 * The two-layer net on raw pixels: first with the course's default settings, which can be improved
 * a lot, then with every combination of RATE, REG and HIDDEN that you give.
 *
 * What to look for: with the defaults (defaults.svg) the loss falls slowly and almost linearly, and
 * training and validation accuracy are equal: the learning rate is too small and the net has too
 * little capacity. With good settings (training.svg) the loss falls at once, and a gap between the
 * two accuracies appears: the net overfits a little, and regularization limits that. In weights.png
 * the first layer of a well trained net shows smooth patterns; pure noise means that it learned
 * little.
 */
#include <stdio.h>
#include <stdlib.h>

#include "experiment.h"
#include "two_layer_net_model.h"

/* One choice of hyperparameters. */
typedef struct net_settings {
    size_t hidden;           /* hidden units */
    double rate, decay, reg; /* learning rate, its factor after each epoch, regularization */
    size_t epochs;
} net_settings;

static const net_settings defaults = {50, 1e-4, 0.95, 0, 5};

/* A search begins with large steps: a factor of ten to either side of the default. */
static const double plain_rates[] = {1e-5, 1e-4, 1e-3};

/* Trains t with the settings s, fills result, and returns the best validation accuracy. */
static double train(experiment *x, const image_data *data, const net_settings *s, trainable_net *t,
                    solver_result *result)
{
    error e;
    model m = trainable_net_model(t);
    solver_options options = solver_options_default();
    options.settings.learning_rate = s->rate;
    options.learning_rate_decay = s->decay;
    options.batch_size = 200;
    options.epoch_count = s->epochs;
    options.validation_samples = 0;
    options.verbose = false;
    options.progress = true;
    t->net->reg = (real)s->reg;
    two_layer_net_init(t->net, (real)1e-3, &x->random);
    double start = experiment_seconds();
    if (!solver_train(&m, data->X_train, data->y_train, data->X_validation, data->y_validation,
                      &options, &x->random, result, &e)) {
        fprintf(stderr, "two_layer_net: %s\n", e.text);
        exit(1);
    }
    printf("hidden %zu, rate %g, reg %g: loss %.3f, validation %.3f after %zu epochs in %.1f s\n",
           s->hidden, s->rate, s->reg, result->loss_history[result->iteration_count - 1],
           result->best_validation_accuracy, result->epoch_count, experiment_seconds() - start);
    return result->best_validation_accuracy;
}

/* The first layer's weights, one image per hidden unit, each with its own scale. */
static void draw_weights(const experiment *x, const two_layer_net *net, const image_data *data)
{
    tensor *transposed = tensor_new_2d(net->W1->shape[1], net->W1->shape[0]);
    tensor_transpose(net->W1, transposed);
    size_t shown = transposed->shape[0] < 100 ? transposed->shape[0] : 100;
    tensor rows = tensor_rows(transposed, 0, shown);
    tensor images =
        tensor_reshaped(&rows, 4, (size_t[]){shown, data->channels, data->height, data->width});
    image grid = image_visualize_grid(&images, 3);
    experiment_picture(x, &grid, 1, "weights.png");
    tensor_free(transposed);
}

/* The best net so far. */
typedef struct best_net {
    double validation, test; /* its accuracies */
} best_net;

/* Trains a net with the settings s; if it is better than best, its figures and pictures stay. */
static void try_settings(experiment *x, const image_data *data, const net_settings *s,
                         best_net *best)
{
    solver_result result;
    trainable_net t = trainable_net_new(data->X_train->shape[1], s->hidden, data->class_count);
    double validation = train(x, data, s, &t, &result);
    if (validation > best->validation) {
        model m = trainable_net_model(&t);
        best->validation = validation;
        best->test = solver_accuracy(&m, data->X_test, data->y_test);
        experiment_training_plot(x, &result, "training.svg");
        draw_weights(x, t.net, data);
    }
    solver_result_clear(&result);
    trainable_net_clear(&t);
}

/* Trains a net by default, and returns its validation accuracy. */
static double train_by_default(experiment *x, const image_data *data)
{
    solver_result result;
    trainable_net t =
        trainable_net_new(data->X_train->shape[1], defaults.hidden, data->class_count);
    double validation = train(x, data, &defaults, &t, &result);
    experiment_training_plot(x, &result, "defaults.svg");
    solver_result_clear(&result);
    trainable_net_clear(&t);
    return validation;
}

int main(int argc, char **argv)
{
    experiment x = experiment_start("two_layer_net", argc, argv);
    image_data data;
    net_settings s = defaults;
    best_net best = {0, 0};
    const double plain_hidden = (double)defaults.hidden;
    value_list rates = experiment_values(&x, "RATE", 3, plain_rates);
    value_list strengths = experiment_values(&x, "REG", 1, &defaults.reg);
    value_list sizes = experiment_values(&x, "HIDDEN", 1, &plain_hidden);
    s.epochs = (size_t)experiment_value(&x, "EPOCHS", (double)defaults.epochs);
    s.decay = experiment_value(&x, "DECAY", defaults.decay);
    experiment_split(&x, &data);
    double by_default = train_by_default(&x, &data);
    for (size_t h = 0; h < sizes.count; h++)
        for (size_t r = 0; r < rates.count; r++)
            for (size_t i = 0; i < strengths.count; i++) {
                s.hidden = (size_t)sizes.values[h];
                s.rate = rates.values[r];
                s.reg = strengths.values[i];
                try_settings(&x, &data, &s, &best);
            }
    printf("Best validation accuracy %.3f (by default %.3f); on the test images %.3f\n",
           best.validation, by_default, best.test);
    experiment_result(&x, "default_validation_accuracy", by_default);
    experiment_result(&x, "validation_accuracy", best.validation);
    experiment_result(&x, "test_accuracy", best.test);
    experiment_finish(&x);
    image_data_clear(&data);
    return 0;
}
