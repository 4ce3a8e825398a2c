/*
 * The two-layer net on raw pixels: first with the course's default settings, then with tuned ones.
 *
 * What to look for: with the defaults (defaults.svg) the loss falls slowly and almost linearly, and
 * training and validation accuracy are equal: the learning rate is too small and the net has too
 * little capacity. With the tuned settings (training.svg) the loss falls at once, and a gap between
 * the two accuracies appears: the net overfits a little, and regularization limits that. In
 * weights.png the first layer of a well trained net shows smooth patterns; pure noise means that it
 * learned little.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiment.h"
#include "two_layer_net_model.h"

/* One choice of hyperparameters for a data set. */
typedef struct net_settings {
    const char *data;        /* NULL: any other */
    size_t hidden;           /* hidden units */
    double rate, decay, reg; /* learning rate, its factor after each epoch, regularization */
    size_t epochs;
} net_settings;

/* The course's defaults, which can be improved a lot. */
static const net_settings defaults = {NULL, 50, 1e-4, 0.95, 0, 5};

/*
 * The candidates among which the validation accuracy chooses; those of a data set are neighbours.
 */
static const net_settings candidates[] = {
    {"cifar10", 300, 1e-3, 0.93, 0.3, 16},  {"cifar10", 300, 1.2e-3, 0.9, 0.6, 16},
    {"synthetic", 100, 3e-4, 0.9, 0.5, 12}, {NULL, 200, 1e-3, 0.93, 0.05, 14},
    {NULL, 200, 2e-3, 0.93, 0.1, 14},
};

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
    options.epoch_count = x->quick && s->epochs > 8 ? 8 : s->epochs;
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

/* Whether s is for that data set: its own candidates if it has some, else those for any other. */
static bool is_meant(const net_settings *s, const char *data)
{
    bool named = false;
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++)
        named |= candidates[i].data != NULL && strcmp(candidates[i].data, data) == 0;
    return named ? s->data != NULL && strcmp(s->data, data) == 0 : s->data == NULL;
}

int main(int argc, char **argv)
{
    experiment x = experiment_start("two_layer_net", argc, argv);
    image_data data;
    experiment_split(&x, &data);
    size_t D = data.X_train->shape[1];
    size_t C = data.class_count;
    solver_result result;
    trainable_net t = trainable_net_new(D, defaults.hidden, C);
    double by_default = train(&x, &data, &defaults, &t, &result);
    experiment_training_plot(&x, &result, "defaults.svg");
    solver_result_clear(&result);
    trainable_net_clear(&t);
    double best = 0;
    double test = 0;
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
        if (!is_meant(&candidates[i], x.data) || (x.quick && best > 0))
            continue;
        t = trainable_net_new(D, candidates[i].hidden, C);
        double validation = train(&x, &data, &candidates[i], &t, &result);
        if (validation > best) {
            model m = trainable_net_model(&t);
            best = validation;
            test = solver_accuracy(&m, data.X_test, data.y_test);
            experiment_training_plot(&x, &result, "training.svg");
            draw_weights(&x, t.net, &data);
        }
        solver_result_clear(&result);
        trainable_net_clear(&t);
    }
    printf("Best validation accuracy %.3f (by default %.3f); on the test images %.3f\n", best,
           by_default, test);
    experiment_result(&x, "default_validation_accuracy", by_default);
    experiment_result(&x, "validation_accuracy", best);
    experiment_result(&x, "test_accuracy", test);
    experiment_finish(&x);
    image_data_clear(&data);
    return 0;
}
