/*
 * The classifiers of Q2 and Q4 on features: histograms of edge directions and of hues, in place of
 * pixels.
 *
 * What to look for: compare both accuracies with those on raw pixels. On CIFAR-10 a few hundred
 * features beat thousands of pixels, since small shifts of an image hardly change them. In
 * mistakes.png column c holds test images that the SVM wrongly took for class c: many share a
 * background or an outline with that class, which is all that such features can see.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiment.h"
#include "features.h"
#include "linear_classifier.h"
#include "linear_svm.h"
#include "progress.h"
#include "two_layer_net_model.h"

enum { HUES = 10, MISTAKES = 8, BATCH = 200 };

/* What is tried: of the SVM, and of the net. */
typedef struct settings {
    value_list rates, strengths, net_rates, net_strengths;
    size_t hidden, epochs;
    double scale, decay;
} settings;

/*
 * Plain values, far from the best. Features are normalized and pixels were not: rates that suit
 * them are much larger, and strengths much smaller.
 */
static settings choose_settings(experiment *x)
{
    static const double rates[] = {1e-5, 1e-4};
    static const double strengths[] = {1, 10};
    static const double net_rates[] = {1e-3, 1e-2};
    static const double none = 0;
    return (settings){.rates = experiment_values(x, "RATE", 2, rates),
                      .strengths = experiment_values(x, "REG", 2, strengths),
                      .net_rates = experiment_values(x, "NET_RATE", 2, net_rates),
                      .net_strengths = experiment_values(x, "NET_REG", 1, &none),
                      .hidden = (size_t)experiment_value(x, "HIDDEN", 100),
                      .epochs = (size_t)experiment_value(x, "EPOCHS", x->quick ? 8 : 10),
                      .scale = experiment_value(x, "SCALE", 1e-3),
                      .decay = experiment_value(x, "DECAY", 0.95)};
}

/* The number of features per image: 9 orientations for each cell, then the hues. */
static size_t feature_count(const dataset *d)
{
    return (d->height / HOG_CELL) * (d->width / HOG_CELL) * HOG_ORIENTATIONS + HUES;
}

/* Copies image index of d to three planes; a gray image is copied three times. */
static void copy_as_colour(const dataset *d, size_t index, tensor *planes)
{
    size_t plane = d->height * d->width;
    const uint8_t *pixels = d->pixels + index * dataset_dimension(d);
    for (size_t c = 0; c < 3; c++)
        for (size_t i = 0; i < plane; i++)
            planes->data[c * plane + i] = pixels[(d->channels == 3 ? c * plane : 0) + i];
}

/* Writes the features of count images of d, from index first on, to the rows of X. */
static void extract(const dataset *d, size_t first, size_t count, tensor *X)
{
    size_t F = feature_count(d);
    tensor *colour = tensor_new_3d(3, d->height, d->width);
    progress bar = progress_start("extracting features", count);
    for (size_t i = 0; i < count; i++) {
        real *row = X->data + i * F;
        tensor hog = tensor_over(row, 1, (size_t[]){F - HUES});
        tensor hues = tensor_over(row + F - HUES, 1, (size_t[]){HUES});
        copy_as_colour(d, first + i, colour);
        hog_feature(colour, &hog);
        color_histogram_hsv(colour, &hues);
        progress_update(&bar, i + 1);
    }
    progress_finish(&bar);
    tensor_free(colour);
}

/*
 * Subtracts each feature's mean and divides by its standard deviation, in X and in the count
 * others. Both are computed on X, the training images, alone: validation and test images must not
 * influence the classifier, not even by their mean.
 */
static void normalize(tensor *X, tensor *const *others, size_t count)
{
    size_t N = X->shape[0];
    size_t F = X->shape[1];
    for (size_t f = 0; f < F; f++) {
        double sum = 0;
        double squares = 0;
        for (size_t i = 0; i < N; i++)
            sum += (double)X->data[i * F + f];
        double mean = sum / (double)N;
        for (size_t i = 0; i < N; i++)
            squares += pow((double)X->data[i * F + f] - mean, 2);
        double deviation = sqrt(squares / (double)N);
        double factor = deviation > 1e-9 ? 1 / deviation : 0; /* a feature that never changes */
        for (size_t o = 0; o <= count; o++) {
            tensor *t = o < count ? others[o] : X;
            for (size_t i = 0; i < t->shape[0]; i++)
                t->data[i * F + f] = (real)(((double)t->data[i * F + f] - mean) * factor);
        }
    }
}

/* Fills data with the features of all parts in place of pixels, normalized. */
static void feature_data(const experiment *x, const dataset *train, const dataset *test,
                         image_data *data)
{
    split_sizes sizes = split_sizes_course(train, test);
    size_t F = feature_count(train);
    if (x->quick && sizes.train > 9000)
        sizes.train = 9000;
    *data = (image_data){.class_count = train->class_count,
                         .class_names = train->class_names,
                         .X_train = tensor_new_2d(sizes.train, F),
                         .X_validation = tensor_new_2d(sizes.validation, F),
                         .X_test = tensor_new_2d(sizes.test, F),
                         .y_train = labels_new(sizes.train),
                         .y_validation = labels_new(sizes.validation),
                         .y_test = labels_new(sizes.test)};
    double start = experiment_seconds();
    dataset_copy(train, 0, sizes.train, NULL, data->y_train);
    dataset_copy(train, sizes.train, sizes.validation, NULL, data->y_validation);
    dataset_copy(test, 0, sizes.test, NULL, data->y_test);
    extract(train, 0, sizes.train, data->X_train);
    extract(train, sizes.train, sizes.validation, data->X_validation);
    extract(test, 0, sizes.test, data->X_test);
    printf("%zu features of %zu images in %.1f s\n", F, sizes.train + sizes.validation + sizes.test,
           experiment_seconds() - start);
    normalize(data->X_train, (tensor *const[]){data->X_validation, data->X_test}, 2);
}

/* Tunes a linear SVM on the features; returns its predictions for the test images. */
static labels *linear_svm(experiment *x, const image_data *data, const settings *s)
{
    tensor *rates = value_list_tensor(&s->rates);
    tensor *strengths = value_list_tensor(&s->strengths);
    tensor *on_train = tensor_new_2d(s->rates.count, s->strengths.count);
    tensor *on_validation = tensor_new_like(on_train);
    tensor *W = tensor_new_2d(data->X_train->shape[1], data->class_count);
    linear_tuning_data parts = {data->X_train, data->y_train, data->X_validation,
                                data->y_validation};
    linear_training training = {.iterations = x->quick ? 1000 : 3000, .batch_size = BATCH};
    real best = linear_classifier_tune(svm_loss_vectorized, &parts, rates, strengths, &training,
                                       &x->random, on_train, on_validation, W);
    for (size_t i = 0; i < on_validation->size; i++)
        printf("rate %-8.2g reg %-8.2g accuracy %.3f training, %.3f validation\n",
               s->rates.values[i / s->strengths.count], s->strengths.values[i % s->strengths.count],
               (double)on_train->data[i], (double)on_validation->data[i]);
    labels *predicted = labels_new(data->y_test->count);
    linear_classifier_predict(W, data->X_test, predicted);
    double test = labels_accuracy(predicted, data->y_test);
    printf("Linear SVM on features: %.3f validation, %.3f test\n", (double)best, test);
    experiment_result(x, "svm_validation_accuracy", (double)best);
    experiment_result(x, "svm_test_accuracy", test);
    tensor *const all[] = {rates, strengths, on_train, on_validation, W};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
    return predicted;
}

/* Trains t on the features, with that learning rate and regularization strength. */
static void train_net(experiment *x, const image_data *data, const settings *s, double rate,
                      double reg, trainable_net *t, solver_result *result)
{
    error e;
    model m = trainable_net_model(t);
    solver_options options = solver_options_default();
    options.settings.learning_rate = rate;
    options.learning_rate_decay = s->decay;
    options.batch_size = BATCH;
    options.epoch_count = s->epochs;
    options.verbose = false;
    options.progress = true;
    t->net->reg = (real)reg;
    two_layer_net_init(t->net, (real)s->scale, &x->random);
    if (!solver_train(&m, data->X_train, data->y_train, data->X_validation, data->y_validation,
                      &options, &x->random, result, &e)) {
        fprintf(stderr, "features: %s\n", e.text);
        exit(1);
    }
    printf("net, rate %g, reg %g: validation %.3f after %zu epochs\n", rate, reg,
           result->best_validation_accuracy, result->epoch_count);
}

/* Trains the two-layer net with every pair of rate and strength; only the best sees test images. */
static void tune_net(experiment *x, const image_data *data, const settings *s)
{
    double best = 0;
    double test = 0;
    for (size_t i = 0; i < s->net_rates.count * s->net_strengths.count; i++) {
        solver_result result;
        trainable_net t = trainable_net_new(data->X_train->shape[1], s->hidden, data->class_count);
        train_net(x, data, s, s->net_rates.values[i / s->net_strengths.count],
                  s->net_strengths.values[i % s->net_strengths.count], &t, &result);
        if (result.best_validation_accuracy > best) {
            model m = trainable_net_model(&t);
            best = result.best_validation_accuracy;
            test = solver_accuracy(&m, data->X_test, data->y_test);
            experiment_training_plot(x, &result, "net.svg");
        }
        solver_result_clear(&result);
        trainable_net_clear(&t);
    }
    printf("Two-layer net on features: %.3f validation, %.3f test\n", best, test);
    experiment_result(x, "net_validation_accuracy", best);
    experiment_result(x, "net_test_accuracy", test);
}

/* One column per class: test images that the SVM predicted to be of it, and are not. */
static void draw_mistakes(const experiment *x, const dataset *test, const labels *predicted)
{
    size_t C = test->class_count;
    tensor *images = tensor_new_4d(MISTAKES * C, test->channels, test->height, test->width);
    for (size_t c = 0; c < C; c++) {
        size_t row = 0;
        for (size_t i = 0; i < predicted->count && row < MISTAKES; i++) {
            if (predicted->data[i] != c || test->classes[i] == c)
                continue;
            tensor place = tensor_rows(images, row++ * C + c, 1);
            dataset_copy(test, i, 1, &place, NULL);
        }
    }
    image picture = image_montage(images, C, 2, 0, 255);
    experiment_picture(x, &picture, 2, "mistakes.png");
    tensor_free(images);
}

int main(int argc, char **argv)
{
    experiment x = experiment_start("features", argc, argv);
    dataset train;
    dataset test;
    image_data data;
    settings s = choose_settings(&x);
    experiment_load(&x, &train, &test);
    feature_data(&x, &train, &test, &data);
    image_data with_bias = data;
    with_bias.X_train = tensor_new_copy(data.X_train);
    with_bias.X_validation = tensor_new_copy(data.X_validation);
    with_bias.X_test = tensor_new_copy(data.X_test);
    with_bias.X_development = tensor_new_2d(1, data.X_train->shape[1]);
    image_data_append_bias(&with_bias);
    labels *predicted = linear_svm(&x, &with_bias, &s);
    draw_mistakes(&x, &test, predicted);
    tune_net(&x, &data, &s);
    experiment_finish(&x);
    labels_free(predicted);
    tensor_free(with_bias.X_train);
    tensor_free(with_bias.X_validation);
    tensor_free(with_bias.X_test);
    tensor_free(with_bias.X_development);
    image_data_clear(&data);
    dataset_clear(&train);
    dataset_clear(&test);
    return 0;
}
