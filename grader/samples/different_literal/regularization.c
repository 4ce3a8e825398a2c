/* Penalties on large weights, term by term. */
#include "regularization.h"

#include "contract.h"

real regularize_l2(const tensor *W, real strength, tensor *dW)
{
    check_same_shape(__func__, "dW", dW, W);
    tensor *squares = tensor_new_like(W);
    for (size_t i = 0; i < W->size; i++)
        squares->data[i] = pow(W->data[i], 2);
    real R = strength * tensor_sum(squares);
    for (size_t i = 0; i < W->size; i++)
        dW->data[i] = 2 * strength * W->data[i];
    tensor_free(squares);
    return R;
}

real regularize_l1(const tensor *W, real strength, tensor *dW)
{
    check_same_shape(__func__, "dW", dW, W);
    real sum = 0;
    for (size_t i = 0; i < W->size; i++) {
        if (W->data[i] > 0) {
            sum = sum + W->data[i];
            dW->data[i] = strength;
        } else if (W->data[i] < 0) {
            sum = sum - W->data[i];
            dW->data[i] = -strength;
        } else {
            dW->data[i] = 0;
        }
    }
    return strength * sum;
}

real regularize_elastic_net(const tensor *W, real strength, real beta, tensor *dW)
{
    check_same_shape(__func__, "dW", dW, W);
    /* strength * sum(beta * W^2 + |W|) = l2 with strength * beta + l1 with strength */
    tensor *d_l2 = tensor_new_like(W);
    tensor *d_l1 = tensor_new_like(W);
    real l2 = regularize_l2(W, strength * beta, d_l2);
    real l1 = regularize_l1(W, strength, d_l1);
    tensor_add(d_l2, d_l1, dW);
    tensor_free(d_l1);
    tensor_free(d_l2);
    return l2 + l1;
}

void max_norm_project(const tensor *W, real bound, tensor *projected)
{
    check_rank(__func__, "W", W, 2);
    check_same_shape(__func__, "projected", projected, W);
    size_t D = W->shape[0];
    size_t C = W->shape[1];
    for (size_t c = 0; c < C; c++) {
        tensor *column = tensor_new_1d(D);
        for (size_t d = 0; d < D; d++)
            column->data[d] = W->data[d * C + c];
        real norm = sqrt(tensor_sum_of_squares(column));
        if (norm > bound)
            tensor_scale(column, bound / norm);
        for (size_t d = 0; d < D; d++)
            projected->data[d * C + c] = column->data[d];
        tensor_free(column);
    }
}
