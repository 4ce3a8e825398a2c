/* Finding weights without backpropagation. optimization.h specifies each function. */
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
#ifdef SOLUTION
    tensor *W = tensor_new_like(W_best);
    tensor *dW = tensor_new_like(W_best); /* losses fill one; nobody reads it */
    real best = 0;
    for (size_t i = 0; i < tries; i++) {
        tensor_fill_normal(W, random, 0, scale);
        real value = loss(W, X, y, 0, dW);
        if (i == 0 || value < best) {
            best = value;
            tensor_copy(W, W_best);
        }
    }
    tensor_free(W);
    tensor_free(dW);
    return best;
#else
    /* TODO: draw weights, compute their loss, keep the best. loss needs a tensor for dW, too. */
    return NOT_IMPLEMENTED(loss, X, y, tries, scale, random, W_best);
#endif
}

#ifdef SOLUTION
/* The gradient of loss at W, one element after the other; W is changed and put back. */
static void gradient_by_differences(linear_loss loss, const tensor *X, const labels *y, real step,
                                    tensor *W, tensor *gradient)
{
    tensor *unused = tensor_new_like(W);
    for (size_t i = 0; i < W->size; i++) {
        real before = W->data[i];
        W->data[i] = before + step;
        double above = loss(W, X, y, 0, unused);
        W->data[i] = before - step;
        double below = loss(W, X, y, 0, unused);
        W->data[i] = before;
        gradient->data[i] = (above - below) / (2 * step);
    }
    tensor_free(unused);
}
#endif

void numerical_gradient_descent(linear_loss loss, const tensor *X, const labels *y, size_t steps,
                                real step, real learning_rate, tensor *W, tensor *loss_history)
{
    check_rank(__func__, "W", W, 2);
    check_examples(__func__, X, y, W);
    check_shape_1d(__func__, "loss_history", loss_history, steps + 1);
#ifdef SOLUTION
    tensor *gradient = tensor_new_like(W);
    tensor *unused = tensor_new_like(W);
    loss_history->data[0] = loss(W, X, y, 0, unused);
    for (size_t i = 0; i < steps; i++) {
        gradient_by_differences(loss, X, y, step, W, gradient);
        tensor_add_scaled(gradient, -learning_rate, W);
        loss_history->data[i + 1] = loss(W, X, y, 0, unused);
    }
    tensor_free(gradient);
    tensor_free(unused);
#else
    /*
     * TODO: a helper that fills a gradient of W's shape: move one element by step in both
     * directions, compute the loss twice, put the element back. Update W only when the gradient is
     * complete.
     */
    NOT_IMPLEMENTED(loss, X, y, steps, step, learning_rate, W, loss_history);
#endif
}
