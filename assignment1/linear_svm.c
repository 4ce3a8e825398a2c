/* The SVM's hinge loss and its gradient. linear_svm.h specifies each function. */
#include "linear_svm.h"

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

real svm_loss_naive(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    check_arguments(__func__, W, X, y, dW);
    /*
     * TODO: three loops: examples, classes, and the D terms of a score. Each margin above 0 adds to
     * the loss and to two columns of dW: on paper, first take the gradient of one margin with
     * respect to W. dW is not initialized when you get it.
     */
    return NOT_IMPLEMENTED(W, X, y, reg, dW);
}

real svm_loss_vectorized(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    check_arguments(__func__, W, X, y, dW);
    /*
     * TODO: all scores are one product, X W. Turn them into margins, sum those above 0, and compute
     * the gradient of the loss with respect to the scores, an N x C matrix. A second product, of X
     * transposed and that matrix, gives dW.
     */
    return NOT_IMPLEMENTED(W, X, y, reg, dW);
}
