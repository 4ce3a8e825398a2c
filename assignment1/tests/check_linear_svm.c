/* Promises of linear_svm.c. */
#include "check_support.h"
#include "linear_checks.h"
#include "linear_svm.h"

/* The three examples of the lecture: a cat, a car and a frog. */
static void check_lecture(linear_loss loss)
{
    published_case *c = published("hinge loss of the lecture", 0);
    linear_problem p =
        problem_of_scores(published_input(c, "scores"), published_input_labels(c, "y"));
    hint("X is the identity and W holds the scores of the lecture's cat, car and frog, with losses "
         "2.9, 0 and 12.9.");
    expect_number("the loss", (double)loss(p.W, p.X, p.y, 0, p.dW),
                  published_expected_number(c, "loss"), published_tolerance(c));
    linear_problem_clear(&p);
    published_case_close(c);
}

/*
 * One example with scores 3, 5 and 2 and the true class 0: margins 5 - 3 + 1 = 3 and 2 - 3 + 1 = 0.
 * The second is just met: it counts nothing, also in the gradient.
 */
static void check_met_margin(linear_loss loss)
{
    linear_problem p = problem_of_scores(matrix(1, 3, (const double[]){3, 5, 2}),
                                         labels_of(1, (const uint32_t[]){0}));
    hint("The scores 3, 5 and 2 give margins of 3 and 0, and the 0 does not count.");
    expect_number("the loss", (double)loss(p.W, p.X, p.y, 0, p.dW), 3, 1e-12);
    expect_values("dW", p.dW, (const double[]){-1, 1, 0}, 1e-12);
    linear_problem_clear(&p);
}

/* At W = 0 all three other classes violate their margin: each pulls at the true class's column. */
static void check_true_column(linear_loss loss)
{
    tensor *W = tensor_new_2d(2, 4);
    tensor *X = matrix(1, 2, (const double[]){5, -7});
    labels *y = labels_of(1, (const uint32_t[]){2});
    tensor *dW = output_like(W);
    hint("Column 2 is the correct class's, and three margins are violated.");
    loss(W, X, y, 0, dW);
    expect_values("dW", dW, (const double[]){5, 5, -15, 5, -7, -7, 21, -7}, 1e-12);
    tensor_free(W);
    tensor_free(X);
    labels_free(y);
    tensor_free(dW);
}

static void check_nothing_violated(linear_loss loss)
{
    linear_problem p = problem_of_scores(matrix(2, 3, (const double[]){9, 2, 1, 0, 1, 8}),
                                         labels_of(2, (const uint32_t[]){0, 2}));
    hint("Both examples satisfy every margin.");
    expect_number("the loss", (double)loss(p.W, p.X, p.y, 0, p.dW), 0, 1e-12);
    expect_values("dW", p.dW, (const double[]){0, 0, 0, 0, 0, 0}, 1e-12);
    linear_problem_clear(&p);
}

START_TEST(test_svm_loss_naive_ignores_the_true_class)
{
    hint("All margins are 1, and there are 9: the correct class has none.");
    check_zero_weights(svm_loss_naive, 9);
}
END_TEST

START_TEST(test_svm_loss_naive_of_the_lecture)
{
    check_lecture(svm_loss_naive);
}
END_TEST

START_TEST(test_svm_loss_naive_counts_nothing_where_a_margin_is_just_met)
{
    check_met_margin(svm_loss_naive);
}
END_TEST

START_TEST(test_svm_loss_naive_pulls_the_true_class_once_a_violated_margin)
{
    check_true_column(svm_loss_naive);
}
END_TEST

START_TEST(test_svm_loss_naive_is_0_where_every_margin_is_kept)
{
    check_nothing_violated(svm_loss_naive);
}
END_TEST

START_TEST(test_svm_loss_naive_is_a_mean_over_the_examples)
{
    check_mean(svm_loss_naive);
}
END_TEST

START_TEST(test_svm_loss_naive_regularizes_loss_and_gradient)
{
    check_regularization(svm_loss_naive);
}
END_TEST

START_TEST(test_svm_loss_naive_gradient_without_regularization)
{
    check_gradient(svm_loss_naive, 0);
}
END_TEST

START_TEST(test_svm_loss_naive_gradient_with_strong_regularization)
{
    check_gradient(svm_loss_naive, 50);
}
END_TEST

START_TEST(test_svm_loss_naive_leaves_its_inputs_and_overwrites_its_output)
{
    check_clean(svm_loss_naive);
}
END_TEST

START_TEST(test_svm_loss_vectorized_ignores_the_true_class)
{
    hint("All margins are 1, and there are 9: the correct class has none.");
    check_zero_weights(svm_loss_vectorized, 9);
}
END_TEST

START_TEST(test_svm_loss_vectorized_of_the_lecture)
{
    check_lecture(svm_loss_vectorized);
}
END_TEST

START_TEST(test_svm_loss_vectorized_counts_nothing_where_a_margin_is_just_met)
{
    check_met_margin(svm_loss_vectorized);
}
END_TEST

START_TEST(test_svm_loss_vectorized_pulls_the_true_class_once_a_violated_margin)
{
    check_true_column(svm_loss_vectorized);
}
END_TEST

START_TEST(test_svm_loss_vectorized_is_0_where_every_margin_is_kept)
{
    check_nothing_violated(svm_loss_vectorized);
}
END_TEST

START_TEST(test_svm_loss_vectorized_is_a_mean_over_the_examples)
{
    check_mean(svm_loss_vectorized);
}
END_TEST

START_TEST(test_svm_loss_vectorized_regularizes_loss_and_gradient)
{
    check_regularization(svm_loss_vectorized);
}
END_TEST

START_TEST(test_svm_loss_vectorized_gradient_with_strong_regularization)
{
    check_gradient(svm_loss_vectorized, 50);
}
END_TEST

START_TEST(test_svm_loss_vectorized_agrees_with_naive)
{
    check_same(svm_loss_naive, svm_loss_vectorized);
}
END_TEST

START_TEST(test_svm_loss_vectorized_leaves_its_inputs_and_overwrites_its_output)
{
    check_clean(svm_loss_vectorized);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"svm_loss_naive", test_svm_loss_naive_ignores_the_true_class},
        {"svm_loss_naive", test_svm_loss_naive_of_the_lecture},
        {"svm_loss_naive", test_svm_loss_naive_counts_nothing_where_a_margin_is_just_met},
        {"svm_loss_naive", test_svm_loss_naive_pulls_the_true_class_once_a_violated_margin},
        {"svm_loss_naive", test_svm_loss_naive_is_0_where_every_margin_is_kept},
        {"svm_loss_naive", test_svm_loss_naive_is_a_mean_over_the_examples},
        {"svm_loss_naive", test_svm_loss_naive_regularizes_loss_and_gradient},
        {"svm_loss_naive", test_svm_loss_naive_gradient_without_regularization},
        {"svm_loss_naive", test_svm_loss_naive_gradient_with_strong_regularization},
        {"svm_loss_naive", test_svm_loss_naive_leaves_its_inputs_and_overwrites_its_output},
        {"svm_loss_vectorized", test_svm_loss_vectorized_ignores_the_true_class},
        {"svm_loss_vectorized", test_svm_loss_vectorized_of_the_lecture},
        {"svm_loss_vectorized", test_svm_loss_vectorized_counts_nothing_where_a_margin_is_just_met},
        {"svm_loss_vectorized",
         test_svm_loss_vectorized_pulls_the_true_class_once_a_violated_margin},
        {"svm_loss_vectorized", test_svm_loss_vectorized_is_0_where_every_margin_is_kept},
        {"svm_loss_vectorized", test_svm_loss_vectorized_is_a_mean_over_the_examples},
        {"svm_loss_vectorized", test_svm_loss_vectorized_regularizes_loss_and_gradient},
        {"svm_loss_vectorized", test_svm_loss_vectorized_gradient_with_strong_regularization},
        {"svm_loss_vectorized", test_svm_loss_vectorized_agrees_with_naive},
        {"svm_loss_vectorized",
         test_svm_loss_vectorized_leaves_its_inputs_and_overwrites_its_output},
    };
    return check_module("linear_svm", promises, sizeof promises / sizeof *promises);
}
