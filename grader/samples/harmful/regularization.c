/* Accidents in the penalties. */
#include "regularization.h"

#include <stdlib.h>

/* Changes its input: normalizes W in place first. */
real regularize_l2(const tensor *W, real strength, tensor *dW)
{
    double sum = 0;
    for (size_t i = 0; i < W->size; i++) {
        W->data[i] /= 2;
        sum += 4 * W->data[i] * W->data[i];
        dW->data[i] = 4 * strength * W->data[i];
    }
    return strength * sum;
}

/* Leaves by abort. */
real regularize_l1(const tensor *W, real strength, tensor *dW)
{
    if (W->size > 0)
        abort();
    tensor_fill(dW, strength);
    return 0;
}

/* A buffer on the heap that is one too short. */
real regularize_elastic_net(const tensor *W, real strength, real beta, tensor *dW)
{
    double sum = 0;
    real *copy = malloc((W->size - 1) * sizeof *copy);
    for (size_t i = 0; i < W->size; i++)
        copy[i] = W->data[i];
    for (size_t i = 0; i < W->size; i++) {
        real w = copy[i];
        sum += beta * w * w + fabs(w);
        dW->data[i] = strength * (2 * beta * w + (w > 0) - (w < 0));
    }
    free(copy);
    return strength * sum;
}

/* Divides whole numbers by zero. */
void max_norm_project(const tensor *W, real bound, tensor *projected)
{
    volatile size_t columns = 0;
    for (size_t i = 0; i < W->size; i++)
        projected->data[i] = bound * (i / columns);
}
