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
    /*
     * TODO: in each iteration draw indices with random_choice as the header says, collect the
     * minibatch (gather_rows), call loss on it, and take a step against the gradient.
     */
    NOT_IMPLEMENTED(loss, X, y, options, random, W, loss_history);
}

void linear_classifier_predict(const tensor *W, const tensor *X, labels *predicted)
{
    check_rank(__func__, "W", W, 2);
    check_rank(__func__, "X", X, 2);
    check_shape_2d(__func__, "X", X, X->shape[0], W->shape[0]);
    check_labels(__func__, "predicted", predicted, X->shape[0], SIZE_MAX);
    /* TODO: the scores are one product; then find the index of the largest in each row. */
    NOT_IMPLEMENTED(W, X, predicted);
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
    /*
     * TODO: two loops, rates outside and strengths inside. Each iteration copies the options, sets
     * rate and strength, draws new weights as the header says, trains, and measures both
     * accuracies.
     */
    return NOT_IMPLEMENTED(loss, data, rates, strengths, options, random, train_accuracy,
                           validation_accuracy, W_best);
}
