/* Hidden cases of the SVM loss. */
#include "linear_inputs.h"

enum { ROUNDS = 4 };

static void check_any_shape(attempt *a, const char *operation)
{
    for (size_t round = 0; round < ROUNDS; round++) {
        size_t N = draw_size(a, 1, 40);
        size_t D = draw_size(a, 1, 30);
        size_t C = draw_size(a, 2, 12);
        give_linear_problem(a, N, D, C, 0.7);
        give_number(a, "reg", draw_number(a, 0.1, 2));
        call(a, operation);
        expect_close(a, "loss");
        expect_close(a, "dW");
    }
}

/* The notebooks try 5e-6, where a forgotten regularization cannot be seen. */
static void check_large_regularization(attempt *a, const char *operation)
{
    for (size_t round = 0; round < 2; round++) {
        size_t N = draw_size(a, 2, 9);
        size_t D = draw_size(a, 2, 9);
        size_t C = draw_size(a, 2, 6);
        give_linear_problem(a, N, D, C, 1);
        give_number(a, "reg", draw_number(a, 50, 5000));
        call(a, operation);
        expect_close(a, "loss");
        expect_close(a, "dW");
    }
}

CASE(svm_naive_any_shape, "loss and gradient with loops, for any shape",
     .stays = "strong regularization shows the same mistakes, but drowns small ones in float")
{
    check_any_shape(a, "svm_loss_naive");
}

CASE(svm_vectorized_any_shape, "loss and gradient by matrix products, for any shape",
     .stays = "strong regularization shows the same mistakes, but drowns small ones in float")
{
    check_any_shape(a, "svm_loss_vectorized");
}

CASE(svm_naive_large_regularization, "loss and gradient with loops, with strong regularization",
     .stays = "the notebooks' strength of 5e-6 hides the regularization")
{
    check_large_regularization(a, "svm_loss_naive");
}

CASE(svm_vectorized_large_regularization,
     "loss and gradient by matrix products, with strong regularization",
     .stays = "the notebooks' strength of 5e-6 hides the regularization")
{
    check_large_regularization(a, "svm_loss_vectorized");
}

/* Whole numbers: each true score is just 1 above all others, also to the last bit. */
static void give_margins_just_met(attempt *a)
{
    size_t N = draw_size(a, 3, 20);
    size_t C = draw_size(a, 2, 8);
    labels *y = give_labels(a, "y", N, C);
    tensor *X = give_zeros(a, "X", sizes2(N, C));
    tensor *W = give_zeros(a, "W", sizes2(C, C));
    for (size_t i = 0; i < N; i++)
        X->data[i * C + y->data[i]] = 1;
    for (size_t d = 0; d < C; d++) {
        double other = (double)draw_size(a, 0, 6) - 3;
        for (size_t c = 0; c < C; c++)
            W->data[d * C + c] = c == d ? other + 1 : other;
    }
}

/*
 * X is a row of one number for each example's class, so that the true class wins by far more than
 * 1; then by just 1, where the hinge has its kink.
 */
CASE(svm_margins_met, "if every margin is satisfied, only the regularization is left",
     .needs = "svm_naive_any_shape")
{
    size_t N = draw_size(a, 3, 20);
    size_t C = draw_size(a, 2, 8);
    labels *y = give_labels(a, "y", N, C);
    tensor *X = give_zeros(a, "X", sizes2(N, C));
    tensor *W = give_normal(a, "W", sizes2(C, C), 0, 0.1);
    for (size_t i = 0; i < N; i++)
        X->data[i * C + y->data[i]] = draw_number(a, 1, 2);
    for (size_t c = 0; c < C; c++)
        W->data[c * C + c] += 8;
    give_number(a, "reg", draw_number(a, 0.5, 2));
    for (size_t round = 0; round < 2; round++) {
        call(a, "svm_loss_naive");
        expect_close(a, "loss");
        expect_close(a, "dW");
        call(a, "svm_loss_vectorized");
        expect_close(a, "loss");
        expect_close(a, "dW");
        give_margins_just_met(a);
    }
}

CASE(svm_many_violated, "the true class's column counts once for each violated margin",
     .needs = "svm_naive_any_shape",
     .stays = "without regularization: a gradient that is right only together with it")
{
    for (size_t round = 0; round < 2; round++) {
        size_t N = draw_size(a, 10, 30);
        size_t D = draw_size(a, 2, 6);
        size_t C = draw_size(a, 6, 15);
        give_linear_problem(a, N, D, C, 0.01);
        give_number(a, "reg", 0);
        call(a, "svm_loss_naive");
        expect_close(a, "loss");
        expect_close(a, "dW");
        call(a, "svm_loss_vectorized");
        expect_close(a, "loss");
        expect_close(a, "dW");
    }
}

/* Where scores are equal each margin is 1: with weights of zero the loss is C - 1. */
CASE(svm_equal_scores, "classes whose score equals the true class's still count",
     .needs = "svm_naive_any_shape",
     .stays = "the true class found by its score; the reference finds it by its label")
{
    size_t N = draw_size(a, 5, 20);
    size_t D = draw_size(a, 2, 9);
    size_t C = draw_size(a, 3, 7);
    give_linear_problem(a, N, D, C, 0);
    give_number(a, "reg", draw_number(a, 0.1, 2));
    for (size_t round = 0; round < 2; round++) {
        call(a, "svm_loss_naive");
        expect_close(a, "loss");
        expect_close(a, "dW");
        call(a, "svm_loss_vectorized");
        expect_close(a, "loss");
        expect_close(a, "dW");
        give_linear_problem(a, N, D, C, 1);
        tensor *W = given(a, "W");
        for (size_t d = 0; d < D; d++) /* the last column repeats the first one */
            W->data[d * C + C - 1] = W->data[d * C];
    }
}

CASE(svm_one_example, "a minibatch of one example",
     .stays = "a minibatch of one, where a mean and a sum are the same")
{
    for (size_t round = 0; round < 2; round++) {
        size_t D = draw_size(a, 1, 20);
        size_t C = draw_size(a, 2, 5);
        give_linear_problem(a, 1, D, C, 1);
        give_number(a, "reg", draw_number(a, 0, 3));
        call(a, "svm_loss_naive");
        expect_close(a, "loss");
        expect_close(a, "dW");
        call(a, "svm_loss_vectorized");
        expect_close(a, "loss");
        expect_close(a, "dW");
    }
}

CASE(svm_float, "loss and gradient in float, at the size of images", .variant = CASE_FLOAT,
     .needs = "svm_vectorized_any_shape")
{
    do
        give_linear_problem(a, 60, 800, 10, 0.03);
    while (svm_kink_is_near(a, 1e-3));
    give_number(a, "reg", 0.5);
    call(a, "svm_loss_vectorized");
    expect_close(a, "loss");
    expect_close(a, "dW");
    call(a, "svm_loss_naive");
    expect_close(a, "loss");
    expect_close(a, "dW");
}

CASE(svm_called_twice, "a second call gives the same, whatever the output's contents",
     .needs = "svm_vectorized_any_shape",
     .stays = "a program that keeps something between calls; no mutant does")
{
    check_called_twice(a, "svm_loss_vectorized");
    check_called_twice(a, "svm_loss_naive");
}

static void give_large_problem(attempt *a)
{
    do
        give_linear_problem(a, 500, 3073, 10, 0.01);
    while (svm_kink_is_near(a, 1e-4));
    give_number(a, "reg", 0.1);
}

CASE(svm_vectorized_speed, "the vectorized loss at the speed of matrix products",
     .variant = CASE_FLOAT, .needs = "svm_vectorized_any_shape")
{
    expect_speed(a, "svm_loss_vectorized", give_large_problem, 6);
}

CASE(svm_memory, "no memory error in the losses", .variant = CASE_SANITIZED)
{
    size_t N = draw_size(a, 2, 7);
    size_t D = draw_size(a, 2, 7);
    size_t C = draw_size(a, 2, 5);
    give_linear_problem(a, N, D, C, 1);
    give_number(a, "reg", 1);
    call(a, "svm_loss_naive");
    expect_close(a, "dW");
    call(a, "svm_loss_vectorized");
    expect_close(a, "dW");
}
