/* The multiclass SVM loss. */
#include "linear_svm.h"

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

real svm_loss_naive(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    check_arguments(__func__, W, X, y, dW);
    /*
     * TODO: start dW at zero. For each example compute the C scores; each violated margin adds to
     * the loss, adds x to its class's column of dW and takes x from the true class's. Divide by N,
     * then add the regularization to both.
     */
    return NOT_IMPLEMENTED(W, X, y, reg, dW);
}

real svm_loss_vectorized(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    check_arguments(__func__, W, X, y, dW);
    /*
     * TODO: all scores are one product, X W. Turn them in place into the gradient by the scores
     * (what is it for a violated margin, what for the true class?); dW is then one more product
     * with X.
     */
    return NOT_IMPLEMENTED(W, X, y, reg, dW);
}
