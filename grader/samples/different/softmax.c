/* The softmax loss, by differences from the true class's score. */
#include "softmax.h"

#include "matmul.h"

/*
 * Replaces scores (N x C) by the gradient by them and returns the mean loss. The loss of a row is
 * log(sum of exp(s[c] - s[truth])), taken as m + log(sum of exp(s[c] - s[truth] - m)).
 */
static double rows_to_gradient(tensor *scores, const labels *y)
{
    size_t N = scores->shape[0], C = scores->shape[1];
    double loss = 0;
    for (size_t i = N; i-- > 0;) {
        real *s = scores->data + i * C;
        double reference = s[y->data[i]];
        double largest = 0;
        double sum = 0;
        for (size_t c = 0; c < C; c++)
            largest = s[c] - reference > largest ? s[c] - reference : largest;
        for (size_t c = C; c-- > 0;)
            sum += exp(s[c] - reference - largest);
        loss += largest + log(sum);
        for (size_t c = 0; c < C; c++) {
            double p = exp(s[c] - reference - largest) / sum;
            s[c] = (c == y->data[i] ? p - 1 : p) / N;
        }
    }
    return loss / N;
}

static double penalty(const tensor *W, real reg, tensor *dW)
{
    double sum = 0;
    for (size_t i = W->size; i-- > 0;) {
        sum += (double)W->data[i] * W->data[i];
        dW->data[i] += reg * W->data[i] + reg * W->data[i];
    }
    return sum * reg;
}

real softmax_loss_naive(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    size_t N = X->shape[0], D = X->shape[1], C = W->shape[1];
    tensor *scores = tensor_new_2d(N, C);
    for (size_t c = 0; c < C; c++)
        for (size_t i = 0; i < N; i++) {
            double s = 0;
            for (size_t d = 0; d < D; d++)
                s += (double)X->data[i * D + d] * W->data[d * C + c];
            scores->data[i * C + c] = s;
        }
    double loss = rows_to_gradient(scores, y);
    for (size_t c = 0; c < C; c++)
        for (size_t d = 0; d < D; d++) {
            double sum = 0;
            for (size_t i = N; i-- > 0;)
                sum += (double)X->data[i * D + d] * scores->data[i * C + c];
            dW->data[d * C + c] = sum;
        }
    loss += penalty(W, reg, dW);
    tensor_free(scores);
    return loss;
}

real softmax_loss_vectorized(const tensor *W, const tensor *X, const labels *y, real reg,
                             tensor *dW)
{
    tensor *scores = tensor_new_2d(X->shape[0], W->shape[1]);
    matmul(X, W, scores);
    double loss = rows_to_gradient(scores, y);
    matmul_transposed_left(X, scores, dW);
    loss += penalty(W, reg, dW);
    tensor_free(scores);
    return loss;
}
