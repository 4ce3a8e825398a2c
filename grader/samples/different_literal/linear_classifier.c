/* Training a linear classifier, one sentence of the header after the other. */
#include "linear_classifier.h"

#include <stdlib.h>

#include "contract.h"
#include "matmul.h"

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
    size_t N = X->shape[0];
    size_t D = X->shape[1];
    for (size_t t = 0; t < options->iterations; t++) {
        size_t *indices = malloc(options->batch_size * sizeof(size_t));
        if (indices == NULL)
            contract_failed(__func__, "no memory");
        random_choice(random, N, options->batch_size, true, indices);
        tensor *X_batch = tensor_new_2d(options->batch_size, D);
        labels *y_batch = labels_new(options->batch_size);
        for (size_t i = 0; i < options->batch_size; i++) {
            for (size_t d = 0; d < D; d++)
                X_batch->data[i * D + d] = X->data[indices[i] * D + d];
            y_batch->data[i] = y->data[indices[i]];
        }
        tensor *dW = tensor_new_2d(W->shape[0], W->shape[1]);
        loss_history->data[t] = loss(W, X_batch, y_batch, options->reg, dW);
        tensor *step = tensor_new_copy(dW);
        tensor_scale(step, options->learning_rate);
        tensor_subtract(W, step, W);
        tensor_free(step);
        tensor_free(dW);
        labels_free(y_batch);
        tensor_free(X_batch);
        free(indices);
    }
}

void linear_classifier_predict(const tensor *W, const tensor *X, labels *predicted)
{
    check_rank(__func__, "W", W, 2);
    check_rank(__func__, "X", X, 2);
    check_shape_2d(__func__, "X", X, X->shape[0], W->shape[0]);
    check_labels(__func__, "predicted", predicted, X->shape[0], SIZE_MAX);
    tensor *scores = tensor_new_2d(X->shape[0], W->shape[1]);
    matmul(X, W, scores);
    tensor_argmax_rows(scores, predicted);
    tensor_free(scores);
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
    real best = 0;
    bool have_best = false;
    for (size_t r = 0; r < rates->size; r++) {
        for (size_t s = 0; s < strengths->size; s++) {
            linear_training o;
            o.learning_rate = rates->data[r];
            o.reg = strengths->data[s];
            o.iterations = options->iterations;
            o.batch_size = options->batch_size;
            tensor *W = tensor_new_2d(W_best->shape[0], W_best->shape[1]);
            tensor_fill_normal(W, random, 0, 0.001);
            tensor *history = tensor_new_1d(o.iterations);
            linear_classifier_train(loss, data->X_train, data->y_train, &o, random, W, history);

            labels *y_train_predicted = labels_new(data->y_train->count);
            linear_classifier_predict(W, data->X_train, y_train_predicted);
            real train = labels_accuracy(y_train_predicted, data->y_train);
            labels *y_validation_predicted = labels_new(data->y_validation->count);
            linear_classifier_predict(W, data->X_validation, y_validation_predicted);
            real validation = labels_accuracy(y_validation_predicted, data->y_validation);

            train_accuracy->data[r * strengths->size + s] = train;
            validation_accuracy->data[r * strengths->size + s] = validation;
            if (!have_best || validation > best) {
                have_best = true;
                best = validation;
                tensor_copy(W, W_best);
            }
            labels_free(y_validation_predicted);
            labels_free(y_train_predicted);
            tensor_free(history);
            tensor_free(W);
        }
    }
    return best;
}
