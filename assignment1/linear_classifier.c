/* Training a linear classifier. */
#include "linear_classifier.h"

#include "contract.h"
#include "matmul.h"

void linear_classifier_train(linear_loss loss, const tensor *X, const labels *y,
                             const linear_training *options, random_state *random, tensor *W,
                             tensor *loss_history)
{
    check_shape_2d(__func__, "X", X, X->shape[0], W->shape[0]);
    check_labels(__func__, "y", y, X->shape[0], W->shape[1]);
    check_shape_1d(__func__, "loss_history", loss_history, options->iterations);
    /*
     * TODO: each iteration draws indices with random_choice, gathers the minibatch with gather_rows
     * (common/tensor.h), asks loss for the loss and dW, notes the loss, and moves W against dW.
     */
    NOT_IMPLEMENTED(loss, X, y, options, random, W, loss_history);
}

void linear_classifier_predict(const tensor *W, const tensor *X, labels *predicted)
{
    check_shape_2d(__func__, "X", X, X->shape[0], W->shape[0]);
    check_labels(__func__, "predicted", predicted, X->shape[0], SIZE_MAX);
    /* TODO: the scores are X W; the class is the column of a row's largest score. */
    NOT_IMPLEMENTED(W, X, predicted);
}

real linear_classifier_tune(linear_loss loss, const linear_tuning_data *data, const tensor *rates,
                            const tensor *strengths, const linear_training *options,
                            random_state *random, tensor *train_accuracy,
                            tensor *validation_accuracy, tensor *W_best)
{
    size_t R = rates->size;
    size_t S = strengths->size;
    check_shape_2d(__func__, "train_accuracy", train_accuracy, R, S);
    check_shape_2d(__func__, "validation_accuracy", validation_accuracy, R, S);
    check_shape_2d(__func__, "W_best", W_best, data->X_train->shape[1], W_best->shape[1]);
    /*
     * TODO: for each rate and each strength: new weights, train, predict both parts, note both
     * accuracies; copy W to W_best whenever the validation accuracy is a new best.
     */
    return NOT_IMPLEMENTED(loss, data, rates, strengths, options, random, train_accuracy,
                           validation_accuracy, W_best);
}
