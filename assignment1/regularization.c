/* Penalties on large weights. regularization.h specifies each function. */
#include "regularization.h"

#include "contract.h"

real regularize_l2(const tensor *W, real strength, tensor *dW)
{
    check_same_shape(__func__, "dW", dW, W);
    /* TODO: one loop over the W->size elements of W->data; tensor.h has a sum of squares. */
    return NOT_IMPLEMENTED(W, strength, dW);
}

real regularize_l1(const tensor *W, real strength, tensor *dW)
{
    check_same_shape(__func__, "dW", dW, W);
    /* TODO: the derivative of |w| takes three values; the header gives the one at w = 0. */
    return NOT_IMPLEMENTED(W, strength, dW);
}

real regularize_elastic_net(const tensor *W, real strength, real beta, tensor *dW)
{
    check_same_shape(__func__, "dW", dW, W);
    /* TODO: both penalties above in one; note which terms strength and beta multiply. */
    return NOT_IMPLEMENTED(W, strength, beta, dW);
}

void max_norm_project(const tensor *W, real bound, tensor *projected)
{
    check_rank(__func__, "W", W, 2);
    check_same_shape(__func__, "projected", projected, W);
    /* TODO: compute each column's norm first; most columns are only copied. */
    NOT_IMPLEMENTED(W, bound, projected);
}
