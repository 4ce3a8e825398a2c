/*
 * A convolutional net built and trained with your own framework: three convolutions, ten epochs.
 *
 * What to look for: on CIFAR-10 this is the best accuracy so far, with no backward pass written for
 * this net: graph_backward computes the gradients. The learning rate falls by a quarter after each
 * epoch, so the last epochs improve the validation accuracy little by little (training.png). If
 * training accuracy pulls away from it, try fewer EPOCHS, another RATE or DECAY, or another net.
 */
#include <stdio.h>
#include <stdlib.h>

#include "small_convnet.h"

int main(int argc, char **argv)
{
    experiment x = experiment_start("graph", argc, argv);
    const training t = {"adam", experiment_value(&x, "RATE", 1e-3),
                        experiment_value(&x, "DECAY", 0.75), 64,
                        (size_t)experiment_value(&x, "EPOCHS", x.quick ? 1 : 10)};
    char folder[512];
    error e;
    image_data data;
    solver_result result;
    experiment_split(&x, &data);
    scale_for_small_convnet(&data);
    small_convnet net = small_convnet_new(&x, &data);
    model m = small_convnet_model(&net);
    double start = experiment_seconds();
    train_net(&x, &data, x.quick ? 5000 : SIZE_MAX, true, &m, &t, "the framework's net", &result);
    double seconds = experiment_seconds() - start;
    tensor X_test = tensor_reshaped(
        data.X_test, 4, (size_t[]){data.X_test->shape[0], data.channels, data.height, data.width});
    double test = solver_accuracy(&m, &X_test, data.y_test);
    printf("Validation %.3f, test %.3f\n", result.best_validation_accuracy, test);
    experiment_training_plot(&x, &result, "training.png");
    image filters = image_visualize_grid(net.modules[0].W, 1);
    experiment_picture(&x, &filters, 8, "filters.png");
    snprintf(folder, sizeof folder, "%s/net", x.out);
    if (!small_convnet_save(&net, folder, &e)) {
        fprintf(stderr, "graph: %s\n", e.text);
        return 1;
    }
    experiment_result(&x, "validation_accuracy", result.best_validation_accuracy);
    experiment_result(&x, "test_accuracy", test);
    experiment_result(&x, "seconds", seconds);
    experiment_finish(&x);
    solver_result_clear(&result);
    small_convnet_clear(&net);
    image_data_clear(&data);
    return 0;
}
