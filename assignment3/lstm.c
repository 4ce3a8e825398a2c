/* The LSTM. lstm.h specifies each function. */
#include "lstm.h"

#include "contract.h"
#include "matmul.h"

/* Stops the program unless the inputs of a step fit one another. */
static void check_step(const char *function, const tensor *x, const tensor *prev_h,
                       const tensor *prev_c, const recurrent_weights *w)
{
    check_rank(function, "x", x, 2);
    check_rank(function, "prev_h", prev_h, 2);
    size_t H = prev_h->shape[1];
    check_shape_2d(function, "prev_h", prev_h, x->shape[0], H);
    check_same_shape(function, "prev_c", prev_c, prev_h);
    check_recurrent_weights(function, "w", w, x->shape[1], H, 4 * H);
}

/* Stops the program unless the arguments of all steps fit one another. */
static void check_sequence(const char *function, const tensor *x, const tensor *h0,
                           const recurrent_weights *w, const tensor *h, const lstm_cache *cache)
{
    check_rank(function, "x", x, 3);
    check_rank(function, "h0", h0, 2);
    size_t N = x->shape[0], T = x->shape[1], H = h0->shape[1];
    check_shape_2d(function, "h0", h0, N, H);
    check_recurrent_weights(function, "w", w, x->shape[2], H, 4 * H);
    check_shape_3d(function, "h", h, N, T, H);
    if (cache == NULL)
        contract_failed(function, "cache is NULL");
    check_shape_3d(function, "cache->gates", cache->gates, N, T, 4 * H);
    check_shape_3d(function, "cache->c", cache->c, N, T, H);
}

void lstm_step_forward(const tensor *x, const tensor *prev_h, const tensor *prev_c,
                       const recurrent_weights *w, tensor *next_h, tensor *next_c, tensor *gates)
{
    check_step(__func__, x, prev_h, prev_c, w);
    check_same_shape(__func__, "next_h", next_h, prev_h);
    check_same_shape(__func__, "next_c", next_c, prev_h);
    check_shape_2d(__func__, "gates", gates, x->shape[0], w->b->shape[0]);
    /*
     * TODO: write a sigmoid first, which stays finite for inputs of +-1000. Then a = x Wx +
     * prev_h Wh + b into gates, the sigmoids and the tanh in place, and the two new states.
     */
    NOT_IMPLEMENTED(x, prev_h, prev_c, w, next_h, next_c, gates);
}

void lstm_step_backward(const tensor *dnext_h, const tensor *dnext_c, const tensor *x,
                        const tensor *prev_h, const tensor *prev_c, const tensor *next_c,
                        const tensor *gates, const recurrent_weights *w, tensor *dx,
                        tensor *dprev_h, tensor *dprev_c, recurrent_weights *dw)
{
    check_step(__func__, x, prev_h, prev_c, w);
    check_same_shape(__func__, "dnext_h", dnext_h, prev_h);
    check_same_shape(__func__, "dnext_c", dnext_c, prev_h);
    check_same_shape(__func__, "next_c", next_c, prev_h);
    check_shape_2d(__func__, "gates", gates, x->shape[0], w->b->shape[0]);
    check_same_shape(__func__, "dx", dx, x);
    check_same_shape(__func__, "dprev_h", dprev_h, prev_h);
    check_same_shape(__func__, "dprev_c", dprev_c, prev_h);
    check_recurrent_weights(__func__, "dw", dw, x->shape[1], prev_h->shape[1], w->b->shape[0]);
    /*
     * TODO: draw the step as a graph and go backwards, element by element: the whole gradient of
     * next_c first, then those of i, f, o, g and prev_c, then through the sigmoids and the tanh.
     * What is left are matrix products, as in rnn_step_backward.
     */
    NOT_IMPLEMENTED(dnext_h, dnext_c, x, prev_h, prev_c, next_c, gates, w, dx, dprev_h, dprev_c,
                    dw);
}

void lstm_forward(const tensor *x, const tensor *h0, const recurrent_weights *w, tensor *h,
                  lstm_cache *cache)
{
    check_sequence(__func__, x, h0, w, h, cache);
    /*
     * TODO: a loop over the steps that calls lstm_step_forward and keeps what it returns. Faster:
     * x Wx of all steps is one product (sequence_rows), and only the rest a loop.
     */
    NOT_IMPLEMENTED(x, h0, w, h, cache);
}

void lstm_backward(const tensor *dh, const tensor *x, const tensor *h0, const tensor *h,
                   const lstm_cache *cache, const recurrent_weights *w, tensor *dx, tensor *dh0,
                   recurrent_weights *dw)
{
    check_sequence(__func__, x, h0, w, h, cache);
    check_same_shape(__func__, "dh", dh, h);
    check_same_shape(__func__, "dx", dx, x);
    check_same_shape(__func__, "dh0", dh0, h0);
    check_recurrent_weights(__func__, "dw", dw, x->shape[2], h0->shape[1], w->b->shape[0]);
    /*
     * TODO: a loop from the last step to the first. What reaches h at t is dh of that step plus
     * what step t + 1 handed back; c gets only what step t + 1 handed back, and
     * lstm_step_backward does the rest. Add up its dw over the steps.
     */
    NOT_IMPLEMENTED(dh, x, h0, h, cache, w, dx, dh0, dw);
}
