/* Penalties on large weights. What to write stands in regularization.h. */
#include "regularization.h"

#include "contract.h"

real regularize_l2(const tensor *W, real strength, tensor *dW)
{
    check_same_shape(__func__, "dW", dW, W);
    /* TODO: one loop over the W->size elements of W->data; tensor.h sums squares. */
    return NOT_IMPLEMENTED(W, strength, dW);
}

real regularize_l1(const tensor *W, real strength, tensor *dW)
{
    check_same_shape(__func__, "dW", dW, W);
    /* TODO: the slope of |w| has three values; which one belongs to w = 0 stands in the header. */
    return NOT_IMPLEMENTED(W, strength, dW);
}

real regularize_elastic_net(const tensor *W, real strength, real beta, tensor *dW)
{
    check_same_shape(__func__, "dW", dW, W);
    /* TODO: the two penalties above in one; mind what strength and what beta multiplies. */
    return NOT_IMPLEMENTED(W, strength, beta, dW);
}

void max_norm_project(const tensor *W, real bound, tensor *projected)
{
    check_rank(__func__, "W", W, 2);
    check_same_shape(__func__, "projected", projected, W);
    /* TODO: measure each column's norm first; most columns are only copied. */
    NOT_IMPLEMENTED(W, bound, projected);
}
