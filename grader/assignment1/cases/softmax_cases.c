/* Hidden cases of the softmax loss. */
#include "linear_inputs.h"

static void check_any_shape(attempt *a, const char *operation, double reg_low, double reg_high)
{
    for (size_t round = 0; round < 4; round++) {
        size_t N = draw_size(a, 1, 40);
        size_t D = draw_size(a, 1, 30);
        size_t C = draw_size(a, 2, 12);
        give_linear_problem(a, N, D, C, 0.7);
        give_number(a, "reg", draw_number(a, reg_low, reg_high));
        call(a, operation);
        expect_close(a, "loss");
        expect_close(a, "dW");
    }
}

/*
 * Scores around offset, of some 1e4: exp of them is infinite, or 0 in every place, unless each row
 * is shifted.
 */
static void give_large_scores(attempt *a, double first_offset, double second_offset)
{
    size_t N = draw_size(a, 4, 12);
    size_t C = draw_size(a, 3, 7);
    give_labels(a, "y", N, C);
    tensor *X = give_zeros(a, "X", sizes2(N, 2));
    tensor *W = give_zeros(a, "W", sizes2(2, C));
    for (size_t c = 0; c < C; c++) {
        W->data[c] = 1;
        W->data[C + c] = draw_number(a, -3, 3);
    }
    for (size_t i = 0; i < N; i++) {
        X->data[2 * i] = (i % 2 == 0 ? first_offset : second_offset) + draw_number(a, -10, 10);
        X->data[2 * i + 1] = draw_number(a, 0.5, 1);
    }
    give_number(a, "reg", 0);
}

static void check_large_scores(attempt *a, const char *operation, double first, double second)
{
    give_large_scores(a, first, second);
    call(a, operation);
    expect_close_within(a, "loss", 1e-7);
    expect_close_within(a, "dW", 1e-7);
}

CASE(softmax_naive_any_shape, "loss and gradient with loops, for any shape",
     .stays = "strong regularization shows the same mistakes, but drowns small ones in float")
{
    check_any_shape(a, "softmax_loss_naive", 0.1, 2);
}

CASE(softmax_vectorized_any_shape, "loss and gradient by matrix products, for any shape",
     .stays = "strong regularization shows the same mistakes, but drowns small ones in float")
{
    check_any_shape(a, "softmax_loss_vectorized", 0.1, 2);
}

CASE(softmax_naive_large_scores, "scores of 1e4, with loops", .needs = "softmax_naive_any_shape",
     .stays = "scores of 1e4 in all rows, which softmax_rows_far_apart mixes")
{
    check_large_scores(a, "softmax_loss_naive", 1e4, 1e4);
}

CASE(softmax_vectorized_large_scores, "scores of 1e4, by matrix products",
     .needs = "softmax_vectorized_any_shape",
     .stays = "scores of 1e4 in all rows, which softmax_rows_far_apart mixes")
{
    check_large_scores(a, "softmax_loss_vectorized", 1e4, 1e4);
}

/*
 * Scores a thousand apart: the probability of most true classes rounds to 0, their loss does not.
 * Each class has the largest score once.
 */
static void check_hopeless_classes(attempt *a, const char *operation)
{
    size_t N = draw_size(a, 6, 12);
    size_t C = draw_size(a, 4, 7);
    give_uniform(a, "X", sizes2(N, 1), 1, 2);
    tensor *W = give_zeros(a, "W", sizes2(1, C));
    give_labels(a, "y", N, C);
    give_number(a, "reg", 0);
    for (size_t first = 0; first < C; first++) {
        for (size_t c = 0; c < C; c++)
            W->data[c] = 1000 * (double)((c + first) % C);
        call(a, operation);
        expect_close(a, "loss");
        expect_close(a, "dW");
    }
}

CASE(softmax_rows_far_apart, "scores of 1e4 and of -1e4, and true classes with probability near 0",
     .needs = "softmax_vectorized_any_shape")
{
    check_hopeless_classes(a, "softmax_loss_naive");
    check_hopeless_classes(a, "softmax_loss_vectorized");
    check_large_scores(a, "softmax_loss_naive", 1e4, -1e4);
    check_large_scores(a, "softmax_loss_vectorized", 1e4, -1e4);
}

CASE(softmax_naive_large_regularization, "loss and gradient with loops, with strong regularization",
     .stays = "the notebooks' strength of 5e-6 hides the regularization")
{
    check_any_shape(a, "softmax_loss_naive", 50, 5000);
}

CASE(softmax_vectorized_large_regularization,
     "loss and gradient by matrix products, with strong regularization",
     .stays = "the notebooks' strength of 5e-6 hides the regularization")
{
    check_any_shape(a, "softmax_loss_vectorized", 50, 5000);
}

CASE(softmax_zero_weights, "with weights of zero the loss is log C",
     .needs = "softmax_vectorized_any_shape",
     .stays = "the figure of the notebook that everybody can check by hand")
{
    size_t C = draw_size(a, 3, 20);
    size_t N = draw_size(a, 5, 20);
    size_t D = draw_size(a, 2, 9);
    give_linear_problem(a, N, D, C, 0);
    give_number(a, "reg", 1);
    call(a, "softmax_loss_vectorized");
    expect_number(a, "loss", log((double)C), 1e-9);
    call(a, "softmax_loss_naive");
    expect_number(a, "loss", log((double)C), 1e-9);
}

CASE(softmax_float, "loss and gradient in float, at the size of images", .variant = CASE_FLOAT,
     .needs = "softmax_vectorized_any_shape")
{
    give_linear_problem(a, 60, 800, 10, 0.05);
    give_number(a, "reg", 0.5);
    call(a, "softmax_loss_vectorized");
    expect_close(a, "loss");
    expect_close(a, "dW");
    call(a, "softmax_loss_naive");
    expect_close(a, "loss");
    expect_close(a, "dW");
}

CASE(softmax_called_twice, "a second call gives the same, whatever the output's contents",
     .needs = "softmax_vectorized_any_shape",
     .stays = "a program that keeps something between calls; no mutant does")
{
    check_called_twice(a, "softmax_loss_vectorized");
    check_called_twice(a, "softmax_loss_naive");
}

static void give_large_problem(attempt *a)
{
    give_linear_problem(a, 500, 3073, 10, 0.01);
    give_number(a, "reg", 0.1);
}

CASE(softmax_vectorized_speed, "the vectorized loss at the speed of matrix products",
     .variant = CASE_FLOAT, .needs = "softmax_vectorized_any_shape")
{
    expect_speed(a, "softmax_loss_vectorized", give_large_problem, 6);
}

CASE(softmax_memory, "no memory error in the losses", .variant = CASE_SANITIZED)
{
    size_t N = draw_size(a, 2, 7);
    size_t D = draw_size(a, 2, 7);
    size_t C = draw_size(a, 2, 5);
    give_linear_problem(a, N, D, C, 1);
    give_number(a, "reg", 1);
    call(a, "softmax_loss_naive");
    expect_close(a, "dW");
    call(a, "softmax_loss_vectorized");
    expect_close(a, "dW");
}
