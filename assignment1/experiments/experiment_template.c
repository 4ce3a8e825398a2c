/*
 * A template for experiments of your own: how does the accuracy of a linear SVM grow with the
 * number of training images?
 *
 *   make experiment NAME=mine    copies this file to experiments/experiment_mine.c
 *   make run Q=mine RATE=3e-7    runs the copy; DATA=, OUT=, SEED= and QUICK=1 work as everywhere
 *
 * Change anything. experiment.h says what is there to load data, to plot and to report; the other
 * experiments in this folder show more of it.
 */
#include <stdio.h>

#include "experiment.h"
#include "linear_classifier.h"
#include "linear_svm.h"

enum { STEPS = 4, ITERATIONS = 500 };

/* Trains on the first count images; returns the accuracy on the validation images. */
static double accuracy_with(experiment *x, const image_data *data, size_t count, double rate)
{
    linear_training training = {
        .learning_rate = (real)rate, .reg = 1000, .iterations = ITERATIONS, .batch_size = 200};
    tensor X = tensor_rows(data->X_train, 0, count); /* a view: it is not freed */
    labels y = labels_slice(data->y_train, 0, count);
    tensor *W = tensor_new_2d(X.shape[1], data->class_count);
    tensor *losses = tensor_new_1d(ITERATIONS);
    labels *predicted = labels_new(data->y_validation->count);
    tensor_fill_normal(W, &x->random, 0, 1e-3);
    linear_classifier_train(svm_loss_vectorized, &X, &y, &training, &x->random, W, losses);
    tensor_print(W); /* for a first look; take it out when you have seen enough */
    linear_classifier_predict(W, data->X_validation, predicted);
    double accuracy = labels_accuracy(predicted, data->y_validation);
    tensor_free(W);
    tensor_free(losses);
    labels_free(predicted);
    return accuracy;
}

int main(int argc, char **argv)
{
    experiment x = experiment_start("template", argc, argv);
    double rate = experiment_value(&x, "RATE", 1e-7); /* make run RATE=...; here 1e-7 otherwise */
    image_data data;
    experiment_split(&x, &data); /* loads the images: training, validation, test */
    image_data_append_bias(&data);

    double counts[STEPS], accuracies[STEPS];
    size_t count = data.y_train->count;
    for (size_t i = STEPS; i-- > 0; count /= 4) { /* all images, then a quarter of them, ... */
        counts[i] = (double)count;
        accuracies[i] = accuracy_with(&x, &data, count, rate);
        printf("%zu images: validation accuracy %.3f\n", count, accuracies[i]);
    }

    plot *p = plot_new("Linear SVM", "training images", "validation accuracy");
    plot_line(p, NULL, counts, accuracies, STEPS);
    plot_logarithmic(p, true, false);
    experiment_plot(&x, p, "accuracy.svg"); /* in build/experiments/assignment1/ */
    experiment_result(&x, "validation_accuracy", accuracies[STEPS - 1]);
    experiment_finish(&x);
    image_data_clear(&data);
    return 0;
}
