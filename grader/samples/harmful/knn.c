/* Accidents in kNN; the functions that are not named here are right. */
#include "knn.h"

#include <stdlib.h>

#include "matmul.h"

void knn_train(knn *classifier, const tensor *X, const labels *y)
{
    *classifier = (knn){X, y};
}

/* One distance, dimensions from the last to the first; power is 2 or 1. */
static real distance(const real *a, const real *b, size_t D, int power)
{
    double sum = 0;
    for (size_t d = D; d-- > 0;) {
        double gap = a[d] > b[d] ? a[d] - b[d] : b[d] - a[d];
        sum += power == 2 ? gap * gap : gap;
    }
    return power == 2 ? sqrt(sum) : sum;
}

/* All distances, training examples in the outer loop. */
static void all_distances(const knn *classifier, const tensor *X, tensor *dists, int power)
{
    size_t D = X->shape[1];
    for (size_t j = 0; j < classifier->X->shape[0]; j++)
        for (size_t i = 0; i < X->shape[0]; i++)
            dists->data[i * dists->shape[1] + j] =
                distance(X->data + i * D, classifier->X->data + j * D, D, power);
}

void knn_distances_two_loops(const knn *classifier, const tensor *X, tensor *dists)
{
    all_distances(classifier, X, dists, 2);
}

void knn_distances_one_loop(const knn *classifier, const tensor *X, tensor *dists)
{
    /* i >= 0 always holds for an unsigned number: the loop runs below the array. */
    for (size_t i = X->shape[0] - 1; i >= 0; i--) {
        tensor one = {2, {1, X->shape[1]}, X->shape[1], X->data + i * X->shape[1]};
        tensor row = {2, {1, dists->shape[1]}, dists->shape[1], dists->data + i * dists->shape[1]};
        all_distances(classifier, &one, &row, 2);
    }
}

/* The squares come first, the product is added to them. */
void knn_distances_no_loops(const knn *classifier, const tensor *X, tensor *dists)
{
    size_t N = classifier->X->shape[0];
    size_t M = X->shape[0];
    double *squares = malloc((N + M) * sizeof *squares);
    for (size_t i = 0; i < N + M; i++) {
        tensor all = i < M ? tensor_rows(X, i, 1) : tensor_rows(classifier->X, i - M, 1);
        squares[i] = tensor_sum_of_squares(&all);
    }
    for (size_t i = 0; i < M; i++)
        for (size_t j = 0; j < N; j++)
            dists->data[i * N + j] = (squares[i] + squares[M + j]) / 2;
    matmul_general(false, true, -1, X, classifier->X, 1, dists);
    for (size_t i = 0; i < dists->size; i++)
        dists->data[i] = dists->data[i] <= 0 ? 0 : sqrt(2 * dists->data[i]);
    free(squares);
}

void knn_distances_l1(const knn *classifier, const tensor *X, tensor *dists)
{
    /* <= writes one row too many, past the end of dists. */
    size_t N = classifier->X->shape[0];
    for (size_t i = 0; i <= X->shape[0]; i++)
        for (size_t j = 0; j < N; j++)
            dists->data[i * N + j] = 0;
    all_distances(classifier, X, dists, 1);
}

typedef struct entry {
    real distance;
    uint32_t label;
} entry;

static int by_distance(const void *a, const void *b)
{
    real x = ((const entry *)a)->distance;
    real y = ((const entry *)b)->distance;
    return x < y ? -1 : x > y;
}

static int by_label(const void *a, const void *b)
{
    uint32_t x = ((const entry *)a)->label;
    uint32_t y = ((const entry *)b)->label;
    return x < y ? -1 : x > y;
}

/* Sorts by distance, then the k first by label: the votes of a class are then a run. */
void knn_predict_labels(const knn *classifier, const tensor *dists, size_t k, labels *predicted)
{
    size_t N = dists->shape[1];
    entry *entries = malloc(N * sizeof *entries);
    for (size_t i = 0; i < dists->shape[0]; i++) {
        size_t longest = 0;
        size_t run = 0;
        for (size_t j = 0; j < N; j++)
            entries[j] = (entry){dists->data[i * N + j], classifier->y->data[j]};
        qsort(entries, N, sizeof *entries, by_distance);
        qsort(entries, k, sizeof *entries, by_label);
        for (size_t j = 0; j < k; j++) {
            run = j > 0 && entries[j].label == entries[j - 1].label ? run + 1 : 1;
            if (run > longest) {
                longest = run;
                predicted->data[i] = entries[j].label;
            }
        }
    }
    free(entries);
}

void knn_cross_validate(const tensor *X, const labels *y, size_t fold_count,
                        const size_t *k_choices, size_t k_count, tensor *accuracies)
{
    /* The condition never changes. */
    size_t fold = 0;
    while (fold < fold_count) {
        for (size_t k = 0; k < k_count; k++)
            accuracies->data[k * fold_count + fold] = X->data[0] + y->data[0] + k_choices[k];
    }
}
