/* The SVM's hinge loss and its gradient. linear_svm.h specifies each function. */
#include "linear_svm.h"

#include "contract.h"
#include "matmul.h"

/* Checks the arguments of both losses. */
static void check_arguments(const char *function, const tensor *W, const tensor *X, const labels *y,
                            const tensor *dW)
{
    check_rank(function, "W", W, 2);
    check_rank(function, "X", X, 2);
    check_shape_2d(function, "X", X, X->shape[0], W->shape[0]);
    check_labels(function, "y", y, X->shape[0], W->shape[1]);
    check_same_shape(function, "dW", dW, W);
}

#ifdef SOLUTION
/* Score j of example i: row i of X times column j of W. */
static real score(const tensor *X, size_t i, const tensor *W, size_t j)
{
    size_t D = W->shape[0];
    size_t C = W->shape[1];
    real sum = 0;
    for (size_t d = 0; d < D; d++)
        sum += X->data[i * D + d] * W->data[d * C + j];
    return sum;
}

/* Adds factor times row i of X to column j of dW. */
static void add_to_column(const tensor *X, size_t i, real factor, tensor *dW, size_t j)
{
    size_t D = dW->shape[0];
    size_t C = dW->shape[1];
    for (size_t d = 0; d < D; d++)
        dW->data[d * C + j] += factor * X->data[i * D + d];
}
#endif

real svm_loss_naive(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    check_arguments(__func__, W, X, y, dW);
#ifdef SOLUTION
    size_t N = X->shape[0];
    size_t C = W->shape[1];
    double loss = 0;
    tensor_fill(dW, 0);
    for (size_t i = 0; i < N; i++) {
        size_t truth = y->data[i];
        real true_score = score(X, i, W, truth);
        for (size_t j = 0; j < C; j++) {
            if (j == truth)
                continue;
            real margin = score(X, i, W, j) - true_score + 1;
            if (margin > 0) {
                loss += margin;
                add_to_column(X, i, 1, dW, j);
                add_to_column(X, i, -1, dW, truth);
            }
        }
    }
    tensor_scale(dW, 1.0 / N);
    tensor_add_scaled(W, 2 * reg, dW);
    return loss / N + reg * tensor_sum_of_squares(W);
#else
    /*
     * TODO: three loops: examples, classes, and the D terms of a score. Each margin above 0 adds to
     * the loss and to two columns of dW: on paper, first take the gradient of one margin with
     * respect to W. dW is not initialized when you get it.
     */
    return NOT_IMPLEMENTED(W, X, y, reg, dW);
#endif
}

#ifdef SOLUTION
/*
 * The sum of all hinges of the scores, N x C; each score becomes the sum's derivative in it: 1
 * where a margin is violated, and for the true class minus the number of those.
 */
static double hinges_to_gradients(tensor *scores, const labels *y)
{
    size_t C = scores->shape[1];
    double sum = 0;
    for (size_t i = 0; i < y->count; i++) {
        real *row = scores->data + i * C;
        real true_score = row[y->data[i]];
        real violated = 0;
        for (size_t j = 0; j < C; j++) {
            real margin = row[j] - true_score + 1;
            bool counts = margin > 0 && j != y->data[i];
            sum += counts ? margin : 0;
            violated += counts;
            row[j] = counts;
        }
        row[y->data[i]] = -violated;
    }
    return sum;
}
#endif

real svm_loss_vectorized(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    check_arguments(__func__, W, X, y, dW);
#ifdef SOLUTION
    size_t N = X->shape[0];
    tensor *scores = tensor_new_2d(N, W->shape[1]); /* N x C */
    matmul(X, W, scores);
    double loss = hinges_to_gradients(scores, y) / N + reg * tensor_sum_of_squares(W);
    matmul_transposed_left(X, scores, dW); /* D x N times N x C */
    tensor_scale(dW, 1.0 / N);
    tensor_add_scaled(W, 2 * reg, dW);
    tensor_free(scores);
    return loss;
#else
    /*
     * TODO: all scores are one product, X W. Turn them into margins, sum those above 0, and compute
     * the gradient of the loss with respect to the scores, an N x C matrix. A second product, of X
     * transposed and that matrix, gives dW.
     */
    return NOT_IMPLEMENTED(W, X, y, reg, dW);
#endif
}
