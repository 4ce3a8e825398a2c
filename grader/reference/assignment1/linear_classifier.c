/* Training a linear classifier. linear_classifier.h specifies each function. */
#include "linear_classifier.h"

#include <stdlib.h>

#include "contract.h"
#include "matmul.h"

/* Stops the program unless X and y have equally many examples, at least one, and X fits W. */
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
#ifdef SOLUTION
    size_t batch_size = options->batch_size;
    size_t *indices = malloc(batch_size * sizeof *indices);
    if (indices == NULL)
        contract_failed(__func__, "no memory for a batch of %zu", batch_size);
    tensor *X_batch = tensor_new_2d(batch_size, X->shape[1]);
    labels *y_batch = labels_new(batch_size);
    tensor *dW = tensor_new_like(W);
    for (size_t i = 0; i < options->iterations; i++) {
        random_choice(random, X->shape[0], batch_size, true, indices);
        gather_rows(X, y, indices, batch_size, X_batch, y_batch);
        loss_history->data[i] = loss(W, X_batch, y_batch, options->reg, dW);
        tensor_add_scaled(dW, -options->learning_rate, W);
    }
    free(indices);
    tensor_free(X_batch);
    labels_free(y_batch);
    tensor_free(dW);
#else
    /*
     * TODO: in each iteration draw indices with random_choice as the header says, collect the
     * minibatch (gather_rows), call loss on it, and take a step against the gradient.
     */
    NOT_IMPLEMENTED(loss, X, y, options, random, W, loss_history);
#endif
}

void linear_classifier_predict(const tensor *W, const tensor *X, labels *predicted)
{
    check_rank(__func__, "W", W, 2);
    check_rank(__func__, "X", X, 2);
    check_shape_2d(__func__, "X", X, X->shape[0], W->shape[0]);
    check_labels(__func__, "predicted", predicted, X->shape[0], SIZE_MAX);
#ifdef SOLUTION
    tensor *scores = tensor_new_2d(X->shape[0], W->shape[1]); /* N x C */
    matmul(X, W, scores);
    tensor_argmax_rows(scores, predicted);
    tensor_free(scores);
#else
    /* TODO: the scores are one product; then find the index of the largest in each row. */
    NOT_IMPLEMENTED(W, X, predicted);
#endif
}

#ifdef SOLUTION
/* The accuracy of the weights W on the examples X, y. */
static double accuracy(const tensor *W, const tensor *X, const labels *y)
{
    labels *predicted = labels_new(X->shape[0]);
    linear_classifier_predict(W, X, predicted);
    double right = labels_accuracy(predicted, y);
    labels_free(predicted);
    return right;
}
#endif

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
#ifdef SOLUTION
    tensor *W = tensor_new_like(W_best);
    tensor *loss_history = tensor_new_1d(options->iterations);
    linear_training training = *options;
    double best = -1; /* below every accuracy */
    for (size_t i = 0; i < rates->size * strengths->size; i++) {
        training.learning_rate = rates->data[i / strengths->size];
        training.reg = strengths->data[i % strengths->size];
        tensor_fill_normal(W, random, 0, 0.001);
        linear_classifier_train(loss, data->X_train, data->y_train, &training, random, W,
                                loss_history);
        double validation = accuracy(W, data->X_validation, data->y_validation);
        train_accuracy->data[i] = accuracy(W, data->X_train, data->y_train);
        validation_accuracy->data[i] = validation;
        if (validation > best) {
            best = validation;
            tensor_copy(W, W_best);
        }
    }
    tensor_free(W);
    tensor_free(loss_history);
    return best;
#else
    /*
     * TODO: two loops, rates outside and strengths inside. Each iteration copies the options, sets
     * rate and strength, draws new weights as the header says, trains, and measures both
     * accuracies.
     */
    return NOT_IMPLEMENTED(loss, data, rates, strengths, options, random, train_accuracy,
                           validation_accuracy, W_best);
#endif
}
