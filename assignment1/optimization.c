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
    /* TODO: draw weights, compute their loss, keep the best. loss needs a tensor for dW, too. */
    return NOT_IMPLEMENTED(loss, X, y, tries, scale, random, W_best);
}

void numerical_gradient_descent(linear_loss loss, const tensor *X, const labels *y, size_t steps,
                                real step, real learning_rate, tensor *W, tensor *loss_history)
{
    check_rank(__func__, "W", W, 2);
    check_examples(__func__, X, y, W);
    check_shape_1d(__func__, "loss_history", loss_history, steps + 1);
    /*
     * TODO: a helper that fills a gradient of W's shape: move one element by step in both
     * directions, compute the loss twice, put the element back. Update W only when the gradient is
     * complete.
     */
    NOT_IMPLEMENTED(loss, X, y, steps, step, learning_rate, W, loss_history);
}
