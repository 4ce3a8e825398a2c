/* Search and descent with copies of W. */
#include "optimization.h"

real random_search(linear_loss loss, const tensor *X, const labels *y, size_t tries, real scale,
                   random_state *random, tensor *W_best)
{
    tensor *gradient = tensor_new_like(W_best);
    real lowest = REAL_MAX;
    while (tries-- > 0) {
        tensor *W = tensor_new_like(W_best);
        for (size_t i = 0; i < W->size; i++)
            W->data[i] = scale * random_normal(random);
        real value = loss(W, X, y, 0, gradient);
        if (value < lowest) {
            lowest = value;
            tensor_copy(W, W_best);
        }
        tensor_free(W);
    }
    tensor_free(gradient);
    return lowest;
}

void numerical_gradient_descent(linear_loss loss, const tensor *X, const labels *y, size_t steps,
                                real step, real learning_rate, tensor *W, tensor *loss_history)
{
    tensor *unused = tensor_new_like(W);
    for (size_t t = 0; t <= steps; t++) {
        tensor *old = tensor_new_copy(W);
        loss_history->data[t] = loss(old, X, y, 0, unused);
        for (size_t i = W->size; t < steps && i-- > 0;) {
            real w = old->data[i];
            old->data[i] = w - step;
            real low = loss(old, X, y, 0, unused);
            old->data[i] = w + step;
            real high = loss(old, X, y, 0, unused);
            old->data[i] = w;
            W->data[i] = w - learning_rate * (high - low) / (step + step);
        }
        tensor_free(old);
    }
    tensor_free(unused);
}
