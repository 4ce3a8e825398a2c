/*
 * Dropout: a net of one hidden layer on 500 images only, with and without dropout.
 *
 * What to look for: without dropout (keep 1) the training accuracy soon is near 1 while the
 * validation accuracy stays far below: the net overfits. With keep 0.25 the training loss stays
 * much higher, and the validation accuracy is as good or a little better. KEEP is another
 * probability to compare with.
 */
#include <stdio.h>

#include "net_experiment.h"

int main(int argc, char **argv)
{
    const size_t sizes[] = {500};
    char names[2][32];
    experiment x = experiment_start("dropout", argc, argv);
    const double keeps[] = {1, experiment_value(&x, "KEEP", 0.25)};
    const training t = {"adam", experiment_value(&x, "RATE", 5e-4), 1, 100,
                        (size_t)experiment_value(&x, "EPOCHS", 25)};
    comparison c = {.count = 2};
    image_data data;
    experiment_split(&x, &data);
    experiment_seed_again(&x);
    for (size_t i = 0; i < 2; i++) {
        trainable_fc_net net = new_fc_net(&x, &data, 1, sizes, NORMALIZATION_NONE, 1e-2);
        model m = trainable_fc_net_model(&net);
        net.net.keep = (real)keeps[i];
        snprintf(names[i], sizeof names[i], "validation_keep_%g", keeps[i]);
        c.names[i] = i == 0 ? "without dropout" : "with dropout";
        train_net(&x, &data, 500, false, &m, &t, c.names[i], &c.results[i]);
        experiment_result(&x, names[i], c.results[i].best_validation_accuracy);
        if (i == 0) { /* our masks come from a stream of their own: with dropout, losses differ */
            const course_figure first = {"first loss", 7.85664, c.results[0].loss_history[0]};
            experiment_beside_course(&x, &data, 1, &first);
        }
        trainable_fc_net_clear(&net);
    }
    comparison_plot(&x, &c, "dropout.png");
    experiment_finish(&x);
    image_data_clear(&data);
    return 0;
}
