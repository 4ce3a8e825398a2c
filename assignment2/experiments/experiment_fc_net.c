/*
 * Fully connected nets: overfitting fifty images, four update rules, and one net on all images.
 *
 * What to look for: a correct net of any depth reaches training accuracy 1 on fifty images, if its
 * weight scale (SCALE) and learning rate (RATE) suit it; the plain ones do not. Search for both,
 * with several values at once: on how many pairs do three layers learn, on how many five? In
 * rules.png momentum, RMSProp and Adam fall faster than plain SGD. Then improve the net on all
 * images: HIDDEN is the width of its first hidden layer, the second has half as many units;
 * NET_RATE, REG, EPOCHS, DECAY, KEEP and NORMALIZATION are its other settings.
 */
#include <stdio.h>

#include "net_experiment.h"

/* What is tried on fifty images. */
typedef struct pairs {
    value_list scales, rates;
} pairs;

/*
 * Trains a net on fifty images only, with that weight scale and learning rate. Returns the training
 * accuracy at the end.
 */
static double overfit(experiment *x, const image_data *data, size_t hidden_layers,
                      double weight_scale, double rate, solver_result *result)
{
    const size_t sizes[] = {100, 100, 100, 100};
    const training t = {"sgd", rate, 1, 25, 20};
    char what[96];
    snprintf(what, sizeof what, "%zu layers, 50 images, scale %g, rate %g", hidden_layers + 1,
             weight_scale, rate);
    trainable_fc_net net =
        new_fc_net(x, data, hidden_layers, sizes, NORMALIZATION_NONE, weight_scale);
    model m = trainable_fc_net_model(&net);
    train_net(x, data, 50, false, &m, &t, what, result);
    trainable_fc_net_clear(&net);
    return result->train_accuracy_history[result->accuracy_count - 1];
}

/* Tries every pair of scale and rate; plots the best as file, and returns its training accuracy. */
static double overfit_with_each(experiment *x, const image_data *data, size_t hidden_layers,
                                const pairs *p, const char *file)
{
    double best = -1;
    for (size_t i = 0; i < p->scales.count * p->rates.count; i++) {
        solver_result result;
        double reached = overfit(x, data, hidden_layers, p->scales.values[i / p->rates.count],
                                 p->rates.values[i % p->rates.count], &result);
        if (reached > best)
            experiment_training_plot(x, &result, file);
        best = reached > best ? reached : best;
        solver_result_clear(&result);
    }
    return best;
}

/*
 * Trains the same net with each of the four rules, on 4000 images, and plots them together. RMSProp
 * and Adam scale their steps themselves, so each rule has a learning rate of its own.
 */
static void compare_rules(experiment *x, const image_data *data)
{
    static const training rules[] = {{"sgd", 5e-3, 1, 100, 5},
                                     {"sgd_momentum", 5e-3, 1, 100, 5},
                                     {"rmsprop", 1e-4, 1, 100, 5},
                                     {"adam", 1e-3, 1, 100, 5}};
    const size_t sizes[] = {100, 100, 100, 100, 100};
    comparison c = {.count = 4};
    for (size_t i = 0; i < 4; i++) {
        trainable_fc_net net = new_fc_net(x, data, 5, sizes, NORMALIZATION_NONE, 5e-2);
        model m = trainable_fc_net_model(&net);
        c.names[i] = rules[i].rule;
        train_net(x, data, 4000, false, &m, &rules[i], rules[i].rule, &c.results[i]);
        trainable_fc_net_clear(&net);
    }
    comparison_plot(x, &c, "rules.png");
}

/* The net on all images: what of it can be set. */
typedef struct net_settings {
    size_t hidden, epochs;
    double rate, decay, keep, reg, scale;
    normalization kind;
} net_settings;

static net_settings choose_net(experiment *x)
{
    return (net_settings){.hidden = (size_t)experiment_value(x, "HIDDEN", 100),
                          .epochs = (size_t)experiment_value(x, "EPOCHS", x->quick ? 2 : 5),
                          .rate = experiment_value(x, "NET_RATE", 1e-4),
                          .decay = experiment_value(x, "DECAY", 1),
                          .keep = experiment_value(x, "KEEP", 1),
                          .reg = experiment_value(x, "REG", 0),
                          .scale = 2e-2,
                          .kind = (normalization)experiment_value(x, "NORMALIZATION", 0)};
}

/* Trains a net of two hidden layers on all images, with Adam. */
static void train_on_all(experiment *x, const image_data *data, const net_settings *s)
{
    const size_t sizes[] = {s->hidden, (s->hidden + 1) / 2};
    const training t = {"adam", s->rate, s->decay, 100, s->epochs};
    solver_result result;
    trainable_fc_net net = new_fc_net(x, data, 2, sizes, s->kind, s->scale);
    model m = trainable_fc_net_model(&net);
    net.net.keep = (real)s->keep;
    net.net.reg = (real)s->reg;
    double start = experiment_seconds();
    train_net(x, data, SIZE_MAX, false, &m, &t, "all images", &result);
    double test = solver_accuracy(&m, data->X_test, data->y_test);
    printf("All images: validation %.3f, test %.3f\n", result.best_validation_accuracy, test);
    experiment_training_plot(x, &result, "best.png");
    experiment_result(x, "validation_accuracy", result.best_validation_accuracy);
    experiment_result(x, "test_accuracy", test);
    experiment_result(x, "seconds", experiment_seconds() - start);
    solver_result_clear(&result);
    trainable_fc_net_clear(&net);
}

int main(int argc, char **argv)
{
    static const double plain_scale = 1e-2;
    static const double plain_rate = 1e-4;
    experiment x = experiment_start("fc_net", argc, argv);
    image_data data;
    pairs p = {experiment_values(&x, "SCALE", 1, &plain_scale),
               experiment_values(&x, "RATE", 1, &plain_rate)};
    net_settings s = choose_net(&x);
    experiment_split(&x, &data);
    experiment_result(&x, "three_layers_overfit_accuracy",
                      overfit_with_each(&x, &data, 2, &p, "overfit_3_layers.png"));
    experiment_result(&x, "five_layers_overfit_accuracy",
                      overfit_with_each(&x, &data, 4, &p, "overfit_5_layers.png"));
    compare_rules(&x, &data);
    train_on_all(&x, &data, &s);
    experiment_finish(&x);
    image_data_clear(&data);
    return 0;
}
