/* Hidden cases of the penalties and of the two simple optimizers. */
#include "attempt.h"

static void check_penalty(attempt *a, const char *operation)
{
    for (size_t round = 0; round < 3; round++) {
        size_t D = draw_size(a, 1, 20);
        size_t C = draw_size(a, 1, 20);
        sizes shape = round == 2 ? sizes3(C, 2, D) : sizes2(D, C);
        give_normal(a, "W", shape, 0, 2);
        give_number(a, "strength", draw_number(a, 0.1, 4));
        give_number(a, "beta", draw_number(a, 0.1, 3));
        call(a, operation);
        expect_close(a, "penalty");
        expect_close(a, "dW");
    }
}

CASE(regularize_l2_any_shape, "the L2 penalty and its gradient")
{
    check_penalty(a, "regularize_l2");
}

CASE(regularize_l1_any_shape, "the L1 penalty and its gradient")
{
    check_penalty(a, "regularize_l1");
}

CASE(regularize_elastic_any_shape, "the elastic net and its gradient")
{
    check_penalty(a, "regularize_elastic_net");
}

CASE(regularize_l1_zero_weights, "the L1 gradient is 0 for a weight of 0",
     .needs = "regularize_l1_any_shape")
{
    tensor *W = give_normal(a, "W", sizes2(6, 7), 0, 1);
    for (size_t i = 0; i < W->size; i += 3)
        W->data[i] = 0;
    give_number(a, "strength", draw_number(a, 1, 2));
    give_number(a, "beta", draw_number(a, 1, 2));
    call(a, "regularize_l1");
    expect_close(a, "dW");
    call(a, "regularize_elastic_net");
    expect_close(a, "dW");
}

CASE(max_norm_any_shape, "columns over the bound are rescaled, the others stay")
{
    for (size_t round = 0; round < 4; round++) {
        size_t D = draw_size(a, 1, 15);
        give_normal(a, "W", sizes2(D, draw_size(a, 1, 12)), 0, 1);
        give_number(a, "bound", sqrt((double)D) * draw_number(a, 0.7, 1.2));
        call(a, "max_norm_project");
        expect_close(a, "projected");
    }
}

CASE(max_norm_zero_column, "a column of zeros stays as it is", .needs = "max_norm_any_shape")
{
    size_t C = draw_size(a, 2, 6);
    tensor *W = give_normal(a, "W", sizes2(5, C), 0, 3);
    for (size_t d = 0; d < 5; d++)
        W->data[d * C + C / 2] = 0;
    give_number(a, "bound", 1);
    call(a, "max_norm_project");
    expect_close(a, "projected");
}

CASE(regularization_memory, "no memory error in the penalties", .variant = CASE_SANITIZED)
{
    static const char *const operations[] = {"regularize_l2", "regularize_l1",
                                             "regularize_elastic_net"};
    size_t D = draw_size(a, 2, 7);
    size_t C = draw_size(a, 2, 7);
    give_normal(a, "W", sizes2(D, C), 0, 2);
    give_number(a, "strength", 1.5);
    give_number(a, "beta", 0.5);
    give_number(a, "bound", 2);
    for (size_t i = 0; i < 3; i++) {
        call(a, operations[i]);
        expect_close(a, "dW");
    }
    call(a, "max_norm_project");
    expect_close(a, "projected");
}

static void give_small_problem(attempt *a, size_t C)
{
    size_t N = draw_size(a, 5, 20);
    size_t D = draw_size(a, 2, 6);
    give_normal(a, "X", sizes2(N, D), 0, 1);
    give_labels(a, "y", N, C);
    give_normal(a, "W_start", sizes2(D, C), 0, 1);
}

CASE(random_search_keeps_best, "random search keeps the best of its draws")
{
    for (size_t round = 0; round < 8; round++) { /* few tries: one more or less shows */
        size_t C = draw_size(a, 2, 5);
        give_small_problem(a, C);
        give_size(a, 'C', C);
        size_t fewest = round < 6 ? 1 : 5;
        size_t tries = draw_size(a, fewest, round < 6 ? 2 : 30);
        give_number(a, "tries", (double)tries);
        give_number(a, "scale", draw_number(a, 0.01, 0.5));
        give_number(a, "seed", (double)draw_size(a, 0, 1000000));
        if (round == 7) /* all draws are equally good */
            tensor_fill(given(a, "X"), 0);
        if (round == 5) /* no loss is low */
            tensor_scale(given(a, "X"), 1e6);
        call(a, "random_search");
        expect_close(a, "loss");
        expect_close(a, "W_best");
    }
}

CASE(numerical_descent_any_shape, "descent with the numerical gradient")
{
    for (size_t round = 0; round < 3; round++) {
        size_t steps = draw_size(a, 1, 8);
        give_small_problem(a, draw_size(a, 2, 4));
        give_number(a, "steps", (double)steps);
        give_number(a, "step", draw_number(a, 0.1, 0.5));
        give_number(a, "learning_rate", draw_number(a, 0.05, 0.3));
        give_size(a, 'T', steps + 1);
        call(a, "numerical_gradient_descent");
        expect_close(a, "W");
        expect_close(a, "loss_history");
    }
}
