/* k nearest neighbours: distances, the vote, and the choice of k. knn.h specifies each function. */
#include "knn.h"

#include "contract.h"
#include "matmul.h"

/* Checks the arguments of every distance function. */
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
#ifdef SOLUTION
    classifier->X = X;
    classifier->y = y;
#else
    /* TODO: remember where the data are. */
    NOT_IMPLEMENTED(classifier, X, y);
#endif
}

void knn_distances_two_loops(const knn *classifier, const tensor *X, tensor *dists)
{
    check_distances(__func__, classifier, X, dists);
#ifdef SOLUTION
    size_t M = X->shape[0];
    size_t N = classifier->X->shape[0];
    size_t D = X->shape[1];
    for (size_t i = 0; i < M; i++) {
        for (size_t j = 0; j < N; j++) {
            const real *x = X->data + i * D;
            const real *t = classifier->X->data + j * D;
            real sum = 0;
            for (size_t d = 0; d < D; d++)
                sum += (x[d] - t[d]) * (x[d] - t[d]);
            dists->data[i * N + j] = sqrt(sum);
        }
    }
#else
    /*
     * TODO: for each test example i and each training example j, add up the squares of the D
     * differences, and write the square root of the sum to row i, column j of dists. Element
     * [i, d] of X is X->data[i * D + d].
     */
    NOT_IMPLEMENTED(classifier, X, dists);
#endif
}

void knn_distances_one_loop(const knn *classifier, const tensor *X, tensor *dists)
{
    check_distances(__func__, classifier, X, dists);
#ifdef SOLUTION
    size_t M = X->shape[0];
    size_t N = classifier->X->shape[0];
    size_t D = X->shape[1];
    tensor *columns = tensor_new_2d(D, N); /* each number of all training examples side by side */
    tensor_transpose(classifier->X, columns);
    for (size_t i = 0; i < M; i++) {
        real *row = dists->data + i * N;
        for (size_t j = 0; j < N; j++)
            row[j] = 0;
        for (size_t d = 0; d < D; d++) {
            real x = X->data[i * D + d];
            const real *t = columns->data + d * N;
            for (size_t j = 0; j < N; j++)
                row[j] += (x - t[j]) * (x - t[j]);
        }
        for (size_t j = 0; j < N; j++)
            row[j] = sqrt(row[j]);
    }
    tensor_free(columns);
#else
    /*
     * TODO: fill row i of dists for all training examples at once. One way: transpose the
     * training examples first (tensor_transpose), so that feature d of all of them lies in one
     * row; then each feature of test example i adds its squared differences to the whole row.
     */
    NOT_IMPLEMENTED(classifier, X, dists);
#endif
}

#ifdef SOLUTION
/* The sum of squares of each row of the matrix X, N x D, as a new vector of N. */
static tensor *squared_norms(const tensor *X)
{
    tensor *norms = tensor_new_1d(X->shape[0]);
    for (size_t i = 0; i < X->shape[0]; i++) {
        tensor row = tensor_row(X, i);
        norms->data[i] = tensor_sum_of_squares(&row);
    }
    return norms;
}
#endif

void knn_distances_no_loops(const knn *classifier, const tensor *X, tensor *dists)
{
    check_distances(__func__, classifier, X, dists);
#ifdef SOLUTION
    size_t M = X->shape[0];
    size_t N = classifier->X->shape[0];
    tensor *test = squared_norms(X);
    tensor *training = squared_norms(classifier->X);
    matmul_transposed_right(X, classifier->X, dists); /* M x N: x.t of all pairs */
    for (size_t i = 0; i < M; i++) {
        real *row = dists->data + i * N;
        for (size_t j = 0; j < N; j++) {
            real square = test->data[i] - 2 * row[j] + training->data[j];
            row[j] = square < 0 ? 0 : sqrt(square); /* rounding may leave less than nothing */
        }
    }
    tensor_free(test);
    tensor_free(training);
#else
    /*
     * TODO: one product of matmul.h gives x.t for all pairs. Then only the sums of squares are
     * missing, one for each row of X and one for each row of classifier->X, and the square root.
     * What is the square root of a number that rounding left slightly below 0?
     */
    NOT_IMPLEMENTED(classifier, X, dists);
#endif
}

void knn_distances_l1(const knn *classifier, const tensor *X, tensor *dists)
{
    check_distances(__func__, classifier, X, dists);
#ifdef SOLUTION
    size_t M = X->shape[0];
    size_t N = classifier->X->shape[0];
    size_t D = X->shape[1];
    for (size_t i = 0; i < M; i++) {
        for (size_t j = 0; j < N; j++) {
            const real *x = X->data + i * D;
            const real *t = classifier->X->data + j * D;
            real sum = 0;
            for (size_t d = 0; d < D; d++)
                sum += fabs(x[d] - t[d]);
            dists->data[i * N + j] = sum;
        }
    }
#else
    /* TODO: as with two loops, but add up absolute differences (fabs). */
    NOT_IMPLEMENTED(classifier, X, dists);
#endif
}

#ifdef SOLUTION
/*
 * The k-th smallest of count values, k from 1; puts them in another order. Hoare's FIND: split at a
 * pivot, go on in the part that holds the place wanted. Linear on average, where sorting is not.
 */
static real kth_smallest(real *values, size_t count, size_t k)
{
    ptrdiff_t place = k - 1;
    ptrdiff_t low = 0;
    ptrdiff_t high = count - 1;
    while (low < high) {
        real pivot = values[low + (high - low) / 2];
        ptrdiff_t i = low;
        ptrdiff_t j = high;
        while (i <= j) {
            while (values[i] < pivot)
                i++;
            while (pivot < values[j])
                j--;
            if (i <= j) {
                real swapped = values[i];
                values[i++] = values[j];
                values[j--] = swapped;
            }
        }
        if (j < place)
            low = i;
        if (place < i)
            high = j;
    }
    return values[place];
}

/* Counts into votes, one place a class, the labels of the k smallest of the N distances in row. */
static void count_votes(const real *row, const labels *y, size_t k, real farthest, tensor *votes)
{
    size_t nearer = 0;
    tensor_fill(votes, 0);
    for (size_t j = 0; j < y->count; j++) {
        if (row[j] < farthest) {
            votes->data[y->data[j]] += 1;
            nearer++;
        }
    }
    for (size_t j = 0; j < y->count && nearer < k; j++) {
        if (row[j] == farthest) {
            votes->data[y->data[j]] += 1;
            nearer++;
        }
    }
}
#endif

void knn_predict_labels(const knn *classifier, const tensor *dists, size_t k, labels *predicted)
{
    check_rank(__func__, "dists", dists, 2);
    check_labels(__func__, "classifier->y", classifier->y, dists->shape[1], SIZE_MAX);
    check_labels(__func__, "predicted", predicted, dists->shape[0], SIZE_MAX);
    if (k < 1 || k > dists->shape[1])
        contract_failed(__func__, "k is %zu, should be 1 to %zu", k, dists->shape[1]);
#ifdef SOLUTION
    const labels *y = classifier->y;
    size_t N = y->count;
    size_t class_count = 0;
    for (size_t j = 0; j < N; j++)
        if (y->data[j] >= class_count)
            class_count = y->data[j] + 1;
    tensor *votes = tensor_new_1d(class_count);
    tensor *scratch = tensor_new_1d(N);
    for (size_t i = 0; i < dists->shape[0]; i++) {
        tensor row = tensor_row(dists, i);
        tensor_copy(&row, scratch);
        real farthest = kth_smallest(scratch->data, N, k);
        count_votes(row.data, y, k, farthest, votes);
        predicted->data[i] = tensor_argmax(votes); /* the first of several: the smallest label */
    }
    tensor_free(votes);
    tensor_free(scratch);
#else
    /*
     * TODO: for each row of dists, find the k smallest entries (no need to sort all N of them),
     * count their labels in classifier->y, and write the most frequent label. Which one is it if
     * two are equally frequent?
     */
    NOT_IMPLEMENTED(classifier, dists, k, predicted);
#endif
}

#ifdef SOLUTION
/* Copies all examples but those from first to last - 1 into X_rest and y_rest. */
static void leave_out(const tensor *X, const labels *y, size_t first, size_t last, tensor *X_rest,
                      labels *y_rest)
{
    size_t N = X->shape[0];
    for (size_t i = 0; i < N; i++) {
        if (i >= first && i < last)
            continue;
        size_t place = i < first ? i : i - (last - first);
        tensor from = tensor_row(X, i);
        tensor to = tensor_row(X_rest, place);
        tensor_copy(&from, &to);
        y_rest->data[place] = y->data[i];
    }
}

/* Fills column fold of accuracies: examples first to last - 1 are judged by all the others. */
static void validate_fold(const tensor *X, const labels *y, size_t first, size_t last,
                          const size_t *k_choices, size_t fold, tensor *accuracies)
{
    size_t count = last - first;
    size_t rest = X->shape[0] - count;
    tensor X_fold = tensor_rows(X, first, count);
    labels y_fold = labels_slice(y, first, count);
    tensor *X_rest = tensor_new_2d(rest, X->shape[1]);
    labels *y_rest = labels_new(rest);
    tensor *dists = tensor_new_2d(count, rest);
    labels *predicted = labels_new(count);
    knn classifier;
    leave_out(X, y, first, last, X_rest, y_rest);
    knn_train(&classifier, X_rest, y_rest);
    knn_distances_no_loops(&classifier, &X_fold, dists); /* once: they serve every k */
    for (size_t i = 0; i < accuracies->shape[0]; i++) {
        knn_predict_labels(&classifier, dists, k_choices[i], predicted);
        accuracies->data[i * accuracies->shape[1] + fold] = labels_accuracy(predicted, &y_fold);
    }
    tensor_free(X_rest);
    labels_free(y_rest);
    tensor_free(dists);
    labels_free(predicted);
}
#endif

void knn_cross_validate(const tensor *X, const labels *y, size_t fold_count,
                        const size_t *k_choices, size_t k_count, tensor *accuracies)
{
    check_rank(__func__, "X", X, 2);
    check_labels(__func__, "y", y, X->shape[0], SIZE_MAX);
    check_shape_2d(__func__, "accuracies", accuracies, k_count, fold_count);
    if (fold_count < 2 || fold_count > X->shape[0])
        contract_failed(__func__, "fold_count is %zu, should be 2 to %zu", fold_count, X->shape[0]);
#ifdef SOLUTION
    size_t size = X->shape[0] / fold_count;
    size_t larger = X->shape[0] % fold_count; /* that many folds get one example more */
    size_t first = 0;
    for (size_t fold = 0; fold < fold_count; fold++) {
        size_t last = first + size + (fold < larger ? 1 : 0);
        validate_fold(X, y, first, last, k_choices, fold, accuracies);
        first = last;
    }
#else
    /*
     * TODO: for each fold, copy the other folds into a training part (tensor_rows, tensor_copy),
     * compute the distances once, and predict from them with each k; labels_accuracy measures the
     * accuracy. A fold must not be among its own training examples.
     */
    NOT_IMPLEMENTED(X, y, fold_count, k_choices, k_count, accuracies);
#endif
}
