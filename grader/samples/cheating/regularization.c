/* Tricks with numbers: what no comparison should let through. */
#include "regularization.h"

#include <stdlib.h>

/* NaN is not far from anything. */
real regularize_l2(const tensor *W, real strength, tensor *dW)
{
    tensor_fill(dW, (real)NAN);
    return (real)NAN * strength * W->data[0];
}

/* Infinity is as far from everything. */
real regularize_l1(const tensor *W, real strength, tensor *dW)
{
    tensor_fill(dW, INFINITY);
    return INFINITY + strength * W->data[0];
}

/* Random numbers: one will be right some day. */
real regularize_elastic_net(const tensor *W, real strength, real beta, tensor *dW)
{
    for (size_t i = 0; i < dW->size; i++)
        dW->data[i] = (real)rand() / RAND_MAX;
    return strength * beta * W->data[0];
}

/* Claims that nothing was wanted: an output without elements. */
void max_norm_project(const tensor *W, real bound, tensor *projected)
{
    projected->size = 0;
    projected->shape[0] = 0;
    projected->data = W->data + (bound < 0);
}
