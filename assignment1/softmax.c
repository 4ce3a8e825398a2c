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

real softmax_loss_naive(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    check_arguments(__func__, W, X, y, dW);
    /*
     * TODO: for each example compute its C scores, subtract the largest of them, and exponentiate.
     * The loss needs the logarithm of their sum; the derivative of the loss with respect to score j
     * is probability j, minus 1 for the correct class. dW is not initialized when you get it.
     */
    return NOT_IMPLEMENTED(W, X, y, reg, dW);
}

real softmax_loss_vectorized(const tensor *W, const tensor *X, const labels *y, real reg,
                             tensor *dW)
{
    check_arguments(__func__, W, X, y, dW);
    /*
     * TODO: X W gives all scores in one product. Turn each row into probabilities, then into the
     * gradient of the loss with respect to the scores; X transposed times that is the part of dW
     * that comes from the data.
     */
    return NOT_IMPLEMENTED(W, X, y, reg, dW);
}
