/* Accidents in the softmax. */
#include "softmax.h"

#include <stdio.h>
#include <stdlib.h>

/* Prints every number of every step: megabytes. */
real softmax_loss_naive(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    for (size_t step = 0; step < 3000; step++)
        for (size_t i = 0; i < W->size; i++)
            printf("step %zu: W[%zu] = %g\n", step, i, (double)W->data[i]);
    tensor_fill(dW, 0);
    return X->data[0] * reg + y->data[0];
}

/* Writes through a pointer that was never set. */
real softmax_loss_vectorized(const tensor *W, const tensor *X, const labels *y, real reg,
                             tensor *dW)
{
    real *scores = NULL;
    scores[0] = W->data[0] + X->data[0] + y->data[0];
    tensor_fill(dW, scores[0]);
    return reg;
}
