/* A net that classifies pictures. */
#include "classifier.h"

#include "adam.h"
#include "captions.h"
#include "picture_data.h"
#include "plan_net.h"
#include "progress.h"
#include "temporal.h"

enum { BATCH = 128 };

net new_classifier(experiment *x, const dataset *d)
{
    layer_plan plan;
    layer_plan_begin(&plan, d->channels, d->height, d->width);
    for (size_t filters = 16; filters <= 32; filters *= 2) {
        plan_conv(&plan, filters, 5, (conv_shape){1, 2});
        plan_relu(&plan);
        plan_max_pool(&plan, 2);
    }
    plan_reshape(&plan, plan.shape[0] * plan.shape[1] * plan.shape[2], 1, 1);
    plan_affine(&plan, d->class_count);
    return net_of_plan(&plan, &x->random);
}

/* Each example is a sentence of one word, its class; no word is left out. */
real softmax_loss_of(const tensor *scores, const labels *y, tensor *dscores)
{
    size_t N = scores->shape[0], C = scores->shape[1];
    tensor sentences = tensor_reshaped(scores, 3, (size_t[]){N, 1, C});
    tensor gradients = tensor_reshaped(dscores, 3, (size_t[]){N, 1, C});
    const captions words = {.count = N, .length = 1, .words = y->data};
    return temporal_softmax_loss(&sentences, &words, C, &gradients);
}

void train_classifier(experiment *x, net *n, const dataset *d, double rate, size_t steps)
{
    const update_settings settings = adam_settings(rate, 0.9);
    optimizer o = optimizer_new(n->parameters, n->parameter_count, &rule_adam, &settings);
    tensor *X = tensor_new_2d(BATCH, dataset_dimension(d));
    tensor *scores = tensor_new_2d(BATCH, d->class_count), *dscores = tensor_new_like(scores);
    labels *y = labels_new(BATCH);
    progress bar = progress_start("Classifier", steps);
    for (size_t step = 0; step < steps; step++) {
        draw_pictures(x, d, X, y);
        n->forward(n->self, X, scores);
        (void)softmax_loss_of(scores, y, dscores);
        net_clear_gradients(n);
        n->backward(n->self, dscores, NULL);
        optimizer_step(&o);
        optimizer_decay(&o, pow(0.1, 1 / (double)steps));
        progress_update(&bar, step + 1);
    }
    progress_finish(&bar);
    labels_free(y);
    tensor *const all[] = {X, scores, dscores};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
    optimizer_clear(&o);
}

net linear_classifier(experiment *x, const tensor *X, const labels *y, size_t class_count,
                      double rate)
{
    enum { STEPS = 300 };
    layer_plan plan;
    layer_plan_begin(&plan, X->shape[1], 1, 1);
    plan_affine(&plan, class_count);
    net n = net_of_plan(&plan, &x->random);
    const update_settings settings = adam_settings(rate, 0.9);
    optimizer o = optimizer_new(n.parameters, n.parameter_count, &rule_adam, &settings);
    tensor *scores = tensor_new_2d(X->shape[0], class_count), *dscores = tensor_new_like(scores);
    for (size_t step = 0; step < STEPS; step++) {
        n.forward(n.self, X, scores);
        (void)softmax_loss_of(scores, y, dscores);
        net_clear_gradients(&n);
        n.backward(n.self, dscores, NULL);
        optimizer_step(&o);
    }
    tensor_free(scores);
    tensor_free(dscores);
    optimizer_clear(&o);
    return n;
}

void classify(net *n, size_t class_count, const tensor *X, labels *predicted)
{
    tensor *scores = tensor_new_2d(X->shape[0], class_count);
    n->forward(n->self, X, scores);
    tensor_argmax_rows(scores, predicted);
    tensor_free(scores);
}

double classifier_accuracy(net *n, const dataset *d, size_t most)
{
    size_t count = most == 0 || most > d->count ? d->count : most, right = 0;
    for (size_t first = 0; first < count; first += BATCH) {
        size_t some = count - first < BATCH ? count - first : BATCH;
        tensor *X = tensor_new_2d(some, dataset_dimension(d));
        labels *y = labels_new(some), *predicted = labels_new(some);
        next_pictures(d, first, X, y);
        classify(n, d->class_count, X, predicted);
        for (size_t i = 0; i < some; i++)
            right += predicted->data[i] == y->data[i];
        labels_free(y);
        labels_free(predicted);
        tensor_free(X);
    }
    return (double)right / (double)count;
}
