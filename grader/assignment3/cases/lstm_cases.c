/* Hidden cases of the LSTM. */
#include "recurrent_inputs.h"

enum { GATES = 4 };

static void give_lstm_step(attempt *a, sequence_sizes s, double deviation)
{
    give_cell(a, s, GATES, deviation);
    give_step(a, s);
    give_normal(a, "prev_c", sizes2(s.N, s.H), 0, 1);
}

static void expect_step(attempt *a)
{
    expect_close(a, "next_h");
    expect_close(a, "next_c");
    expect_close(a, "gates");
}

CASE(lstm_step_forward_any_shape, "one step, for any shape",
     .stays = "all steps see its mistakes too, but belong to another function")
{
    for (size_t round = 0; round < 4; round++) {
        give_lstm_step(a, draw_sequence_sizes(a), 0.5);
        call(a, "lstm_step_forward");
        expect_step(a);
    }
}

CASE(lstm_step_large_scores, "gates whose inputs are 1e3 and -1e3",
     .needs = "lstm_step_forward_any_shape")
{
    sequence_sizes s = draw_sequence_sizes(a);
    give_lstm_step(a, s, 0.5);
    tensor *b = given(a, "b");
    for (size_t i = 0; i < b->size; i++)
        b->data[i] += i % 3 == 0 ? 1e3 : i % 3 == 1 ? -1e3 : 0;
    call(a, "lstm_step_forward");
    expect_step(a);
}

static void give_step_backward(attempt *a, sequence_sizes s)
{
    call_reference(a, "lstm_step_forward");
    give_back(a, "next_c");
    give_back(a, "gates");
    give_normal(a, "dnext_h", sizes2(s.N, s.H), 0, 1);
    give_normal(a, "dnext_c", sizes2(s.N, s.H), 0, 1);
}

static void expect_step_gradients(attempt *a)
{
    expect_close(a, "dx");
    expect_close(a, "dprev_h");
    expect_close(a, "dprev_c");
    expect_cell_gradients(a);
}

CASE(lstm_step_backward_any_shape, "the gradients of one step, for any shape",
     .needs = "lstm_step_forward_any_shape")
{
    for (size_t round = 0; round < 4; round++) {
        sequence_sizes s = draw_sequence_sizes(a);
        give_lstm_step(a, s, 0.5);
        give_step_backward(a, s);
        call(a, "lstm_step_backward");
        expect_step_gradients(a);
    }
}

/* One of the two ways to the cell alone. */
CASE(lstm_step_backward_one_way, "the cell is reached from the state and from the next cell",
     .needs = "lstm_step_backward_any_shape", .stays = "each of the two ways alone")
{
    static const char *const ways[] = {"dnext_h", "dnext_c"};
    for (size_t way = 0; way < 2; way++) {
        sequence_sizes s = draw_sequence_sizes(a);
        give_lstm_step(a, s, 0.5);
        give_step_backward(a, s);
        tensor_fill(given(a, ways[way]), 0);
        call(a, "lstm_step_backward");
        expect_step_gradients(a);
    }
}

static void give_net(attempt *a, sequence_sizes s, double deviation)
{
    give_cell(a, s, GATES, deviation);
    give_sequence(a, s);
}

static void expect_states(attempt *a)
{
    expect_close(a, "h");
    expect_close(a, "gates");
    expect_close(a, "c");
}

CASE(lstm_forward_any_shape, "all steps, for any shape", .needs = "lstm_step_forward_any_shape",
     .stays = "the gradients see its mistakes too, but belong to another function")
{
    for (size_t round = 0; round < 4; round++) {
        give_net(a, draw_sequence_sizes(a), 0.5);
        call(a, "lstm_forward");
        expect_states(a);
    }
}

static void give_backward(attempt *a, sequence_sizes s, size_t first)
{
    call_reference(a, "lstm_forward");
    give_back(a, "h");
    give_back(a, "gates");
    give_back(a, "c");
    tensor *dh = give_normal(a, "dh", sizes3(s.N, s.T, s.H), 0, 1);
    for (size_t i = 0; i < dh->size; i++)
        if (i / s.H % s.T < first)
            dh->data[i] = 0;
}

static void expect_gradients(attempt *a)
{
    expect_close(a, "dx");
    expect_close(a, "dh0");
    expect_cell_gradients(a);
}

CASE(lstm_backward_any_shape, "the gradients of all steps, for any shape",
     .needs = "lstm_step_backward_any_shape",
     .stays = "the captioner sees its mistakes too, but is another module")
{
    for (size_t round = 0; round < 4; round++) {
        sequence_sizes s = draw_sequence_sizes(a);
        give_net(a, s, 0.5);
        give_backward(a, s, 0);
        call(a, "lstm_backward");
        expect_gradients(a);
    }
}

/* Forget gates near 1: the cell carries nearly all that comes back. */
CASE(lstm_backward_last_step, "a loss of the last step alone reaches the first through the cell",
     .needs = "lstm_backward_any_shape", .stays = "only h and c hand gradients back")
{
    sequence_sizes s = draw_sequence_sizes(a);
    give_net(a, s, 0.3);
    tensor *b = given(a, "b");
    for (size_t i = s.H; i < 2 * s.H; i++)
        b->data[i] = 4;
    give_backward(a, s, s.T - 1);
    call(a, "lstm_backward");
    expect_gradients(a);
}

CASE(lstm_one_step, "a sequence of one step", .needs = "lstm_backward_any_shape",
     .stays = "the shortest sequence")
{
    sequence_sizes s = draw_sequence_sizes(a);
    s.T = 1;
    give_net(a, s, 0.5);
    call(a, "lstm_forward");
    expect_states(a);
    give_backward(a, s, 0);
    call(a, "lstm_backward");
    expect_gradients(a);
}

CASE(lstm_called_twice, "nothing is left from the call before", .needs = "lstm_backward_any_shape",
     .stays = "outputs that hold numbers already, as in training")
{
    for (size_t round = 0; round < 2; round++) {
        sequence_sizes s = draw_sequence_sizes(a);
        give_net(a, s, 0.5);
        give_backward(a, s, 0);
        fill_outputs(a, 3);
        call(a, "lstm_forward");
        expect_states(a);
        fill_outputs(a, -2);
        call(a, "lstm_backward");
        expect_gradients(a);
    }
}

CASE(lstm_float, "the LSTM in float", .variant = CASE_FLOAT, .needs = "lstm_backward_any_shape",
     .stays = "that float is enough")
{
    sequence_sizes s = {.N = 20, .T = 12, .D = 30, .H = 16};
    give_net(a, s, 0.15);
    call(a, "lstm_forward");
    expect_states(a);
    give_backward(a, s, 0);
    call(a, "lstm_backward");
    expect_gradients(a);
}

CASE(lstm_memory, "no memory error in the LSTM", .variant = CASE_SANITIZED)
{
    sequence_sizes s = draw_sequence_sizes(a);
    give_net(a, s, 0.5);
    call(a, "lstm_forward");
    expect_states(a);
    give_backward(a, s, 0);
    call(a, "lstm_backward");
    expect_gradients(a);
}
