/*
 * Training of a captioner, with a model whose every answer is known: it checks each minibatch, and
 * its gradient is -1, so that with a learning rate of 1 its parameter counts the steps.
 */
#include "caption_train.h"

#include <unistd.h>

#include "expected_stop.h"
#include "npy.h"
#include "scratch_folder.h"
#include "suite.h"

enum { N = 23, T = 3, PICTURES = 5, BATCH = 6, STEPS = 3 /* of an epoch: 23 / 6 */ };

typedef struct counter {
    tensor *w, *dw; /* 1 */
    size_t steps;
    random_state expected; /* what the minibatches are drawn from */
    const caption_set *set;
} counter;

static real counter_loss(void *self, const tensor *features, const captions *sentences)
{
    counter *c = self;
    for (size_t i = 0; i < sentences->count; i++) {
        size_t drawn = random_integer(&c->expected, c->set->sentences->count);
        ck_assert_uint_eq(sentences->words[i * T + 1], drawn);
        ck_assert(features->data[i] == (real)(drawn % PICTURES));
    }
    c->dw->data[0] = -1;
    return (real)++c->steps / 2;
}

typedef struct setting {
    counter c;
    parameter w;
    caption_model m;
    caption_set set;
    caption_options options;
    random_state r;
    caption_result result;
    error e;
} setting;

/* count sentences, number i with i as its word 1, about picture i % 5, whose feature is its own. */
static void set_up(setting *s, size_t count)
{
    *s = (setting){.c = {.w = tensor_new_1d(1), .dw = tensor_new_1d(1)},
                   .set = {captions_new(count, T), labels_new(count), tensor_new_2d(PICTURES, 1)}};
    s->c.set = &s->set;
    s->w = (parameter){"w", s->c.w, s->c.dw};
    s->m = (caption_model){&s->c, 1, &s->w, counter_loss};
    tensor_fill_linspace(s->set.features, 0, PICTURES - 1);
    for (size_t i = 0; i < count; i++) {
        s->set.sentences->words[i * T + 1] = (uint32_t)i;
        s->set.image_idxs->data[i] = (uint32_t)(i % PICTURES);
    }
    s->options = caption_options_default();
    s->options.settings.learning_rate = 1;
    s->options.batch_size = BATCH;
    s->options.epoch_count = 4;
    s->options.verbose = false;
    random_seed(&s->r, 231);
    s->c.expected = s->r;
}

static bool train(setting *s)
{
    return caption_train(&s->m, &s->set, &s->options, &s->r, &s->result, &s->e);
}

static void tear_down(setting *s)
{
    caption_result_clear(&s->result);
    tensor_free(s->c.w);
    tensor_free(s->c.dw);
    tensor_free(s->set.features);
    caption_subset_clear(&s->set);
}

START_TEST(test_training_takes_the_steps_of_all_epochs_and_keeps_their_losses)
{
    setting s;
    set_up(&s, N);
    ck_assert_msg(train(&s), "%s", s.e.text);
    ck_assert_uint_eq(s.result.iteration_count, 4 * STEPS);
    ck_assert_uint_eq(s.result.epoch_count, 4);
    for (size_t i = 0; i < (size_t)4 * STEPS; i++)
        ck_assert_double_eq(s.result.loss_history[i], (double)(i + 1) / 2);
    ck_assert_double_eq((double)s.c.w->data[0], 4 * STEPS);
    ck_assert_uint_eq(random_u32(&s.r), random_u32(&s.c.expected)); /* nothing else is drawn */
    tear_down(&s);
}
END_TEST

START_TEST(test_training_on_fewer_sentences_than_a_batch_takes_one_step_an_epoch)
{
    setting s;
    set_up(&s, BATCH - 1);
    ck_assert(train(&s));
    ck_assert_uint_eq(s.result.iteration_count, 4);
    tear_down(&s);
}
END_TEST

START_TEST(test_training_decays_the_learning_rate_after_each_epoch)
{
    setting s; /* 3 steps of 1, 3 of 1/2, 3 of 1/4, 3 of 1/8 */
    set_up(&s, N);
    s.options.learning_rate_decay = 0.5;
    ck_assert(train(&s));
    ck_assert_double_eq((double)s.c.w->data[0], 3 * 1.875);
    tear_down(&s);
}
END_TEST

START_TEST(test_training_can_lower_the_learning_rate_by_equal_steps_to_0)
{
    setting s; /* 12 steps of 12/12, 11/12 .. 1/12 */
    set_up(&s, N);
    s.options.linear_decay = true;
    ck_assert(train(&s));
    ck_assert_double_eq_tol((double)s.c.w->data[0], 6.5, 1e-5);
    tear_down(&s);
}
END_TEST

/* Notes in argument, 8 numbers, the steps that were done when epoch ended. */
static setting *watched;
static void note_epoch(void *argument, size_t epoch)
{
    size_t *steps = argument;
    steps[epoch] = watched->c.steps;
}

START_TEST(test_training_calls_after_each_epoch)
{
    size_t steps[8] = {0};
    setting s;
    set_up(&s, N);
    watched = &s;
    s.options.after_epoch = note_epoch;
    s.options.argument = steps;
    ck_assert(train(&s));
    for (size_t epoch = 0; epoch < 8; epoch++)
        ck_assert_uint_eq(steps[epoch], epoch <= 4 ? epoch * STEPS : 0);
    tear_down(&s);
}
END_TEST

START_TEST(test_training_writes_a_checkpoint_after_each_epoch_or_says_where_it_could_not)
{
    setting s;
    char prefix[256], path[320];
    snprintf(prefix, sizeof prefix, "%s", scratch_path("net"));
    set_up(&s, N);
    s.options.checkpoint_prefix = prefix;
    ck_assert_msg(train(&s), "%s", s.e.text);
    for (int epoch = 1; epoch <= 4; epoch++) {
        tensor *w;
        snprintf(path, sizeof path, "%s_epoch_%d/w.npy", prefix, epoch);
        ck_assert_msg(npy_load(path, &w, &s.e), "%s", s.e.text);
        ck_assert_double_eq((double)w->data[0], epoch * STEPS);
        tensor_free(w);
    }
    caption_result_clear(&s.result);
    s.c.expected = s.r;
    s.options.checkpoint_prefix = "/dev/null/net";
    ck_assert(!train(&s));
    ck_assert_ptr_nonnull(strstr(s.e.text, "/dev/null/net_epoch_1"));
    ck_assert_ptr_null(s.result.loss_history);
    tear_down(&s);
}
END_TEST

START_TEST(test_training_prints_losses_as_the_course_does)
{
    char text[512];
    setting s;
    set_up(&s, N);
    s.options.verbose = true;
    s.options.print_every = 5;
    FILE *file = fopen(scratch_path("printed"), "w+");
    ck_assert_ptr_nonnull(file);
    fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    dup2(fileno(file), STDOUT_FILENO);
    bool done = train(&s);
    fflush(stdout);
    dup2(kept, STDOUT_FILENO);
    close(kept);
    ck_assert(done);
    rewind(file);
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[length] = '\0';
    ck_assert_str_eq(text, "(Iteration 1 / 12) loss: 0.500000\n"
                           "(Iteration 6 / 12) loss: 3.000000\n"
                           "(Iteration 11 / 12) loss: 5.500000\n");
    tear_down(&s);
}
END_TEST

START_TEST(test_training_rejects_options_that_make_no_sense)
{
    static const update_rule empty_rule = {.name = "empty"};
    setting s;
    set_up(&s, N);
    const caption_options good = s.options;
    caption_options bad[9];
    for (size_t i = 0; i < 9; i++)
        bad[i] = good;
    bad[0].rule = NULL;
    bad[1].rule = &empty_rule;
    bad[2].batch_size = 0;
    bad[3].epoch_count = 0;
    bad[4].epoch_count = SIZE_MAX / 2;
    bad[5].print_every = 0;
    bad[6].settings.learning_rate = (double)NAN;
    bad[7].learning_rate_decay = 0;
    bad[8].learning_rate_decay = (double)INFINITY;
    for (size_t i = 0; i < 9; i++) {
        s.options = bad[i];
        ck_assert_msg(!train(&s), "option %zu was accepted", i);
        ck_assert_ptr_eq(strstr(s.e.text, "caption_train: "), s.e.text);
    }
    s.options = good;
    s.m.parameter_count = 0;
    ck_assert(!train(&s));
    tear_down(&s);
}
END_TEST

static void without_sentences(void)
{
    setting s;
    set_up(&s, 0);
    ck_assert(!train(&s));
}

START_TEST(test_training_without_sentences_stops)
{
    static const expected_stop stop = {without_sentences,
                                       "caption_minibatch: set has no sentences"};
    run_to_stop(&stop);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("caption_train");
    tcase_add_test(tests, test_training_takes_the_steps_of_all_epochs_and_keeps_their_losses);
    tcase_add_test(tests, test_training_on_fewer_sentences_than_a_batch_takes_one_step_an_epoch);
    tcase_add_test(tests, test_training_decays_the_learning_rate_after_each_epoch);
    tcase_add_test(tests, test_training_can_lower_the_learning_rate_by_equal_steps_to_0);
    tcase_add_test(tests, test_training_calls_after_each_epoch);
    tcase_add_test(tests,
                   test_training_writes_a_checkpoint_after_each_epoch_or_says_where_it_could_not);
    tcase_add_test(tests, test_training_prints_losses_as_the_course_does);
    tcase_add_test(tests, test_training_rejects_options_that_make_no_sense);
    tcase_add_exit_test(tests, test_training_without_sentences_stops, STOPPED_WELL);
    if (!make_scratch_folder())
        return 1;
    int status = run_suite("caption_train", tests);
    remove_scratch_folder();
    return status;
}
