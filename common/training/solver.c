/* Training: minibatches, the update rule, the accuracies on the way, the best parameters. */
#include "solver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checkpoint.h"
#include "contract.h"
#include "progress.h"

enum { EVALUATION_BATCH = 100 };

typedef struct training {
    model *m;
    const tensor *X_train, *X_validation;
    const labels *y_train, *y_validation;
    const solver_options *options;
    random_state *r;
    solver_result *result;
    size_t iterations_per_epoch;
    size_t epoch;    /* epochs that are through */
    size_t *indices; /* batch_size: which examples are in the minibatch */
    tensor *X_batch; /* batch_size x the rest of X_train's shape */
    labels *y_batch; /* batch_size */
    tensor **best;   /* a copy of each parameter's value */
    optimizer optimizer;
} training;

enum { MOST_EPOCHS = 1000000 };

solver_options solver_options_default(void)
{
    return (solver_options){.rule = &update_rule_sgd,
                            .settings = update_settings_default(),
                            .learning_rate_decay = 1.0,
                            .batch_size = 100,
                            .epoch_count = 10,
                            .train_accuracy_samples = 1000,
                            .print_every = 10,
                            .verbose = true,
                            .progress = true};
}

static bool check_options(const model *m, const solver_options *options, error *e)
{
    if (m->parameter_count < 1)
        return error_set(e, "solver: the model has no parameters, should have 1 or more");
    if (options->rule == NULL || options->rule->step == NULL)
        return error_set(e, "solver: there is no update rule; name one that exists, such as sgd");
    if (options->batch_size < 1)
        return error_set(e, "solver: batch_size is 0, should be 1 or more");
    if (options->epoch_count < 1)
        return error_set(e, "solver: epoch_count is 0, should be 1 or more");
    if (options->epoch_count > MOST_EPOCHS)
        return error_set(e, "solver: epoch_count is %zu, should be %d or less",
                         options->epoch_count, MOST_EPOCHS);
    if (options->print_every < 1)
        return error_set(e, "solver: print_every is 0, should be 1 or more");
    if (!(options->settings.learning_rate >= 0 && isfinite(options->settings.learning_rate)))
        return error_set(e, "solver: the learning rate is %g, should be 0 or more",
                         options->settings.learning_rate);
    if (!(options->learning_rate_decay > 0 && isfinite(options->learning_rate_decay)))
        return error_set(e, "solver: learning_rate_decay is %g, should be above 0",
                         options->learning_rate_decay);
    return true;
}

static void check_data(const char *X_name, const tensor *X, const char *y_name, const labels *y)
{
    if (X->shape[0] < 1)
        contract_failed("solver_train", "%s has no examples", X_name);
    check_labels("solver_train", y_name, y, X->shape[0], SIZE_MAX);
}

/* Zeroed memory for count things of size bytes, or no program. */
static void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (memory == NULL)
        contract_failed("solver_train", "no memory for %zu entries", count);
    return memory;
}

/* count examples of X's kind: count x d1 x ... x dk. */
static tensor *new_batch(const tensor *X, size_t count)
{
    size_t shape[TENSOR_MAX_RANK];
    memcpy(shape, X->shape, sizeof shape);
    shape[0] = count;
    return tensor_new(X->rank, shape);
}

static void begin(training *t)
{
    const solver_options *options = t->options;
    size_t steps = t->X_train->shape[0] / options->batch_size;
    t->iterations_per_epoch = steps > 0 ? steps : 1;
    t->indices = allocate(options->batch_size, sizeof *t->indices);
    t->X_batch = new_batch(t->X_train, options->batch_size);
    t->y_batch = labels_new(options->batch_size);
    t->best = allocate(t->m->parameter_count, sizeof *t->best);
    for (size_t i = 0; i < t->m->parameter_count; i++)
        t->best[i] = tensor_new_copy(t->m->parameters[i].value);
    t->optimizer =
        optimizer_new(t->m->parameters, t->m->parameter_count, options->rule, &options->settings);
    size_t accuracies = options->epoch_count + 1; /* MOST_EPOCHS keeps both from overflowing */
    size_t losses = t->iterations_per_epoch * options->epoch_count;
    *t->result =
        (solver_result){.loss_history = allocate(losses, sizeof(double)),
                        .train_accuracy_history = allocate(accuracies, sizeof(double)),
                        .validation_accuracy_history = allocate(accuracies, sizeof(double))};
}

static void end(training *t)
{
    for (size_t i = 0; i < t->m->parameter_count; i++)
        tensor_free(t->best[i]);
    free(t->best);
    optimizer_clear(&t->optimizer);
    free(t->indices);
    tensor_free(t->X_batch);
    labels_free(t->y_batch);
}

static void take_step(training *t)
{
    size_t batch_size = t->options->batch_size;
    random_choice(t->r, t->X_train->shape[0], batch_size, true, t->indices);
    gather_rows(t->X_train, t->y_train, t->indices, batch_size, t->X_batch, t->y_batch);
    real loss = t->m->loss(t->m->self, t->X_batch, t->y_batch);
    t->result->loss_history[t->result->iteration_count++] = (double)loss;
    optimizer_step(&t->optimizer);
}

double solver_accuracy(const model *m, const tensor *X, const labels *y)
{
    size_t count = X->shape[0];
    check_labels(__func__, "y", y, count, SIZE_MAX);
    labels *predicted = labels_new(count);
    for (size_t first = 0; first < count; first += EVALUATION_BATCH) {
        size_t rows = count - first < EVALUATION_BATCH ? count - first : EVALUATION_BATCH;
        tensor X_part = tensor_rows(X, first, rows);
        labels part = labels_slice(predicted, first, rows);
        m->predict(m->self, &X_part, &part);
    }
    double accuracy = labels_accuracy(predicted, y);
    labels_free(predicted);
    return accuracy;
}

/* The accuracy on samples random examples; on all of them where there are no more, or it is 0. */
static double sampled_accuracy(training *t, const tensor *X, const labels *y, size_t samples)
{
    if (samples == 0 || X->shape[0] <= samples)
        return solver_accuracy(t->m, X, y);
    size_t *indices = allocate(samples, sizeof *indices);
    tensor *X_sample = new_batch(X, samples);
    labels *y_sample = labels_new(samples);
    random_choice(t->r, X->shape[0], samples, true, indices);
    gather_rows(X, y, indices, samples, X_sample, y_sample);
    double accuracy = solver_accuracy(t->m, X_sample, y_sample);
    free(indices);
    tensor_free(X_sample);
    labels_free(y_sample);
    return accuracy;
}

static void measure_accuracies(training *t)
{
    solver_result *result = t->result;
    double train = sampled_accuracy(t, t->X_train, t->y_train, t->options->train_accuracy_samples);
    double validation =
        sampled_accuracy(t, t->X_validation, t->y_validation, t->options->validation_samples);
    result->train_accuracy_history[result->accuracy_count] = train;
    result->validation_accuracy_history[result->accuracy_count] = validation;
    result->accuracy_count++;
    if (t->options->verbose)
        printf("(Epoch %zu / %zu) train acc: %f; val_acc: %f\n", t->epoch, t->options->epoch_count,
               train, validation);
    if (validation <= result->best_validation_accuracy)
        return;
    result->best_validation_accuracy = validation;
    for (size_t i = 0; i < t->m->parameter_count; i++)
        tensor_copy(t->m->parameters[i].value, t->best[i]);
}

static bool end_epoch(training *t, error *e)
{
    t->epoch++;
    optimizer_decay(&t->optimizer, t->options->learning_rate_decay);
    return t->options->checkpoint_prefix == NULL ||
           checkpoint_save(t->options->checkpoint_prefix, t->epoch, t->m->parameters,
                           t->m->parameter_count, e);
}

static bool run(training *t, progress *bar, error *e)
{
    size_t total = t->iterations_per_epoch * t->options->epoch_count;
    for (size_t i = 0; i < total; i++) {
        take_step(t);
        if (t->options->verbose && i % t->options->print_every == 0)
            printf("(Iteration %zu / %zu) loss: %f\n", i + 1, total, t->result->loss_history[i]);
        bool epoch_ends = (i + 1) % t->iterations_per_epoch == 0;
        if (epoch_ends && !end_epoch(t, e))
            return false;
        if (i == 0 || epoch_ends) /* the last step ends an epoch, too */
            measure_accuracies(t);
        if (bar != NULL)
            progress_update(bar, i + 1);
    }
    t->result->epoch_count = t->epoch;
    return true;
}

static bool run_with_bar(training *t, error *e)
{
    if (t->options->verbose || !t->options->progress)
        return run(t, NULL, e);
    progress bar = progress_start("training", t->iterations_per_epoch * t->options->epoch_count);
    bool done = run(t, &bar, e);
    progress_finish(&bar);
    return done;
}

static void install_best(training *t)
{
    if (t->result->best_validation_accuracy == 0)
        return; /* never better than nothing: the last parameters stay */
    for (size_t i = 0; i < t->m->parameter_count; i++)
        tensor_copy(t->best[i], t->m->parameters[i].value);
}

bool solver_train(model *m, const tensor *X_train, const labels *y_train,
                  const tensor *X_validation, const labels *y_validation,
                  const solver_options *options, random_state *r, solver_result *result, error *e)
{
    *result = (solver_result){0};
    if (!check_options(m, options, e))
        return false;
    check_data("X_train", X_train, "y_train", y_train);
    check_data("X_validation", X_validation, "y_validation", y_validation);
    training t = {.m = m,
                  .X_train = X_train,
                  .X_validation = X_validation,
                  .y_train = y_train,
                  .y_validation = y_validation,
                  .options = options,
                  .r = r,
                  .result = result};
    begin(&t);
    bool done = run_with_bar(&t, e);
    if (done)
        install_best(&t);
    else
        solver_result_clear(result);
    end(&t);
    return done;
}

void solver_result_clear(solver_result *result)
{
    free(result->loss_history);
    free(result->train_accuracy_history);
    free(result->validation_accuracy_history);
    *result = (solver_result){0};
}
