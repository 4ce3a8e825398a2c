/* Finding weights without backpropagation, with a copy of W for every try. */
#include "optimization.h"

#include "contract.h"

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
    real best_loss = INFINITY;
    for (size_t t = 0; t < tries; t++) {
        tensor *W = tensor_new_2d(W_best->shape[0], W_best->shape[1]);
        tensor *dW = tensor_new_2d(W_best->shape[0], W_best->shape[1]);
        tensor_fill_normal(W, random, 0, scale);
        real this_loss = loss(W, X, y, 0, dW);
        if (this_loss < best_loss) {
            best_loss = this_loss;
            tensor_copy(W, W_best);
        }
        tensor_free(dW);
        tensor_free(W);
    }
    return best_loss;
}

void numerical_gradient_descent(linear_loss loss, const tensor *X, const labels *y, size_t steps,
                                real step, real learning_rate, tensor *W, tensor *loss_history)
{
    check_rank(__func__, "W", W, 2);
    check_examples(__func__, X, y, W);
    check_shape_1d(__func__, "loss_history", loss_history, steps + 1);
    tensor *dW = tensor_new_like(W); /* not used */
    tensor *g = tensor_new_like(W);
    loss_history->data[0] = loss(W, X, y, 0, dW);
    for (size_t t = 0; t < steps; t++) {
        for (size_t i = 0; i < W->size; i++) {
            tensor *W_plus = tensor_new_copy(W);
            tensor *W_minus = tensor_new_copy(W);
            W_plus->data[i] = W->data[i] + step;
            W_minus->data[i] = W->data[i] - step;
            real L_plus = loss(W_plus, X, y, 0, dW);
            real L_minus = loss(W_minus, X, y, 0, dW);
            g->data[i] = (L_plus - L_minus) / (2 * step);
            tensor_free(W_minus);
            tensor_free(W_plus);
        }
        tensor_scale(g, learning_rate);
        tensor_subtract(W, g, W);
        loss_history->data[t + 1] = loss(W, X, y, 0, dW);
    }
    tensor_free(g);
    tensor_free(dW);
}
