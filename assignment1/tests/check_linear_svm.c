/* Promises of linear_svm.c. */
#include "check_support.h"
#include "linear_checks.h"
#include "linear_svm.h"

/*
 * One example with scores 3, 5 and 2 and the true class 0: margins 5 - 3 + 1 = 3 and 2 - 3 + 1 = 0.
 * The second is just met: it counts nothing, also in the gradient.
 */
static void check_by_hand(linear_loss loss)
{
    real x[] = {2};
    real w[] = {(real)1.5, (real)2.5, 1};
    real gradient[] = {-2, 2, 0};
    uint32_t truth[] = {0};
    tensor X = tensor_over(x, 2, (size_t[]){1, 1});
    tensor W = tensor_over(w, 2, (size_t[]){1, 3});
    tensor expected = tensor_over(gradient, 2, (size_t[]){1, 3});
    labels y = {.count = 1, .data = truth};
    tensor *dW = tensor_new_2d(1, 3);
    poison(dW);
    expect_number("the loss", (double)loss(&W, &X, &y, 0, dW), 3, 1e-6);
    expect_close("dW", dW, &expected, 1e-6);
    tensor_free(dW);
}

/* At W = 0 every margin is 1, and there are C - 1 of them. */
static void check_zero_weights(linear_loss loss)
{
    linear_problem p = linear_problem_new(1, 6, 5, 10, 0);
    expect_number("the loss at W = 0 with 10 classes", (double)loss(p.W, p.X, p.y, 1, p.dW), 9,
                  1e-9);
    linear_problem_clear(&p);
}

/* reg * sum(W^2), without a half: with far too small data the loss is C - 1 plus that. */
static void check_regularization(linear_loss loss)
{
    linear_problem p = linear_problem_new(2, 4, 3, 5, 1);
    tensor_fill(p.X, 0);
    double squares = tensor_sum_of_squares(p.W);
    tensor *expected = tensor_new_copy(p.W);
    tensor_scale(expected, 2 * 7);
    expect_number("the loss where X is 0, with reg 7,", (double)loss(p.W, p.X, p.y, 7, p.dW),
                  4 + 7 * squares, 1e-9);
    expect_close("dW where X is 0, with reg 7,", p.dW, expected, 1e-9);
    tensor_free(expected);
    linear_problem_clear(&p);
}

START_TEST(test_naive_by_hand)
{
    check_by_hand(svm_loss_naive);
}
END_TEST

START_TEST(test_naive_ignores_the_true_class)
{
    check_zero_weights(svm_loss_naive);
}
END_TEST

START_TEST(test_naive_regularizes_loss_and_gradient)
{
    check_regularization(svm_loss_naive);
}
END_TEST

START_TEST(test_naive_gradient_without_regularization)
{
    check_gradient(svm_loss_naive, 0);
}
END_TEST

START_TEST(test_naive_gradient_with_strong_regularization)
{
    check_gradient(svm_loss_naive, 50);
}
END_TEST

START_TEST(test_naive_leaves_its_inputs_and_overwrites_its_output)
{
    check_clean(svm_loss_naive);
}
END_TEST

START_TEST(test_vectorized_by_hand)
{
    check_by_hand(svm_loss_vectorized);
}
END_TEST

START_TEST(test_vectorized_regularizes_loss_and_gradient)
{
    check_regularization(svm_loss_vectorized);
}
END_TEST

START_TEST(test_vectorized_gradient_with_strong_regularization)
{
    check_gradient(svm_loss_vectorized, 50);
}
END_TEST

START_TEST(test_vectorized_agrees_with_naive)
{
    check_same(svm_loss_naive, svm_loss_vectorized);
}
END_TEST

START_TEST(test_vectorized_leaves_its_inputs_and_overwrites_its_output)
{
    check_clean(svm_loss_vectorized);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"svm_loss_naive", test_naive_by_hand},
        {"svm_loss_naive", test_naive_ignores_the_true_class},
        {"svm_loss_naive", test_naive_regularizes_loss_and_gradient},
        {"svm_loss_naive", test_naive_gradient_without_regularization},
        {"svm_loss_naive", test_naive_gradient_with_strong_regularization},
        {"svm_loss_naive", test_naive_leaves_its_inputs_and_overwrites_its_output},
        {"svm_loss_vectorized", test_vectorized_by_hand},
        {"svm_loss_vectorized", test_vectorized_regularizes_loss_and_gradient},
        {"svm_loss_vectorized", test_vectorized_gradient_with_strong_regularization},
        {"svm_loss_vectorized", test_vectorized_agrees_with_naive},
        {"svm_loss_vectorized", test_vectorized_leaves_its_inputs_and_overwrites_its_output},
    };
    return check_module("linear_svm", promises, sizeof promises / sizeof *promises);
}
