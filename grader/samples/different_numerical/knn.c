/*
 * k nearest neighbours, by somebody who minds rounding: sums are added pairwise or in blocks, the
 * matrix product works on centred data, and distances that cancellation has spoilt are done again.
 */
#include "knn.h"

#include <stdlib.h>

#include "contract.h"
#include "matmul.h"

enum { PAIRWISE_LEAF = 64, BLOCK = 32 };

/* A training example as seen from a test example. */
typedef struct neighbour {
    real distance;
    size_t place;
} neighbour;

/* The sum of squared differences of a and b, added pairwise: halves first, then their sum. */
static real squared_distance(const real *a, const real *b, size_t count)
{
    if (count > PAIRWISE_LEAF) {
        size_t half = count / 2;
        return squared_distance(a, b, half) + squared_distance(a + half, b + half, count - half);
    }
    real even = 0, odd = 0;
    size_t i = 0;
    for (; i + 1 < count; i += 2) {
        real first = a[i] - b[i], second = a[i + 1] - b[i + 1];
        even += first * first;
        odd += second * second;
    }
    if (i < count)
        even += (a[i] - b[i]) * (a[i] - b[i]);
    return even + odd;
}

/* The same for absolute differences. */
static real absolute_distance(const real *a, const real *b, size_t count)
{
    if (count > PAIRWISE_LEAF) {
        size_t half = count / 2;
        return absolute_distance(a, b, half) + absolute_distance(a + half, b + half, count - half);
    }
    real sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += a[i] > b[i] ? a[i] - b[i] : b[i] - a[i];
    return sum;
}

/* The mean of each column of X, N x D, into mean, D. */
static void column_means(const tensor *X, tensor *mean)
{
    size_t N = X->shape[0], D = X->shape[1];
    tensor *weights = tensor_new_2d(1, N);
    tensor row = tensor_over(mean->data, 2, (size_t[]){1, D});
    tensor_fill(weights, N > 0 ? (real)1 / N : 0);
    matmul(weights, X, &row);
    tensor_free(weights);
}

/* X minus origin in every row, and the squared length of each row of that. */
static tensor *centred(const tensor *X, const tensor *origin, tensor *squares)
{
    size_t D = X->shape[1];
    tensor *out = tensor_new_copy(X);
    tensor *zero = tensor_new_1d(D);
    for (size_t i = 0; i < X->shape[0]; i++) {
        tensor row = tensor_row(out, i);
        tensor_subtract(&row, origin, &row);
        squares->data[i] = squared_distance(row.data, zero->data, D);
    }
    tensor_free(zero);
    return out;
}

/* Whether a is nearer than b; of two equally near the one that comes first. */
static bool nearer(neighbour a, neighbour b)
{
    return a.distance < b.distance || (a.distance == b.distance && a.place < b.place);
}

static void swap(neighbour *a, neighbour *b)
{
    neighbour kept = *a;
    *a = *b;
    *b = kept;
}

/* Quickselect: brings the k nearest of count neighbours to the front, in any order. */
static void select_nearest(neighbour *all, size_t count, size_t k)
{
    size_t low = 0, high = count;
    while (high - low > 1) {
        swap(&all[low + (high - low) / 2], &all[high - 1]);
        neighbour pivot = all[high - 1];
        size_t edge = low;
        for (size_t i = low; i + 1 < high; i++)
            if (nearer(all[i], pivot))
                swap(&all[i], &all[edge++]);
        swap(&all[edge], &all[high - 1]);
        if (edge == k || edge + 1 == k)
            return;
        if (edge < k)
            low = edge + 1;
        else
            high = edge;
    }
}

static int compare_labels(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

/* The label that is most frequent among count votes; the smallest of several. Sorts the votes. */
static uint32_t winner(uint32_t *votes, size_t count)
{
    uint32_t best = votes[0];
    size_t best_run = 0, run = 0;
    qsort(votes, count, sizeof *votes, compare_labels);
    for (size_t i = 0; i < count; i++) {
        run = i > 0 && votes[i] == votes[i - 1] ? run + 1 : 1;
        if (run > best_run) {
            best_run = run;
            best = votes[i];
        }
    }
    return best;
}

/* Memory for count things of size bytes. */
static void *allocate(size_t count, size_t size)
{
    void *memory = malloc(count * size + 1);
    if (memory == NULL)
        contract_failed(__func__, "no memory");
    return memory;
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
    *classifier = (knn){.X = X, .y = y};
}

void knn_distances_two_loops(const knn *classifier, const tensor *X, tensor *dists)
{
    check_distances(__func__, classifier, X, dists);
    size_t N = classifier->X->shape[0], D = X->shape[1];
    for (size_t j = 0; j < N; j++)
        for (size_t i = 0; i < X->shape[0]; i++)
            dists->data[i * N + j] =
                sqrt(squared_distance(&classifier->X->data[j * D], &X->data[i * D], D));
}

void knn_distances_one_loop(const knn *classifier, const tensor *X, tensor *dists)
{
    check_distances(__func__, classifier, X, dists);
    size_t N = classifier->X->shape[0], D = X->shape[1];
    tensor *columns = tensor_new_2d(D, N);
    tensor *block = tensor_new_1d(N);
    tensor_transpose(classifier->X, columns);
    for (size_t i = 0; i < X->shape[0]; i++) {
        real *row = &dists->data[i * N];
        for (size_t j = 0; j < N; j++)
            row[j] = 0;
        for (size_t d = 0; d < D; d++) {
            const real *column = &columns->data[d * N];
            const real x = X->data[i * D + d];
            for (size_t j = 0; j < N; j++)
                block->data[j] += (column[j] - x) * (column[j] - x);
            if (d % BLOCK != BLOCK - 1 && d + 1 < D)
                continue;
            for (size_t j = 0; j < N; j++) {
                row[j] += block->data[j];
                block->data[j] = 0;
            }
        }
        for (size_t j = 0; j < N; j++)
            row[j] = sqrt(row[j]);
    }
    tensor_free(block);
    tensor_free(columns);
}

void knn_distances_no_loops(const knn *classifier, const tensor *X, tensor *dists)
{
    check_distances(__func__, classifier, X, dists);
    /* |x - t|^2 = |x - m|^2 - 2 (x - m).(t - m) + |t - m|^2, with m the training examples' mean */
    const tensor *T = classifier->X;
    size_t N = T->shape[0], M = X->shape[0], D = X->shape[1];
    tensor *mean = tensor_new_1d(D);
    tensor *x_squares = tensor_new_1d(M), *t_squares = tensor_new_1d(N);
    column_means(T, mean);
    tensor *x_centred = centred(X, mean, x_squares), *t_centred = centred(T, mean, t_squares);
    matmul_general(false, true, -2, x_centred, t_centred, 0, dists);
    for (size_t i = 0; i < M; i++) {
        for (size_t j = 0; j < N; j++) {
            real scale = x_squares->data[i] + t_squares->data[j];
            real squared = scale + dists->data[i * N + j];
            /* Few digits are left of a small difference of large numbers: do it again. */
            if (!(squared > scale * (1 << 10) * REAL_EPSILON))
                squared = squared_distance(&X->data[i * D], &T->data[j * D], D);
            dists->data[i * N + j] = sqrt(squared);
        }
    }
    tensor_free(x_centred);
    tensor_free(t_centred);
    tensor_free(x_squares);
    tensor_free(t_squares);
    tensor_free(mean);
}

void knn_distances_l1(const knn *classifier, const tensor *X, tensor *dists)
{
    check_distances(__func__, classifier, X, dists);
    size_t N = classifier->X->shape[0], D = X->shape[1];
    for (size_t i = 0; i < X->shape[0]; i++)
        for (size_t j = 0; j < N; j++)
            dists->data[i * N + j] =
                absolute_distance(&X->data[i * D], &classifier->X->data[j * D], D);
}

void knn_predict_labels(const knn *classifier, const tensor *dists, size_t k, labels *predicted)
{
    check_rank(__func__, "dists", dists, 2);
    check_labels(__func__, "classifier->y", classifier->y, dists->shape[1], SIZE_MAX);
    check_labels(__func__, "predicted", predicted, dists->shape[0], SIZE_MAX);
    if (k < 1 || k > dists->shape[1])
        contract_failed(__func__, "k is %zu, should be 1 to %zu", k, dists->shape[1]);
    size_t N = dists->shape[1];
    neighbour *all = allocate(N, sizeof *all);
    uint32_t *votes = allocate(k, sizeof *votes);
    for (size_t i = 0; i < dists->shape[0]; i++) {
        for (size_t j = 0; j < N; j++)
            all[j] = (neighbour){dists->data[i * N + j], j};
        select_nearest(all, N, k);
        for (size_t j = 0; j < k; j++)
            votes[j] = classifier->y->data[all[j].place];
        predicted->data[i] = winner(votes, k);
    }
    free(votes);
    free(all);
}

void knn_cross_validate(const tensor *X, const labels *y, size_t fold_count,
                        const size_t *k_choices, size_t k_count, tensor *accuracies)
{
    check_rank(__func__, "X", X, 2);
    check_labels(__func__, "y", y, X->shape[0], SIZE_MAX);
    check_shape_2d(__func__, "accuracies", accuracies, k_count, fold_count);
    if (fold_count < 2 || fold_count > X->shape[0])
        contract_failed(__func__, "fold_count is %zu, should be 2 to %zu", fold_count, X->shape[0]);
    size_t N = X->shape[0], D = X->shape[1];
    size_t *others = allocate(N, sizeof *others);
    size_t first = 0;
    for (size_t fold = 0; fold < fold_count; fold++) {
        size_t size = N / fold_count + (fold < N % fold_count);
        for (size_t i = 0, count = 0; i < N; i++)
            if (i < first || i >= first + size)
                others[count++] = i;
        tensor *X_rest = tensor_new_2d(N - size, D);
        labels *y_rest = labels_new(N - size), *predicted = labels_new(size);
        tensor *dists = tensor_new_2d(size, N - size);
        tensor X_fold = tensor_rows(X, first, size);
        labels y_fold = labels_slice(y, first, size);
        knn classifier;
        gather_rows(X, y, others, N - size, X_rest, y_rest);
        knn_train(&classifier, X_rest, y_rest);
        knn_distances_no_loops(&classifier, &X_fold, dists);
        for (size_t c = 0; c < k_count; c++) {
            knn_predict_labels(&classifier, dists, k_choices[c], predicted);
            accuracies->data[c * fold_count + fold] = labels_accuracy(predicted, &y_fold);
        }
        tensor_free(dists);
        labels_free(predicted);
        labels_free(y_rest);
        tensor_free(X_rest);
        first += size;
    }
    free(others);
}
