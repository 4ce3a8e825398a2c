/*
 * k nearest neighbours on 5000 training and 500 test images, with raw pixels as features.
 *
 * What it measures: the accuracy at k = 1, 5 and 10 on the test images, the time of the three
 * distance functions, and, by 5-fold cross-validation on the training images alone, which k is
 * best. The test images have no say in the choice of k: its accuracy on them is an honest estimate.
 *
 * What to look for: in distances.png (rows are test images, columns training images, white is far)
 * a bright row is a test image far from everything. In cross-validation.svg the spread of the five
 * folds at one k is as large as the difference between many k: the choice is not sharp.
 */
#include <stdio.h>
#include <stdlib.h>

#include "experiment.h"
#include "knn.h"

enum { TRAIN = 5000, TEST = 500, FOLDS = 5, CHOICES = 10, SLOW_TEST = 50 };

static const size_t k_choices[CHOICES] = {1, 3, 5, 8, 10, 12, 15, 20, 50, 100};

typedef void (*distance_function)(const knn *classifier, const tensor *X, tensor *dists);

/* Milliseconds per test image for its distances, measured on the first count images of X. */
static double time_distances(distance_function distances, const knn *classifier, const tensor *X,
                             size_t count)
{
    tensor part = tensor_rows(X, 0, count);
    tensor *dists = tensor_new_2d(count, classifier->X->shape[0]);
    double start = experiment_seconds();
    distances(classifier, &part, dists);
    double milliseconds = 1e3 * (experiment_seconds() - start) / (double)count;
    tensor_free(dists);
    return milliseconds;
}

/*
 * All three functions compute the same distances. The slow ones are timed on fewer test images. No
 * loops wins because a matrix product uses each number many times while it is in the cache.
 */
static void compare_times(const knn *classifier, const tensor *X)
{
    double two = time_distances(knn_distances_two_loops, classifier, X, SLOW_TEST);
    double one = time_distances(knn_distances_one_loop, classifier, X, SLOW_TEST);
    double none = time_distances(knn_distances_no_loops, classifier, X, X->shape[0]);
    printf("Distances of a test image to all training images: two loops %.2f ms, one loop %.2f ms, "
           "no loops %.3f ms (%.0f times faster than two)\n",
           two, one, none, two / none);
}

/* The number of correct predictions with k neighbours. One matrix of distances serves every k. */
static size_t count_right(const knn *classifier, const tensor *dists, const labels *y, size_t k)
{
    labels *predicted = labels_new(y->count);
    knn_predict_labels(classifier, dists, k, predicted);
    size_t right = (size_t)(labels_accuracy(predicted, y) * (double)y->count + 0.5);
    labels_free(predicted);
    return right;
}

/*
 * Returns the k with the best mean accuracy over the folds. Plots one point per fold and k, and a
 * line through the means with the standard deviation over the folds as error bars.
 */
static size_t cross_validate(const experiment *x, const tensor *X, const labels *y)
{
    tensor *accuracies = tensor_new_2d(CHOICES, FOLDS);
    double ks[CHOICES], means[CHOICES], deviations[CHOICES];
    double all_k[CHOICES * FOLDS], all[CHOICES * FOLDS];
    size_t best = 0;
    knn_cross_validate(X, y, FOLDS, k_choices, CHOICES, accuracies);
    for (size_t i = 0; i < CHOICES; i++) {
        tensor row = tensor_row(accuracies, i);
        ks[i] = (double)k_choices[i];
        means[i] = tensor_mean(&row);
        deviations[i] = tensor_std(&row);
        if (means[i] > means[best])
            best = i;
        for (size_t f = 0; f < FOLDS; f++) {
            all_k[i * FOLDS + f] = ks[i];
            all[i * FOLDS + f] = (double)row.data[f];
        }
        printf("k = %-3zu  cross-validation accuracy %.4f, standard deviation %.4f\n", k_choices[i],
               means[i], deviations[i]);
    }
    plot *p = plot_new("Cross-validation on k", "k", "accuracy");
    plot_points(p, "one fold", all_k, all, (size_t)CHOICES * FOLDS);
    plot_error_bars(p, "mean, standard deviation", ks, means, deviations, CHOICES);
    experiment_plot(x, p, "cross-validation.svg");
    tensor_free(accuracies);
    return k_choices[best];
}

/* The distances of the first 100 test images to the first 600 training images, black is near. */
static void draw_distances(const experiment *x, const tensor *dists)
{
    tensor rows = tensor_rows(dists, 0, 100);
    tensor *corner = tensor_new_2d(100, 600);
    for (size_t i = 0; i < 100; i++)
        for (size_t j = 0; j < 600; j++)
            corner->data[i * 600 + j] = rows.data[i * dists->shape[1] + j];
    image picture = image_heat_map(corner, false);
    experiment_picture(x, &picture, 1, "distances.png");
    tensor_free(corner);
}

int main(int argc, char **argv)
{
    experiment x = experiment_start("knn", argc, argv);
    dataset train;
    dataset test;
    experiment_load(&x, &train, &test);
    experiment_samples(&x, &train);
    size_t D = dataset_dimension(&train);
    tensor *X = tensor_new_2d(TRAIN, D);
    tensor *X_test = tensor_new_2d(TEST, D);
    labels *y = labels_new(TRAIN);
    labels *y_test = labels_new(TEST);
    tensor *dists = tensor_new_2d(TEST, TRAIN);
    knn classifier;
    dataset_copy(&train, 0, TRAIN, X, y);
    dataset_copy(&test, 0, TEST, X_test, y_test);
    knn_train(&classifier, X, y);
    knn_distances_no_loops(&classifier, X_test, dists);
    draw_distances(&x, dists);
    compare_times(&classifier, X_test);
    size_t at_1 = count_right(&classifier, dists, y_test, 1);
    size_t at_5 = count_right(&classifier, dists, y_test, 5);
    size_t at_10 = count_right(&classifier, dists, y_test, 10);
    printf("Correct out of %d test images: %zu at k = 1, %zu at k = 5, %zu at k = 10\n", TEST, at_1,
           at_5, at_10);
    size_t best = cross_validate(&x, X, y);
    size_t right = count_right(&classifier, dists, y_test, best);
    printf("Best by cross-validation: k = %zu, %zu correct out of %d (%.1f %%)\n", best, right,
           TEST, 100.0 * (double)right / TEST);
    experiment_result(&x, "right_at_1", (double)at_1);
    experiment_result(&x, "right_at_5", (double)at_5);
    experiment_result(&x, "right_at_10", (double)at_10);
    experiment_result(&x, "best_k", (double)best);
    experiment_result(&x, "test_accuracy", (double)right / TEST);
    experiment_finish(&x);
    tensor_free(X);
    tensor_free(X_test);
    tensor_free(dists);
    labels_free(y);
    labels_free(y_test);
    dataset_clear(&train);
    dataset_clear(&test);
    return 0;
}
