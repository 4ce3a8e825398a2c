/* Training with arrays of its own. */
#include "linear_classifier.h"

#include <stdlib.h>
#include <string.h>

void linear_classifier_train(linear_loss loss, const tensor *X, const labels *y,
                             const linear_training *options, random_state *random, tensor *W,
                             tensor *loss_history)
{
    size_t B = options->batch_size, D = X->shape[1];
    tensor *gradient = tensor_new_2d(W->shape[0], W->shape[1]);
    for (size_t t = 0; t < options->iterations; t++) {
        size_t *chosen = calloc(B, sizeof *chosen);
        tensor *batch = tensor_new_2d(B, D);
        labels *truth = labels_new(B);
        random_choice(random, X->shape[0], B, true, chosen);
        for (size_t b = B; b-- > 0;) {
            memcpy(batch->data + b * D, X->data + chosen[b] * D, D * sizeof(real));
            truth->data[b] = y->data[chosen[b]];
        }
        loss_history->data[t] = loss(W, batch, truth, options->reg, gradient);
        for (size_t i = 0; i < W->size; i++)
            W->data[i] -= options->learning_rate * gradient->data[i];
        free(chosen);
        tensor_free(batch);
        labels_free(truth);
    }
    tensor_free(gradient);
}

void linear_classifier_predict(const tensor *W, const tensor *X, labels *predicted)
{
    size_t D = W->shape[0], C = W->shape[1];
    for (size_t i = 0; i < X->shape[0]; i++) {
        real best = 0;
        for (size_t c = 0; c < C; c++) {
            real score = 0;
            for (size_t d = 0; d < D; d++)
                score += W->data[d * C + c] * X->data[i * D + d];
            if (c == 0 || score > best) {
                best = score;
                predicted->data[i] = c;
            }
        }
    }
}

static real accuracy_of(const tensor *W, const tensor *X, const labels *y)
{
    size_t right = 0;
    labels *guess = labels_new(y->count);
    linear_classifier_predict(W, X, guess);
    for (size_t i = 0; i < y->count; i++)
        right += guess->data[i] == y->data[i];
    labels_free(guess);
    return right / (real)y->count;
}

real linear_classifier_tune(linear_loss loss, const linear_tuning_data *data, const tensor *rates,
                            const tensor *strengths, const linear_training *options,
                            random_state *random, tensor *train_accuracy,
                            tensor *validation_accuracy, tensor *W_best)
{
    real best = 0;
    bool any = false;
    for (size_t r = 0; r < rates->size; r++) {
        for (size_t s = 0; s < strengths->size; s++) {
            size_t place = r * strengths->size + s;
            tensor *W = tensor_new_like(W_best);
            tensor *losses = tensor_new_1d(options->iterations);
            linear_training now = {rates->data[r], strengths->data[s], options->iterations,
                                   options->batch_size};
            for (size_t i = 0; i < W->size; i++)
                W->data[i] = 0.001 * random_normal(random);
            linear_classifier_train(loss, data->X_train, data->y_train, &now, random, W, losses);
            train_accuracy->data[place] = accuracy_of(W, data->X_train, data->y_train);
            real held_out = accuracy_of(W, data->X_validation, data->y_validation);
            validation_accuracy->data[place] = held_out;
            if (!any || held_out > best) {
                any = true;
                best = held_out;
                memcpy(W_best->data, W->data, W->size * sizeof(real));
            }
            tensor_free(W);
            tensor_free(losses);
        }
    }
    return best;
}
