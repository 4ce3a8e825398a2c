/*
 * Batch normalization: with and without it, for many scales of the initial weights, and for several
 * batch sizes.
 *
 * What to look for: with_and_without.png shows faster training with it. In weight_scales.png the
 * net without it learns only in a narrow band of scales: below, the signal dies out from layer to
 * layer; above, it explodes. With it, the scale hardly matters. In batch_sizes.png small batches
 * lose the advantage, since mean and variance of five examples are noisy estimates; layer
 * normalization (batch_sizes_layer.png) does not depend on the batch.
 */
#include <math.h>
#include <stdio.h>

#include "net_experiment.h"
#include "progress.h"

enum { IMAGES = 1000, SCALES = 20 };

/* A net of count hidden layers with width units each. */
static trainable_fc_net new_deep(experiment *x, const image_data *data, size_t count, size_t width,
                                 normalization kind, double weight_scale)
{
    size_t sizes[FC_NET_MOST_LAYERS];
    for (size_t i = 0; i < count; i++)
        sizes[i] = width;
    return new_fc_net(x, data, count, sizes, kind, weight_scale);
}

/* Trains net, fills result, and frees net. */
static void train_deep(experiment *x, const image_data *data, trainable_fc_net *net,
                       const training *t, const char *what, solver_result *result)
{
    model m = trainable_fc_net_model(net);
    train_net(x, data, IMAGES, false, &m, t, what, result);
    trainable_fc_net_clear(net);
}

/* Trains a net of six layers on 1000 images, once with batch normalization and once without. */
static void compare_with_and_without(experiment *x, const image_data *data)
{
    const training t = {"adam", 1e-3, 1, 50, 10};
    comparison c = {.count = 2, .names = {"batch normalization", "without"}};
    experiment_seed_again(x);
    trainable_fc_net nets[] = {new_deep(x, data, 5, 100, NORMALIZATION_BATCH, 2e-2),
                               new_deep(x, data, 5, 100, NORMALIZATION_NONE, 2e-2)};
    for (size_t i = 0; i < 2; i++)
        train_deep(x, data, &nets[i], &t, c.names[i], &c.results[i]);
    const course_figure figures[] = {
        {"first loss with batch normalization", 2.340974, c.results[0].loss_history[0]},
        {"first loss without", 2.302332, c.results[1].loss_history[0]}};
    experiment_beside_course(x, data, 2, figures);
    experiment_result(x, "with", c.results[0].best_validation_accuracy);
    experiment_result(x, "without", c.results[1].best_validation_accuracy);
    comparison_plot(x, &c, "with_and_without.png");
}

/* The results for each scale of the initial weights. */
typedef struct outcome {
    double validation[SCALES], train[SCALES], loss[SCALES];
} outcome;

/*
 * Trains a net of eight layers from twenty scales between 1e-4 and 1, evenly spaced in the
 * logarithm: a scale matters by its factor, not by its difference.
 */
static void sweep_scales(experiment *x, const image_data *data)
{
    static const char *const names[] = {"batch normalization", "without"};
    static outcome outcomes[2];
    double scales[SCALES];
    const training t = {"adam", 1e-3, 1, 50, x->quick ? 2 : 10};
    for (size_t i = 0; i < SCALES; i++) {
        scales[i] = pow(10, -4 + 4.0 * (double)i / (SCALES - 1));
        for (size_t k = 0; k < 2; k++) {
            solver_result result;
            char what[64];
            snprintf(what, sizeof what, "scale %.2g, %s", scales[i], names[k]);
            trainable_fc_net net = new_deep(
                x, data, 7, 50, k == 0 ? NORMALIZATION_BATCH : NORMALIZATION_NONE, scales[i]);
            train_deep(x, data, &net, &t, what, &result);
            double last = mean_of_last_losses(&result, 100);
            outcomes[k].validation[i] = result.best_validation_accuracy;
            outcomes[k].loss[i] =
                isfinite(last) ? fmin(last, 3.5) : 3.5; /* cut at the plot's edge */
            for (size_t e = 0; e < result.accuracy_count; e++)
                outcomes[k].train[i] = fmax(outcomes[k].train[i], result.train_accuracy_history[e]);
            solver_result_clear(&result);
        }
    }
    plot *p = plot_new("best validation accuracy", "scale of the initial weights", "");
    for (size_t k = 0; k < 2; k++)
        plot_line(p, names[k], scales, outcomes[k].validation, SCALES);
    plot_logarithmic(p, true, false);
    plot_next_panel(p, "best training accuracy", "scale of the initial weights", "");
    for (size_t k = 0; k < 2; k++)
        plot_line(p, names[k], scales, outcomes[k].train, SCALES);
    plot_logarithmic(p, true, false);
    plot_next_panel(p, "last training loss", "scale of the initial weights", "");
    for (size_t k = 0; k < 2; k++)
        plot_line(p, names[k], scales, outcomes[k].loss, SCALES);
    plot_logarithmic(p, true, false);
    plot_y_range(p, 0, 3.6);
    experiment_plot(x, p, "weight_scales.png");
}

/* Trains without normalization with batches of 5, then with it and batches of 5, 10 and 50. */
static void compare_batch_sizes(experiment *x, const image_data *data, normalization kind,
                                const char *file)
{
    static const char *const names[] = {"none, batch of 5", "normalized, 5", "normalized, 10",
                                        "normalized, 50"};
    static const size_t batches[] = {5, 5, 10, 50};
    comparison c = {.count = 4};
    for (size_t i = 0; i < 4; i++) {
        const training t = {"adam", pow(10, -3.5), 1, batches[i], x->quick ? 2 : 10};
        c.names[i] = names[i];
        trainable_fc_net net = new_deep(x, data, 5, 100, i == 0 ? NORMALIZATION_NONE : kind, 2e-2);
        train_deep(x, data, &net, &t, names[i], &c.results[i]);
    }
    comparison_plot(x, &c, file);
}

int main(int argc, char **argv)
{
    experiment x = experiment_start("batchnorm", argc, argv);
    image_data data;
    experiment_split(&x, &data);
    compare_with_and_without(&x, &data);
    sweep_scales(&x, &data);
    compare_batch_sizes(&x, &data, NORMALIZATION_BATCH, "batch_sizes.png");
    compare_batch_sizes(&x, &data, NORMALIZATION_LAYER, "batch_sizes_layer.png");
    experiment_finish(&x);
    image_data_clear(&data);
    return 0;
}
