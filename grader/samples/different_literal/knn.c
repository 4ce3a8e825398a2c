/* k nearest neighbours, as the formulas say it: everything is a matrix, and votes are sorted. */
#include "knn.h"

#include <stdlib.h>

#include "contract.h"
#include "matmul.h"

/* A distance and the label of the training example that is so far away. */
struct vote {
    real distance;
    uint32_t label;
};

static int compare_votes(const void *a, const void *b)
{
    const struct vote *vote_a = a;
    const struct vote *vote_b = b;
    if (vote_a->distance < vote_b->distance)
        return -1;
    if (vote_a->distance > vote_b->distance)
        return 1;
    return 0;
}

/* A rows x columns matrix of ones. */
static tensor *ones(size_t rows, size_t columns)
{
    tensor *matrix = tensor_new_2d(rows, columns);
    tensor_fill(matrix, 1);
    return matrix;
}

/* The sum of the squares of each row of X (N x D), as an N x 1 matrix. */
static tensor *squared_norms(const tensor *X)
{
    tensor *squares = tensor_new_like(X);
    tensor_multiply(X, X, squares);
    tensor *ones_D = ones(X->shape[1], 1);
    tensor *norms = tensor_new_2d(X->shape[0], 1);
    matmul(squares, ones_D, norms);
    tensor_free(ones_D);
    tensor_free(squares);
    return norms;
}

/* Takes the root of each element; what is below 0 counts as 0. */
static void square_root(tensor *t)
{
    for (size_t i = 0; i < t->size; i++) {
        if (t->data[i] < 0)
            t->data[i] = 0;
        t->data[i] = sqrt(t->data[i]);
    }
}

/* Copies the examples first to last (not included) of X and y to the places from to on. */
static void copy_examples(const tensor *X, const labels *y, size_t first, size_t last,
                          tensor *X_out, labels *y_out, size_t to)
{
    size_t D = X->shape[1];
    for (size_t i = first; i < last; i++) {
        for (size_t d = 0; d < D; d++)
            X_out->data[(to + i - first) * D + d] = X->data[i * D + d];
        y_out->data[to + i - first] = y->data[i];
    }
}

/* What every distance function demands. */
static void check_distances(const char *function, const knn *classifier, const tensor *X,
                            const tensor *dists)
{
    check_rank(function, "classifier->X", classifier->X, 2);
    check_rank(function, "X", X, 2);
    check_shape_2d(function, "X", X, X->shape[0], classifier->X->shape[1]);
    check_shape_2d(function, "dists", dists, X->shape[0], classifier->X->shape[0]);
}

void knn_train(knn *classifier, const tensor *X, const labels *y)
{
    check_rank(__func__, "X", X, 2);
    check_labels(__func__, "y", y, X->shape[0], SIZE_MAX);
    classifier->X = X;
    classifier->y = y;
}

void knn_distances_two_loops(const knn *classifier, const tensor *X, tensor *dists)
{
    check_distances(__func__, classifier, X, dists);
    size_t M = X->shape[0];
    size_t N = classifier->X->shape[0];
    size_t D = X->shape[1];
    for (size_t i = 0; i < M; i++) {
        for (size_t j = 0; j < N; j++) {
            real sum = 0;
            for (size_t d = 0; d < D; d++) {
                real difference = X->data[i * D + d] - classifier->X->data[j * D + d];
                sum += pow(difference, 2);
            }
            dists->data[i * N + j] = sqrt(sum);
        }
    }
}

void knn_distances_one_loop(const knn *classifier, const tensor *X, tensor *dists)
{
    check_distances(__func__, classifier, X, dists);
    size_t M = X->shape[0];
    size_t N = classifier->X->shape[0];
    tensor *ones_N = ones(N, 1);
    tensor *repeated = tensor_new_like(classifier->X);
    tensor *difference = tensor_new_like(classifier->X);
    for (size_t i = 0; i < M; i++) {
        tensor x = tensor_rows(X, i, 1);
        matmul(ones_N, &x, repeated); /* N x D, each row the test example */
        tensor_subtract(repeated, classifier->X, difference);
        tensor *sums = squared_norms(difference); /* N x 1 */
        square_root(sums);
        tensor row = tensor_row(dists, i);
        tensor_copy(sums, &row);
        tensor_free(sums);
    }
    tensor_free(difference);
    tensor_free(repeated);
    tensor_free(ones_N);
}

void knn_distances_no_loops(const knn *classifier, const tensor *X, tensor *dists)
{
    check_distances(__func__, classifier, X, dists);
    size_t M = X->shape[0];
    size_t N = classifier->X->shape[0];
    size_t D = X->shape[1];
    tensor *T_transposed = tensor_new_2d(D, N);
    tensor_transpose(classifier->X, T_transposed);
    tensor *cross = tensor_new_2d(M, N);
    matmul(X, T_transposed, cross);
    tensor_scale(cross, -2);

    tensor *x_norms = squared_norms(X);             /* M x 1 */
    tensor *t_norms = squared_norms(classifier->X); /* N x 1 */
    tensor *t_norms_row = tensor_new_2d(1, N);
    tensor_transpose(t_norms, t_norms_row);
    tensor *ones_M = ones(M, 1);
    tensor *ones_N = ones(1, N);
    tensor *x_part = tensor_new_2d(M, N);
    tensor *t_part = tensor_new_2d(M, N);
    matmul(x_norms, ones_N, x_part);
    matmul(ones_M, t_norms_row, t_part);

    tensor_add(x_part, cross, dists);
    tensor_add(dists, t_part, dists);
    square_root(dists);
    tensor_free(t_part);
    tensor_free(x_part);
    tensor_free(ones_N);
    tensor_free(ones_M);
    tensor_free(t_norms_row);
    tensor_free(t_norms);
    tensor_free(x_norms);
    tensor_free(cross);
    tensor_free(T_transposed);
}

void knn_distances_l1(const knn *classifier, const tensor *X, tensor *dists)
{
    check_distances(__func__, classifier, X, dists);
    size_t M = X->shape[0];
    size_t N = classifier->X->shape[0];
    size_t D = X->shape[1];
    for (size_t i = 0; i < M; i++) {
        for (size_t j = 0; j < N; j++) {
            real sum = 0;
            for (size_t d = 0; d < D; d++)
                sum = sum + fabs(X->data[i * D + d] - classifier->X->data[j * D + d]);
            dists->data[i * N + j] = sum;
        }
    }
}

void knn_predict_labels(const knn *classifier, const tensor *dists, size_t k, labels *predicted)
{
    check_rank(__func__, "dists", dists, 2);
    check_labels(__func__, "classifier->y", classifier->y, dists->shape[1], SIZE_MAX);
    check_labels(__func__, "predicted", predicted, dists->shape[0], SIZE_MAX);
    if (k < 1 || k > dists->shape[1])
        contract_failed(__func__, "k is %zu, should be 1 to %zu", k, dists->shape[1]);
    size_t M = dists->shape[0];
    size_t N = dists->shape[1];
    size_t class_count = 0;
    for (size_t j = 0; j < N; j++)
        if (classifier->y->data[j] + (size_t)1 > class_count)
            class_count = classifier->y->data[j] + (size_t)1;
    struct vote *votes = malloc(N * sizeof *votes);
    size_t *counts = malloc(class_count * sizeof *counts);
    if (votes == NULL || counts == NULL)
        contract_failed(__func__, "no memory");
    for (size_t i = 0; i < M; i++) {
        for (size_t j = 0; j < N; j++) {
            votes[j].distance = dists->data[i * N + j];
            votes[j].label = classifier->y->data[j];
        }
        qsort(votes, N, sizeof *votes, compare_votes);
        for (size_t c = 0; c < class_count; c++)
            counts[c] = 0;
        for (size_t j = 0; j < k; j++)
            counts[votes[j].label]++;
        size_t best = 0;
        for (size_t c = 1; c < class_count; c++)
            if (counts[c] > counts[best])
                best = c;
        predicted->data[i] = best;
    }
    free(counts);
    free(votes);
}

void knn_cross_validate(const tensor *X, const labels *y, size_t fold_count,
                        const size_t *k_choices, size_t k_count, tensor *accuracies)
{
    check_rank(__func__, "X", X, 2);
    check_labels(__func__, "y", y, X->shape[0], SIZE_MAX);
    check_shape_2d(__func__, "accuracies", accuracies, k_count, fold_count);
    if (fold_count < 2 || fold_count > X->shape[0])
        contract_failed(__func__, "fold_count is %zu, should be 2 to %zu", fold_count, X->shape[0]);
    size_t N = X->shape[0];
    size_t D = X->shape[1];
    size_t longer_folds = N % fold_count;
    size_t start = 0;
    for (size_t fold = 0; fold < fold_count; fold++) {
        size_t fold_size = N / fold_count;
        if (fold < longer_folds)
            fold_size = fold_size + 1;
        size_t end = start + fold_size;
        tensor *X_train = tensor_new_2d(N - fold_size, D);
        labels *y_train = labels_new(N - fold_size);
        tensor *X_test = tensor_new_2d(fold_size, D);
        labels *y_test = labels_new(fold_size);
        copy_examples(X, y, 0, start, X_train, y_train, 0);
        copy_examples(X, y, end, N, X_train, y_train, start);
        copy_examples(X, y, start, end, X_test, y_test, 0);
        for (size_t i = 0; i < k_count; i++) {
            knn classifier;
            knn_train(&classifier, X_train, y_train);
            tensor *dists = tensor_new_2d(fold_size, N - fold_size);
            labels *y_predicted = labels_new(fold_size);
            knn_distances_two_loops(&classifier, X_test, dists);
            knn_predict_labels(&classifier, dists, k_choices[i], y_predicted);
            size_t num_correct = 0;
            for (size_t j = 0; j < fold_size; j++)
                if (y_predicted->data[j] == y_test->data[j])
                    num_correct++;
            accuracies->data[i * fold_count + fold] = (real)num_correct / (real)fold_size;
            labels_free(y_predicted);
            tensor_free(dists);
        }
        labels_free(y_test);
        tensor_free(X_test);
        labels_free(y_train);
        tensor_free(X_train);
        start = end;
    }
}
