/* Hidden cases of the update rules. */
#include "attempt.h"

/* A parameter of any shape, its gradient, and what was remembered after steps. */
static void give_step(attempt *a, size_t steps)
{
    size_t N = draw_size(a, 1, 8);
    size_t D = draw_size(a, 1, 9);
    sizes shape = sizes2(N, D);
    give_normal(a, "w", shape, 0, 1);
    give_normal(a, "dw", shape, 0, 1);
    give_normal(a, "first", shape, 0, 0.5);
    give_uniform(a, "second", shape, 0.1, 2);
    give_number(a, "learning_rate", draw_number(a, 1e-3, 0.3));
    give_number(a, "step", (double)steps);
    give_number(a, "momentum", draw_number(a, 0.3, 0.95));
    give_number(a, "decay_rate", draw_number(a, 0.5, 0.98));
    give_number(a, "beta1", draw_number(a, 0.5, 0.95));
    give_number(a, "beta2", draw_number(a, 0.6, 0.995));
    give_number(a, "epsilon", draw_number(a, 0.001, 0.1));
}

/* Gradients so small that epsilon, which is small as well, counts. */
static void give_tiny_gradients(attempt *a)
{
    tensor_fill(given(a, "first"), 0);
    tensor_fill(given(a, "second"), 0);
    tensor_scale(given(a, "dw"), 1e-8);
    give_number(a, "epsilon", 1e-8 * draw_number(a, 0.5, 2));
}

/* An average of squares is positive. */
static void give_average(attempt *a)
{
    const tensor *w = given(a, "w");
    give_uniform(a, "first", sizes2(w->shape[0], w->shape[1]), 0.1, 2);
}

static void give_nothing_remembered(attempt *a)
{
    tensor_fill(given(a, "first"), 0);
    tensor_fill(given(a, "second"), 0);
}

CASE(optim_sgd_any_shape, "a step of SGD, for any shape",
     .stays = "the plainest rule; nothing else calls it")
{
    for (size_t round = 0; round < 3; round++) {
        give_step(a, round);
        call(a, "sgd_step");
        expect_close(a, "next_w");
    }
}

CASE(optim_momentum_any_shape, "a step of momentum: the velocity and the weights",
     .stays = "the published values see its mistakes too, in one shape")
{
    for (size_t round = 0; round < 3; round++) {
        give_step(a, round);
        call(a, "sgd_momentum_step");
        expect_close(a, "next_first");
        expect_close(a, "next_w");
    }
}

CASE(optim_momentum_from_rest, "the first step of momentum",
     .stays = "a start from zeros is what every training begins with")
{
    give_step(a, 0);
    give_nothing_remembered(a);
    call(a, "sgd_momentum_step");
    expect_close(a, "next_first");
    expect_close(a, "next_w");
}

CASE(optim_rmsprop_any_shape, "a step of RMSProp: the average and the weights",
     .stays = "the published values see its mistakes too, in one shape")
{
    for (size_t round = 0; round < 3; round++) {
        give_step(a, round);
        give_average(a);
        call(a, "rmsprop_step");
        expect_close(a, "next_first");
        expect_close(a, "next_w");
    }
}

CASE(optim_rmsprop_tiny_slopes, "RMSProp where epsilon matters: gradients of 1e-8",
     .needs = "optim_rmsprop_any_shape", .stays = "says that epsilon is at fault")
{
    give_step(a, 0);
    give_tiny_gradients(a);
    call(a, "rmsprop_step");
    expect_close(a, "next_w");
}

CASE(optim_adam_any_step, "a step of Adam after any number of steps",
     .stays = "the published values see its mistakes too, after one number of steps")
{
    for (size_t round = 0; round < 4; round++) {
        give_step(a, draw_size(a, 0, 40));
        call(a, "adam_step");
        expect_close(a, "next_first");
        expect_close(a, "next_second");
        expect_close(a, "next_w");
    }
}

CASE(optim_adam_first_step, "the first step of Adam, where the correction counts most",
     .stays = "later steps see the same mistakes, but less of them")
{
    give_step(a, 0);
    give_nothing_remembered(a);
    call(a, "adam_step");
    expect_close(a, "next_w");
}

CASE(optim_adam_tiny_gradients, "Adam where epsilon matters: gradients of 1e-8",
     .needs = "optim_adam_any_step", .stays = "says that epsilon is at fault")
{
    give_step(a, 0);
    give_tiny_gradients(a);
    call(a, "adam_step");
    expect_close(a, "next_w");
}

CASE(optim_counts_steps, "every rule counts its steps")
{
    static const char *const rules[] = {"sgd_step", "sgd_momentum_step", "rmsprop_step",
                                        "adam_step"};
    for (size_t i = 0; i < 8; i++) {
        size_t few = draw_size(a, 0, 4);
        give_step(a, few + 10 * (i % 2));
        give_average(a);
        call(a, rules[i / 2]);
        expect_close(a, "next_step");
    }
}

CASE(optim_float, "the rules in float", .variant = CASE_FLOAT, .needs = "optim_adam_any_step",
     .stays = "that float is enough")
{
    give_step(a, 3);
    call(a, "adam_step");
    expect_close(a, "next_w");
    give_average(a);
    call(a, "rmsprop_step");
    expect_close(a, "next_w");
}

CASE(optim_memory, "no memory error in the rules", .variant = CASE_SANITIZED)
{
    give_step(a, 2);
    give_average(a);
    call(a, "sgd_step");
    expect_close(a, "next_w");
    call(a, "sgd_momentum_step");
    expect_close(a, "next_w");
    call(a, "rmsprop_step");
    expect_close(a, "next_w");
    call(a, "adam_step");
    expect_close(a, "next_w");
}
