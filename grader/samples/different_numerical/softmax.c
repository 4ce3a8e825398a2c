/*
 * Softmax loss and gradient without a table of exponentials: the logarithm of a row's sum is taken
 * in one pass over the row, and what is near 0 or 1 goes through log1p and expm1.
 */
#include "softmax.h"

#include "contract.h"
#include "matmul.h"

/* The sum of squares of count numbers, added pairwise. */
static real sum_of_squares(const real *x, size_t count)
{
    if (count > 32) {
        size_t half = count / 2;
        return sum_of_squares(x, half) + sum_of_squares(x + half, count - half);
    }
    real sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += x[i] * x[i];
    return sum;
}

/*
 * Turns one example's C scores into slopes and returns its loss. One pass over the scores keeps the
 * largest so far and the sum of the others' exponentials relative to it, without the largest's own:
 *
 *   log(sum over j of exp(s[j])) = largest + log1p(rest)
 */
static real cross_entropy(real *scores, size_t C, uint32_t y)
{
    real largest = scores[0], rest = 0;
    for (size_t j = 1; j < C; j++) {
        if (scores[j] <= largest) {
            rest += exp(scores[j] - largest);
        } else {
            rest = (rest + 1) * exp(largest - scores[j]);
            largest = scores[j];
        }
    }
    const real log_sum = log1p(rest);
    const real loss = (largest - scores[y]) + log_sum;
    for (size_t j = 0; j < C; j++) {
        real log_probability = (scores[j] - largest) - log_sum;
        scores[j] = j == y ? expm1(log_probability) : exp(log_probability);
    }
    return loss;
}

/* Writes the gradient of the regularization into dW and returns the regularization. */
static real regularization(const tensor *W, real reg, tensor *dW)
{
    tensor_copy(W, dW);
    tensor_scale(dW, 2 * reg);
    return reg * sum_of_squares(W->data, W->size);
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
    size_t N = X->shape[0], D = W->shape[0], C = W->shape[1];
    real regularized = regularization(W, reg, dW);
    real loss = 0;
    tensor *slopes = tensor_new_1d(C);
    for (size_t i = 0; i < N; i++) {
        const real *x = &X->data[i * D];
        tensor_fill(slopes, 0);
        for (size_t d = D; d-- > 0;)
            for (size_t j = 0; j < C; j++)
                slopes->data[j] += x[d] * W->data[d * C + j];
        /* A running mean does not grow with N. */
        loss += (cross_entropy(slopes->data, C, y->data[i]) - loss) / (i + 1);
        for (size_t d = 0; d < D; d++)
            for (size_t j = 0; j < C; j++)
                dW->data[d * C + j] += x[d] / N * slopes->data[j];
    }
    tensor_free(slopes);
    return loss + regularized;
}

real softmax_loss_vectorized(const tensor *W, const tensor *X, const labels *y, real reg,
                             tensor *dW)
{
    check_arguments(__func__, W, X, y, dW);
    size_t N = X->shape[0], D = W->shape[0], C = W->shape[1];
    real regularized = regularization(W, reg, dW);
    real loss = 0;
    tensor *weights = tensor_new_copy(W);
    tensor *scores = tensor_new_2d(N, C); /* and then their slopes */
    /* A score's distance to the others is all that matters: take each row's mean out of W. */
    for (size_t d = 0; d < D; d++) {
        tensor row = tensor_row(weights, d);
        real mean = tensor_mean(&row);
        for (size_t j = 0; j < C; j++)
            row.data[j] -= mean;
    }
    matmul(X, weights, scores);
    for (size_t i = 0; i < N; i++)
        loss += cross_entropy(&scores->data[i * C], C, y->data[i]) / N;
    matmul_general(true, false, (real)1 / N, X, scores, 1, dW);
    tensor_free(scores);
    tensor_free(weights);
    return loss + regularized;
}
