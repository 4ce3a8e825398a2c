/* The LSTM. lstm.h specifies each function. */
#include "lstm.h"

#include "contract.h"
#include "matmul.h"

#ifdef SOLUTION
#include "multiversion.h"

#include "fast_math.h"
#endif

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

#ifdef SOLUTION
/* 1 / (1 + exp(-x)); the exponential is never of a positive number, so it cannot overflow. */
static inline real sigmoid(real x)
{
    real small = fast_exp_of_negative(-fabs(x));
    return (x >= 0 ? 1 : small) / (1 + small);
}

/* One example of a step: a, 4H sums, become i, f, o and g, and c and h move on. */
MULTIVERSION
static void lstm_finish_row(size_t H, const real *restrict b, const real *restrict prev_c,
                            real *restrict a, real *restrict next_c, real *restrict next_h)
{
    real *i = a, *f = i + H, *o = f + H, *g = o + H;
    for (size_t k = 0; k < 3 * H; k++)
        a[k] = sigmoid(a[k] + b[k]);
    for (size_t k = 0; k < H; k++) {
        g[k] = fast_tanh_of(g[k] + b[3 * H + k]);
        next_c[k] = f[k] * prev_c[k] + i[k] * g[k];
        next_h[k] = o[k] * fast_tanh_of(next_c[k]);
    }
}

/* Finishes a step whose gates hold x Wx: makes them i, f, o and g, and moves c and h on. */
static void finish_step(const tensor *prev_h, const tensor *prev_c, const recurrent_weights *w,
                        tensor *gates, tensor *next_h, tensor *next_c)
{
    size_t H = next_c->shape[1];
    matmul_general(false, false, 1, prev_h, w->Wh, 1, gates);
    for (size_t n = 0; n < next_c->shape[0]; n++)
        lstm_finish_row(H, w->b->data, prev_c->data + n * H, gates->data + n * 4 * H,
                        next_c->data + n * H, next_h->data + n * H);
}

/* An example of gates_backward. */
MULTIVERSION
static void lstm_row_back(size_t H, const real *restrict dnext_h, const real *restrict dnext_c,
                          const real *restrict prev_c, const real *restrict next_c,
                          const real *restrict a, real *restrict da, real *restrict dprev_c)
{
    const real *restrict i = a, *restrict f = i + H, *restrict o = f + H, *restrict g = o + H;
    real *restrict di = da, *restrict df = di + H, *restrict d_o = df + H, *restrict dg = d_o + H;
    for (size_t k = 0; k < H; k++) {
        real dh = dnext_h[k];
        real tanh_c = fast_tanh_of(next_c[k]);
        real dc = dnext_c[k] + dh * o[k] * (1 - tanh_c * tanh_c);
        di[k] = dc * g[k] * i[k] * (1 - i[k]);
        df[k] = dc * prev_c[k] * f[k] * (1 - f[k]);
        d_o[k] = dh * tanh_c * o[k] * (1 - o[k]);
        dg[k] = dc * i[k] * (1 - g[k] * g[k]);
        dprev_c[k] = dc * f[k];
    }
}

/*
 * Back through the states and gates of one step: da, N x 4H, receives the gradient with respect to
 * what stands inside the sigmoids and the tanh.
 */
static void gates_backward(const tensor *dnext_h, const tensor *dnext_c, const tensor *prev_c,
                           const tensor *next_c, const tensor *gates, tensor *da, tensor *dprev_c)
{
    size_t H = next_c->shape[1];
    for (size_t n = 0; n < next_c->shape[0]; n++)
        lstm_row_back(H, dnext_h->data + n * H, dnext_c->data + n * H, prev_c->data + n * H,
                      next_c->data + n * H, gates->data + n * 4 * H, da->data + n * 4 * H,
                      dprev_c->data + n * H);
}

/*
 * The weights' gradients, all rows at once: dWx = x^T da, dWh = prev_h^T da, and db sums da's rows,
 * which come from one step or from all.
 */
static void weights_backward(const tensor *da, const tensor *x, const tensor *prev_h,
                             recurrent_weights *dw)
{
    matmul_transposed_left(x, da, dw->Wx);
    matmul_transposed_left(prev_h, da, dw->Wh);
    tensor_sum_rows(da, dw->b);
}

/* Copies what a step started from: step t - 1 of states; for step 0 first, or zeros if NULL. */
static void state_before(const tensor *states, size_t t, const tensor *first, tensor *out)
{
    if (t > 0)
        sequence_get(states, t - 1, out);
    else if (first != NULL)
        tensor_copy(first, out);
    else
        tensor_fill(out, 0);
}

static void free_all(tensor *const *tensors, size_t count)
{
    for (size_t i = 0; i < count; i++)
        tensor_free(tensors[i]);
}
#endif

void lstm_step_forward(const tensor *x, const tensor *prev_h, const tensor *prev_c,
                       const recurrent_weights *w, tensor *next_h, tensor *next_c, tensor *gates)
{
    check_step(__func__, x, prev_h, prev_c, w);
    check_same_shape(__func__, "next_h", next_h, prev_h);
    check_same_shape(__func__, "next_c", next_c, prev_h);
    check_shape_2d(__func__, "gates", gates, x->shape[0], w->b->shape[0]);
#ifdef SOLUTION
    matmul(x, w->Wx, gates);
    finish_step(prev_h, prev_c, w, gates, next_h, next_c);
#else
    /*
     * TODO: write a sigmoid first, which stays finite for inputs of +-1000. Then a = x Wx +
     * prev_h Wh + b into gates, the sigmoids and the tanh in place, and the two new states.
     */
    NOT_IMPLEMENTED(x, prev_h, prev_c, w, next_h, next_c, gates);
#endif
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
#ifdef SOLUTION
    tensor *da = tensor_new_like(gates);
    gates_backward(dnext_h, dnext_c, prev_c, next_c, gates, da, dprev_c);
    matmul_transposed_right(da, w->Wx, dx);
    matmul_transposed_right(da, w->Wh, dprev_h);
    weights_backward(da, x, prev_h, dw);
    tensor_free(da);
#else
    /*
     * TODO: draw the step as a graph and go backwards, element by element: the whole gradient of
     * next_c first, then those of i, f, o, g and prev_c, then through the sigmoids and the tanh.
     * What is left are matrix products, as in rnn_step_backward.
     */
    NOT_IMPLEMENTED(dnext_h, dnext_c, x, prev_h, prev_c, next_c, gates, w, dx, dprev_h, dprev_c,
                    dw);
#endif
}

void lstm_forward(const tensor *x, const tensor *h0, const recurrent_weights *w, tensor *h,
                  lstm_cache *cache)
{
    check_sequence(__func__, x, h0, w, h, cache);
#ifdef SOLUTION
    tensor inputs = sequence_rows(x), products = sequence_rows(cache->gates);
    tensor *prev_h = tensor_new_copy(h0), *next_h = tensor_new_like(h0);
    tensor *prev_c = tensor_new_like(h0), *next_c = tensor_new_like(h0); /* zeros */
    tensor *gates = tensor_new_2d(h0->shape[0], w->b->shape[0]);
    matmul(&inputs, w->Wx, &products); /* no step has to wait for x Wx */
    for (size_t t = 0; t < x->shape[1]; t++) {
        sequence_get(cache->gates, t, gates);
        finish_step(prev_h, prev_c, w, gates, next_h, next_c);
        sequence_set(cache->gates, t, gates);
        sequence_set(cache->c, t, next_c);
        sequence_set(h, t, next_h);
        tensor_copy(next_h, prev_h);
        tensor_copy(next_c, prev_c);
    }
    free_all((tensor *const[]){prev_h, next_h, prev_c, next_c, gates}, 5);
#else
    /*
     * TODO: a loop over the steps that calls lstm_step_forward and keeps what it returns. Faster:
     * x Wx of all steps is one product (sequence_rows), and only the rest a loop.
     */
    NOT_IMPLEMENTED(x, h0, w, h, cache);
#endif
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
#ifdef SOLUTION
    tensor *da = tensor_new_like(cache->gates), *before = tensor_new_like(h); /* h[t-1] for all t */
    tensor *dnext_h = tensor_new_like(h0), *dnext_c = tensor_new_like(h0);    /* 0 after the end */
    tensor *prev_h = tensor_new_like(h0), *prev_c = tensor_new_like(h0);
    tensor *next_c = tensor_new_like(h0), *dprev_c = tensor_new_like(h0);
    tensor *gates = tensor_new_2d(h0->shape[0], w->b->shape[0]), *dgates = tensor_new_like(gates);
    for (size_t t = x->shape[1]; t-- > 0;) {
        state_before(h, t, h0, prev_h);
        state_before(cache->c, t, NULL, prev_c);
        sequence_get(cache->c, t, next_c);
        sequence_get(cache->gates, t, gates);
        sequence_add(dh, t, dnext_h);
        gates_backward(dnext_h, dnext_c, prev_c, next_c, gates, dgates, dprev_c);
        matmul_transposed_right(dgates, w->Wh, dnext_h); /* that of the step before */
        tensor_copy(dprev_c, dnext_c);
        sequence_set(da, t, dgates);
        sequence_set(before, t, prev_h);
    }
    tensor_copy(dnext_h, dh0);
    tensor all_da = sequence_rows(da), inputs = sequence_rows(x), states = sequence_rows(before);
    tensor dinputs = sequence_rows(dx);
    matmul_transposed_right(&all_da, w->Wx, &dinputs);
    weights_backward(&all_da, &inputs, &states, dw);
    free_all((tensor *const[]){da, before, dnext_h, dnext_c, prev_h, prev_c, next_c, dprev_c, gates,
                               dgates},
             10);
#else
    /*
     * TODO: a loop from the last step to the first. What reaches h at t is dh of that step plus
     * what step t + 1 handed back; c gets only what step t + 1 handed back, and
     * lstm_step_backward does the rest. Add up its dw over the steps.
     */
    NOT_IMPLEMENTED(dh, x, h0, h, cache, w, dx, dh0, dw);
#endif
}
