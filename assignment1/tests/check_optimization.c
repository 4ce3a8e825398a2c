/* Promises of optimization.c. */
#include "check_support.h"
#include "optimization.h"

/* Examples that the losses below do not look at: 2 of 3 numbers, 2 classes. */
typedef struct examples {
    tensor *X;
    labels *y;
} examples;

static examples examples_new(void)
{
    return (examples){.X = tensor_new_2d(2, 3), .y = labels_new(2)};
}

static void examples_clear(examples *e)
{
    tensor_free(e->X);
    labels_free(e->y);
}

/* The square of the sum of W: its derivative in one element depends on all the others. */
static real square_of_sum(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    double sum = tensor_sum(W);
    ck_assert_msg(reg == 0, "the loss is called with reg %g, should be 0", (double)reg);
    ck_assert_msg(X->shape[0] == y->count, "the loss is called with other examples");
    tensor_fill(dW, (real)NAN); /* nobody may use it */
    return (real)(sum * sum / 2);
}

/* Always the same. */
static real constant_loss(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    (void)W;
    (void)X;
    (void)y;
    tensor_fill(dW, 0);
    return 3 + reg;
}

enum { TRIES = 20 };

/* Draws as random search does and returns the lowest loss; its weights go to W_best. */
static double lowest_loss(uint32_t seed, const examples *e, tensor *W_best)
{
    random_state r;
    tensor *W = tensor_new_like(W_best);
    tensor *unused = tensor_new_like(W_best);
    double lowest = INFINITY;
    random_seed(&r, seed);
    for (size_t i = 0; i < TRIES; i++) {
        tensor_fill_normal(W, &r, 0, 0.5);
        double loss = (double)square_of_sum(W, e->X, e->y, 0, unused);
        if (loss < lowest)
            tensor_copy(W, W_best);
        lowest = fmin(loss, lowest);
    }
    tensor_free(W);
    tensor_free(unused);
    return lowest;
}

START_TEST(test_random_search_keeps_the_best_of_its_draws)
{
    examples e = examples_new();
    tensor *expected = tensor_new_2d(3, 2);
    tensor *W_best = output_2d(3, 2);
    random_state r;
    double lowest = lowest_loss(231, &e, expected);
    random_seed(&r, 231);
    expect_number("the loss returned",
                  (double)random_search(square_of_sum, e.X, e.y, TRIES, 0.5, &r, W_best), lowest,
                  1e-12);
    expect_close("W_best", W_best, expected, 1e-12);
    tensor_free(expected);
    tensor_free(W_best);
    examples_clear(&e);
}
END_TEST

START_TEST(test_random_search_keeps_the_first_of_equal_draws)
{
    examples e = examples_new();
    tensor *W_best = output_2d(3, 2);
    random_state r;
    random_seed(&r, 5);
    tensor *first = normal_2d(&r, 3, 2, 0.5);
    random_seed(&r, 5);
    hint("Every draw has the same loss here.");
    expect_number("the loss returned",
                  (double)random_search(constant_loss, e.X, e.y, 7, 0.5, &r, W_best), 3, 1e-12);
    expect_close("W_best", W_best, first, 1e-12);
    tensor_free(first);
    tensor_free(W_best);
    examples_clear(&e);
}
END_TEST

/* Each step moves all four weights, 1 2 3 4 at first, by 0.1 times their sum: 10, 6, 3.6. */
START_TEST(test_numerical_gradient_descent_moves_all_elements_at_once)
{
    examples e = {.X = tensor_new_2d(2, 2), .y = labels_new(2)};
    tensor *W = matrix(2, 2, (const double[]){1, 2, 3, 4});
    tensor *history = tensor_new_1d(3);
    poison(history);
    hint("The loss is sum(W)^2 / 2. Compute the whole gradient before you change W.");
    numerical_gradient_descent(square_of_sum, e.X, e.y, 2, 1e-4, 0.1, W, history);
    expect_values("W", W, (const double[]){-0.6, 0.4, 1.4, 2.4}, 1e-7);
    tensor_free(W);
    tensor_free(history);
    examples_clear(&e);
}
END_TEST

START_TEST(test_numerical_gradient_descent_notes_the_loss_at_the_start_and_after_each_step)
{
    examples e = {.X = tensor_new_2d(2, 2), .y = labels_new(2)};
    tensor *W = matrix(2, 2, (const double[]){1, 2, 3, 4});
    tensor *history = tensor_new_1d(3);
    poison(history);
    numerical_gradient_descent(square_of_sum, e.X, e.y, 2, 1e-4, 0.1, W, history);
    expect_values("loss_history", history, (const double[]){50, 18, 6.48}, 1e-7);
    tensor_free(W);
    tensor_free(history);
    examples_clear(&e);
}
END_TEST

START_TEST(test_numerical_gradient_descent_of_no_step_leaves_the_weights)
{
    examples e = {.X = tensor_new_2d(2, 2), .y = labels_new(2)};
    tensor *W = matrix(2, 2, (const double[]){1, 2, 3, 4});
    tensor *history = tensor_new_1d(1);
    poison(history);
    numerical_gradient_descent(square_of_sum, e.X, e.y, 0, 1e-4, 0.1, W, history);
    expect_values("W", W, (const double[]){1, 2, 3, 4}, 0);
    expect_values("loss_history", history, (const double[]){50}, 1e-12);
    tensor_free(W);
    tensor_free(history);
    examples_clear(&e);
}
END_TEST

/* A loss that is never low. */
static real large_loss(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    return (real)1e12 + square_of_sum(W, X, y, reg, dW);
}

START_TEST(test_random_search_keeps_weights_however_large_the_loss_is)
{
    examples e = examples_new();
    tensor *expected = tensor_new_2d(3, 2);
    tensor *W_best = output_2d(3, 2);
    random_state r;
    lowest_loss(231, &e, expected);
    random_seed(&r, 231);
    hint("No loss is below 1e12 here: start with the loss of the first try, or with infinity.");
    random_search(large_loss, e.X, e.y, TRIES, 0.5, &r, W_best);
    expect_close("W_best", W_best, expected, 1e-12);
    tensor_free(expected);
    tensor_free(W_best);
    examples_clear(&e);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"random_search", test_random_search_keeps_the_best_of_its_draws},
        {"random_search", test_random_search_keeps_the_first_of_equal_draws},
        {"random_search", test_random_search_keeps_weights_however_large_the_loss_is},
        {"numerical_gradient_descent", test_numerical_gradient_descent_moves_all_elements_at_once},
        {"numerical_gradient_descent",
         test_numerical_gradient_descent_notes_the_loss_at_the_start_and_after_each_step},
        {"numerical_gradient_descent",
         test_numerical_gradient_descent_of_no_step_leaves_the_weights},
    };
    return check_module("optimization", promises, sizeof promises / sizeof *promises);
}
