/* The SVM loss; the 2 of the regularization gradient is forgotten. */
#include "linear_svm.h"

#include <stdlib.h>

#include "matmul.h"

/*
 * Fills coefficients (N x C) with the gradient by the scores times N, from the scores, and returns
 * the sum of all margins, examples from the last to the first.
 */
static double margins(const tensor *scores, const labels *y, tensor *coefficients)
{
    double total = 0;
    size_t C = scores->shape[1];
    tensor_fill(coefficients, 0);
    for (size_t i = y->count; i-- > 0;) {
        const real *s = scores->data + i * C;
        real *g = coefficients->data + i * C;
        size_t truth = y->data[i];
        for (size_t c = C; c-- > 0;) {
            if (c == truth || !(s[c] + 1 > s[truth]))
                continue;
            total += s[c] + 1 - s[truth];
            g[c]++;
            g[truth]--;
        }
    }
    return total;
}

static double penalty(const tensor *W, real reg, tensor *dW)
{
    double sum = 0;
    for (size_t i = W->size; i-- > 0;) {
        sum += (double)W->data[i] * W->data[i];
        dW->data[i] += reg * W->data[i];
    }
    return reg * sum;
}

real svm_loss_naive(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    size_t N = X->shape[0], D = X->shape[1], C = W->shape[1];
    tensor *scores = tensor_new_2d(N, C);
    tensor *coefficients = tensor_new_2d(N, C);
    for (size_t i = 0; i < N; i++)
        for (size_t c = 0; c < C; c++) {
            double s = 0;
            for (size_t d = D; d-- > 0;)
                s += (double)X->data[i * D + d] * W->data[d * C + c];
            scores->data[i * C + c] = s;
        }
    double loss = margins(scores, y, coefficients) / N;
    for (size_t d = 0; d < D; d++)
        for (size_t c = 0; c < C; c++) {
            double sum = 0;
            for (size_t i = 0; i < N; i++)
                sum += (double)X->data[i * D + d] * coefficients->data[i * C + c];
            dW->data[d * C + c] = sum / N;
        }
    loss += penalty(W, reg, dW);
    tensor_free(scores);
    tensor_free(coefficients);
    return loss;
}

real svm_loss_vectorized(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    size_t N = X->shape[0], C = W->shape[1];
    tensor *scores = tensor_new_2d(N, C);
    tensor *coefficients = tensor_new_2d(N, C);
    matmul(X, W, scores);
    double loss = margins(scores, y, coefficients) / N;
    tensor_scale(coefficients, 1 / (real)N);
    matmul_transposed_left(X, coefficients, dW);
    loss += penalty(W, reg, dW);
    tensor_free(scores);
    tensor_free(coefficients);
    return loss;
}
