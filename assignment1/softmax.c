/* The softmax loss. */
#include "softmax.h"

#include "contract.h"
#include "matmul.h"

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
    /*
     * TODO: for each example compute the C scores, subtract the largest, and turn them into
     * probabilities p. The loss grows by -log p of the true class; column c of dW by (p[c] - 1 for
     * the true class, p[c] for the others) times x. Divide by N, then add the regularization to
     * both.
     */
    return NOT_IMPLEMENTED(W, X, y, reg, dW);
}

real softmax_loss_vectorized(const tensor *W, const tensor *X, const labels *y, real reg,
                             tensor *dW)
{
    check_arguments(__func__, W, X, y, dW);
    /*
     * TODO: all scores are one product, X W. Turn each row in place into the gradient by the
     * scores; dW is then one more product with X. Shift each row by its own largest score.
     */
    return NOT_IMPLEMENTED(W, X, y, reg, dW);
}
