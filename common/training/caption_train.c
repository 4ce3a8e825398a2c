/* Training of a captioner: minibatches of sentences, and the update rule. */
#include "caption_train.h"

#include <stdio.h>
#include <stdlib.h>

#include "checkpoint.h"
#include "contract.h"
#include "progress.h"

enum { MOST_EPOCHS = 1000000 };

typedef struct training {
    caption_model *m;
    const caption_set *set;
    const caption_options *options;
    random_state *r;
    caption_result *result;
    size_t iterations_per_epoch;
    tensor *features;    /* batch_size x D */
    captions *sentences; /* batch_size x T */
    optimizer optimizer;
} training;

caption_options caption_options_default(void)
{
    return (caption_options){.rule = &update_rule_sgd,
                             .settings = update_settings_default(),
                             .learning_rate_decay = 1.0,
                             .batch_size = 100,
                             .epoch_count = 10,
                             .print_every = 10,
                             .verbose = true,
                             .progress = true};
}

static bool check_options(const caption_model *m, const caption_options *options, error *e)
{
    const double rate = options->settings.learning_rate, decay = options->learning_rate_decay;
    if (m->parameter_count < 1)
        return error_set(e, "caption_train: the model has no parameters, should have 1 or more");
    if (options->rule == NULL || options->rule->step == NULL)
        return error_set(e, "caption_train: there is no update rule; name one that exists");
    if (options->batch_size < 1 || options->print_every < 1)
        return error_set(e,
                         "caption_train: batch_size is %zu, print_every %zu, should be 1 or more",
                         options->batch_size, options->print_every);
    if (options->epoch_count < 1 || options->epoch_count > MOST_EPOCHS)
        return error_set(e, "caption_train: epoch_count is %zu, should be 1 to %d",
                         options->epoch_count, MOST_EPOCHS);
    if (!(rate >= 0 && isfinite(rate)))
        return error_set(e, "caption_train: the learning rate is %g, should be 0 or more", rate);
    if (!(decay > 0 && isfinite(decay)))
        return error_set(e, "caption_train: learning_rate_decay is %g, should be above 0", decay);
    return true;
}

static void begin(training *t)
{
    const caption_options *options = t->options;
    size_t steps = t->set->sentences->count / options->batch_size;
    t->iterations_per_epoch = steps > 0 ? steps : 1;
    t->features = tensor_new_2d(options->batch_size, t->set->features->shape[1]);
    t->sentences = captions_new(options->batch_size, t->set->sentences->length);
    t->optimizer =
        optimizer_new(t->m->parameters, t->m->parameter_count, options->rule, &options->settings);
    size_t losses = t->iterations_per_epoch * options->epoch_count;
    t->result->loss_history = calloc(losses, sizeof(double));
    if (t->result->loss_history == NULL)
        contract_failed("caption_train", "no memory for %zu losses", losses);
}

static void end(training *t)
{
    tensor_free(t->features);
    captions_free(t->sentences);
    optimizer_clear(&t->optimizer);
}

/* After step number step of total, counted from 0: a total-th of the first rate less. */
static void lower_rate(training *t, size_t step, size_t total)
{
    if (t->options->linear_decay)
        optimizer_decay(&t->optimizer, 1 - 1 / (double)(total - step));
}

static void take_step(training *t)
{
    caption_minibatch(t->set, t->r, t->features, t->sentences, NULL);
    real loss = t->m->loss(t->m->self, t->features, t->sentences);
    t->result->loss_history[t->result->iteration_count++] = (double)loss;
    optimizer_step(&t->optimizer);
}

static bool end_epoch(training *t, error *e)
{
    const caption_options *options = t->options;
    size_t epoch = ++t->result->epoch_count;
    optimizer_decay(&t->optimizer, options->learning_rate_decay);
    if (options->checkpoint_prefix != NULL &&
        !checkpoint_save(options->checkpoint_prefix, epoch, t->m->parameters, t->m->parameter_count,
                         e))
        return false;
    if (options->after_epoch != NULL)
        options->after_epoch(options->argument, epoch);
    return true;
}

static bool run(training *t, progress *bar, error *e)
{
    size_t total = t->iterations_per_epoch * t->options->epoch_count;
    for (size_t i = 0; i < total; i++) {
        take_step(t);
        lower_rate(t, i, total);
        if (t->options->verbose && i % t->options->print_every == 0)
            printf("(Iteration %zu / %zu) loss: %f\n", i + 1, total, t->result->loss_history[i]);
        if ((i + 1) % t->iterations_per_epoch == 0 && !end_epoch(t, e))
            return false;
        if (bar != NULL)
            progress_update(bar, i + 1);
    }
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

bool caption_train(caption_model *m, const caption_set *set, const caption_options *options,
                   random_state *r, caption_result *result, error *e)
{
    *result = (caption_result){0};
    check_caption_set(__func__, "set", set);
    if (!check_options(m, options, e))
        return false;
    training t = {.m = m, .set = set, .options = options, .r = r, .result = result};
    begin(&t);
    bool done = run_with_bar(&t, e);
    if (!done)
        caption_result_clear(result);
    end(&t);
    return done;
}

void caption_result_clear(caption_result *result)
{
    free(result->loss_history);
    *result = (caption_result){0};
}
