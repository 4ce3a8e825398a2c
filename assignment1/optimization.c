/* Random search and descent along the numeric gradient. */
#include "optimization.h"

#include "contract.h"

real random_search(linear_loss loss, const tensor *X, const labels *y, size_t tries, real scale,
                   random_state *random, tensor *W_best)
{
    check_shape_2d(__func__, "W_best", W_best, X->shape[1], W_best->shape[1]);
    if (tries < 1)
        contract_failed(__func__, "tries is 0, should be 1 or more");
    /* TODO: draw, ask for the loss, and keep the weights whenever their loss is a new lowest. */
    return NOT_IMPLEMENTED(loss, X, y, tries, scale, random, W_best);
}

void numerical_gradient_descent(linear_loss loss, const tensor *X, const labels *y, size_t steps,
                                real step, real learning_rate, tensor *W, tensor *loss_history)
{
    check_shape_2d(__func__, "W", W, X->shape[1], W->shape[1]);
    check_shape_1d(__func__, "loss_history", loss_history, steps + 1);
    /*
     * TODO: take the whole gradient first, changing one element of W at a time and putting it back;
     * then move W. Mind which losses go into the history.
     */
    NOT_IMPLEMENTED(loss, X, y, steps, step, learning_rate, W, loss_history);
}
