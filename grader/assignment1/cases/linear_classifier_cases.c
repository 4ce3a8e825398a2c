/*
 * Hidden cases of training, predicting and tuning. The loss is the worker's own (least squares), so
 * that these points do not hang on the student's SVM and softmax.
 */
#include "linear_inputs.h"

static tensor *draw_centres(attempt *a, size_t C, size_t D)
{
    tensor *centres = tensor_new_2d(C, D);
    tensor_fill_normal(centres, case_stream(a), 0, 2);
    return centres;
}

static void give_training(attempt *a, size_t iterations, size_t batch_size)
{
    give_number(a, "learning_rate", draw_number(a, 0.002, 0.01));
    give_number(a, "reg", draw_number(a, 0, 0.5));
    give_number(a, "iterations", (double)iterations);
    give_number(a, "batch_size", (double)batch_size);
    give_number(a, "seed", (double)draw_size(a, 0, 1000000));
    give_size(a, 'T', iterations);
}

static void give_start(attempt *a, size_t N, size_t D, size_t C)
{
    give_normal(a, "X", sizes2(N, D), 0, 1);
    give_labels(a, "y", N, C);
    give_normal(a, "W_start", sizes2(D, C), 0, 0.5);
}

CASE(train_any_shape, "the weights and the loss history of gradient descent, for any shape")
{
    for (size_t round = 0; round < 4; round++) {
        size_t N = draw_size(a, 2, 40);
        size_t D = draw_size(a, 1, 12);
        size_t C = draw_size(a, 2, 6);
        give_start(a, N, D, C);
        size_t iterations = draw_size(a, 1, 25);
        size_t batch = draw_size(a, 1, 12);
        give_training(a, iterations, batch);
        call(a, "linear_classifier_train");
        expect_close(a, "W");
        expect_close(a, "loss_history");
    }
}

CASE(train_batch_over_data, "a minibatch larger than the data: drawn with replacement",
     .needs = "train_any_shape",
     .stays = "a minibatch over the data set's size, which no mutant depends on")
{
    size_t D = draw_size(a, 2, 6);
    size_t C = draw_size(a, 2, 4);
    give_start(a, 3, D, C);
    give_training(a, 12, 17);
    call(a, "linear_classifier_train");
    expect_close(a, "W");
    expect_close(a, "loss_history");
}

CASE(train_float, "training in float", .variant = CASE_FLOAT, .needs = "train_any_shape")
{
    give_start(a, 100, 30, 5);
    give_training(a, 60, 20);
    call(a, "linear_classifier_train");
    expect_close(a, "W");
}

/* The weights that come back are judged on fresh examples, by the reference's prediction. */
CASE(train_learns, "training separates classes that can be separated",
     .stays = "that the loss falls, whatever the order of drawing")
{
    size_t C = draw_size(a, 3, 5);
    size_t D = draw_size(a, 12, 20);
    tensor *centres = draw_centres(a, C, D);
    give_examples_around(a, "X", "y", centres, 300, 1);
    give_normal(a, "W_start", sizes2(D, C), 0, 0.01);
    give_training(a, 400, 50);
    give_number(a, "learning_rate", 0.01);
    give_number(a, "reg", 0.0001);
    if (call(a, "linear_classifier_train")) {
        give_copy(a, "W", got(a, "W"));
        give_examples_around(a, "X", "y_fresh", centres, 300, 1);
        if (tensor_all_finite(given(a, "W")) && call_reference(a, "linear_classifier_predict")) {
            double accuracy =
                labels_accuracy(reference_labels(a, "predicted"), given_labels(a, "y_fresh"));
            expect(a, "accuracy", accuracy >= 0.9,
                   "the trained weights classify %.0f %% of fresh examples" EXPECTED
                   ", 90 %% are easy",
                   100 * accuracy);
        } else {
            expect(a, "accuracy", false, "the trained weights hold NaN or infinite numbers");
        }
    }
    tensor_free(centres);
}

CASE(predict_any_shape, "the class of the largest score, for any shape",
     .stays = "tuning sees its mistakes too, but cannot say which function it is")
{
    for (size_t round = 0; round < 4; round++) {
        size_t D = draw_size(a, 1, 20);
        give_normal(a, "W", sizes2(D, draw_size(a, 2, 12)), 0, 1);
        give_normal(a, "X", sizes2(draw_size(a, 2, 40), D), 0, 1);
        call(a, "linear_classifier_predict");
        expect_close(a, "predicted");
    }
}

/* The last column of W repeats the first one, so that both classes always have the same score. */
CASE(predict_ties, "if scores are equal, the smallest class wins", .needs = "predict_any_shape",
     .stays = "a tie is given to the smaller label; argmax is given, so that no mutant is in it")
{
    size_t D = draw_size(a, 2, 8);
    size_t C = draw_size(a, 3, 6);
    tensor *W = give_normal(a, "W", sizes2(D, C), 0, 1);
    for (size_t d = 0; d < D; d++)
        W->data[d * C + C - 1] = W->data[d * C];
    give_normal(a, "X", sizes2(30, D), 0, 1);
    call(a, "linear_classifier_predict");
    expect_close(a, "predicted");
}

CASE(tune_any_grid, "tuning tries every pair and keeps the best on validation",
     .needs = "train_any_shape")
{
    for (size_t round = 0; round < 2; round++) {
        size_t C = draw_size(a, 2, 4);
        size_t D = draw_size(a, 3, 8);
        tensor *centres = draw_centres(a, C, D);
        give_examples_around(a, "X", "y", centres, draw_size(a, 30, 60), 3);
        give_examples_around(a, "X_validation", "y_validation", centres, draw_size(a, 30, 60), 3);
        give_uniform(a, "rates", sizes1(draw_size(a, 2, 4)), 0.0001, 0.02);
        give_uniform(a, "strengths", sizes1(draw_size(a, 1, 3)), 0, 1);
        give_number(a, "iterations", (double)draw_size(a, 3, 12));
        give_number(a, "batch_size", (double)draw_size(a, 2, 10));
        give_number(a, "seed", (double)draw_size(a, 0, 1000000));
        give_size(a, 'C', C);
        call(a, "linear_classifier_tune");
        expect_close(a, "best");
        expect_close(a, "train_accuracy");
        expect_close(a, "validation_accuracy");
        expect_close(a, "W_best");
        tensor_free(centres);
    }
}

/* No example that is trained on has the validation part's class: nothing can be right there. */
CASE(tune_without_a_hit, "tuning keeps the first weights if every pair has accuracy 0",
     .needs = "tune_any_grid",
     .stays = "a search that begins at an accuracy of 0 and never takes anything")
{
    size_t C = draw_size(a, 3, 4);
    size_t D = draw_size(a, 3, 8);
    tensor *centres = draw_centres(a, C, D);
    give_examples_around(a, "X", "y", centres, 40, 1);
    give_examples_around(a, "X_validation", "y_validation", centres, 30, 1);
    labels *y = given_labels(a, "y");
    labels *y_validation = given_labels(a, "y_validation");
    for (size_t i = 0; i < y->count; i++)
        y->data[i] %= (uint32_t)C - 1;
    for (size_t i = 0; i < y_validation->count; i++)
        y_validation->data[i] = (uint32_t)C - 1;
    give_uniform(a, "rates", sizes1(2), 0.001, 0.02);
    give_uniform(a, "strengths", sizes1(2), 0, 1);
    give_number(a, "iterations", 10);
    give_number(a, "batch_size", 8);
    give_number(a, "seed", (double)draw_size(a, 0, 1000000));
    give_size(a, 'C', C);
    call(a, "linear_classifier_tune");
    expect_close(a, "best");
    expect_close(a, "W_best");
    tensor_free(centres);
}

CASE(train_memory, "no memory error in training and prediction", .variant = CASE_SANITIZED)
{
    give_start(a, 7, 5, 3);
    give_training(a, 5, 9);
    call(a, "linear_classifier_train");
    expect_close(a, "W");
    give_normal(a, "W", sizes2(5, 3), 0, 1);
    call(a, "linear_classifier_predict");
    expect_close(a, "predicted");
}
