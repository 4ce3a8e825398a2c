/*
 * The gradient on its way back in time: how much of it is left k steps before the loss, in a plain
 * recurrent net and in an LSTM.
 *
 * The loss looks at the last state only. Each step back multiplies the gradient by the derivative
 * of the tanh, at most 1, and by the transpose of Wh. Here Wh is a rotation times a factor, so all
 * of its singular values are that factor, and nothing but the factor matters.
 *
 * What to look for: in norms.png a straight line on the logarithmic axis is a power of the factor.
 * With 0.5 nothing is left after twenty steps; with 1 the derivative of the tanh wears the gradient
 * down; with 2 it grows, though more slowly than 2^k, since the tanh saturates. In an LSTM the
 * forget gate takes the factor's place: with a bias of 0 it keeps half of the cell per step, with 1
 * it keeps 0.73, with 3 it keeps 0.95, and what comes back through the gates is added. clipping.png
 * shows the length of the gradient with respect to the weights of longer and longer sequences:
 * clipping cuts what explodes, and cannot bring back what vanished.
 */
#include <math.h>
#include <stdio.h>

#include "experiment.h"
#include "lstm.h"
#include "rnn.h"

enum { EXAMPLES = 16, INPUTS = 32, HIDDEN = 64, MOST_STEPS = 60, SHOWN_STEP = 20 };
static const double input_deviation = 0.05;
static const real most_norm = 5;

/* The length of t as one vector. */
static double norm_of(const tensor *t)
{
    double sum = 0;
    for (size_t i = 0; i < t->size; i++)
        sum += (double)t->data[i] * (double)t->data[i];
    return sqrt(sum);
}

/* row - (row . other) other, where other has length 1. */
static void remove_direction(real *row, const real *other, size_t length)
{
    double product = 0;
    for (size_t i = 0; i < length; i++)
        product += (double)row[i] * (double)other[i];
    for (size_t i = 0; i < length; i++)
        row[i] -= (real)(product * (double)other[i]);
}

/* Fills the square matrix W with factor times a random rotation: rows of one length, at right
 * angles to one another (Gram and Schmidt). */
static void fill_rotation(tensor *W, double factor, random_state *r)
{
    tensor_fill_normal(W, r, 0, 1);
    for (size_t i = 0; i < W->shape[0]; i++) {
        tensor row = tensor_row(W, i);
        for (size_t j = 0; j < i; j++)
            remove_direction(row.data, tensor_row(W, j).data, row.size);
        tensor_scale(&row, (real)(1 / norm_of(&row)));
    }
    tensor_scale(W, (real)factor);
}

/* Sequences, and an upstream gradient of length 1 for the last state. */
typedef struct sequences {
    size_t T;
    tensor *x, *h0, *dlast; /* N x T x D, N x H, N x H */
} sequences;

static sequences draw_sequences(experiment *x, size_t T)
{
    sequences s = {T, tensor_new_3d(EXAMPLES, T, INPUTS), tensor_new_2d(EXAMPLES, HIDDEN),
                   tensor_new_2d(EXAMPLES, HIDDEN)};
    tensor_fill_normal(s.x, &x->random, 0, input_deviation);
    tensor_fill_normal(s.dlast, &x->random, 0, 1);
    tensor_scale(s.dlast, (real)(1 / norm_of(s.dlast)));
    return s;
}

static void sequences_clear(sequences *s)
{
    tensor_free(s->x);
    tensor_free(s->h0);
    tensor_free(s->dlast);
}

/* norms[k] receives the length of the gradient with respect to the state k steps before the last,
 * k = 0 .. T, of a plain net: your steps, one after the other. */
static void norms_of_rnn(const sequences *s, const recurrent_weights *w, double *norms)
{
    tensor *h = tensor_new_3d(EXAMPLES, s->T, HIDDEN), *x = tensor_new_2d(EXAMPLES, INPUTS);
    tensor *next_h = tensor_new_2d(EXAMPLES, HIDDEN), *prev_h = tensor_new_like(next_h);
    tensor *dx = tensor_new_like(x), *dnext_h = tensor_new_like(next_h);
    tensor *dprev_h = tensor_new_like(next_h);
    recurrent_weights dw = recurrent_weights_new(INPUTS, HIDDEN, HIDDEN);
    rnn_forward(s->x, s->h0, w, h);
    tensor_copy(s->dlast, dnext_h);
    norms[0] = norm_of(dnext_h);
    for (size_t t = s->T; t-- > 0;) {
        sequence_get(s->x, t, x);
        sequence_get(h, t, next_h);
        if (t > 0)
            sequence_get(h, t - 1, prev_h);
        else
            tensor_copy(s->h0, prev_h);
        rnn_step_backward(dnext_h, x, prev_h, next_h, w, dx, dprev_h, &dw);
        tensor_copy(dprev_h, dnext_h);
        norms[s->T - t] = norm_of(dprev_h);
    }
    tensor *const all[] = {h, x, next_h, prev_h, dx, dnext_h, dprev_h};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
    recurrent_weights_clear(&dw);
}

/* The same for an LSTM, of its h and c together. */
static void norms_of_lstm(const sequences *s, const recurrent_weights *w, double *norms)
{
    enum { OF_STATE = 9 };
    tensor *state[OF_STATE]; /* all N x H */
    for (size_t i = 0; i < OF_STATE; i++)
        state[i] = tensor_new_2d(EXAMPLES, HIDDEN);
    tensor *dnext_h = state[0], *dnext_c = state[1], *prev_h = state[2], *prev_c = state[3];
    tensor *next_c = state[4], *dprev_h = state[5], *dprev_c = state[6];
    tensor *x = tensor_new_2d(EXAMPLES, INPUTS), *dx = tensor_new_like(x);
    tensor *h = tensor_new_3d(EXAMPLES, s->T, HIDDEN), *c = tensor_new_like(h);
    tensor *gates = tensor_new_3d(EXAMPLES, s->T, (size_t)4 * HIDDEN);
    tensor *step_gates = tensor_new_2d(EXAMPLES, (size_t)4 * HIDDEN);
    recurrent_weights dw = recurrent_weights_new(INPUTS, HIDDEN, (size_t)4 * HIDDEN);
    lstm_cache cache = {gates, c};
    lstm_forward(s->x, s->h0, w, h, &cache);
    tensor_copy(s->dlast, dnext_h);
    norms[0] = norm_of(dnext_h);
    for (size_t t = s->T; t-- > 0;) {
        tensor_fill(prev_c, 0);
        tensor_copy(s->h0, prev_h);
        if (t > 0) {
            sequence_get(h, t - 1, prev_h);
            sequence_get(c, t - 1, prev_c);
        }
        sequence_get(s->x, t, x);
        sequence_get(c, t, next_c);
        sequence_get(gates, t, step_gates);
        lstm_step_backward(dnext_h, dnext_c, x, prev_h, prev_c, next_c, step_gates, w, dx, dprev_h,
                           dprev_c, &dw);
        tensor_copy(dprev_h, dnext_h);
        tensor_copy(dprev_c, dnext_c);
        norms[s->T - t] = hypot(norm_of(dprev_h), norm_of(dprev_c));
    }
    tensor *const all[] = {x, dx, h, c, gates, step_gates};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
    for (size_t i = 0; i < OF_STATE; i++)
        tensor_free(state[i]);
    recurrent_weights_clear(&dw);
}

/* A plain net whose Wh is a rotation times factor. */
static recurrent_weights new_rnn(experiment *x, double factor)
{
    recurrent_weights w = recurrent_weights_new(INPUTS, HIDDEN, HIDDEN);
    tensor_fill_normal(w.Wx, &x->random, 0, 1 / sqrt(INPUTS));
    fill_rotation(w.Wh, factor, &x->random);
    return w;
}

/* An LSTM as captioner_init draws one, with that bias for its forget gates. */
static recurrent_weights new_lstm(experiment *x, double forget_bias)
{
    recurrent_weights w = recurrent_weights_new(INPUTS, HIDDEN, (size_t)4 * HIDDEN);
    tensor_fill_normal(w.Wx, &x->random, 0, 1 / sqrt(INPUTS));
    tensor_fill_normal(w.Wh, &x->random, 0, 1 / sqrt(HIDDEN));
    for (size_t i = HIDDEN; i < (size_t)2 * HIDDEN; i++)
        w.b->data[i] = (real)forget_bias;
    return w;
}

/* Prints and reports what is left of a gradient after SHOWN_STEP steps. */
static void report(experiment *x, const char *what, const char *result, const double *norms)
{
    printf("%-22s after 1, 5, 10, %d steps: %.3g, %.3g, %.3g, %.3g of the gradient\n", what,
           SHOWN_STEP, norms[1], norms[5], norms[10], norms[SHOWN_STEP]);
    experiment_result(x, result, norms[SHOWN_STEP]);
}

static const double factors[] = {0.5, 1, 2};
static const char *const factor_names[] = {"RNN, factor 0.5", "RNN, factor 1", "RNN, factor 2"};

static void compare_norms(experiment *x, size_t T)
{
    static const char *const lstm_names[] = {"LSTM, forget bias 0", "LSTM, forget bias 1",
                                             "LSTM, forget bias 3"};
    static const double biases[] = {0, 1, 3};
    static const char *const rnn_results[] = {"rnn_half", "rnn_one", "rnn_two"};
    static const char *const lstm_results[] = {"lstm_bias_0", "lstm_bias_1", "lstm_bias_3"};
    double norms[MOST_STEPS + 1];
    sequences s = draw_sequences(x, T);
    plot *p = plot_new("Gradient k steps before the loss", "k", "norm");
    for (size_t i = 0; i < 3; i++) {
        recurrent_weights w = new_rnn(x, factors[i]);
        norms_of_rnn(&s, &w, norms);
        report(x, factor_names[i], rnn_results[i], norms);
        plot_line(p, factor_names[i], NULL, norms, T + 1);
        recurrent_weights_clear(&w);
    }
    for (size_t i = 0; i < 3; i++) {
        recurrent_weights w = new_lstm(x, biases[i]);
        norms_of_lstm(&s, &w, norms);
        report(x, lstm_names[i], lstm_results[i], norms);
        plot_line(p, lstm_names[i], NULL, norms, T + 1);
        recurrent_weights_clear(&w);
    }
    plot_logarithmic(p, false, true);
    experiment_plot(x, p, "norms.png");
    sequences_clear(&s);
}

/* The length of the gradient with respect to all weights, before clipping; *after receives it after
 * clipping. */
static double weight_gradient(const sequences *s, const recurrent_weights *w, double *after)
{
    tensor *h = tensor_new_3d(EXAMPLES, s->T, HIDDEN), *dh = tensor_new_like(h);
    tensor *dx = tensor_new_like(s->x), *dh0 = tensor_new_like(s->h0);
    recurrent_weights dw = recurrent_weights_new(INPUTS, HIDDEN, HIDDEN);
    tensor *const gradients[] = {dw.Wx, dw.Wh, dw.b};
    rnn_forward(s->x, s->h0, w, h);
    sequence_set(dh, s->T - 1, s->dlast);
    rnn_backward(dh, s->x, s->h0, h, w, dx, dh0, &dw);
    double before = (double)clip_gradients(gradients, 3, most_norm);
    *after = (double)clip_gradients(gradients, 3, most_norm);
    tensor_free(h);
    tensor_free(dh);
    tensor_free(dx);
    tensor_free(dh0);
    recurrent_weights_clear(&dw);
    return before;
}

static void compare_clipping(experiment *x, size_t T)
{
    enum { FEWEST = 2, EACH = 2 };
    double lengths[MOST_STEPS], before[MOST_STEPS], after[MOST_STEPS];
    plot *p = plot_new("Gradient of the weights", "steps", "norm");
    for (size_t i = 0; i < 3; i++) {
        recurrent_weights w = new_rnn(x, factors[i]);
        size_t count = 0;
        for (size_t length = FEWEST; length <= T; length += EACH, count++) {
            sequences s = draw_sequences(x, length);
            lengths[count] = (double)length;
            before[count] = weight_gradient(&s, &w, &after[count]);
            sequences_clear(&s);
        }
        printf("%s: weights' gradient over %zu steps: %.3g, clipped to %.3g\n", factor_names[i], T,
               before[count - 1], after[count - 1]);
        plot_line(p, factor_names[i], lengths, before, count);
        if (i == 2) {
            plot_line(p, "factor 2, clipped", lengths, after, count);
            experiment_result(x, "clipped", after[count - 1]);
        }
        recurrent_weights_clear(&w);
    }
    plot_logarithmic(p, false, true);
    experiment_plot(x, p, "clipping.png");
}

int main(int argc, char **argv)
{
    experiment x = experiment_start("gradient_through_time", argc, argv);
    experiment_all_asked(&x);
    size_t T = x.quick ? MOST_STEPS / 2 : MOST_STEPS;
    compare_norms(&x, T);
    compare_clipping(&x, T);
    experiment_finish(&x);
    return 0;
}
