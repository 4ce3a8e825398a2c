/* Penalties on large weights. */
#include "regularization.h"

#include "contract.h"

real regularize_l2(const tensor *W, real strength, tensor *dW)
{
    check_same_shape(__func__, "dW", dW, W);
    /* TODO: the penalty is the sum of the squares times strength; what is its slope in each W? */
    return NOT_IMPLEMENTED(W, strength, dW);
}

real regularize_l1(const tensor *W, real strength, tensor *dW)
{
    check_same_shape(__func__, "dW", dW, W);
    /* TODO: the absolute values, and the sign of each weight; mind the weights that are 0. */
    return NOT_IMPLEMENTED(W, strength, dW);
}

real regularize_elastic_net(const tensor *W, real strength, real beta, tensor *dW)
{
    check_same_shape(__func__, "dW", dW, W);
    /* TODO: both penalties together, beta in front of the squares. */
    return NOT_IMPLEMENTED(W, strength, beta, dW);
}

void max_norm_project(const tensor *W, real bound, tensor *projected)
{
    check_rank(__func__, "W", W, 2);
    check_same_shape(__func__, "projected", projected, W);
    /*
     * TODO: for each column take its norm; multiply it by bound / norm where the norm is over
     * bound.
     */
    NOT_IMPLEMENTED(W, bound, projected);
}
