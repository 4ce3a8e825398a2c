/* The SVM's loss: once with every loop that the formula has, once with matrices only. */
#include "linear_svm.h"

#include "contract.h"
#include "matmul.h"

/* The score of class j for example i: sum over d of X[i,d] W[d,j]. */
static real score(const tensor *X, const tensor *W, size_t i, size_t j)
{
    size_t D = W->shape[0];
    size_t C = W->shape[1];
    real sum = 0;
    for (size_t d = 0; d < D; d++)
        sum += X->data[i * D + d] * W->data[d * C + j];
    return sum;
}

/* A rows x columns matrix of ones. */
static tensor *ones(size_t rows, size_t columns)
{
    tensor *matrix = tensor_new_2d(rows, columns);
    tensor_fill(matrix, 1);
    return matrix;
}

/* The N x C matrix with a 1 in each row at the place of its label. */
static tensor *one_hot(const labels *y, size_t C)
{
    tensor *Y = tensor_new_2d(y->count, C);
    for (size_t i = 0; i < y->count; i++)
        Y->data[i * C + y->data[i]] = 1;
    return Y;
}

/* The N x C matrix that has in every column the sums of the rows of A (N x C). */
static tensor *repeated_row_sums(const tensor *A)
{
    tensor *ones_C_C = ones(A->shape[1], A->shape[1]);
    tensor *sums = tensor_new_like(A);
    matmul(A, ones_C_C, sums);
    tensor_free(ones_C_C);
    return sums;
}

/* What both losses demand. */
static void check_arguments(const char *function, const tensor *W, const tensor *X, const labels *y,
                            const tensor *dW)
{
    check_rank(function, "W", W, 2);
    check_rank(function, "X", X, 2);
    check_shape_2d(function, "X", X, X->shape[0], W->shape[0]);
    check_labels(function, "y", y, X->shape[0], W->shape[1]);
    check_same_shape(function, "dW", dW, W);
}

real svm_loss_naive(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    check_arguments(__func__, W, X, y, dW);
    size_t N = X->shape[0];
    size_t D = W->shape[0];
    size_t C = W->shape[1];
    real loss = 0;
    tensor_fill(dW, 0);
    for (size_t i = 0; i < N; i++) {
        size_t yi = y->data[i];
        real correct_class_score = score(X, W, i, yi);
        for (size_t j = 0; j < C; j++) {
            if (j == yi)
                continue;
            real margin = score(X, W, i, j) - correct_class_score + 1;
            if (margin > 0) {
                loss += margin;
                for (size_t d = 0; d < D; d++) {
                    dW->data[d * C + j] += X->data[i * D + d];
                    dW->data[d * C + yi] -= X->data[i * D + d];
                }
            }
        }
    }
    loss = loss / N;
    for (size_t i = 0; i < dW->size; i++)
        dW->data[i] = dW->data[i] / N;
    for (size_t i = 0; i < W->size; i++) {
        loss = loss + reg * W->data[i] * W->data[i];
        dW->data[i] = dW->data[i] + reg * 2 * W->data[i];
    }
    return loss;
}

real svm_loss_vectorized(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    check_arguments(__func__, W, X, y, dW);
    size_t N = X->shape[0];
    size_t D = W->shape[0];
    size_t C = W->shape[1];
    tensor *Y = one_hot(y, C);
    tensor *scores = tensor_new_2d(N, C);
    matmul(X, W, scores);

    /* margins = max(0, scores - correct + 1), and 0 for the true class */
    tensor *true_scores = tensor_new_2d(N, C);
    tensor_multiply(scores, Y, true_scores);
    tensor *correct = repeated_row_sums(true_scores);
    tensor *margins = tensor_new_2d(N, C);
    tensor_subtract(scores, correct, margins);
    tensor *all_ones = ones(N, C);
    tensor_add(margins, all_ones, margins);
    tensor *wrong_classes = tensor_new_2d(N, C);
    tensor_subtract(all_ones, Y, wrong_classes);
    tensor_multiply(margins, wrong_classes, margins);
    for (size_t i = 0; i < margins->size; i++)
        if (margins->data[i] < 0)
            margins->data[i] = 0;
    real data_loss = tensor_sum(margins) / N;
    tensor *W_squared = tensor_new_like(W);
    tensor_multiply(W, W, W_squared);
    real reg_loss = reg * tensor_sum(W_squared);

    /* dscores = indicator - Y * (number of violated margins) */
    tensor *indicator = tensor_new_2d(N, C);
    for (size_t i = 0; i < margins->size; i++)
        if (margins->data[i] > 0)
            indicator->data[i] = 1;
    tensor *violated = repeated_row_sums(indicator);
    tensor_multiply(violated, Y, violated);
    tensor *dscores = tensor_new_2d(N, C);
    tensor_subtract(indicator, violated, dscores);
    tensor_scale(dscores, (real)1 / N);

    tensor *X_transposed = tensor_new_2d(D, N);
    tensor_transpose(X, X_transposed);
    matmul(X_transposed, dscores, dW);
    tensor *dreg = tensor_new_copy(W);
    tensor_scale(dreg, 2 * reg);
    tensor_add(dW, dreg, dW);

    tensor *temporaries[] = {Y,        scores,        true_scores, correct,  margins,
                             all_ones, W_squared,     indicator,   violated, dscores,
                             dreg,     wrong_classes, X_transposed};
    for (size_t i = 0; i < sizeof temporaries / sizeof temporaries[0]; i++)
        tensor_free(temporaries[i]);
    return data_loss + reg_loss;
}
