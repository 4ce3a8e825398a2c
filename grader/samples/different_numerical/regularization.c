/* Penalties on large weights: pairwise sums, and norms that neither overflow nor vanish. */
#include "regularization.h"

#include "contract.h"

/* The sum of strength-less penalties beta * w^2 + alpha * |w|, added pairwise. */
static real penalty(const real *w, size_t count, real beta, real alpha)
{
    if (count > 16) {
        size_t half = count / 2;
        return penalty(w, half, beta, alpha) + penalty(w + half, count - half, beta, alpha);
    }
    real sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += fabs(w[i]) * (beta * fabs(w[i]) + alpha);
    return sum;
}

/* The slope of |w|. */
static int sign(real w)
{
    return (w > 0) - (w < 0);
}

/* The norm of column c of W, relative to its largest element so that no square overflows. */
static real column_norm(const tensor *W, size_t c)
{
    size_t C = W->shape[1];
    real largest = 0, sum = 0;
    for (size_t i = c; i < W->size; i += C)
        if (fabs(W->data[i]) > largest)
            largest = fabs(W->data[i]);
    if (largest == 0)
        return 0;
    for (size_t i = c; i < W->size; i += C)
        sum += (W->data[i] / largest) * (W->data[i] / largest);
    return largest * sqrt(sum);
}

real regularize_l2(const tensor *W, real strength, tensor *dW)
{
    check_same_shape(__func__, "dW", dW, W);
    tensor_add(W, W, dW);
    tensor_scale(dW, strength);
    return strength * penalty(W->data, W->size, 1, 0);
}

real regularize_l1(const tensor *W, real strength, tensor *dW)
{
    check_same_shape(__func__, "dW", dW, W);
    for (size_t i = 0; i < W->size; i++)
        dW->data[i] = sign(W->data[i]) * strength;
    return strength * penalty(W->data, W->size, 0, 1);
}

real regularize_elastic_net(const tensor *W, real strength, real beta, tensor *dW)
{
    check_same_shape(__func__, "dW", dW, W);
    for (size_t i = 0; i < W->size; i++)
        dW->data[i] = strength * (2 * beta * W->data[i] + sign(W->data[i]));
    return strength * penalty(W->data, W->size, beta, 1);
}

void max_norm_project(const tensor *W, real bound, tensor *projected)
{
    check_rank(__func__, "W", W, 2);
    check_same_shape(__func__, "projected", projected, W);
    size_t C = W->shape[1];
    tensor_copy(W, projected);
    for (size_t c = 0; c < C; c++) {
        real norm = column_norm(W, c);
        if (norm <= bound)
            continue;
        for (size_t i = c; i < W->size; i += C)
            projected->data[i] = W->data[i] / norm * bound;
    }
}
