/* Promises of linear_classifier.c. */
#include "check_support.h"
#include "linear_classifier.h"

/*
 * A loss whose gradient says which examples it was shown: loss = sum of W, dW = the mean of X's
 * first column. Descent is then known beforehand.
 */
static real spying_loss(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    double mean = 0;
    for (size_t i = 0; i < X->shape[0]; i++)
        mean += (double)X->data[i * X->shape[1]] / (double)X->shape[0];
    tensor_fill(dW, (real)(mean + (double)reg));
    ck_assert_msg(y->count == X->shape[0], "the minibatch has %zu examples but %zu labels",
                  X->shape[0], y->count);
    for (size_t i = 0; i < y->count; i++)
        if (y->data[i] != (uint32_t)X->data[i * X->shape[1]] % 2)
            ck_abort_msg("an example of the minibatch came with another example's label");
    return (real)tensor_sum(W);
}

enum { N = 8, ITERATIONS = 5, BATCH = 11 };

/* Examples 0 to 7, whose first number is their index and whose label its last bit. */
static void make_examples(tensor *X, labels *y)
{
    for (size_t i = 0; i < N; i++) {
        X->data[2 * i] = (real)i;
        X->data[2 * i + 1] = 1;
        y->data[i] = (uint32_t)(i % 2);
    }
}

START_TEST(test_linear_classifier_train_draws_with_replacement_and_steps_downhill)
{
    tensor *X = tensor_new_2d(N, 2);
    labels *y = labels_new(N);
    tensor *W = tensor_new_2d(2, 2);
    tensor *history = tensor_new_1d(ITERATIONS);
    tensor *expected = tensor_new_1d(ITERATIONS);
    linear_training options = {.learning_rate = (real)0.5,
                               .reg = (real)0.25,
                               .iterations = ITERATIONS,
                               .batch_size = BATCH};
    random_state random;
    random_state same;
    double weight = 3;
    random_seed(&random, 231);
    random_seed(&same, 231);
    make_examples(X, y);
    for (size_t t = 0; t < ITERATIONS; t++) {
        size_t indices[BATCH];
        double mean = 0;
        random_choice(&same, N, BATCH, true, indices);
        for (size_t i = 0; i < BATCH; i++)
            mean += (double)indices[i] / BATCH;
        expected->data[t] = (real)(4 * weight);
        weight -= 0.5 * (mean + 0.25);
    }
    tensor_fill(W, 3);
    poison(history);
    linear_classifier_train(spying_loss, X, y, &options, &random, W, history);
    expect_close("loss_history (losses are noted before each step)", history, expected, 1e-6);
    expect_number("W[0,0] after training", (double)W->data[0], weight, 1e-6);
    tensor_free(X);
    labels_free(y);
    tensor_free(W);
    tensor_free(history);
    tensor_free(expected);
}
END_TEST

START_TEST(test_linear_classifier_predict_takes_the_class_of_the_largest_score)
{
    real x[] = {1, 0, 0, 1, 1, 1};
    real w[] = {1, 2, 3, 9, -1, 0};
    uint32_t wanted[] = {2, 0, 0};
    tensor X = tensor_over(x, 2, (size_t[]){3, 2});
    tensor W = tensor_over(w, 2, (size_t[]){2, 3});
    labels expected = {.count = 3, .data = wanted};
    labels *predicted = labels_new(3);
    poison_labels(predicted);
    linear_classifier_predict(&W, &X, predicted);
    expect_labels("predicted", predicted, &expected);
    labels_free(predicted);
}
END_TEST

START_TEST(test_linear_classifier_predict_takes_the_smallest_of_equal_classes)
{
    real x[] = {1};
    real w[] = {1, 4, 4};
    tensor X = tensor_over(x, 2, (size_t[]){1, 1});
    tensor W = tensor_over(w, 2, (size_t[]){1, 3});
    labels *predicted = labels_new(1);
    poison_labels(predicted);
    linear_classifier_predict(&W, &X, predicted);
    ck_assert_msg(predicted->data[0] == 1, "predicted class %u of scores 1 4 4, should be 1",
                  predicted->data[0]);
    labels_free(predicted);
}
END_TEST

/*
 * Half the examples of each class lie on either side of 0: any weight of the right sign is perfect.
 */
static real sign_loss(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    double loss = 0;
    (void)reg;
    tensor_fill(dW, 0);
    for (size_t i = 0; i < y->count; i++) {
        double side = y->data[i] == 0 ? 1 : -1;
        loss -= side * (double)(X->data[i] * (W->data[0] - W->data[1]));
        dW->data[0] -= (real)side * X->data[i];
        dW->data[1] += (real)side * X->data[i];
    }
    return (real)loss;
}

START_TEST(test_linear_classifier_tune_tries_each_pair_and_keeps_the_best)
{
    real x[] = {1, 2, -1, -2};
    uint32_t truth[] = {0, 0, 1, 1};
    real rate_values[] = {0, 1};
    real strength_values[] = {0, 1, 2};
    tensor X = tensor_over(x, 2, (size_t[]){4, 1});
    labels y = {.count = 4, .data = truth};
    tensor rates = tensor_over(rate_values, 1, (size_t[]){2});
    tensor strengths = tensor_over(strength_values, 1, (size_t[]){3});
    linear_tuning_data data = {
        .X_train = &X, .y_train = &y, .X_validation = &X, .y_validation = &y};
    linear_training options = {.iterations = 3, .batch_size = 4};
    tensor *on_train = tensor_new_2d(2, 3);
    tensor *on_validation = tensor_new_2d(2, 3);
    tensor *W = tensor_new_2d(1, 2);
    random_state random;
    random_seed(&random, 231);
    poison(on_train);
    poison(on_validation);
    poison(W);
    real best = linear_classifier_tune(sign_loss, &data, &rates, &strengths, &options, &random,
                                       on_train, on_validation, W);
    expect_number("the best validation accuracy", (double)best, 1, 1e-6);
    for (size_t i = 3; i < 6; i++) /* the second rate learns, whatever the strength */
        expect_number("an accuracy in the second row", (double)on_validation->data[i], 1, 1e-6);
    ck_assert_msg(tensor_all_finite(on_train), "train_accuracy has places that were never written");
    ck_assert_msg(W->data[0] > W->data[1], "W_best does not classify the examples: %g and %g",
                  (double)W->data[0], (double)W->data[1]);
    tensor_free(on_train);
    tensor_free(on_validation);
    tensor_free(W);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"linear_classifier_train",
         test_linear_classifier_train_draws_with_replacement_and_steps_downhill},
        {"linear_classifier_predict",
         test_linear_classifier_predict_takes_the_class_of_the_largest_score},
        {"linear_classifier_predict",
         test_linear_classifier_predict_takes_the_smallest_of_equal_classes},
        {"linear_classifier_tune", test_linear_classifier_tune_tries_each_pair_and_keeps_the_best},
    };
    return check_module("linear_classifier", promises, sizeof promises / sizeof *promises);
}
