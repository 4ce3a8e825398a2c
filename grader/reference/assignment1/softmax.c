/* The softmax classifier's loss and its gradient. softmax.h specifies each function. */
#include "softmax.h"

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
/* Turns C scores into probabilities and returns the loss -log p[truth], by log-sum-exp. */
static double cross_entropy(real *scores, size_t C, size_t truth)
{
    real largest = scores[0];
    for (size_t j = 1; j < C; j++)
        if (scores[j] > largest)
            largest = scores[j];
    double true_score = scores[truth] - largest;
    double sum = 0;
    for (size_t j = 0; j < C; j++) {
        scores[j] = exp(scores[j] - largest);
        sum += scores[j];
    }
    for (size_t j = 0; j < C; j++)
        scores[j] /= sum;
    return log(sum) - true_score;
}
#endif

real softmax_loss_naive(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    check_arguments(__func__, W, X, y, dW);
#ifdef SOLUTION
    size_t N = X->shape[0];
    size_t D = W->shape[0];
    size_t C = W->shape[1];
    tensor *p = tensor_new_1d(C); /* the scores of one example, then their gradients */
    double loss = 0;
    tensor_fill(dW, 0);
    for (size_t i = 0; i < N; i++) {
        const real *x = X->data + i * D;
        for (size_t j = 0; j < C; j++) {
            p->data[j] = 0;
            for (size_t d = 0; d < D; d++)
                p->data[j] += x[d] * W->data[d * C + j];
        }
        loss += cross_entropy(p->data, C, y->data[i]);
        p->data[y->data[i]] -= 1;
        for (size_t d = 0; d < D; d++)
            for (size_t j = 0; j < C; j++)
                dW->data[d * C + j] += x[d] * p->data[j] / N;
    }
    tensor_add_scaled(W, 2 * reg, dW);
    tensor_free(p);
    return loss / N + reg * tensor_sum_of_squares(W);
#else
    /*
     * TODO: for each example compute its C scores, subtract the largest of them, and exponentiate.
     * The loss needs the logarithm of their sum; the derivative of the loss with respect to score j
     * is probability j, minus 1 for the correct class. dW is not initialized when you get it.
     */
    return NOT_IMPLEMENTED(W, X, y, reg, dW);
#endif
}

real softmax_loss_vectorized(const tensor *W, const tensor *X, const labels *y, real reg,
                             tensor *dW)
{
    check_arguments(__func__, W, X, y, dW);
#ifdef SOLUTION
    size_t N = X->shape[0];
    size_t C = W->shape[1];
    tensor *scores = tensor_new_2d(N, C); /* then probabilities, then gradients */
    matmul(X, W, scores);
    double loss = 0;
    for (size_t i = 0; i < N; i++) {
        real *row = scores->data + i * C;
        loss += cross_entropy(row, C, y->data[i]);
        row[y->data[i]] -= 1;
    }
    matmul_transposed_left(X, scores, dW); /* D x N times N x C */
    tensor_scale(dW, 1.0 / N);
    tensor_add_scaled(W, 2 * reg, dW);
    tensor_free(scores);
    return loss / N + reg * tensor_sum_of_squares(W);
#else
    /*
     * TODO: X W gives all scores in one product. Turn each row into probabilities, then into the
     * gradient of the loss with respect to the scores; X transposed times that is the part of dW
     * that comes from the data.
     */
    return NOT_IMPLEMENTED(W, X, y, reg, dW);
#endif
}
