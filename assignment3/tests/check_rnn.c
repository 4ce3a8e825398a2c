/* Promises of rnn.c. */
#include "recurrent_checks.h"
#include "rnn.h"

/* ---- one step ---- */

/* The inputs of a step, its result, and what its backward function writes. */
typedef struct step_call {
    tensor *x, *prev_h, *next_h;
    recurrent_weights w;
    tensor *dnext_h, *dx, *dprev_h;
    recurrent_weights dw;
} step_call;

/* Adds poisoned outputs to the inputs of s, and the upstream gradient dnext_h. */
static void finish_step_call(step_call *s, tensor *dnext_h)
{
    s->dnext_h = dnext_h;
    s->next_h = keep(output_like(s->prev_h));
    s->dx = keep(output_like(s->x));
    s->dprev_h = keep(output_like(s->prev_h));
    s->dw = kept_weight_outputs(&s->w);
}

static step_call drawn_step(size_t N, size_t D, size_t H)
{
    random_state r;
    random_seed(&r, 231);
    step_call s = {.x = kept_normal(&r, 0, 1, SHAPE(N, D))};
    s.prev_h = kept_normal(&r, 0, 1, SHAPE(N, H));
    s.w = kept_weights(&r, D, H, H, 0.5);
    finish_step_call(&s, kept_normal(&r, 0, 1, SHAPE(N, H)));
    return s;
}

static step_call published_step(const published_case *c)
{
    step_call s = {.x = kept_input(c, "x"), .prev_h = kept_input(c, "prev_h")};
    s.w = kept_input_weights(c);
    return s;
}

static void step_forward(step_call *s)
{
    rnn_step_forward(s->x, s->prev_h, &s->w, s->next_h);
}

static void step_backward(step_call *s)
{
    rnn_step_backward(s->dnext_h, s->x, s->prev_h, s->next_h, &s->w, s->dx, s->dprev_h, &s->dw);
}

START_TEST(test_rnn_step_forward_gives_the_published_figures)
{
    published_case *c = published("rnn_step_forward", 0);
    step_call s = published_step(c);
    finish_step_call(&s, NULL);
    step_forward(&s);
    expect_case("next_h", s.next_h, c);
    published_case_close(c);
}
END_TEST

START_TEST(test_rnn_step_forward_of_the_handout)
{
    const recurrent_weights w = {.Wx = keep(matrix(1, 1, (const double[]){1})),
                                 .Wh = keep(matrix(1, 1, (const double[]){0.5})),
                                 .b = keep(tensor_new_1d(1))};
    tensor *x = keep(matrix(2, 1, (const double[]){1, 0})), *next_h = kept_output(SHAPE(2, 1));
    tensor *prev_h = keep(matrix(2, 1, (const double[]){0, 0.7615941559557649}));
    hint("One unit, Wx = 1, Wh = 0.5, b = 0: tanh(1) and tanh(0.5 * 0.76159).");
    rnn_step_forward(x, prev_h, &w, next_h);
    expect_values("next_h", next_h, (const double[]){0.7615941559557649, 0.3633994843890525},
                  1e-10);
}
END_TEST

START_TEST(test_rnn_step_forward_adds_the_bias_inside_the_tanh)
{
    step_call s = drawn_step(2, 4, 3);
    tensor_fill(s.x, 0);
    tensor_fill(s.prev_h, 0);
    hint("x and prev_h are 0 here, so each row of next_h is tanh(b).");
    step_forward(&s);
    for (size_t i = 0; i < s.next_h->size; i++)
        expect_number("an element of next_h", (double)s.next_h->data[i],
                      tanh((double)s.w.b->data[i % 3]), 1e-12);
}
END_TEST

START_TEST(test_rnn_step_forward_multiplies_h_by_Wh_from_the_left)
{
    step_call s = drawn_step(1, 4, 3);
    tensor_fill(s.x, 0);
    tensor_fill(s.w.b, 0);
    tensor_copy(keep(matrix(1, 3, (const double[]){1, 0, 0})), s.prev_h);
    tensor_copy(keep(matrix(3, 3, (const double[]){0, 0.5, 2, 0, 0, 0, 0, 0, 0})), s.w.Wh);
    hint("prev_h is 1 0 0 here, so prev_h Wh is the first row of Wh, 0 0.5 2.");
    step_forward(&s);
    expect_values("next_h", s.next_h, (const double[]){0, 0.46211715726, 0.96402758008}, 1e-10);
}
END_TEST

START_TEST(test_rnn_step_forward_stands_inputs_of_a_thousand)
{
    step_call s = drawn_step(2, 4, 3);
    tensor_fill(s.w.Wx, 1);
    for (size_t i = 0; i < s.x->size; i++)
        s.x->data[i] = i < 4 ? 1000 : -1000;
    hint("The tanh of a large number is 1; tanh of math.h knows that.");
    step_forward(&s);
    expect_values("next_h", s.next_h, (const double[]){1, 1, 1, -1, -1, -1}, 1e-12);
}
END_TEST

START_TEST(test_rnn_step_backward_gives_the_computed_figures)
{
    published_case *c = published("rnn_step_backward", 0);
    step_call s = published_step(c);
    finish_step_call(&s, kept_input(c, "dnext_h"));
    tensor_copy(keep(published_expected(c, "next_h")), s.next_h);
    step_backward(&s);
    expect_case("dx", s.dx, c);
    expect_case("dprev_h", s.dprev_h, c);
    expect_case("dWx", s.dw.Wx, c);
    expect_case("dWh", s.dw.Wh, c);
    expect_case("db", s.dw.b, c);
    published_case_close(c);
}
END_TEST

static void next_h_of(const tensor *changed, tensor *out, void *context)
{
    const step_call *s = context;
    (void)changed; /* it is one of s's inputs, changed in place */
    rnn_step_forward(s->x, s->prev_h, &s->w, out);
}

START_TEST(test_rnn_step_backward_gives_the_gradients)
{
    step_call s = drawn_step(3, 4, 5);
    step_forward(&s);
    step_backward(&s);
    expect_gradient_array("dx", s.dx, next_h_of, &s, s.x, s.dnext_h);
    expect_gradient_array("dprev_h", s.dprev_h, next_h_of, &s, s.prev_h, s.dnext_h);
    expect_gradient_array("dWx", s.dw.Wx, next_h_of, &s, s.w.Wx, s.dnext_h);
    expect_gradient_array("dWh", s.dw.Wh, next_h_of, &s, s.w.Wh, s.dnext_h);
    expect_gradient_array("db", s.dw.b, next_h_of, &s, s.w.b, s.dnext_h);
}
END_TEST

START_TEST(test_rnn_step_backward_takes_the_derivative_of_the_tanh_from_next_h)
{
    step_call s = drawn_step(2, 4, 3);
    tensor_fill(s.next_h, 0.5);
    tensor_fill(s.dnext_h, 1);
    hint("next_h is 0.5 everywhere, so the gradient before the tanh is 1 - 0.5^2 = 0.75; db sums "
         "it over two examples.");
    step_backward(&s);
    expect_values("db", s.dw.b, (const double[]){1.5, 1.5, 1.5}, 1e-12);
}
END_TEST

START_TEST(test_rnn_step_backward_forgets_what_its_outputs_held)
{
    step_call s = drawn_step(3, 4, 5);
    step_forward(&s);
    step_backward(&s);
    tensor *const outputs[] = {s.dx, s.dprev_h, s.dw.Wx, s.dw.Wh, s.dw.b};
    const char *const names[] = {"dx", "dprev_h", "dWx", "dWh", "db"};
    tensor *first[5];
    keep_copies(outputs, 5, first);
    hint("This is the second call with the same tensors: are old contents added to?");
    step_backward(&s);
    for (size_t i = 0; i < 5; i++)
        expect_close(names[i], outputs[i], first[i], 1e-12);
}
END_TEST

/* ---- all steps ---- */

/* The inputs of all steps, their result, and what the backward function writes. */
typedef struct sequence_call {
    tensor *x, *h0, *h;
    recurrent_weights w;
    tensor *dh, *dx, *dh0;
    recurrent_weights dw;
} sequence_call;

static void finish_sequence_call(sequence_call *s, tensor *dh)
{
    s->dh = dh;
    s->h = kept_output(SHAPE(s->x->shape[0], s->x->shape[1], s->h0->shape[1]));
    s->dx = keep(output_like(s->x));
    s->dh0 = keep(output_like(s->h0));
    s->dw = kept_weight_outputs(&s->w);
}

static sequence_call drawn_sequence(size_t N, size_t T, size_t D, size_t H)
{
    random_state r;
    random_seed(&r, 231);
    sequence_call s = {.x = kept_normal(&r, 0, 1, SHAPE(N, T, D))};
    s.h0 = kept_normal(&r, 1, 2, SHAPE(N, H));
    s.w = kept_weights(&r, D, H, H, 0.5);
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
    rnn_forward(s->x, s->h0, &s->w, s->h);
}

static void all_backward(sequence_call *s)
{
    rnn_backward(s->dh, s->x, s->h0, s->h, &s->w, s->dx, s->dh0, &s->dw);
}

START_TEST(test_rnn_forward_gives_the_published_figures)
{
    published_case *c = published("rnn_forward", 0);
    sequence_call s = published_sequence(c);
    finish_sequence_call(&s, NULL);
    all_forward(&s);
    expect_case("h", s.h, c);
    published_case_close(c);
}
END_TEST

START_TEST(test_rnn_forward_starts_each_step_from_the_one_before)
{
    sequence_call s = drawn_sequence(3, 4, 5, 2);
    tensor *x = kept_output(SHAPE(3, 5)), *h = kept_output(SHAPE(3, 2));
    tensor *prev_h = keep(tensor_new_copy(s.h0)), *next_h = kept_output(SHAPE(3, 2));
    all_forward(&s);
    hint("Your own rnn_step_forward says so, with what it returned for the step before.");
    for (size_t t = 0; t < 4; t++) {
        sequence_get(s.x, t, x);
        rnn_step_forward(x, prev_h, &s.w, next_h);
        sequence_get(s.h, t, h);
        expect_close("the rows of h for one step", h, next_h, 1e-10);
        tensor_copy(next_h, prev_h);
    }
}
END_TEST

START_TEST(test_rnn_forward_keeps_the_sequences_apart)
{
    sequence_call s = drawn_sequence(3, 4, 5, 2);
    all_forward(&s);
    hint("Each sequence alone should give the same states as in a minibatch; the steps of one "
         "sequence lie next to each other in memory.");
    for (size_t n = 0; n < 3; n++) {
        tensor x = tensor_rows(s.x, n, 1), h0 = tensor_rows(s.h0, n, 1);
        tensor all = tensor_rows(s.h, n, 1), *alone = kept_output(SHAPE(1, 4, 2));
        rnn_forward(&x, &h0, &s.w, alone);
        expect_close("h", &all, alone, 1e-10);
    }
}
END_TEST

START_TEST(test_rnn_forward_of_one_step_is_that_step)
{
    sequence_call s = drawn_sequence(3, 1, 5, 2);
    tensor *next_h = kept_output(SHAPE(3, 2));
    tensor x = tensor_flattened(s.x);
    all_forward(&s);
    rnn_step_forward(&x, s.h0, &s.w, next_h);
    expect_close("h", s.h, next_h, 1e-10);
}
END_TEST

START_TEST(test_rnn_backward_gives_the_computed_figures)
{
    published_case *c = published("rnn_backward", 0);
    published_case *forward = published("rnn_forward", 0);
    sequence_call s = published_sequence(c);
    finish_sequence_call(&s, kept_input(c, "dh"));
    hint("h comes from your own rnn_forward here.");
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
    const sequence_call *s = context;
    (void)changed; /* it is one of s's inputs, changed in place */
    rnn_forward(s->x, s->h0, &s->w, out);
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

START_TEST(test_rnn_backward_of_the_handout)
{
    sequence_call s = {.x = keep(tensor_new_3d(1, 3, 1)), .h0 = keep(tensor_new_2d(1, 1))};
    s.w.Wx = keep(matrix(1, 1, (const double[]){1}));
    s.w.Wh = keep(matrix(1, 1, (const double[]){0.5}));
    s.w.b = keep(tensor_new_1d(1));
    finish_sequence_call(&s, keep(tensor_new_3d(1, 3, 1)));
    s.x->data[0] = 1;
    s.dh->data[2] = 1;
    hint("One unit, Wx = 1, Wh = 0.5, b = 0, which reads 1 0 0; the loss is h of the last step.");
    all_forward(&s);
    all_backward(&s);
    expect_values("h", s.h, (const double[]){0.761594156, 0.363399484, 0.179726207}, 1e-8);
    expect_values("dx", s.dx, (const double[]){0.088184639, 0.419952508, 0.967698490}, 1e-8);
    expect_values("dh0", s.dh0, (const double[]){0.0440923195}, 1e-8);
    expect_values("dWx", s.dw.Wx, (const double[]){0.088184639}, 1e-8);
    expect_values("dWh", s.dw.Wh, (const double[]){0.671494508}, 1e-8);
    expect_values("db", s.dw.b, (const double[]){1.475835638}, 1e-8);
}
END_TEST

START_TEST(test_rnn_backward_gives_the_gradients)
{
    sequence_call s = drawn_sequence(2, 5, 3, 4);
    expect_gradients(&s);
}
END_TEST

START_TEST(test_rnn_backward_gives_the_gradients_of_one_step)
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

START_TEST(test_rnn_backward_carries_the_gradient_from_the_last_step_to_the_first)
{
    sequence_call s = drawn_sequence(2, 5, 3, 4);
    leave_only_step(&s, 4);
    hint("dh is 0 but at the last step here: what reaches the earlier ones comes through h.");
    expect_gradients(&s);
}
END_TEST

START_TEST(test_rnn_backward_hands_nothing_to_later_steps)
{
    sequence_call s = drawn_sequence(2, 4, 3, 4);
    tensor *dstep = kept_output(SHAPE(2, 3)), *zeros = keep(tensor_new_2d(2, 3));
    leave_only_step(&s, 0);
    hint("dh is 0 but at step 0 here: later inputs do not affect h[:,0].");
    all_forward(&s);
    all_backward(&s);
    for (size_t t = 1; t < 4; t++) {
        sequence_get(s.dx, t, dstep);
        expect_close("dx of a later step", dstep, zeros, 0);
    }
    expect_gradients(&s);
}
END_TEST

START_TEST(test_rnn_backward_sums_the_weights_gradients_over_the_steps)
{
    sequence_call s = drawn_sequence(2, 3, 4, 2);
    step_call step = drawn_step(2, 4, 2);
    tensor *Wx = keep(tensor_new_like(s.w.Wx)), *Wh = keep(tensor_new_like(s.w.Wh));
    tensor *b = keep(tensor_new_like(s.w.b));
    step.w = s.w;
    all_forward(&s);
    all_backward(&s);
    hint("Your own rnn_step_backward says so, its dw summed over the steps from the last to the "
         "first.");
    tensor_fill(step.dprev_h, 0);
    for (size_t t = 3; t-- > 0;) {
        sequence_get(s.x, t, step.x);
        sequence_get(s.h, t, step.next_h);
        if (t > 0)
            sequence_get(s.h, t - 1, step.prev_h);
        else
            tensor_copy(s.h0, step.prev_h);
        tensor_copy(step.dprev_h, step.dnext_h);
        sequence_add(s.dh, t, step.dnext_h);
        step_backward(&step);
        tensor_add(Wx, step.dw.Wx, Wx);
        tensor_add(Wh, step.dw.Wh, Wh);
        tensor_add(b, step.dw.b, b);
    }
    expect_close("dWx", s.dw.Wx, Wx, 1e-10);
    expect_close("dWh", s.dw.Wh, Wh, 1e-10);
    expect_close("db", s.dw.b, b, 1e-10);
    expect_close("dh0", s.dh0, step.dprev_h, 1e-10);
}
END_TEST

START_TEST(test_rnn_backward_forgets_what_its_outputs_held)
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

START_TEST(test_rnn_functions_leave_their_inputs_as_they_were)
{
    sequence_call s = drawn_sequence(2, 4, 3, 5);
    tensor *const inputs[] = {s.x, s.h0, s.w.Wx, s.w.Wh, s.w.b, s.dh};
    const char *const names[] = {"x", "h0", "Wx", "Wh", "b", "dh"};
    tensor *copies[6];
    keep_copies(inputs, 6, copies);
    all_forward(&s);
    tensor *h = keep(tensor_new_copy(s.h));
    all_backward(&s);
    expect_all_unchanged(names, inputs, 6, copies);
    expect_unchanged("h", s.h, h);
}
END_TEST

/* ---- clipping ---- */

static void expect_clipped_case(size_t index)
{
    published_case *c = published("clip_gradients", index);
    tensor *W = kept_input(c, "W"), *b = kept_input(c, "b");
    tensor *const gradients[] = {W, b};
    real norm = clip_gradients(gradients, 2, (real)published_input_number(c, "most"));
    expect_number("the norm", (double)norm, published_expected_number(c, "norm"), 1e-10);
    expect_case("W", W, c);
    expect_case("b", b, c);
    published_case_close(c);
}

START_TEST(test_clip_gradients_scales_all_tensors_by_one_factor)
{
    hint(
        "The norm is that of all numbers of both tensors together, and both shrink by one factor.");
    expect_clipped_case(0);
}
END_TEST

START_TEST(test_clip_gradients_changes_nothing_below_the_bound)
{
    hint("The norm is below most here: the gradients stay as they are.");
    expect_clipped_case(1);
}
END_TEST

START_TEST(test_clip_gradients_of_a_tensor_of_zeros)
{
    tensor *W = keep(tensor_new_2d(2, 3));
    tensor *const gradients[] = {W};
    expect_number("the norm", (double)clip_gradients(gradients, 1, 5), 0, 0);
    expect_values("W", W, (const double[]){0, 0, 0, 0, 0, 0}, 0);
}
END_TEST

START_TEST(test_clip_gradients_keeps_the_direction)
{
    tensor *W = keep(matrix(1, 2, (const double[]){30, 0})), *b = keep(tensor_new_1d(1));
    tensor *const gradients[] = {W, b};
    b->data[0] = -40;
    hint("30, 0 and -40 have the norm 50; for a bound of 5 each number shrinks to a tenth.");
    expect_number("the norm", (double)clip_gradients(gradients, 2, 5), 50, 1e-12);
    expect_values("W", W, (const double[]){3, 0}, 1e-12);
    expect_values("b", b, (const double[]){-4}, 1e-12);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"rnn_step_forward", test_rnn_step_forward_gives_the_published_figures},
        {"rnn_step_forward", test_rnn_step_forward_of_the_handout},
        {"rnn_step_forward", test_rnn_step_forward_adds_the_bias_inside_the_tanh},
        {"rnn_step_forward", test_rnn_step_forward_multiplies_h_by_Wh_from_the_left},
        {"rnn_step_forward", test_rnn_step_forward_stands_inputs_of_a_thousand},
        {"rnn_step_backward", test_rnn_step_backward_gives_the_computed_figures},
        {"rnn_step_backward", test_rnn_step_backward_gives_the_gradients},
        {"rnn_step_backward", test_rnn_step_backward_takes_the_derivative_of_the_tanh_from_next_h},
        {"rnn_step_backward", test_rnn_step_backward_forgets_what_its_outputs_held},
        {"rnn_forward", test_rnn_forward_gives_the_published_figures},
        {"rnn_forward", test_rnn_forward_starts_each_step_from_the_one_before},
        {"rnn_forward", test_rnn_forward_keeps_the_sequences_apart},
        {"rnn_forward", test_rnn_forward_of_one_step_is_that_step},
        {"rnn_backward", test_rnn_backward_gives_the_computed_figures},
        {"rnn_backward", test_rnn_backward_of_the_handout},
        {"rnn_backward", test_rnn_backward_gives_the_gradients},
        {"rnn_backward", test_rnn_backward_gives_the_gradients_of_one_step},
        {"rnn_backward", test_rnn_backward_carries_the_gradient_from_the_last_step_to_the_first},
        {"rnn_backward", test_rnn_backward_hands_nothing_to_later_steps},
        {"rnn_backward", test_rnn_backward_sums_the_weights_gradients_over_the_steps},
        {"rnn_backward", test_rnn_backward_forgets_what_its_outputs_held},
        {"rnn_backward", test_rnn_functions_leave_their_inputs_as_they_were},
        {"clip_gradients", test_clip_gradients_scales_all_tensors_by_one_factor},
        {"clip_gradients", test_clip_gradients_changes_nothing_below_the_bound},
        {"clip_gradients", test_clip_gradients_of_a_tensor_of_zeros},
        {"clip_gradients", test_clip_gradients_keeps_the_direction},
    };
    return check_module("rnn", promises, sizeof promises / sizeof *promises);
}
