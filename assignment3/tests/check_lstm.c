/* Promises of lstm.c. */
#include "lstm.h"
#include "recurrent_checks.h"

/* ---- one step ---- */

/* The inputs of a step, its results, and what its backward function writes. */
typedef struct step_call {
    tensor *x, *prev_h, *prev_c, *next_h, *next_c, *gates;
    recurrent_weights w;
    tensor *dnext_h, *dnext_c, *dx, *dprev_h, *dprev_c;
    recurrent_weights dw;
} step_call;

/* Adds poisoned outputs to the inputs of s. */
static void add_outputs(step_call *s)
{
    size_t N = s->x->shape[0], H = s->prev_h->shape[1];
    s->next_h = kept_output(SHAPE(N, H));
    s->next_c = kept_output(SHAPE(N, H));
    s->gates = kept_output(SHAPE(N, 4 * H));
    s->dx = keep(output_like(s->x));
    s->dprev_h = kept_output(SHAPE(N, H));
    s->dprev_c = kept_output(SHAPE(N, H));
    s->dw = kept_weight_outputs(&s->w);
}

static step_call drawn_step(size_t N, size_t D, size_t H)
{
    random_state r;
    random_seed(&r, 231);
    step_call s = {.x = kept_normal(&r, 0, 1, SHAPE(N, D))};
    s.prev_h = kept_normal(&r, 0, 1, SHAPE(N, H));
    s.prev_c = kept_normal(&r, 0, 1, SHAPE(N, H));
    s.w = kept_weights(&r, D, H, 4 * H, 0.5);
    s.dnext_h = kept_normal(&r, 0, 1, SHAPE(N, H));
    s.dnext_c = kept_normal(&r, 0, 1, SHAPE(N, H));
    add_outputs(&s);
    return s;
}

/*
 * A step of one unit in which only the bias matters: a is input, forget, output and candidate, and
 * the cell was prev_c.
 */
static step_call step_of_gates(double input, double forget, double output, double candidate,
                               double prev_c)
{
    step_call s = {.x = keep(tensor_new_2d(1, 2)), .prev_h = keep(tensor_new_2d(1, 1))};
    s.prev_c = keep(matrix(1, 1, (const double[]){prev_c}));
    s.w.Wx = keep(tensor_new_2d(2, 4));
    s.w.Wh = keep(tensor_new_2d(1, 4));
    s.w.b = keep(tensor_new_1d(4));
    const double a[] = {input, forget, output, candidate};
    for (size_t i = 0; i < 4; i++)
        s.w.b->data[i] = (real)a[i];
    s.dnext_h = keep(tensor_new_2d(1, 1));
    s.dnext_c = keep(tensor_new_2d(1, 1));
    add_outputs(&s);
    return s;
}

static step_call published_step(const published_case *c)
{
    step_call s = {.x = kept_input(c, "x"),
                   .prev_h = kept_input(c, "prev_h"),
                   .prev_c = kept_input(c, "prev_c")};
    s.w = kept_input_weights(c);
    add_outputs(&s);
    return s;
}

static void step_forward(step_call *s)
{
    lstm_step_forward(s->x, s->prev_h, s->prev_c, &s->w, s->next_h, s->next_c, s->gates);
}

static void step_backward(step_call *s)
{
    lstm_step_backward(s->dnext_h, s->dnext_c, s->x, s->prev_h, s->prev_c, s->next_c, s->gates,
                       &s->w, s->dx, s->dprev_h, s->dprev_c, &s->dw);
}

START_TEST(test_lstm_step_forward_gives_the_published_figures)
{
    published_case *c = published("lstm_step_forward", 0);
    step_call s = published_step(c);
    step_forward(&s);
    expect_case("next_h", s.next_h, c);
    published_case_close(c);
}
END_TEST

START_TEST(test_lstm_step_forward_keeps_the_gates_after_their_sigmoids)
{
    published_case *c = published("lstm_step_backward", 0);
    step_call s = published_step(c);
    step_forward(&s);
    hint("The columns of gates are i, f, o and g, each after its sigmoid or tanh.");
    expect_case("gates", s.gates, c);
    expect_case("next_h", s.next_h, c);
    published_case_close(c);
}
END_TEST

START_TEST(test_lstm_step_forward_of_the_handout)
{
    step_call s = step_of_gates(1, 2, 3, 0.5, 2);
    hint("One unit, with 1, 2, 3 and 0.5 inside the sigmoids and the tanh, and an old cell of 2.");
    step_forward(&s);
    expect_values("gates", s.gates,
                  (const double[]){0.7310585786, 0.8807970780, 0.9525741268, 0.4621171573}, 1e-9);
    expect_values("next_c", s.next_c, (const double[]){2.0994288681}, 1e-9);
    expect_values("next_h", s.next_h, (const double[]){0.9243957126}, 1e-9);
}
END_TEST

START_TEST(test_lstm_step_forward_orders_the_columns_i_f_o_g)
{
    hint("The input gate is open and the others are shut: c is the candidate, h is 0.");
    step_call s = step_of_gates(50, -50, -50, -1, 3);
    step_forward(&s);
    expect_values("next_c", s.next_c, (const double[]){-0.7615941559557649}, 1e-12);
    expect_number("next_h", (double)s.next_h->data[0], 0, 1e-12);
    hint("The forget gate is open and the input gate is shut: c stays as it was.");
    s = step_of_gates(-50, 50, 50, 1, -3);
    step_forward(&s);
    expect_values("next_c", s.next_c, (const double[]){-3}, 1e-12);
    expect_values("next_h", s.next_h, (const double[]){-0.9950547536867305}, 1e-12);
}
END_TEST

START_TEST(test_lstm_step_forward_puts_the_cell_through_a_tanh)
{
    step_call s = step_of_gates(-50, 50, 50, 0, 7);
    hint("The output gate is open, and c is 7: h is tanh(7), which is below 1.");
    step_forward(&s);
    expect_values("next_h", s.next_h, (const double[]){0.9999983369439447}, 1e-12);
}
END_TEST

START_TEST(test_lstm_step_forward_stands_inputs_of_a_thousand)
{
    hint("exp(1000) is infinite, and infinity / infinity is NaN: choose the form of the sigmoid by "
         "the sign of its input.");
    step_call s = step_of_gates(1000, 1000, 1000, 1000, 0.5);
    step_forward(&s);
    expect_values("gates", s.gates, (const double[]){1, 1, 1, 1}, 1e-12);
    expect_values("next_c", s.next_c, (const double[]){1.5}, 1e-12);
    s = step_of_gates(-1000, -1000, -1000, -1000, 0.5);
    step_forward(&s);
    expect_values("gates", s.gates, (const double[]){0, 0, 0, -1}, 1e-12);
    expect_values("next_h", s.next_h, (const double[]){0}, 1e-12);
}
END_TEST

START_TEST(test_lstm_step_backward_gives_the_computed_figures)
{
    published_case *c = published("lstm_step_backward", 0);
    step_call s = published_step(c);
    s.dnext_h = kept_input(c, "dnext_h");
    s.dnext_c = kept_input(c, "dnext_c");
    hint("next_c and the gates come from your own lstm_step_forward here.");
    step_forward(&s);
    expect_case("gates", s.gates, c);
    step_backward(&s);
    expect_case("dx", s.dx, c);
    expect_case("dprev_h", s.dprev_h, c);
    expect_case("dprev_c", s.dprev_c, c);
    expect_case("dWx", s.dw.Wx, c);
    expect_case("dWh", s.dw.Wh, c);
    expect_case("db", s.dw.b, c);
    published_case_close(c);
}
END_TEST

static void next_h_of(const tensor *changed, tensor *out, void *context)
{
    step_call *s = context;
    (void)changed; /* it is one of s's inputs, changed in place */
    step_forward(s);
    tensor_copy(s->next_h, out);
}

static void next_c_of(const tensor *changed, tensor *out, void *context)
{
    step_call *s = context;
    (void)changed;
    step_forward(s);
    tensor_copy(s->next_c, out);
}

/* Compares all gradients of s with finite differences of f, one of its results. */
static void expect_step_gradients(step_call *s, tensor_function f, const tensor *dout)
{
    step_forward(s);
    step_backward(s);
    expect_gradient_array("dx", s->dx, f, s, s->x, dout);
    expect_gradient_array("dprev_h", s->dprev_h, f, s, s->prev_h, dout);
    expect_gradient_array("dprev_c", s->dprev_c, f, s, s->prev_c, dout);
    expect_gradient_array("dWx", s->dw.Wx, f, s, s->w.Wx, dout);
    expect_gradient_array("dWh", s->dw.Wh, f, s, s->w.Wh, dout);
    expect_gradient_array("db", s->dw.b, f, s, s->w.b, dout);
}

START_TEST(test_lstm_step_backward_gives_the_gradients_of_next_h)
{
    step_call s = drawn_step(3, 4, 5);
    tensor_fill(s.dnext_c, 0);
    hint("dnext_c is 0 here: the cell is reached through next_h alone.");
    expect_step_gradients(&s, next_h_of, s.dnext_h);
}
END_TEST

START_TEST(test_lstm_step_backward_gives_the_gradients_of_next_c)
{
    step_call s = drawn_step(3, 4, 5);
    tensor_fill(s.dnext_h, 0);
    hint("dnext_h is 0 here: the cell is reached by dnext_c alone.");
    expect_step_gradients(&s, next_c_of, s.dnext_c);
}
END_TEST

/* next_h and next_c side by side: N x 2H. */
static void both_of(const tensor *changed, tensor *out, void *context)
{
    step_call *s = context;
    (void)changed;
    step_forward(s);
    size_t H = s->next_h->shape[1];
    for (size_t i = 0; i < s->next_h->size; i++) {
        out->data[i / H * 2 * H + i % H] = s->next_h->data[i];
        out->data[i / H * 2 * H + H + i % H] = s->next_c->data[i];
    }
}

START_TEST(test_lstm_step_backward_adds_both_ways_to_the_cell)
{
    step_call s = drawn_step(2, 3, 4);
    tensor *both = kept_output(SHAPE(2, 8));
    for (size_t i = 0; i < 8; i++) {
        both->data[i / 4 * 8 + i % 4] = s.dnext_h->data[i];
        both->data[i / 4 * 8 + 4 + i % 4] = s.dnext_c->data[i];
    }
    expect_step_gradients(&s, both_of, both);
}
END_TEST

START_TEST(test_lstm_step_backward_hands_the_cell_back_through_the_forget_gate)
{
    step_call s = step_of_gates(0, -50, 0, 0, 3);
    s.dnext_c->data[0] = 1;
    hint("The forget gate is shut: the old cell does not matter, so dprev_c is 0.");
    step_forward(&s);
    step_backward(&s);
    expect_number("dprev_c", (double)s.dprev_c->data[0], 0, 1e-12);
    s = step_of_gates(0, 50, 0, 0, 3);
    s.dnext_c->data[0] = 1;
    hint("The forget gate is open: dprev_c is dnext_c.");
    step_forward(&s);
    step_backward(&s);
    expect_number("dprev_c", (double)s.dprev_c->data[0], 1, 1e-12);
}
END_TEST

START_TEST(test_lstm_step_backward_forgets_what_its_outputs_held)
{
    step_call s = drawn_step(3, 4, 5);
    step_forward(&s);
    step_backward(&s);
    tensor *const outputs[] = {s.dx, s.dprev_h, s.dprev_c, s.dw.Wx, s.dw.Wh, s.dw.b};
    const char *const names[] = {"dx", "dprev_h", "dprev_c", "dWx", "dWh", "db"};
    tensor *first[6];
    keep_copies(outputs, 6, first);
    hint("This is the second call with the same tensors: are old contents added to?");
    step_backward(&s);
    for (size_t i = 0; i < 6; i++)
        expect_close(names[i], outputs[i], first[i], 1e-12);
}
END_TEST

/* ---- all steps ---- */

/* The inputs of all steps, their results, and what the backward function writes. */
typedef struct sequence_call {
    tensor *x, *h0, *h;
    lstm_cache cache;
    recurrent_weights w;
    tensor *dh, *dx, *dh0;
    recurrent_weights dw;
} sequence_call;

static void finish_sequence_call(sequence_call *s, tensor *dh)
{
    size_t N = s->x->shape[0], T = s->x->shape[1], H = s->h0->shape[1];
    s->dh = dh;
    s->h = kept_output(SHAPE(N, T, H));
    s->cache.gates = kept_output(SHAPE(N, T, 4 * H));
    s->cache.c = kept_output(SHAPE(N, T, H));
    s->dx = keep(output_like(s->x));
    s->dh0 = keep(output_like(s->h0));
    s->dw = kept_weight_outputs(&s->w);
}

/* With forget gates near 1 in half of the units, so that the cell matters. */
static sequence_call drawn_sequence(size_t N, size_t T, size_t D, size_t H)
{
    random_state r;
    random_seed(&r, 231);
    sequence_call s = {.x = kept_normal(&r, 0, 1, SHAPE(N, T, D))};
    s.h0 = kept_normal(&r, 1, 2, SHAPE(N, H));
    s.w = kept_weights(&r, D, H, 4 * H, 0.5);
    for (size_t k = 0; k < H; k += 2)
        s.w.b->data[H + k] = 2;
    finish_sequence_call(&s, kept_normal(&r, 0, 1, SHAPE(N, T, H)));
    return s;
}

static sequence_call published_sequence(const published_case *c)
{
    sequence_call s = {.x = kept_input(c, "x"), .h0 = kept_input(c, "h0")};
    s.w = kept_input_weights(c);
    return s;
}

static void all_forward(sequence_call *s)
{
    lstm_forward(s->x, s->h0, &s->w, s->h, &s->cache);
}

static void all_backward(sequence_call *s)
{
    lstm_backward(s->dh, s->x, s->h0, s->h, &s->cache, &s->w, s->dx, s->dh0, &s->dw);
}

START_TEST(test_lstm_forward_gives_the_published_figures)
{
    published_case *c = published("lstm_forward", 0);
    sequence_call s = published_sequence(c);
    finish_sequence_call(&s, NULL);
    all_forward(&s);
    expect_case("h", s.h, c);
    published_case_close(c);
}
END_TEST

START_TEST(test_lstm_forward_starts_each_step_from_the_one_before)
{
    sequence_call s = drawn_sequence(3, 4, 5, 2);
    tensor *x = kept_output(SHAPE(3, 5)), *got = kept_output(SHAPE(3, 2));
    tensor *h = keep(tensor_new_copy(s.h0)), *c = keep(tensor_new_2d(3, 2));
    tensor *next_h = keep(output_like(h)), *next_c = keep(output_like(c));
    tensor *gates = kept_output(SHAPE(3, 8)), *got_gates = kept_output(SHAPE(3, 8));
    all_forward(&s);
    hint("Your own lstm_step_forward says so, with what it returned for the step before, and a "
         "first cell of zeros.");
    for (size_t t = 0; t < 4; t++) {
        sequence_get(s.x, t, x);
        lstm_step_forward(x, h, c, &s.w, next_h, next_c, gates);
        sequence_get(s.cache.c, t, got);
        expect_close("the rows of cache->c for one step", got, next_c, 1e-10);
        sequence_get(s.cache.gates, t, got_gates);
        expect_close("the rows of cache->gates for one step", got_gates, gates, 1e-10);
        sequence_get(s.h, t, got);
        expect_close("the rows of h for one step", got, next_h, 1e-10);
        tensor_copy(next_h, h);
        tensor_copy(next_c, c);
    }
}
END_TEST

START_TEST(test_lstm_forward_starts_from_a_cell_of_zeros)
{
    sequence_call s = drawn_sequence(2, 1, 3, 4);
    tensor *input_times_candidate = kept_output(SHAPE(2, 1, 4));
    all_forward(&s);
    for (size_t i = 0; i < 8; i++) {
        const real *gates = s.cache.gates->data + i / 4 * 16 + i % 4;
        input_times_candidate->data[i] = gates[0] * gates[12];
    }
    hint("There is nothing in the first cell to keep: c after step 0 is i * g.");
    expect_close("cache->c", s.cache.c, input_times_candidate, 1e-12);
}
END_TEST

START_TEST(test_lstm_forward_remembers_over_many_steps)
{
    sequence_call s = {.x = keep(tensor_new_3d(1, 20, 1)), .h0 = keep(tensor_new_2d(1, 1))};
    s.w.Wx = keep(matrix(1, 4, (const double[]){100, 0, 0, 100}));
    s.w.Wh = keep(tensor_new_2d(1, 4));
    s.w.b = keep(tensor_new_1d(4));
    const double b[] = {-50, 50, 50, 0};
    for (size_t i = 0; i < 4; i++)
        s.w.b->data[i] = (real)b[i];
    finish_sequence_call(&s, NULL);
    s.x->data[0] = 1;
    hint("x is 1 at step 0 and 0 later. The input gate opens for the 1 only, and the forget gate "
         "is always open: h is tanh(1) at all 20 steps.");
    all_forward(&s);
    for (size_t t = 0; t < 20; t++)
        expect_number("h of a step", (double)s.h->data[t], 0.7615941559557649, 1e-9);
}
END_TEST

START_TEST(test_lstm_forward_keeps_the_sequences_apart)
{
    sequence_call s = drawn_sequence(3, 4, 5, 2);
    all_forward(&s);
    hint("Each sequence alone should give the same states as in a minibatch; the steps of one "
         "sequence lie next to each other in memory.");
    for (size_t n = 0; n < 3; n++) {
        tensor x = tensor_rows(s.x, n, 1), h0 = tensor_rows(s.h0, n, 1);
        tensor all = tensor_rows(s.h, n, 1), *alone = kept_output(SHAPE(1, 4, 2));
        lstm_cache cache = {kept_output(SHAPE(1, 4, 8)), kept_output(SHAPE(1, 4, 2))};
        lstm_forward(&x, &h0, &s.w, alone, &cache);
        expect_close("h", &all, alone, 1e-10);
    }
}
END_TEST

START_TEST(test_lstm_backward_gives_the_computed_figures)
{
    published_case *c = published("lstm_backward", 0);
    published_case *forward = published("lstm_forward", 0);
    sequence_call s = published_sequence(c);
    finish_sequence_call(&s, kept_input(c, "dh"));
    hint("h and the cache come from your own lstm_forward here.");
    all_forward(&s);
    expect_case("h", s.h, forward);
    all_backward(&s);
    expect_case("dx", s.dx, c);
    expect_case("dh0", s.dh0, c);
    expect_case("dWx", s.dw.Wx, c);
    expect_case("dWh", s.dw.Wh, c);
    expect_case("db", s.dw.b, c);
    published_case_close(c);
    published_case_close(forward);
}
END_TEST

static void h_of(const tensor *changed, tensor *out, void *context)
{
    sequence_call *s = context;
    (void)changed; /* it is one of s's inputs, changed in place */
    all_forward(s);
    tensor_copy(s->h, out);
}

/* Compares all gradients of s with finite differences. */
static void expect_gradients(sequence_call *s)
{
    all_forward(s);
    all_backward(s);
    expect_gradient_array("dx", s->dx, h_of, s, s->x, s->dh);
    expect_gradient_array("dh0", s->dh0, h_of, s, s->h0, s->dh);
    expect_gradient_array("dWx", s->dw.Wx, h_of, s, s->w.Wx, s->dh);
    expect_gradient_array("dWh", s->dw.Wh, h_of, s, s->w.Wh, s->dh);
    expect_gradient_array("db", s->dw.b, h_of, s, s->w.b, s->dh);
}

START_TEST(test_lstm_backward_gives_the_gradients)
{
    sequence_call s = drawn_sequence(2, 5, 3, 4);
    expect_gradients(&s);
}
END_TEST

START_TEST(test_lstm_backward_gives_the_gradients_of_one_step)
{
    sequence_call s = drawn_sequence(2, 1, 3, 4);
    expect_gradients(&s);
}
END_TEST

/* Sets dh to 0 at all steps but t. */
static void leave_only_step(sequence_call *s, size_t t)
{
    tensor *kept = kept_output(SHAPE(s->dh->shape[0], s->dh->shape[2]));
    sequence_get(s->dh, t, kept);
    tensor_fill(s->dh, 0);
    sequence_set(s->dh, t, kept);
}

START_TEST(test_lstm_backward_carries_h_and_c_from_the_last_step_to_the_first)
{
    sequence_call s = drawn_sequence(2, 5, 3, 4);
    leave_only_step(&s, 4);
    hint("dh is 0 but at the last step here: what reaches the earlier ones comes through h and c.");
    expect_gradients(&s);
}
END_TEST

START_TEST(test_lstm_backward_carries_the_cell_even_where_h_does_not_matter)
{
    sequence_call s = drawn_sequence(2, 5, 3, 4);
    tensor_fill(s.w.Wh, 0);
    leave_only_step(&s, 4);
    hint("Wh is 0 and dh is 0 but at the last step: what reaches earlier steps comes through c.");
    expect_gradients(&s);
}
END_TEST

START_TEST(test_lstm_backward_hands_nothing_to_later_steps)
{
    sequence_call s = drawn_sequence(2, 4, 3, 5);
    tensor *dstep = kept_output(SHAPE(2, 3)), *zeros = keep(tensor_new_2d(2, 3));
    leave_only_step(&s, 0);
    hint("dh is 0 but at step 0 here: later inputs do not affect h[:,0].");
    all_forward(&s);
    all_backward(&s);
    for (size_t t = 1; t < 4; t++) {
        sequence_get(s.dx, t, dstep);
        expect_close("dx of a later step", dstep, zeros, 0);
    }
}
END_TEST

START_TEST(test_lstm_backward_forgets_what_its_outputs_held)
{
    sequence_call s = drawn_sequence(2, 4, 3, 5);
    all_forward(&s);
    all_backward(&s);
    tensor *const outputs[] = {s.dx, s.dh0, s.dw.Wx, s.dw.Wh, s.dw.b};
    const char *const names[] = {"dx", "dh0", "dWx", "dWh", "db"};
    tensor *first[5];
    keep_copies(outputs, 5, first);
    hint("This is the second call with the same tensors: are old contents added to?");
    all_backward(&s);
    for (size_t i = 0; i < 5; i++)
        expect_close(names[i], outputs[i], first[i], 1e-12);
}
END_TEST

START_TEST(test_lstm_functions_leave_their_inputs_as_they_were)
{
    sequence_call s = drawn_sequence(2, 4, 3, 5);
    all_forward(&s);
    tensor *const inputs[] = {s.x,  s.h0, s.w.Wx,        s.w.Wh,   s.w.b,
                              s.dh, s.h,  s.cache.gates, s.cache.c};
    const char *const names[] = {"x", "h0", "Wx", "Wh", "b", "dh", "h", "cache->gates", "cache->c"};
    tensor *copies[9];
    keep_copies(inputs, 9, copies);
    all_backward(&s);
    expect_all_unchanged(names, inputs, 9, copies);
    all_forward(&s);
    expect_all_unchanged(names, inputs, 9, copies);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"lstm_step_forward", test_lstm_step_forward_gives_the_published_figures},
        {"lstm_step_forward", test_lstm_step_forward_keeps_the_gates_after_their_sigmoids},
        {"lstm_step_forward", test_lstm_step_forward_of_the_handout},
        {"lstm_step_forward", test_lstm_step_forward_orders_the_columns_i_f_o_g},
        {"lstm_step_forward", test_lstm_step_forward_puts_the_cell_through_a_tanh},
        {"lstm_step_forward", test_lstm_step_forward_stands_inputs_of_a_thousand},
        {"lstm_step_backward", test_lstm_step_backward_gives_the_computed_figures},
        {"lstm_step_backward", test_lstm_step_backward_gives_the_gradients_of_next_h},
        {"lstm_step_backward", test_lstm_step_backward_gives_the_gradients_of_next_c},
        {"lstm_step_backward", test_lstm_step_backward_adds_both_ways_to_the_cell},
        {"lstm_step_backward", test_lstm_step_backward_hands_the_cell_back_through_the_forget_gate},
        {"lstm_step_backward", test_lstm_step_backward_forgets_what_its_outputs_held},
        {"lstm_forward", test_lstm_forward_gives_the_published_figures},
        {"lstm_forward", test_lstm_forward_starts_each_step_from_the_one_before},
        {"lstm_forward", test_lstm_forward_starts_from_a_cell_of_zeros},
        {"lstm_forward", test_lstm_forward_remembers_over_many_steps},
        {"lstm_forward", test_lstm_forward_keeps_the_sequences_apart},
        {"lstm_backward", test_lstm_backward_gives_the_computed_figures},
        {"lstm_backward", test_lstm_backward_gives_the_gradients},
        {"lstm_backward", test_lstm_backward_gives_the_gradients_of_one_step},
        {"lstm_backward", test_lstm_backward_carries_h_and_c_from_the_last_step_to_the_first},
        {"lstm_backward", test_lstm_backward_carries_the_cell_even_where_h_does_not_matter},
        {"lstm_backward", test_lstm_backward_hands_nothing_to_later_steps},
        {"lstm_backward", test_lstm_backward_forgets_what_its_outputs_held},
        {"lstm_backward", test_lstm_functions_leave_their_inputs_as_they_were},
    };
    return check_module("lstm", promises, sizeof promises / sizeof *promises);
}
