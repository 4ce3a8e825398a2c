/* The SVM's hinge loss and its gradient. What to write stands in linear_svm.h. */
#include "linear_svm.h"

#include "contract.h"
#include "matmul.h"

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
    /*
     * TODO: three loops: examples, classes, and the D numbers of a score. Each margin above 0 adds
     * to the loss, and moves two columns of dW: take the derivative of one margin by W on paper
     * first. dW holds rubbish when you get it.
     */
    return NOT_IMPLEMENTED(W, X, y, reg, dW);
}

real svm_loss_vectorized(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    check_arguments(__func__, W, X, y, dW);
    /*
     * TODO: all scores are one product, X W. Turn them into margins, sum those above 0, and write
     * down how the loss changes with each score: an N x C matrix. A second product, with X
     * transposed, turns that into dW.
     */
    return NOT_IMPLEMENTED(W, X, y, reg, dW);
}
