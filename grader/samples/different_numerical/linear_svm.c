/* The SVM's loss and gradient: compensated sums, and no work for margins that are not violated. */
#include "linear_svm.h"

#include "contract.h"
#include "matmul.h"

/* Neumaier's sum: what is lost in each addition is kept beside and added at the end. */
typedef struct careful_sum {
    real sum, lost;
} careful_sum;

static void add(careful_sum *s, real term)
{
    real total = s->sum + term;
    if (fabs(s->sum) >= fabs(term))
        s->lost += (s->sum - total) + term;
    else
        s->lost += (term - total) + s->sum;
    s->sum = total;
}

static real total_of(const careful_sum *s)
{
    return s->sum + s->lost;
}

/* Writes the gradient of the regularization into dW and returns the regularization. */
static real regularization(const tensor *W, real reg, tensor *dW)
{
    careful_sum squares = {0, 0};
    for (size_t i = 0; i < W->size; i++) {
        add(&squares, W->data[i] * W->data[i]);
        dW->data[i] = 2 * reg * W->data[i];
    }
    return reg * total_of(&squares);
}

/*
 * Adds the margins over 0 of one example's scores, C of them with the label y, to loss, and
 * replaces each score by its slope.
 */
static void hinge(real *scores, size_t C, uint32_t y, careful_sum *loss)
{
    const real threshold = scores[y] - 1;
    size_t violations = 0;
    for (size_t j = 0; j < C; j++) {
        bool violated = j != y && scores[j] > threshold;
        if (violated)
            add(loss, scores[j] - threshold);
        scores[j] = violated;
        violations += violated;
    }
    scores[y] = -(real)violations;
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
    size_t N = X->shape[0], D = W->shape[0], C = W->shape[1];
    real regularized = regularization(W, reg, dW);
    careful_sum loss = {0, 0};
    tensor *scores = tensor_new_1d(C);
    for (size_t i = 0; i < N; i++) {
        const real *x = &X->data[i * D];
        for (size_t j = 0; j < C; j++) {
            careful_sum score = {0, 0};
            for (size_t d = 0; d < D; d++)
                add(&score, x[d] * W->data[d * C + j]);
            scores->data[j] = total_of(&score);
        }
        hinge(scores->data, C, y->data[i], &loss);
        if (scores->data[y->data[i]] == 0)
            continue; /* nothing violated, nothing to learn */
        for (size_t d = 0; d < D; d++)
            for (size_t j = 0; j < C; j++)
                dW->data[d * C + j] += x[d] * scores->data[j] / N;
    }
    tensor_free(scores);
    return total_of(&loss) / N + regularized;
}

real svm_loss_vectorized(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    check_arguments(__func__, W, X, y, dW);
    size_t N = X->shape[0], C = W->shape[1];
    real regularized = regularization(W, reg, dW);
    careful_sum loss = {0, 0};
    tensor *scores = tensor_new_2d(N, C); /* and then their slopes */
    matmul(X, W, scores);
    for (size_t i = 0; i < N; i++)
        hinge(&scores->data[i * C], C, y->data[i], &loss);
    matmul_general(true, false, (real)1 / N, X, scores, 1, dW);
    tensor_free(scores);
    return total_of(&loss) / N + regularized;
}
