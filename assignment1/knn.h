/*
 * k nearest neighbours: remember every training image, and let the k closest ones vote.
 *
 * Throughout: N training examples and M test examples of D numbers each.
 * Source: CS231n notes, "Image classification".
 */
#ifndef ASSIGNMENT1_KNN_H
#define ASSIGNMENT1_KNN_H

#include "tensor.h"

/* The trained classifier. It points to the caller's data and owns nothing. */
typedef struct knn {
    const tensor *X; /* N x D */
    const labels *y; /* N */
} knn;

/*
 * "Training": remembers where the data are, and copies nothing.
 *
 * classifier   receives X and y
 * X   N x D    training examples
 * y   N        their labels
 */
void knn_train(knn *classifier, const tensor *X, const labels *y);

/*
 * Euclidean distances between test and training examples, with a loop over the test examples and
 * one over the training examples:
 *
 *   dists[i,j] = sqrt( sum over d of (X[i,d] - classifier->X[j,d])^2 )
 *
 * classifier     trained: N x D
 * X       M x D  test examples
 * dists   M x N  receives the distances
 */
void knn_distances_two_loops(const knn *classifier, const tensor *X, tensor *dists);

/*
 * The same distances, shapes and formula, with one loop over the M test examples of X; each
 * iteration fills a row of dists by vector operations over all of classifier's training examples.
 */
void knn_distances_one_loop(const knn *classifier, const tensor *X, tensor *dists);

/*
 * The same distances, shapes and formula, without a loop over pairs of examples: one matrix product
 * and two sums, from
 *
 *   |x - t|^2 = |x|^2 - 2 x.t + |t|^2
 *
 * Rounding can make the right side slightly negative: no entry of dists may become NaN from that.
 *
 * classifier     trained: N x D
 * X       M x D  test examples
 * dists   M x N  receives the distances
 */
void knn_distances_no_loops(const knn *classifier, const tensor *X, tensor *dists);

/*
 * Manhattan distances, the lecture's other metric:
 *
 *   dists[i,j] = sum over d of |X[i,d] - classifier->X[j,d]|
 *
 * classifier     trained: N x D
 * X       M x D  test examples
 * dists   M x N  receives the distances
 */
void knn_distances_l1(const knn *classifier, const tensor *X, tensor *dists);

/*
 * Lets the k nearest training examples vote. The class with the most votes wins; in a tie, the
 * smallest label. If several training examples are at exactly the same distance, it does not matter
 * which of them count among the k nearest.
 *
 * classifier         trained: N labels
 * dists      M x N   distances
 * k                  1 to N
 * predicted  M       receives the labels
 */
void knn_predict_labels(const knn *classifier, const tensor *dists, size_t k, labels *predicted);

/*
 * Cross-validation: cuts the data into fold_count consecutive folds as NumPy's array_split does
 * (the first N mod fold_count folds get one example more). For each fold and each k it trains on
 * the other folds, in their order, and measures the accuracy on this fold, with Euclidean
 * distances.
 *
 * X           N x D                 examples
 * y           N                     labels
 * fold_count                        2 to N
 * k_choices   k_count numbers       each from 1 to the size of the smallest training part
 * k_count                           the number of k_choices
 * accuracies  k_count x fold_count  receives the accuracies, 0 to 1
 */
void knn_cross_validate(const tensor *X, const labels *y, size_t fold_count,
                        const size_t *k_choices, size_t k_count, tensor *accuracies);

#endif
