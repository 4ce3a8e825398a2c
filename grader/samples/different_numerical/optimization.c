/* Finding weights without backpropagation. */
#include "optimization.h"

#include "contract.h"

/* A loss and all that it is measured on; its own gradient goes to unused. */
typedef struct measurement {
    linear_loss loss;
    const tensor *X;
    const labels *y;
    tensor *unused;
} measurement;

static real measure(const measurement *m, const tensor *W)
{
    return m->loss(W, m->X, m->y, 0, m->unused);
}

/* The slope of m along element i of W, which is put back. */
static real slope(const measurement *m, tensor *W, size_t i, real step)
{
    const real middle = W->data[i];
    W->data[i] = middle - step;
    real below = measure(m, W);
    W->data[i] = middle + step;
    real above = measure(m, W);
    W->data[i] = middle;
    return (above - below) / (2 * step);
}

/* Stops the program unless the examples X, y fit the matrix W. */
static void check_examples(const char *function, const tensor *X, const labels *y, const tensor *W)
{
    check_rank(function, "X", X, 2);
    check_shape_2d(function, "X", X, X->shape[0], W->shape[0]);
    check_labels(function, "y", y, X->shape[0], W->shape[1]);
}

real random_search(linear_loss loss, const tensor *X, const labels *y, size_t tries, real scale,
                   random_state *random, tensor *W_best)
{
    check_rank(__func__, "W_best", W_best, 2);
    check_examples(__func__, X, y, W_best);
    if (tries == 0)
        contract_failed(__func__, "tries is 0, should be 1 or more");
    measurement m = {loss, X, y, tensor_new_like(W_best)};
    tensor *W = tensor_new_like(W_best);
    real best = 0;
    for (size_t t = 0; t < tries; t++) {
        tensor_fill_normal(W, random, 0, scale);
        real value = measure(&m, W);
        if (t > 0 && value >= best)
            continue;
        best = value;
        tensor_copy(W, W_best);
    }
    tensor_free(W);
    tensor_free(m.unused);
    return best;
}

void numerical_gradient_descent(linear_loss loss, const tensor *X, const labels *y, size_t steps,
                                real step, real learning_rate, tensor *W, tensor *loss_history)
{
    check_rank(__func__, "W", W, 2);
    check_examples(__func__, X, y, W);
    check_shape_1d(__func__, "loss_history", loss_history, steps + 1);
    measurement m = {loss, X, y, tensor_new_like(W)};
    tensor *gradient = tensor_new_like(W);
    loss_history->data[0] = measure(&m, W);
    for (size_t t = 1; t <= steps; t++) {
        for (size_t i = W->size; i-- > 0;)
            gradient->data[i] = slope(&m, W, i, step);
        tensor_add_scaled(gradient, -learning_rate, W);
        loss_history->data[t] = measure(&m, W);
    }
    tensor_free(gradient);
    tensor_free(m.unused);
}
