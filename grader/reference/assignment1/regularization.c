/* Penalties on large weights. regularization.h specifies each function. */
#include "regularization.h"

#include "contract.h"

real regularize_l2(const tensor *W, real strength, tensor *dW)
{
    check_same_shape(__func__, "dW", dW, W);
#ifdef SOLUTION
    for (size_t i = 0; i < W->size; i++)
        dW->data[i] = 2 * strength * W->data[i];
    return strength * tensor_sum_of_squares(W);
#else
    /* TODO: one loop over the W->size elements of W->data; tensor.h has a sum of squares. */
    return NOT_IMPLEMENTED(W, strength, dW);
#endif
}

real regularize_l1(const tensor *W, real strength, tensor *dW)
{
    check_same_shape(__func__, "dW", dW, W);
#ifdef SOLUTION
    double sum = 0;
    for (size_t i = 0; i < W->size; i++) {
        real w = W->data[i];
        sum += fabs(w);
        dW->data[i] = strength * ((w > 0) - (w < 0));
    }
    return strength * sum;
#else
    /* TODO: the derivative of |w| takes three values; the header gives the one at w = 0. */
    return NOT_IMPLEMENTED(W, strength, dW);
#endif
}

real regularize_elastic_net(const tensor *W, real strength, real beta, tensor *dW)
{
    check_same_shape(__func__, "dW", dW, W);
#ifdef SOLUTION
    double sum = 0;
    for (size_t i = 0; i < W->size; i++) {
        real w = W->data[i];
        sum += beta * w * w + fabs(w);
        dW->data[i] = strength * (2 * beta * w + (w > 0) - (w < 0));
    }
    return strength * sum;
#else
    /* TODO: both penalties above in one; note which terms strength and beta multiply. */
    return NOT_IMPLEMENTED(W, strength, beta, dW);
#endif
}

void max_norm_project(const tensor *W, real bound, tensor *projected)
{
    check_rank(__func__, "W", W, 2);
    check_same_shape(__func__, "projected", projected, W);
#ifdef SOLUTION
    size_t D = W->shape[0];
    size_t C = W->shape[1];
    for (size_t c = 0; c < C; c++) {
        double squares = 0;
        for (size_t d = 0; d < D; d++)
            squares += W->data[d * C + c] * W->data[d * C + c];
        double norm = sqrt(squares);
        double factor = norm > bound ? bound / norm : 1;
        for (size_t d = 0; d < D; d++)
            projected->data[d * C + c] = factor * W->data[d * C + c];
    }
#else
    /* TODO: compute each column's norm first; most columns are only copied. */
    NOT_IMPLEMENTED(W, bound, projected);
#endif
}
