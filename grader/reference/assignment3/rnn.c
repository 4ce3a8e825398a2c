/* The recurrent net. rnn.h specifies each function. */
#include "rnn.h"

#include "contract.h"
#include "matmul.h"

#ifdef SOLUTION
#include "multiversion.h"

#include "fast_math.h"
#endif

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

#ifdef SOLUTION
/* Row by row, z = tanh(z + b). */
MULTIVERSION
static void rnn_add_bias_and_squash(const tensor *b, tensor *z)
{
    size_t H = z->shape[1];
    for (size_t n = 0; n < z->shape[0]; n++)
        for (size_t j = 0; j < H; j++)
            z->data[n * H + j] = fast_tanh_of(z->data[n * H + j] + b->data[j]);
}

/* Makes z, which holds x Wx of a step, that step's hidden state: tanh(z + prev_h Wh + b). */
static void finish_step(const tensor *prev_h, const recurrent_weights *w, tensor *z)
{
    matmul_general(false, false, 1, prev_h, w->Wh, 1, z);
    rnn_add_bias_and_squash(w->b, z);
}

/* The gradient before the tanh: dz = dnext_h (1 - next_h^2). */
static void tanh_backward(const tensor *dnext_h, const tensor *next_h, tensor *dz)
{
    for (size_t i = 0; i < dz->size; i++)
        dz->data[i] = dnext_h->data[i] * (1 - next_h->data[i] * next_h->data[i]);
}

/*
 * The weights' gradients, all rows at once: dWx = x^T dz, dWh = prev_h^T dz, and db sums dz's rows,
 * which come from one step or from all.
 */
static void weights_backward(const tensor *dz, const tensor *x, const tensor *prev_h,
                             recurrent_weights *dw)
{
    matmul_transposed_left(x, dz, dw->Wx);
    matmul_transposed_left(prev_h, dz, dw->Wh);
    tensor_sum_rows(dz, dw->b);
}
#endif

void rnn_step_forward(const tensor *x, const tensor *prev_h, const recurrent_weights *w,
                      tensor *next_h)
{
    check_step(__func__, x, prev_h, w);
    check_same_shape(__func__, "next_h", next_h, prev_h);
#ifdef SOLUTION
    matmul(x, w->Wx, next_h);
    finish_step(prev_h, w, next_h);
#else
    /* TODO: two products, which matmul.h can add up; then the bias, and tanh of each element. */
    NOT_IMPLEMENTED(x, prev_h, w, next_h);
#endif
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
#ifdef SOLUTION
    tensor *dz = tensor_new_like(next_h);
    tanh_backward(dnext_h, next_h, dz);
    matmul_transposed_right(dz, w->Wx, dx);
    matmul_transposed_right(dz, w->Wh, dprev_h);
    weights_backward(dz, x, prev_h, dw);
    tensor_free(dz);
#else
    /*
     * TODO: first back through the tanh, into a tensor of your own. What is left are two affine
     * layers that share this gradient and the bias.
     */
    NOT_IMPLEMENTED(dnext_h, x, prev_h, next_h, w, dx, dprev_h, dw);
#endif
}

void rnn_forward(const tensor *x, const tensor *h0, const recurrent_weights *w, tensor *h)
{
    check_sequence(__func__, x, h0, w);
    check_shape_3d(__func__, "h", h, x->shape[0], x->shape[1], h0->shape[1]);
#ifdef SOLUTION
    tensor inputs = sequence_rows(x), products = sequence_rows(h);
    tensor *prev_h = tensor_new_copy(h0), *next_h = tensor_new_like(h0);
    matmul(&inputs, w->Wx, &products); /* no step has to wait for x Wx */
    for (size_t t = 0; t < x->shape[1]; t++) {
        sequence_get(h, t, next_h);
        finish_step(prev_h, w, next_h);
        sequence_set(h, t, next_h);
        tensor_copy(next_h, prev_h);
    }
    tensor_free(prev_h);
    tensor_free(next_h);
#else
    /*
     * TODO: a loop over the steps that calls rnn_step_forward. What is prev_h in each of them?
     * Faster: x Wx of all steps is one product (sequence_rows), and only the rest a loop.
     */
    NOT_IMPLEMENTED(x, h0, w, h);
#endif
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
#ifdef SOLUTION
    tensor *dz = tensor_new_like(h), *before = tensor_new_like(h); /* h of the step before each */
    tensor *next_h = tensor_new_like(h0), *prev_h = tensor_new_like(h0);
    tensor *dnext_h = tensor_new_like(h0); /* nothing comes back from after the last step */
    tensor *dstep = tensor_new_like(h0);
    for (size_t t = x->shape[1]; t-- > 0;) {
        sequence_get(h, t, next_h);
        if (t > 0)
            sequence_get(h, t - 1, prev_h);
        else
            tensor_copy(h0, prev_h);
        sequence_add(dh, t, dnext_h);
        tanh_backward(dnext_h, next_h, dstep);
        matmul_transposed_right(dstep, w->Wh, dnext_h); /* that of the step before */
        sequence_set(dz, t, dstep);
        sequence_set(before, t, prev_h);
    }
    tensor_copy(dnext_h, dh0);
    tensor all_dz = sequence_rows(dz), inputs = sequence_rows(x), states = sequence_rows(before);
    tensor dinputs = sequence_rows(dx);
    matmul_transposed_right(&all_dz, w->Wx, &dinputs);
    weights_backward(&all_dz, &inputs, &states, dw);
    tensor *const all[] = {dz, before, next_h, prev_h, dnext_h, dstep};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
#else
    /*
     * TODO: a loop from the last step to the first. What reaches h at t is dh of that step plus
     * what step t + 1 handed back; rnn_step_backward does the rest. Add up its dw over the steps.
     */
    NOT_IMPLEMENTED(dh, x, h0, h, w, dx, dh0, dw);
#endif
}

real clip_gradients(tensor *const *gradients, size_t count, real most)
{
    if (!(most > 0))
        contract_failed(__func__, "most is %g, should be over 0", (double)most);
#ifdef SOLUTION
    double squares = 0;
    for (size_t i = 0; i < count; i++)
        squares += tensor_sum_of_squares(gradients[i]);
    double norm = sqrt(squares);
    for (size_t i = 0; i < count && norm > most; i++)
        tensor_scale(gradients[i], most / norm);
    return norm;
#else
    /* TODO: one norm over all tensors; tensor_sum_of_squares and tensor_scale help. */
    return NOT_IMPLEMENTED(gradients, count, most);
#endif
}
