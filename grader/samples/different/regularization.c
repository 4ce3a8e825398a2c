/* Penalties, all from one loop. */
#include "regularization.h"

/* sum of squares * w^2 + ones * |w|, and its gradient. */
static real mixed(const tensor *W, real squares, real ones, tensor *dW)
{
    double total = 0;
    for (size_t i = W->size; i-- > 0;) {
        real w = W->data[i];
        real slope = 2 * squares * w;
        if (w > 0)
            slope += ones;
        if (w < 0)
            slope -= ones;
        dW->data[i] = slope;
        total += (double)squares * w * w + (double)ones * (w < 0 ? -w : w);
    }
    return total;
}

real regularize_l2(const tensor *W, real strength, tensor *dW)
{
    return mixed(W, strength, 0, dW);
}

real regularize_l1(const tensor *W, real strength, tensor *dW)
{
    return mixed(W, 0, strength, dW);
}

real regularize_elastic_net(const tensor *W, real strength, real beta, tensor *dW)
{
    return mixed(W, strength * beta, strength, dW);
}

void max_norm_project(const tensor *W, real bound, tensor *projected)
{
    size_t rows = W->shape[0], columns = W->shape[1];
    for (size_t c = columns; c-- > 0;) {
        double square = 0;
        for (size_t r = rows; r-- > 0;)
            square += (double)W->data[r * columns + c] * W->data[r * columns + c];
        for (size_t r = 0; r < rows; r++) {
            real w = W->data[r * columns + c];
            projected->data[r * columns + c] =
                square > (double)bound * bound ? w / sqrt(square) * bound : w;
        }
    }
}
