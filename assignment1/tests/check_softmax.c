/* Promises of softmax.c. */
#include "check_support.h"
#include "linear_checks.h"
#include "softmax.h"

/* At W = 0 every class has probability 1 / C. */
static void check_zero_weights(linear_loss loss)
{
    linear_problem p = linear_problem_new(1, 6, 5, 10, 0);
    expect_number("the loss at W = 0 with 10 classes", (double)loss(p.W, p.X, p.y, 1, p.dW),
                  2.302585093, 1e-8);
    linear_problem_clear(&p);
}

/*
 * One example with scores log 1, log 2 and log 5 of the true class 1: probabilities 1/8, 2/8, 5/8.
 */
static void check_by_hand(linear_loss loss)
{
    real x[] = {1};
    real w[] = {0, (real)0.69314718055994531, (real)1.6094379124341003};
    real gradient[] = {(real)0.125, (real)-0.75, (real)0.625};
    uint32_t truth[] = {1};
    tensor X = tensor_over(x, 2, (size_t[]){1, 1});
    tensor W = tensor_over(w, 2, (size_t[]){1, 3});
    tensor expected = tensor_over(gradient, 2, (size_t[]){1, 3});
    labels y = {.count = 1, .data = truth};
    tensor *dW = tensor_new_2d(1, 3);
    poison(dW);
    expect_number("the loss, -log(2/8),", (double)loss(&W, &X, &y, 0, dW), 1.3862943611, 1e-6);
    expect_close("dW", dW, &expected, 1e-6);
    tensor_free(dW);
}

/* Scores of 10000 and -10000, each row's differences being those of check_by_hand. */
static void check_large_scores(linear_loss loss)
{
    real x[] = {10000, 1, -10000, 1};
    real w[] = {1, 1, 1, 0, (real)0.69314718055994531, (real)1.6094379124341003};
    uint32_t truth[] = {1, 1};
    tensor X = tensor_over(x, 2, (size_t[]){2, 2});
    tensor W = tensor_over(w, 2, (size_t[]){2, 3});
    labels y = {.count = 2, .data = truth};
    tensor *dW = tensor_new_2d(2, 3);
    poison(dW);
    expect_number("the loss with scores of 10000 and -10000", (double)loss(&W, &X, &y, 0, dW),
                  1.3862943611, 1e-3);
    if (!tensor_all_finite(dW))
        ck_abort_msg("dW holds NaN or infinity: shift each row by its own largest score");
    tensor_free(dW);
}

static void check_regularization(linear_loss loss)
{
    linear_problem p = linear_problem_new(2, 4, 3, 5, 1);
    tensor_fill(p.X, 0);
    double squares = tensor_sum_of_squares(p.W);
    tensor *expected = tensor_new_copy(p.W);
    tensor_scale(expected, 2 * 7);
    expect_number("the loss where X is 0, with reg 7,", (double)loss(p.W, p.X, p.y, 7, p.dW),
                  1.6094379124 + 7 * squares, 1e-9);
    expect_close("dW where X is 0, with reg 7,", p.dW, expected, 1e-9);
    tensor_free(expected);
    linear_problem_clear(&p);
}

START_TEST(test_naive_at_zero_weights)
{
    check_zero_weights(softmax_loss_naive);
}
END_TEST

START_TEST(test_naive_by_hand)
{
    check_by_hand(softmax_loss_naive);
}
END_TEST

START_TEST(test_naive_is_stable_for_large_scores)
{
    check_large_scores(softmax_loss_naive);
}
END_TEST

START_TEST(test_naive_regularizes_loss_and_gradient)
{
    check_regularization(softmax_loss_naive);
}
END_TEST

START_TEST(test_naive_gradient_without_regularization)
{
    check_gradient(softmax_loss_naive, 0);
}
END_TEST

START_TEST(test_naive_gradient_with_strong_regularization)
{
    check_gradient(softmax_loss_naive, 50);
}
END_TEST

START_TEST(test_naive_leaves_its_inputs_and_overwrites_its_output)
{
    check_clean(softmax_loss_naive);
}
END_TEST

START_TEST(test_vectorized_by_hand)
{
    check_by_hand(softmax_loss_vectorized);
}
END_TEST

START_TEST(test_vectorized_is_stable_for_large_scores)
{
    check_large_scores(softmax_loss_vectorized);
}
END_TEST

START_TEST(test_vectorized_gradient_with_strong_regularization)
{
    check_gradient(softmax_loss_vectorized, 50);
}
END_TEST

START_TEST(test_vectorized_agrees_with_naive)
{
    check_same(softmax_loss_naive, softmax_loss_vectorized);
}
END_TEST

START_TEST(test_vectorized_leaves_its_inputs_and_overwrites_its_output)
{
    check_clean(softmax_loss_vectorized);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"softmax_loss_naive", test_naive_at_zero_weights},
        {"softmax_loss_naive", test_naive_by_hand},
        {"softmax_loss_naive", test_naive_is_stable_for_large_scores},
        {"softmax_loss_naive", test_naive_regularizes_loss_and_gradient},
        {"softmax_loss_naive", test_naive_gradient_without_regularization},
        {"softmax_loss_naive", test_naive_gradient_with_strong_regularization},
        {"softmax_loss_naive", test_naive_leaves_its_inputs_and_overwrites_its_output},
        {"softmax_loss_vectorized", test_vectorized_by_hand},
        {"softmax_loss_vectorized", test_vectorized_is_stable_for_large_scores},
        {"softmax_loss_vectorized", test_vectorized_gradient_with_strong_regularization},
        {"softmax_loss_vectorized", test_vectorized_agrees_with_naive},
        {"softmax_loss_vectorized", test_vectorized_leaves_its_inputs_and_overwrites_its_output},
    };
    return check_module("softmax", promises, sizeof promises / sizeof *promises);
}
