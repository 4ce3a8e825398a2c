/* The softmax loss, straight from the formula: large scores overflow. */
#include "softmax.h"

#include "contract.h"

real softmax_loss_naive(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    size_t N = X->shape[0], D = X->shape[1], C = W->shape[1];
    tensor *p = tensor_new_1d(C);
    double loss = 0;
    tensor_fill(dW, 0);
    for (size_t i = 0; i < N; i++) {
        double sum = 0;
        for (size_t c = 0; c < C; c++) {
            double s = 0;
            for (size_t d = 0; d < D; d++)
                s += X->data[i * D + d] * W->data[d * C + c];
            p->data[c] = exp(s);
            sum += exp(s);
        }
        loss -= log(p->data[y->data[i]] / sum);
        for (size_t c = 0; c < C; c++)
            for (size_t d = 0; d < D; d++)
                dW->data[d * C + c] +=
                    (p->data[c] / sum - (c == y->data[i])) * X->data[i * D + d] / N;
    }
    for (size_t i = 0; i < W->size; i++)
        dW->data[i] += 2 * reg * W->data[i];
    loss = loss / N + reg * tensor_sum_of_squares(W);
    tensor_free(p);
    return loss;
}

real softmax_loss_vectorized(const tensor *W, const tensor *X, const labels *y, real reg,
                             tensor *dW)
{
    /*
     * TODO: X W gives all scores in one product. Turn each row into probabilities, then into the
     * slopes of the loss by the scores; X transposed times those is the data's part of dW.
     */
    return NOT_IMPLEMENTED(W, X, y, reg, dW);
}
