/*
 * The k nearest training examples of each test example, without a matrix of all distances.
 *
 * 10000 x 50000 distances would take 2 GB. Here the reference's knn_distances_no_loops compares all
 * test examples with one block of training examples at a time, and of each block only what is
 * nearer than the k nearest so far is kept.
 */
#ifndef GRADER_BENCH_NEAREST_H
#define GRADER_BENCH_NEAREST_H

#include "knn.h"

/* A training example and its distance from a test example. */
typedef struct neighbour {
    real distance;
    uint32_t index;
} neighbour;

/*
 * Fills nearest, of M x k, with the k nearest of classifier's N training examples to each row of X,
 * M x D, in no particular order; k is 1 to N. Of several at the same distance the first are taken.
 * Needs memory for M x 1000 distances.
 */
void find_nearest(const knn *classifier, const tensor *X, size_t k, neighbour *nearest);

#endif
