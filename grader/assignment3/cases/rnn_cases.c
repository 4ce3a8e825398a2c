/* Hidden cases of the recurrent net. */
#include <math.h>

#include "recurrent_inputs.h"

CASE(rnn_step_forward_any_shape, "one step, for any shape")
{
    for (size_t round = 0; round < 4; round++) {
        sequence_sizes s = draw_sequence_sizes(a);
        give_cell(a, s, 1, 0.5);
        give_step(a, s);
        call(a, "rnn_step_forward");
        expect_close(a, "next_h");
    }
}

/* The step's output, as the reference has it, and an upstream gradient of its own. */
static void give_step_backward(attempt *a, sequence_sizes s)
{
    call_reference(a, "rnn_step_forward");
    give_back(a, "next_h");
    give_normal(a, "dnext_h", sizes2(s.N, s.H), 0, 1);
}

static void expect_step_gradients(attempt *a)
{
    expect_close(a, "dx");
    expect_close(a, "dprev_h");
    expect_cell_gradients(a);
}

CASE(rnn_step_backward_any_shape, "the gradients of one step, for any shape",
     .needs = "rnn_step_forward_any_shape")
{
    for (size_t round = 0; round < 4; round++) {
        sequence_sizes s = draw_sequence_sizes(a);
        give_cell(a, s, 1, 0.5);
        give_step(a, s);
        give_step_backward(a, s);
        call(a, "rnn_step_backward");
        expect_step_gradients(a);
    }
}

/* A program that keeps tanh's argument, or divides by its derivative, fails here. */
CASE(rnn_step_saturated, "a step whose units are saturated: no gradient comes back",
     .needs = "rnn_step_backward_any_shape", .stays = "the edge of the tanh")
{
    sequence_sizes s = draw_sequence_sizes(a);
    give_cell(a, s, 1, 400);
    give_step(a, s);
    call(a, "rnn_step_forward");
    expect_close(a, "next_h");
    give_step_backward(a, s);
    call(a, "rnn_step_backward");
    expect_step_gradients(a);
}

static void give_net(attempt *a, sequence_sizes s, double deviation)
{
    give_cell(a, s, 1, deviation);
    give_sequence(a, s);
}

CASE(rnn_forward_any_shape, "all steps, for any shape", .needs = "rnn_step_forward_any_shape",
     .stays = "the gradients see its mistakes too, but belong to another function")
{
    for (size_t round = 0; round < 4; round++) {
        give_net(a, draw_sequence_sizes(a), 0.5);
        call(a, "rnn_forward");
        expect_close(a, "h");
    }
}

CASE(rnn_forward_one_step, "a sequence of one step, from a state far from 0",
     .needs = "rnn_forward_any_shape", .stays = "the shortest sequence")
{
    sequence_sizes s = draw_sequence_sizes(a);
    s.T = 1;
    give_net(a, s, 0.5);
    call(a, "rnn_forward");
    expect_close(a, "h");
}

/* Gives what backward needs; dh is normal at the steps from first to last and 0 elsewhere. */
static void give_backward(attempt *a, sequence_sizes s, size_t first, size_t last)
{
    call_reference(a, "rnn_forward");
    give_back(a, "h");
    tensor *dh = give_normal(a, "dh", sizes3(s.N, s.T, s.H), 0, 1);
    for (size_t i = 0; i < dh->size; i++)
        if (i / s.H % s.T < first || i / s.H % s.T > last)
            dh->data[i] = 0;
}

static void expect_gradients(attempt *a)
{
    expect_close(a, "dx");
    expect_close(a, "dh0");
    expect_cell_gradients(a);
}

CASE(rnn_backward_any_shape, "the gradients of all steps, for any shape",
     .needs = "rnn_step_backward_any_shape")
{
    for (size_t round = 0; round < 4; round++) {
        sequence_sizes s = draw_sequence_sizes(a);
        give_net(a, s, 0.4);
        give_backward(a, s, 0, s.T - 1);
        call(a, "rnn_backward");
        expect_gradients(a);
    }
}

/* All that reaches the steps before the last comes by the recurrence. */
CASE(rnn_backward_last_step, "the gradients of a loss of the last step alone",
     .needs = "rnn_backward_any_shape", .stays = "only the recurrence hands gradients back")
{
    sequence_sizes s = draw_sequence_sizes(a);
    give_net(a, s, 0.5);
    give_backward(a, s, s.T - 1, s.T - 1);
    call(a, "rnn_backward");
    expect_gradients(a);
}

CASE(rnn_backward_first_step, "the gradients of a loss of the first step alone",
     .needs = "rnn_backward_any_shape", .stays = "nothing may come from the later steps")
{
    sequence_sizes s = draw_sequence_sizes(a);
    give_net(a, s, 0.5);
    give_backward(a, s, 0, 0);
    call(a, "rnn_backward");
    expect_gradients(a);
}

CASE(rnn_backward_one_step, "the gradients of a sequence of one step",
     .needs = "rnn_backward_any_shape", .stays = "the shortest sequence")
{
    sequence_sizes s = draw_sequence_sizes(a);
    s.T = 1;
    give_net(a, s, 0.5);
    give_backward(a, s, 0, 0);
    call(a, "rnn_backward");
    expect_gradients(a);
}

CASE(rnn_called_twice, "nothing is left from the call before", .needs = "rnn_backward_any_shape",
     .stays = "outputs that hold numbers already, as in training")
{
    for (size_t round = 0; round < 2; round++) {
        sequence_sizes s = draw_sequence_sizes(a);
        give_net(a, s, 0.5);
        give_backward(a, s, 0, s.T - 1);
        fill_outputs(a, 3);
        call(a, "rnn_forward");
        expect_close(a, "h");
        fill_outputs(a, -2);
        call(a, "rnn_backward");
        expect_gradients(a);
    }
}

CASE(rnn_float, "the recurrent net in float", .variant = CASE_FLOAT,
     .needs = "rnn_backward_any_shape", .stays = "that float is enough")
{
    sequence_sizes s = {.N = 20, .T = 12, .D = 30, .H = 24};
    give_net(a, s, 0.15);
    call(a, "rnn_forward");
    expect_close(a, "h");
    give_backward(a, s, 0, s.T - 1);
    call(a, "rnn_backward");
    expect_gradients(a);
}

CASE(rnn_memory, "no memory error in the recurrent net", .variant = CASE_SANITIZED)
{
    sequence_sizes s = draw_sequence_sizes(a);
    give_net(a, s, 0.5);
    call(a, "rnn_forward");
    expect_close(a, "h");
    give_backward(a, s, 0, s.T - 1);
    call(a, "rnn_backward");
    expect_gradients(a);
}

/* Three tensors, of which no one alone has the norm of all; returns that. */
static double give_gradients(attempt *a)
{
    size_t rows = draw_size(a, 3, 6);
    size_t columns = draw_size(a, 2, 5);
    size_t length = draw_size(a, 4, 9);
    double squares = tensor_sum_of_squares(give_normal(a, "first", sizes2(rows, columns), 0, 1));
    squares += tensor_sum_of_squares(give_normal(a, "second", sizes1(length), 0, 2));
    squares += tensor_sum_of_squares(give_normal(a, "third", sizes3(2, columns, 3), 0, 0.5));
    return sqrt(squares);
}

static void expect_clipped(attempt *a)
{
    expect_close(a, "norm");
    expect_close(a, "clipped_first");
    expect_close(a, "clipped_second");
    expect_close(a, "clipped_third");
}

CASE(clip_gradients_over, "gradients over the bound are scaled by their common norm")
{
    for (size_t round = 0; round < 2; round++) {
        double norm = give_gradients(a);
        give_number(a, "most", norm * draw_number(a, 0.1, 0.9));
        call(a, "clip_gradients");
        expect_clipped(a);
    }
}

CASE(clip_gradients_below, "gradients below the bound stay as they are",
     .needs = "clip_gradients_over", .stays = "the other side of the bound")
{
    double norm = give_gradients(a);
    give_number(a, "most", norm * draw_number(a, 1.1, 3));
    call(a, "clip_gradients");
    expect_clipped(a);
}
