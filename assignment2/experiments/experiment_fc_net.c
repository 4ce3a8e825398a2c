/*
 * Fully connected nets: overfitting fifty images, four update rules, and the best net.
 *
 * What to look for: a correct net of any depth reaches training accuracy 1 on fifty images; one
 * that does not has a wrong gradient, or a bad weight scale or learning rate. Change the scale in
 * main by a factor of 2: five layers bear it less than three. In rules.png momentum, RMSProp and
 * Adam fall faster than plain SGD.
 */
#include <stdio.h>

#include "net_experiment.h"

/*
 * Trains a net on fifty images only, with a weight scale and a learning rate found by search, until
 * it overfits. Returns the training accuracy at the end.
 */
static double overfit(experiment *x, const image_data *data, size_t hidden_layers,
                      double weight_scale, double rate, const char *what, const char *file)
{
    const size_t sizes[] = {100, 100, 100, 100};
    const training t = {"sgd", rate, 1, 25, 20};
    solver_result result;
    trainable_fc_net net =
        new_fc_net(x, data, hidden_layers, sizes, NORMALIZATION_NONE, weight_scale);
    model m = trainable_fc_net_model(&net);
    train_net(x, data, 50, false, &m, &t, what, &result);
    double reached = result.train_accuracy_history[result.accuracy_count - 1];
    experiment_training_plot(x, &result, file);
    solver_result_clear(&result);
    trainable_fc_net_clear(&net);
    return reached;
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

/* The best net on all images: batch normalization, a little dropout and weight decay, Adam. */
static void train_best(experiment *x, const image_data *data)
{
    const size_t sizes[] = {512, 256};
    const training t = {"adam", 1e-3, 0.85, 100, x->quick ? 2 : 10};
    solver_result result;
    trainable_fc_net net = new_fc_net(x, data, 2, sizes, NORMALIZATION_BATCH, 2e-2);
    model m = trainable_fc_net_model(&net);
    net.net.keep = (real)0.8;
    net.net.reg = (real)1e-3;
    double start = experiment_seconds();
    train_net(x, data, SIZE_MAX, false, &m, &t, "best net", &result);
    double test = solver_accuracy(&m, data->X_test, data->y_test);
    printf("Best net: validation %.3f, test %.3f\n", result.best_validation_accuracy, test);
    experiment_training_plot(x, &result, "best.png");
    experiment_result(x, "validation_accuracy", result.best_validation_accuracy);
    experiment_result(x, "test_accuracy", test);
    experiment_result(x, "seconds", experiment_seconds() - start);
    solver_result_clear(&result);
    trainable_fc_net_clear(&net);
}

int main(int argc, char **argv)
{
    experiment x = experiment_start("fc_net", argc, argv);
    image_data data;
    experiment_split(&x, &data);
    experiment_result(
        &x, "three_layers_overfit_accuracy",
        overfit(&x, &data, 2, 2e-2, 4e-3, "3 layers, 50 images", "overfit_3_layers.png"));
    experiment_result(
        &x, "five_layers_overfit_accuracy",
        overfit(&x, &data, 4, 8e-2, 2e-3, "5 layers, 50 images", "overfit_5_layers.png"));
    compare_rules(&x, &data);
    train_best(&x, &data);
    experiment_finish(&x);
    image_data_clear(&data);
    return 0;
}
