/* k nearest neighbours, begun: the clever distances and the cross-validation are still to come. */
#include "knn.h"

#include <stdlib.h>

#include "contract.h"

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
    for (size_t i = 0; i < X->shape[0]; i++) {
        tensor one = tensor_rows(X, i, 1);
        tensor row = tensor_rows(dists, i, 1);
        all_distances(classifier, &one, &row, 2);
    }
}

void knn_distances_no_loops(const knn *classifier, const tensor *X, tensor *dists)
{
    /*
     * TODO: one product of matmul.h gives x.t for all pairs. Then only the two sums of squares are
     * missing, one a row of X and one a row of classifier->X, and the root. What does the root
     * make of a number that rounding left slightly below 0?
     */
    NOT_IMPLEMENTED(classifier, X, dists);
}

void knn_distances_l1(const knn *classifier, const tensor *X, tensor *dists)
{
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
    if (fold_count < 2 || fold_count > X->shape[0])
        contract_failed(__func__, "fold_count is %zu, should be 2 to %zu", fold_count, X->shape[0]);
    /*
     * TODO: for each fold, copy the other folds into a training part (tensor_rows, tensor_copy),
     * compute the distances once, and let each k predict from them; labels_accuracy compares. A
     * fold must not be among its own training examples.
     */
    NOT_IMPLEMENTED(X, y, fold_count, k_choices, k_count, accuracies);
}
