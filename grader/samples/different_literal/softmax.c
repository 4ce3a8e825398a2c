/* The softmax loss: once with every loop that the formula has, once with matrices only. */
#include "softmax.h"

#include <stdlib.h>

#include "contract.h"
#include "matmul.h"

/* The N x C matrix with a 1 in each row at the place of its label. */
static tensor *one_hot(const labels *y, size_t C)
{
    tensor *Y = tensor_new_2d(y->count, C);
    for (size_t i = 0; i < y->count; i++)
        Y->data[i * C + y->data[i]] = 1;
    return Y;
}

/* The sums of the rows of A (N x C), as an N x 1 matrix. */
static tensor *row_sums(const tensor *A)
{
    tensor *ones = tensor_new_2d(A->shape[1], 1);
    tensor_fill(ones, 1);
    tensor *sums = tensor_new_2d(A->shape[0], 1);
    matmul(A, ones, sums);
    tensor_free(ones);
    return sums;
}

/* The column (N x 1) side by side, C times: N x C. */
static tensor *repeat_column(const tensor *column, size_t C)
{
    tensor *ones = tensor_new_2d(1, C);
    tensor_fill(ones, 1);
    tensor *repeated = tensor_new_2d(column->shape[0], C);
    matmul(column, ones, repeated);
    tensor_free(ones);
    return repeated;
}

/* The largest element of each row of A (N x C), as an N x 1 matrix. */
static tensor *row_maxima(const tensor *A)
{
    size_t C = A->shape[1];
    tensor *maxima = tensor_new_2d(A->shape[0], 1);
    for (size_t i = 0; i < A->shape[0]; i++) {
        maxima->data[i] = A->data[i * C];
        for (size_t j = 1; j < C; j++)
            maxima->data[i] = fmax(maxima->data[i], A->data[i * C + j]);
    }
    return maxima;
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

real softmax_loss_naive(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    check_arguments(__func__, W, X, y, dW);
    size_t N = X->shape[0];
    size_t D = W->shape[0];
    size_t C = W->shape[1];
    real loss = 0;
    real *s = malloc(C * sizeof(real));
    real *p = malloc(C * sizeof(real));
    if (s == NULL || p == NULL)
        contract_failed(__func__, "no memory");
    for (size_t i = 0; i < dW->size; i++)
        dW->data[i] = 0;
    for (size_t i = 0; i < N; i++) {
        for (size_t j = 0; j < C; j++) {
            s[j] = 0;
            for (size_t d = 0; d < D; d++)
                s[j] += X->data[i * D + d] * W->data[d * C + j];
        }
        real max = s[0];
        for (size_t j = 0; j < C; j++)
            if (s[j] > max)
                max = s[j];
        real sum = 0;
        for (size_t j = 0; j < C; j++)
            sum += exp(s[j] - max);
        for (size_t j = 0; j < C; j++)
            p[j] = exp(s[j] - max) / sum;
        /* -log(p) would be infinite for a p that is too small */
        loss += -(s[y->data[i]] - max) + log(sum);
        for (size_t j = 0; j < C; j++) {
            real ds = p[j];
            if (j == y->data[i])
                ds = ds - 1;
            for (size_t d = 0; d < D; d++)
                dW->data[d * C + j] += X->data[i * D + d] * ds;
        }
    }
    free(p);
    free(s);
    loss /= N;
    for (size_t d = 0; d < D; d++) {
        for (size_t j = 0; j < C; j++) {
            real w = W->data[d * C + j];
            loss += reg * w * w;
            dW->data[d * C + j] /= N;
            dW->data[d * C + j] += 2 * reg * w;
        }
    }
    return loss;
}

real softmax_loss_vectorized(const tensor *W, const tensor *X, const labels *y, real reg,
                             tensor *dW)
{
    check_arguments(__func__, W, X, y, dW);
    size_t N = X->shape[0];
    size_t D = W->shape[0];
    size_t C = W->shape[1];
    tensor *Y = one_hot(y, C);
    tensor *scores = tensor_new_2d(N, C);
    matmul(X, W, scores);

    tensor *maxima = row_maxima(scores);
    tensor *repeated_maxima = repeat_column(maxima, C);
    tensor *shifted = tensor_new_2d(N, C);
    tensor_subtract(scores, repeated_maxima, shifted);
    tensor *exponentials = tensor_new_2d(N, C);
    for (size_t i = 0; i < shifted->size; i++)
        exponentials->data[i] = exp(shifted->data[i]);
    tensor *sums = row_sums(exponentials);
    tensor *repeated_sums = repeat_column(sums, C);

    /* loss = -sum(Y * (shifted - log(sums))) / N */
    tensor *log_probabilities = tensor_new_2d(N, C);
    for (size_t i = 0; i < shifted->size; i++)
        log_probabilities->data[i] = shifted->data[i] - log(repeated_sums->data[i]);
    tensor_multiply(log_probabilities, Y, log_probabilities);
    real data_loss = -tensor_sum(log_probabilities) / N;

    /* dW = X^T (probabilities - Y) / N + 2 reg W */
    tensor *dscores = tensor_new_2d(N, C);
    for (size_t i = 0; i < dscores->size; i++)
        dscores->data[i] = (exponentials->data[i] / repeated_sums->data[i] - Y->data[i]) / N;
    tensor *X_transposed = tensor_new_2d(D, N);
    tensor_transpose(X, X_transposed);
    matmul(X_transposed, dscores, dW);
    tensor *W_squared = tensor_new_like(W);
    tensor_multiply(W, W, W_squared);
    tensor *dreg = tensor_new_copy(W);
    tensor_scale(dreg, 2 * reg);
    tensor_add(dW, dreg, dW);
    real reg_loss = reg * tensor_sum(W_squared);

    tensor_free(dreg);
    tensor_free(W_squared);
    tensor_free(X_transposed);
    tensor_free(dscores);
    tensor_free(log_probabilities);
    tensor_free(repeated_sums);
    tensor_free(sums);
    tensor_free(exponentials);
    tensor_free(shifted);
    tensor_free(repeated_maxima);
    tensor_free(maxima);
    tensor_free(scores);
    tensor_free(Y);
    return data_loss + reg_loss;
}
