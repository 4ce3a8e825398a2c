/* Promises of linear_classifier.c. Losses are given here: the student's own have their suites. */
#include "check_support.h"
#include "linear_classifier.h"

enum { N = 8, ITERATIONS = 5, BATCH = 11 };

/* Examples 0 to 7, whose first number is their index and whose label is its last bit. */
static tensor *numbered_examples(void)
{
    tensor *X = tensor_new_2d(N, 2);
    for (size_t i = 0; i < N; i++) {
        X->data[2 * i] = (real)i;
        X->data[2 * i + 1] = 1;
    }
    return X;
}

static labels *numbered_labels(void)
{
    return labels_of(N, (const uint32_t[]){0, 1, 0, 1, 0, 1, 0, 1});
}

/* What the losses below were called with. */
static size_t calls;
static size_t seen[ITERATIONS][BATCH]; /* the numbers of the examples in each minibatch */

/* Notes which examples it is shown. */
static real note_examples(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    (void)W;
    (void)reg;
    ck_assert_msg(calls < ITERATIONS, "the loss is called more than once per iteration");
    ck_assert_msg(X->shape[0] == BATCH && y->count == BATCH,
                  "a minibatch has %zu examples and %zu labels, should have %d", X->shape[0],
                  y->count, BATCH);
    for (size_t i = 0; i < BATCH; i++) {
        seen[calls][i] = (size_t)X->data[2 * i];
        ck_assert_msg(y->data[i] == seen[calls][i] % 2,
                      "example %zu of a minibatch came with another example's label", i);
    }
    calls++;
    tensor_fill(dW, 0);
    return 0;
}

/* The sum of the weights, with the gradient 2 + reg everywhere: every step is known beforehand. */
static real steady_slope(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    (void)X;
    (void)y;
    tensor_fill(dW, 2 + reg);
    return (real)tensor_sum(W);
}

/* Trains from weights of 3 with a learning rate of 0.5 and reg 0.25. */
static void train(linear_loss loss, tensor *W, tensor *history)
{
    tensor *X = numbered_examples();
    labels *y = numbered_labels();
    linear_training options = {
        .learning_rate = 0.5, .reg = 0.25, .iterations = ITERATIONS, .batch_size = BATCH};
    random_state random;
    random_seed(&random, 231);
    tensor_fill(W, 3);
    poison(history);
    linear_classifier_train(loss, X, y, &options, &random, W, history);
    tensor_free(X);
    labels_free(y);
}

START_TEST(test_linear_classifier_train_draws_each_minibatch_as_the_header_says)
{
    tensor *W = tensor_new_2d(2, 2);
    tensor *history = tensor_new_1d(ITERATIONS);
    random_state same;
    random_seed(&same, 231);
    train(note_examples, W, history);
    ck_assert_msg(calls == ITERATIONS, "the loss is called %zu times in %d iterations", calls,
                  ITERATIONS);
    for (size_t t = 0; t < ITERATIONS; t++) {
        size_t indices[BATCH];
        random_choice(&same, N, BATCH, true, indices);
        for (size_t i = 0; i < BATCH; i++)
            ck_assert_msg(seen[t][i] == indices[i],
                          "example %zu of minibatch %zu is number %zu, should be %zu: one call of "
                          "random_choice, with replacement, an iteration, and no other draw",
                          i, t, seen[t][i], indices[i]);
    }
    tensor_free(W);
    tensor_free(history);
}
END_TEST

START_TEST(test_linear_classifier_train_steps_downhill)
{
    tensor *W = tensor_new_2d(2, 2);
    tensor *history = tensor_new_1d(ITERATIONS);
    hint("Each of 5 steps takes 0.5 * (2 + reg) from every weight, which begin at 3; reg is 0.25.");
    train(steady_slope, W, history);
    const double end = 3 - 5 * 0.5 * 2.25;
    expect_values("W", W, (const double[]){end, end, end, end}, 1e-12);
    tensor_free(W);
    tensor_free(history);
}
END_TEST

START_TEST(test_linear_classifier_train_notes_each_loss_before_its_step)
{
    tensor *W = tensor_new_2d(2, 2);
    tensor *history = tensor_new_1d(ITERATIONS);
    hint("The loss is the sum of the weights here: 12 at first, and 4.5 less after each step.");
    train(steady_slope, W, history);
    expect_values("loss_history", history, (const double[]){12, 7.5, 3, -1.5, -6}, 1e-12);
    tensor_free(W);
    tensor_free(history);
}
END_TEST

START_TEST(test_linear_classifier_predict_takes_the_class_of_the_largest_score)
{
    tensor *X = matrix(4, 2, (const double[]){1, 0, 0, 1, 1, 1, -1, 0});
    tensor *W = matrix(2, 3, (const double[]){1, 2, 3, 9, -1, 0});
    labels *expected = labels_of(4, (const uint32_t[]){2, 0, 0, 0});
    labels *predicted = output_labels(4);
    hint("The scores are 1 2 3, 9 -1 0, 10 1 3 and -1 -2 -3.");
    linear_classifier_predict(W, X, predicted);
    expect_labels("predicted", predicted, expected);
    tensor_free(X);
    tensor_free(W);
    labels_free(expected);
    labels_free(predicted);
}
END_TEST

START_TEST(test_linear_classifier_predict_takes_the_smallest_of_equal_classes)
{
    tensor *X = matrix(2, 1, (const double[]){1, 0});
    tensor *W = matrix(1, 3, (const double[]){1, 4, 4});
    labels *expected = labels_of(2, (const uint32_t[]){1, 0});
    labels *predicted = output_labels(2);
    hint("The scores are 1 4 4 and 0 0 0.");
    linear_classifier_predict(W, X, predicted);
    expect_labels("predicted", predicted, expected);
    tensor_free(X);
    tensor_free(W);
    labels_free(expected);
    labels_free(predicted);
}
END_TEST

/*
 * Tuning: an example is a number whose sign is its class, and W, 1 x 2, is right when W[0] > W[1].
 * The loss moves W by the learning rate times reg that way: the product's sign decides.
 */
static real move_by_reg(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    (void)W;
    (void)X;
    (void)y;
    dW->data[0] = -reg;
    dW->data[1] = reg;
    return 0;
}

enum { TUNE_ITERATIONS = 3, TUNE_BATCH = 4 };

typedef struct tuning {
    tensor *X, *rates, *strengths;
    labels *y;
    tensor *train_accuracy, *validation_accuracy, *W_best;
    real best;
} tuning;

/* Tunes with rates 1 and -2 and three strengths, of which the first is negative. */
static tuning tune(void)
{
    tuning t = {.X = matrix(4, 1, (const double[]){1, 2, -1, -2}),
                .y = labels_of(4, (const uint32_t[]){0, 0, 1, 1}),
                .rates = tensor_new_1d(2),
                .strengths = tensor_new_1d(3),
                .train_accuracy = output_2d(2, 3),
                .validation_accuracy = output_2d(2, 3),
                .W_best = output_2d(1, 2)};
    tensor front = tensor_rows(t.X, 0, 3);
    labels y_front = labels_slice(t.y, 0, 3);
    linear_tuning_data data = {
        .X_train = &front, .y_train = &y_front, .X_validation = t.X, .y_validation = t.y};
    linear_training options = {.iterations = TUNE_ITERATIONS, .batch_size = TUNE_BATCH};
    random_state random;
    random_seed(&random, 231);
    t.rates->data[0] = 1;
    t.rates->data[1] = -2;
    t.strengths->data[0] = -5;
    t.strengths->data[1] = 7;
    t.strengths->data[2] = 9;
    t.best = linear_classifier_tune(move_by_reg, &data, t.rates, t.strengths, &options, &random,
                                    t.train_accuracy, t.validation_accuracy, t.W_best);
    return t;
}

static void tuning_clear(tuning *t)
{
    tensor *const all[] = {
        t->X, t->rates, t->strengths, t->train_accuracy, t->validation_accuracy, t->W_best};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
    labels_free(t->y);
}

static const char tuned_pairs[] =
    "Pairs whose rate times strength is positive classify everything, the others nothing: the "
    "rows belong to rates 1 and -2, the columns to strengths -5, 7 and 9.";

START_TEST(test_linear_classifier_tune_has_a_row_for_each_rate_and_a_column_for_each_strength)
{
    tuning t = tune();
    hint(tuned_pairs);
    expect_values("validation_accuracy", t.validation_accuracy, (const double[]){0, 1, 1, 1, 0, 0},
                  1e-12);
    expect_values("train_accuracy", t.train_accuracy, (const double[]){0, 1, 1, 1, 0, 0}, 1e-12);
    tuning_clear(&t);
}
END_TEST

START_TEST(test_linear_classifier_tune_returns_the_best_accuracy)
{
    tuning t = tune();
    expect_number("the best validation accuracy", (double)t.best, 1, 1e-12);
    tuning_clear(&t);
}
END_TEST

START_TEST(test_linear_classifier_tune_keeps_the_weights_of_the_first_of_equal_pairs)
{
    tuning t = tune();
    tensor *W = tensor_new_2d(1, 2);
    random_state same;
    size_t indices[TUNE_BATCH];
    random_seed(&same, 231);
    tensor_fill_normal(W, &same, 0, 0.001); /* rate 1, strength -5 */
    for (size_t i = 0; i < TUNE_ITERATIONS; i++)
        random_choice(&same, 3, TUNE_BATCH, true, indices);
    tensor_fill_normal(W, &same, 0, 0.001); /* rate 1, strength 7: the first that is right */
    W->data[0] += 3 * 7;
    W->data[1] -= 3 * 7;
    hint("The best pair is rate 1 with strength 7, the second that is tried; each pair begins with "
         "new weights, drawn as the header says.");
    expect_close("W_best", t.W_best, W, 1e-12);
    tensor_free(W);
    tuning_clear(&t);
}
END_TEST

/* Learns class 0 for all; the validation part is all of class 1. */
static real learn_class_0(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    (void)X;
    (void)y;
    (void)reg;
    tensor_copy(W, dW);
    dW->data[0] -= 1;
    return 0;
}

START_TEST(test_linear_classifier_tune_judges_by_validation_and_always_keeps_weights)
{
    tensor *X = matrix(2, 1, (const double[]){1, 1});
    labels *y = labels_of(2, (const uint32_t[]){0, 0}),
           *other = labels_of(2, (const uint32_t[]){1, 1});
    tensor *rates = matrix(1, 2, (const double[]){0.5, 1}), *accuracy = output_2d(2, 1);
    tensor one_row = tensor_over(rates->data, 1, (const size_t[]){2});
    tensor *strengths = tensor_new_1d(1), *train = output_2d(2, 1), *W_best = output_2d(1, 2);
    linear_tuning_data data = {
        .X_train = X, .y_train = y, .X_validation = X, .y_validation = other};
    linear_training options = {.iterations = 2, .batch_size = 2};
    random_state r;
    random_seed(&r, 231);
    real best = linear_classifier_tune(learn_class_0, &data, &one_row, strengths, &options, &r,
                                       train, accuracy, W_best);
    expect_number("the best validation accuracy", (double)best, 0, 0);
    hint("Every pair has validation accuracy 0: the first pair's weights are kept.");
    ck_assert_msg(isfinite((double)W_best->data[0]), "W_best was never written");
    expect_number("W_best[0,0] after two steps of one half", (double)W_best->data[0], 0.75, 0.01);
    tensor *const all[] = {X, rates, strengths, accuracy, train, W_best};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
    labels_free(y);
    labels_free(other);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"linear_classifier_train",
         test_linear_classifier_train_draws_each_minibatch_as_the_header_says},
        {"linear_classifier_train", test_linear_classifier_train_steps_downhill},
        {"linear_classifier_train", test_linear_classifier_train_notes_each_loss_before_its_step},
        {"linear_classifier_predict",
         test_linear_classifier_predict_takes_the_class_of_the_largest_score},
        {"linear_classifier_predict",
         test_linear_classifier_predict_takes_the_smallest_of_equal_classes},
        {"linear_classifier_tune",
         test_linear_classifier_tune_has_a_row_for_each_rate_and_a_column_for_each_strength},
        {"linear_classifier_tune", test_linear_classifier_tune_returns_the_best_accuracy},
        {"linear_classifier_tune",
         test_linear_classifier_tune_keeps_the_weights_of_the_first_of_equal_pairs},
        {"linear_classifier_tune",
         test_linear_classifier_tune_judges_by_validation_and_always_keeps_weights},
    };
    return check_module("linear_classifier", promises, sizeof promises / sizeof *promises);
}
