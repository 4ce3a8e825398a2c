/* Training a linear classifier; scores are looked at a few hundred examples at a time. */
#include "linear_classifier.h"

#include <stdlib.h>

#include "contract.h"
#include "matmul.h"

enum { PREDICTED_AT_ONCE = 256 };

/* The place of the largest of count numbers, the first of several. */
static size_t place_of_largest(const real *x, size_t count)
{
    size_t best = count - 1;
    for (size_t i = count - 1; i-- > 0;)
        if (x[i] >= x[best])
            best = i;
    return best;
}

/* The share of X's examples for which W predicts y. */
static real accuracy_of(const tensor *W, const tensor *X, const labels *y)
{
    size_t right = 0;
    labels *predicted = labels_new(y->count);
    linear_classifier_predict(W, X, predicted);
    for (size_t i = 0; i < y->count; i++)
        right += predicted->data[i] == y->data[i];
    labels_free(predicted);
    return (real)right / y->count;
}

/* Stops the program unless X and y are as many examples, at least one, of the size that W takes. */
static void check_examples(const char *function, const tensor *W, const tensor *X, const labels *y)
{
    check_rank(function, "W", W, 2);
    check_rank(function, "X", X, 2);
    check_shape_2d(function, "X", X, X->shape[0], W->shape[0]);
    check_labels(function, "y", y, X->shape[0], W->shape[1]);
    if (X->shape[0] == 0)
        contract_failed(function, "X holds no examples");
}

void linear_classifier_train(linear_loss loss, const tensor *X, const labels *y,
                             const linear_training *options, random_state *random, tensor *W,
                             tensor *loss_history)
{
    check_examples(__func__, W, X, y);
    check_shape_1d(__func__, "loss_history", loss_history, options->iterations);
    if (options->batch_size == 0)
        contract_failed(__func__, "options->batch_size is 0, should be 1 or more");
    size_t batch_size = options->batch_size;
    size_t *indices = calloc(batch_size, sizeof *indices);
    if (indices == NULL)
        contract_failed(__func__, "no memory");
    tensor *X_batch = tensor_new_2d(batch_size, X->shape[1]);
    labels *y_batch = labels_new(batch_size);
    tensor *dW = tensor_new_like(W);
    for (size_t t = 0; t < options->iterations; t++) {
        random_choice(random, X->shape[0], batch_size, true, indices);
        gather_rows(X, y, indices, batch_size, X_batch, y_batch);
        loss_history->data[t] = loss(W, X_batch, y_batch, options->reg, dW);
        tensor_add_scaled(dW, -options->learning_rate, W);
    }
    tensor_free(dW);
    labels_free(y_batch);
    tensor_free(X_batch);
    free(indices);
}

void linear_classifier_predict(const tensor *W, const tensor *X, labels *predicted)
{
    check_rank(__func__, "W", W, 2);
    check_rank(__func__, "X", X, 2);
    check_shape_2d(__func__, "X", X, X->shape[0], W->shape[0]);
    check_labels(__func__, "predicted", predicted, X->shape[0], SIZE_MAX);
    size_t N = X->shape[0], C = W->shape[1];
    for (size_t first = 0; first < N; first += PREDICTED_AT_ONCE) {
        size_t count = N - first < PREDICTED_AT_ONCE ? N - first : PREDICTED_AT_ONCE;
        tensor part = tensor_rows(X, first, count);
        tensor *scores = tensor_new_2d(count, C);
        matmul(&part, W, scores);
        for (size_t i = 0; i < count; i++)
            predicted->data[first + i] = place_of_largest(&scores->data[i * C], C);
        tensor_free(scores);
    }
}

real linear_classifier_tune(linear_loss loss, const linear_tuning_data *data, const tensor *rates,
                            const tensor *strengths, const linear_training *options,
                            random_state *random, tensor *train_accuracy,
                            tensor *validation_accuracy, tensor *W_best)
{
    check_examples(__func__, W_best, data->X_train, data->y_train);
    check_examples(__func__, W_best, data->X_validation, data->y_validation);
    check_rank(__func__, "rates", rates, 1);
    check_rank(__func__, "strengths", strengths, 1);
    check_shape_2d(__func__, "train_accuracy", train_accuracy, rates->size, strengths->size);
    check_same_shape(__func__, "validation_accuracy", validation_accuracy, train_accuracy);
    real best = -1;
    linear_training training = *options;
    tensor *W = tensor_new_like(W_best);
    tensor *loss_history = tensor_new_1d(options->iterations);
    for (size_t pair = 0; pair < rates->size * strengths->size; pair++) {
        training.learning_rate = rates->data[pair / strengths->size];
        training.reg = strengths->data[pair % strengths->size];
        tensor_fill_normal(W, random, 0, 0.001);
        linear_classifier_train(loss, data->X_train, data->y_train, &training, random, W,
                                loss_history);
        real accuracy = accuracy_of(W, data->X_validation, data->y_validation);
        train_accuracy->data[pair] = accuracy_of(W, data->X_train, data->y_train);
        validation_accuracy->data[pair] = accuracy;
        if (accuracy > best) {
            best = accuracy;
            tensor_copy(W, W_best);
        }
    }
    tensor_free(loss_history);
    tensor_free(W);
    return best;
}
