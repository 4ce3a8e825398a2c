/* Promises of softmax.c. */
#include "check_support.h"
#include "linear_checks.h"
#include "softmax.h"

/* The lecture's cat: its loss is 2.04. */
static void check_lecture(linear_loss loss)
{
    published_case *c = published("cross-entropy loss of the lecture", 0);
    linear_problem p =
        problem_of_scores(published_input(c, "scores"), published_input_labels(c, "y"));
    expect_number("the loss", (double)loss(p.W, p.X, p.y, 0, p.dW),
                  published_expected_number(c, "loss"), published_tolerance(c));
    linear_problem_clear(&p);
    published_case_close(c);
}

/* The logarithms of 1, 2 and 5, whose probabilities are 1/8, 2/8 and 5/8, over a common offset. */
static tensor *rows_of_logarithms(size_t rows, const double *offsets)
{
    tensor *scores = tensor_new_2d(rows, 3);
    for (size_t i = 0; i < rows; i++) {
        scores->data[3 * i] = (real)offsets[i];
        scores->data[3 * i + 1] = (real)(offsets[i] + 0.69314718055994531);
        scores->data[3 * i + 2] = (real)(offsets[i] + 1.6094379124341003);
    }
    return scores;
}

static void check_by_hand(linear_loss loss)
{
    linear_problem p = problem_of_scores(rows_of_logarithms(1, (const double[]){0}),
                                         labels_of(1, (const uint32_t[]){1}));
    hint("The probabilities are 1/8, 2/8 and 5/8, and the correct class is the second.");
    expect_number("the loss", (double)loss(p.W, p.X, p.y, 0, p.dW), 1.3862943611198906, 1e-12);
    expect_values("dW", p.dW, (const double[]){0.125, -0.75, 0.625}, 1e-12);
    linear_problem_clear(&p);
}

/* The same probabilities where exp of a score is infinite in one row and 0 in the other. */
static void check_large_scores(linear_loss loss)
{
    linear_problem p = problem_of_scores(rows_of_logarithms(2, (const double[]){1e4, -1e4}),
                                         labels_of(2, (const uint32_t[]){1, 1}));
    hint("Scores are near 10000 in one row and near -10000 in the other: subtract each row's own "
         "largest score before exp.");
    expect_number("the loss", (double)loss(p.W, p.X, p.y, 0, p.dW), 1.3862943611198906, 1e-9);
    expect_values("dW", p.dW, (const double[]){0.0625, -0.375, 0.3125, 0.0625, -0.375, 0.3125},
                  1e-9);
    linear_problem_clear(&p);
}

static void check_hopeless_class(linear_loss loss)
{
    linear_problem p = problem_of_scores(matrix(1, 2, (const double[]){2000, 0}),
                                         labels_of(1, (const uint32_t[]){1}));
    hint("The correct class's probability, exp(-2000), underflows to 0; its logarithm does not: "
         "simplify the formula's logarithm before you compute it.");
    expect_number("the loss", (double)loss(p.W, p.X, p.y, 0, p.dW), 2000, 1e-9);
    linear_problem_clear(&p);
}

START_TEST(test_softmax_loss_naive_is_log_10_at_zero_weights)
{
    hint("Every class has probability 1/10.");
    check_zero_weights(softmax_loss_naive, 2.302585092994046);
}
END_TEST

START_TEST(test_softmax_loss_naive_of_the_lecture)
{
    check_lecture(softmax_loss_naive);
}
END_TEST

START_TEST(test_softmax_loss_naive_by_hand)
{
    check_by_hand(softmax_loss_naive);
}
END_TEST

START_TEST(test_softmax_loss_naive_stands_scores_of_ten_thousand)
{
    check_large_scores(softmax_loss_naive);
}
END_TEST

START_TEST(test_softmax_loss_naive_is_finite_where_the_true_class_has_no_chance)
{
    check_hopeless_class(softmax_loss_naive);
}
END_TEST

START_TEST(test_softmax_loss_naive_is_a_mean_over_the_examples)
{
    check_mean(softmax_loss_naive);
}
END_TEST

START_TEST(test_softmax_loss_naive_regularizes_loss_and_gradient)
{
    check_regularization(softmax_loss_naive);
}
END_TEST

START_TEST(test_softmax_loss_naive_gradient_without_regularization)
{
    check_gradient(softmax_loss_naive, 0);
}
END_TEST

START_TEST(test_softmax_loss_naive_gradient_with_strong_regularization)
{
    check_gradient(softmax_loss_naive, 50);
}
END_TEST

START_TEST(test_softmax_loss_naive_leaves_its_inputs_and_overwrites_its_output)
{
    check_clean(softmax_loss_naive);
}
END_TEST

START_TEST(test_softmax_loss_vectorized_is_log_10_at_zero_weights)
{
    hint("Every class has probability 1/10.");
    check_zero_weights(softmax_loss_vectorized, 2.302585092994046);
}
END_TEST

START_TEST(test_softmax_loss_vectorized_of_the_lecture)
{
    check_lecture(softmax_loss_vectorized);
}
END_TEST

START_TEST(test_softmax_loss_vectorized_by_hand)
{
    check_by_hand(softmax_loss_vectorized);
}
END_TEST

START_TEST(test_softmax_loss_vectorized_stands_scores_of_ten_thousand)
{
    check_large_scores(softmax_loss_vectorized);
}
END_TEST

START_TEST(test_softmax_loss_vectorized_is_finite_where_the_true_class_has_no_chance)
{
    check_hopeless_class(softmax_loss_vectorized);
}
END_TEST

START_TEST(test_softmax_loss_vectorized_is_a_mean_over_the_examples)
{
    check_mean(softmax_loss_vectorized);
}
END_TEST

START_TEST(test_softmax_loss_vectorized_regularizes_loss_and_gradient)
{
    check_regularization(softmax_loss_vectorized);
}
END_TEST

START_TEST(test_softmax_loss_vectorized_gradient_without_regularization)
{
    check_gradient(softmax_loss_vectorized, 0);
}
END_TEST

START_TEST(test_softmax_loss_vectorized_gradient_with_strong_regularization)
{
    check_gradient(softmax_loss_vectorized, 50);
}
END_TEST

START_TEST(test_softmax_loss_vectorized_agrees_with_naive)
{
    check_same(softmax_loss_naive, softmax_loss_vectorized);
}
END_TEST

START_TEST(test_softmax_loss_vectorized_leaves_its_inputs_and_overwrites_its_output)
{
    check_clean(softmax_loss_vectorized);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"softmax_loss_naive", test_softmax_loss_naive_is_log_10_at_zero_weights},
        {"softmax_loss_naive", test_softmax_loss_naive_of_the_lecture},
        {"softmax_loss_naive", test_softmax_loss_naive_by_hand},
        {"softmax_loss_naive", test_softmax_loss_naive_stands_scores_of_ten_thousand},
        {"softmax_loss_naive",
         test_softmax_loss_naive_is_finite_where_the_true_class_has_no_chance},
        {"softmax_loss_naive", test_softmax_loss_naive_is_a_mean_over_the_examples},
        {"softmax_loss_naive", test_softmax_loss_naive_regularizes_loss_and_gradient},
        {"softmax_loss_naive", test_softmax_loss_naive_gradient_without_regularization},
        {"softmax_loss_naive", test_softmax_loss_naive_gradient_with_strong_regularization},
        {"softmax_loss_naive", test_softmax_loss_naive_leaves_its_inputs_and_overwrites_its_output},
        {"softmax_loss_vectorized", test_softmax_loss_vectorized_is_log_10_at_zero_weights},
        {"softmax_loss_vectorized", test_softmax_loss_vectorized_of_the_lecture},
        {"softmax_loss_vectorized", test_softmax_loss_vectorized_by_hand},
        {"softmax_loss_vectorized", test_softmax_loss_vectorized_stands_scores_of_ten_thousand},
        {"softmax_loss_vectorized",
         test_softmax_loss_vectorized_is_finite_where_the_true_class_has_no_chance},
        {"softmax_loss_vectorized", test_softmax_loss_vectorized_is_a_mean_over_the_examples},
        {"softmax_loss_vectorized", test_softmax_loss_vectorized_regularizes_loss_and_gradient},
        {"softmax_loss_vectorized", test_softmax_loss_vectorized_gradient_without_regularization},
        {"softmax_loss_vectorized",
         test_softmax_loss_vectorized_gradient_with_strong_regularization},
        {"softmax_loss_vectorized", test_softmax_loss_vectorized_agrees_with_naive},
        {"softmax_loss_vectorized",
         test_softmax_loss_vectorized_leaves_its_inputs_and_overwrites_its_output},
    };
    return check_module("softmax", promises, sizeof promises / sizeof *promises);
}
