/* The recurrent net. rnn.h specifies each function. */
#include "rnn.h"

#include "contract.h"
#include "matmul.h"

/* Stops the program unless the inputs of a step fit one another. */
static void check_step(const char *function, const tensor *x, const tensor *prev_h,
                       const recurrent_weights *w)
{
    check_rank(function, "x", x, 2);
    check_rank(function, "prev_h", prev_h, 2);
    check_shape_2d(function, "prev_h", prev_h, x->shape[0], prev_h->shape[1]);
    check_recurrent_weights(function, "w", w, x->shape[1], prev_h->shape[1], prev_h->shape[1]);
}

/* Stops the program unless the inputs of all steps fit one another. */
static void check_sequence(const char *function, const tensor *x, const tensor *h0,
                           const recurrent_weights *w)
{
    check_rank(function, "x", x, 3);
    check_rank(function, "h0", h0, 2);
    check_shape_2d(function, "h0", h0, x->shape[0], h0->shape[1]);
    check_recurrent_weights(function, "w", w, x->shape[2], h0->shape[1], h0->shape[1]);
}

void rnn_step_forward(const tensor *x, const tensor *prev_h, const recurrent_weights *w,
                      tensor *next_h)
{
    check_step(__func__, x, prev_h, w);
    check_same_shape(__func__, "next_h", next_h, prev_h);
    /* TODO: two products, which matmul.h can add up; then the bias, and tanh of each element. */
    NOT_IMPLEMENTED(x, prev_h, w, next_h);
}

void rnn_step_backward(const tensor *dnext_h, const tensor *x, const tensor *prev_h,
                       const tensor *next_h, const recurrent_weights *w, tensor *dx,
                       tensor *dprev_h, recurrent_weights *dw)
{
    check_step(__func__, x, prev_h, w);
    check_same_shape(__func__, "dnext_h", dnext_h, prev_h);
    check_same_shape(__func__, "next_h", next_h, prev_h);
    check_same_shape(__func__, "dx", dx, x);
    check_same_shape(__func__, "dprev_h", dprev_h, prev_h);
    check_recurrent_weights(__func__, "dw", dw, x->shape[1], prev_h->shape[1], prev_h->shape[1]);
    /*
     * TODO: first back through the tanh, into a tensor of your own. What is left are two affine
     * layers that share this gradient and the bias.
     */
    NOT_IMPLEMENTED(dnext_h, x, prev_h, next_h, w, dx, dprev_h, dw);
}

void rnn_forward(const tensor *x, const tensor *h0, const recurrent_weights *w, tensor *h)
{
    check_sequence(__func__, x, h0, w);
    check_shape_3d(__func__, "h", h, x->shape[0], x->shape[1], h0->shape[1]);
    /*
     * TODO: a loop over the steps that calls rnn_step_forward. What is prev_h in each of them?
     * Faster: x Wx of all steps is one product (sequence_rows), and only the rest a loop.
     */
    NOT_IMPLEMENTED(x, h0, w, h);
}

void rnn_backward(const tensor *dh, const tensor *x, const tensor *h0, const tensor *h,
                  const recurrent_weights *w, tensor *dx, tensor *dh0, recurrent_weights *dw)
{
    check_sequence(__func__, x, h0, w);
    check_shape_3d(__func__, "h", h, x->shape[0], x->shape[1], h0->shape[1]);
    check_same_shape(__func__, "dh", dh, h);
    check_same_shape(__func__, "dx", dx, x);
    check_same_shape(__func__, "dh0", dh0, h0);
    check_recurrent_weights(__func__, "dw", dw, x->shape[2], h0->shape[1], h0->shape[1]);
    /*
     * TODO: a loop from the last step to the first. What reaches h at t is dh of that step plus
     * what step t + 1 handed back; rnn_step_backward does the rest. Add up its dw over the steps.
     */
    NOT_IMPLEMENTED(dh, x, h0, h, w, dx, dh0, dw);
}

real clip_gradients(tensor *const *gradients, size_t count, real most)
{
    if (!(most > 0))
        contract_failed(__func__, "most is %g, should be over 0", (double)most);
    /* TODO: one norm over all tensors; tensor_sum_of_squares and tensor_scale help. */
    return NOT_IMPLEMENTED(gradients, count, most);
}
