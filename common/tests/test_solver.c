/*
 * The solver: with a scripted model, whose every answer is known, and with a small linear model
 * against a second implementation of the same training.
 */
#include "solver.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "npy.h"
#include "suite.h"

/*
 * The scripted model: one parameter w, whose gradient is always -1, so that with a learning rate of
 * 1 it counts the steps. Example i of the validation set is the number i, and its class 0; the
 * model gets the first right[k] of them right in its k-th evaluation. Examples from 1000 on are
 * training.
 */
typedef struct scripted {
    tensor *w, *dw;      /* 1 */
    const size_t *right; /* of 10; the last one is 0 */
    size_t evaluation;
    size_t seen[1000]; /* the training examples that loss was shown, in order */
    size_t seen_count;
    size_t predicted[1000]; /* the training examples that predict was shown */
    size_t predicted_count;
    size_t largest_part; /* the most rows that predict was shown at once */
} scripted;

enum { VALIDATION_COUNT = 10, FIRST_TRAINING = 1000 };

static real scripted_loss(void *self, const tensor *X, const labels *y)
{
    scripted *s = self;
    for (size_t i = 0; i < X->shape[0]; i++) {
        ck_assert_uint_eq(y->data[i], (uint32_t)X->data[i] % 7);
        s->seen[s->seen_count++] = (size_t)X->data[i];
    }
    s->dw->data[0] = -1;
    return (real)s->seen_count;
}

static void scripted_predict(void *self, const tensor *X, labels *out)
{
    scripted *s = self;
    size_t rows = X->shape[0];
    s->largest_part = rows > s->largest_part ? rows : s->largest_part;
    for (size_t i = 0; i < rows; i++) {
        size_t example = (size_t)X->data[i];
        if (example >= FIRST_TRAINING)
            s->predicted[s->predicted_count++] = example;
        out->data[i] = example < s->right[s->evaluation] ? 0 : 1;
    }
    if (X->data[rows - 1] < FIRST_TRAINING)
        s->evaluation++;
}

/* A scripted model, its data and its options. */
typedef struct scene {
    scripted s;
    parameter w;
    model m;
    tensor *X_train, *X_validation;
    labels *y_train, *y_validation;
    solver_options options;
    random_state r;
    solver_result result;
    error e;
} scene;

static void set_up(scene *c, size_t train_count, const size_t *right)
{
    *c = (scene){.s = {.w = tensor_new_1d(1), .dw = tensor_new_1d(1), .right = right}};
    c->w = (parameter){"w", c->s.w, c->s.dw};
    c->m = (model){.self = &c->s,
                   .parameter_count = 1,
                   .parameters = &c->w,
                   .loss = scripted_loss,
                   .predict = scripted_predict};
    c->X_train = tensor_new_2d(train_count, 1);
    c->y_train = labels_new(train_count);
    for (size_t i = 0; i < train_count; i++) {
        c->X_train->data[i] = (real)(FIRST_TRAINING + i);
        c->y_train->data[i] = (uint32_t)(FIRST_TRAINING + i) % 7;
    }
    c->X_validation = tensor_new_2d(VALIDATION_COUNT, 1);
    c->y_validation = labels_new(VALIDATION_COUNT);
    for (size_t i = 0; i < VALIDATION_COUNT; i++)
        c->X_validation->data[i] = (real)i;
    c->options = solver_options_default();
    c->options.settings.learning_rate = 1;
    c->options.verbose = false;
    c->options.batch_size = 5;
    random_seed(&c->r, 231);
}

static bool train(scene *c)
{
    return solver_train(&c->m, c->X_train, c->y_train, c->X_validation, c->y_validation,
                        &c->options, &c->r, &c->result, &c->e);
}

static void tear_down(scene *c)
{
    solver_result_clear(&c->result);
    tensor_free(c->s.w);
    tensor_free(c->s.dw);
    tensor_free(c->X_train);
    tensor_free(c->X_validation);
    labels_free(c->y_train);
    labels_free(c->y_validation);
}

static const size_t never_right[20] = {0};

START_TEST(test_solver_installs_the_parameters_of_the_best_validation_accuracy)
{
    scene c; /* 2 steps an epoch; evaluated after steps 1, 2, 4, 6, 8, 10 */
    set_up(&c, 10, (size_t[]){2, 5, 9, 9, 3, 8, 0});
    c.options.epoch_count = 5;
    ck_assert(train(&c));
    ck_assert_double_eq((double)c.s.w->data[0], 4); /* the first of the two with 9 right */
    ck_assert_double_eq(c.result.best_validation_accuracy, 0.9);
    static const double expected[] = {0.2, 0.5, 0.9, 0.9, 0.3, 0.8};
    for (size_t i = 0; i < 6; i++)
        ck_assert_double_eq(c.result.validation_accuracy_history[i], expected[i]);
    tear_down(&c);
}
END_TEST

START_TEST(test_solver_keeps_the_last_parameters_when_none_is_better_than_nothing)
{
    scene c;
    set_up(&c, 10, never_right);
    c.options.epoch_count = 3;
    ck_assert(train(&c));
    ck_assert_double_eq((double)c.s.w->data[0], 6);
    ck_assert_double_eq(c.result.best_validation_accuracy, 0);
    tear_down(&c);
}
END_TEST

START_TEST(test_solver_decays_the_learning_rate_after_each_epoch)
{
    scene c; /* 2 steps of 1, 2 of 1/2, 2 of 1/4 */
    set_up(&c, 11, never_right);
    c.options.epoch_count = 3;
    c.options.learning_rate_decay = 0.5;
    ck_assert(train(&c));
    ck_assert_double_eq((double)c.s.w->data[0], 3.5);
    ck_assert_double_eq(c.options.settings.learning_rate, 1);
    tear_down(&c);
}
END_TEST

START_TEST(test_solver_histories_have_an_entry_a_step_and_an_epoch)
{
    scene c;
    set_up(&c, 17, never_right);
    c.options.epoch_count = 4;
    ck_assert(train(&c));
    ck_assert_uint_eq(c.result.iteration_count, 12); /* 17 / 5 = 3 an epoch */
    ck_assert_uint_eq(c.result.epoch_count, 4);
    ck_assert_uint_eq(c.result.accuracy_count, 5);
    for (size_t i = 0; i < 12; i++)
        ck_assert_double_eq(c.result.loss_history[i], 5.0 * (double)(i + 1));
    tear_down(&c);
}
END_TEST

START_TEST(test_solver_measures_once_where_an_epoch_is_one_step)
{
    scene c;
    set_up(&c, 4, never_right); /* fewer examples than a batch */
    c.options.epoch_count = 3;
    ck_assert(train(&c));
    ck_assert_uint_eq(c.result.iteration_count, 3);
    ck_assert_uint_eq(c.result.accuracy_count, 3);
    ck_assert_uint_eq(c.s.evaluation, 3);
    tear_down(&c);
}
END_TEST

START_TEST(test_solver_draws_minibatches_with_replacement_from_the_stream)
{
    scene c;
    set_up(&c, 20, never_right);
    c.options.epoch_count = 3;
    random_state copy = c.r;
    ck_assert(train(&c));
    ck_assert_uint_eq(c.s.seen_count, 60);
    size_t times[20] = {0};
    for (size_t i = 0; i < 60; i++) {
        size_t drawn = random_integer(&copy, 20);
        ck_assert_uint_eq(c.s.seen[i], FIRST_TRAINING + drawn);
        times[drawn]++;
    }
    bool repeated_within_an_epoch = false; /* which no permutation does */
    for (size_t i = 0; i < 20; i++)
        repeated_within_an_epoch |= times[i] > 3;
    ck_assert(repeated_within_an_epoch);
    tear_down(&c);
}
END_TEST

START_TEST(test_solver_samples_the_accuracy_with_replacement_from_the_stream)
{
    scene c;
    set_up(&c, 20, never_right);
    c.options.epoch_count = 1;
    c.options.batch_size = 20;
    c.options.train_accuracy_samples = 6;
    c.options.validation_samples = 10; /* as many as there are: no draw */
    random_state copy = c.r;
    ck_assert(train(&c));
    ck_assert_uint_eq(c.s.predicted_count, 6);
    for (size_t i = 0; i < 20; i++)
        random_integer(&copy, 20); /* the minibatch */
    for (size_t i = 0; i < 6; i++)
        ck_assert_uint_eq(c.s.predicted[i], FIRST_TRAINING + random_integer(&copy, 20));
    ck_assert_uint_eq(random_u32(&c.r), random_u32(&copy));
    tear_down(&c);
}
END_TEST

START_TEST(test_solver_measures_on_all_when_the_number_of_samples_is_0)
{
    scene c;
    set_up(&c, 20, never_right);
    c.options.epoch_count = 1;
    c.options.batch_size = 20;
    c.options.train_accuracy_samples = 0;
    ck_assert(train(&c));
    ck_assert_uint_eq(c.s.predicted_count, 20);
    for (size_t i = 0; i < 20; i++)
        ck_assert_uint_eq(c.s.predicted[i], FIRST_TRAINING + i);
    tear_down(&c);
}
END_TEST

START_TEST(test_solver_accuracy_asks_for_a_hundred_at_a_time)
{
    scene c; /* 205 training examples; right are those of class 1, which is what predict says */
    set_up(&c, 205, never_right);
    double right = 0;
    for (size_t i = 0; i < 205; i++)
        right += c.y_train->data[i] == 1;
    ck_assert_double_eq(solver_accuracy(&c.m, c.X_train, c.y_train), right / 205);
    ck_assert_uint_eq(c.s.largest_part, 100);
    ck_assert_uint_eq(c.s.predicted_count, 205);
    tear_down(&c);
}
END_TEST

/* A path below a new folder, for checkpoints; the folder is remove_checkpoints' to remove. */
static void new_folder(char *folder, size_t size)
{
    snprintf(folder, size, "/tmp/test-solver-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

START_TEST(test_solver_writes_a_checkpoint_after_each_epoch)
{
    char folder[64], prefix[80], path[128];
    new_folder(folder, sizeof folder);
    snprintf(prefix, sizeof prefix, "%s/net", folder);
    scene c;
    set_up(&c, 10, never_right);
    c.options.epoch_count = 3;
    c.options.checkpoint_prefix = prefix;
    ck_assert_msg(train(&c), "%s", c.e.text);
    for (int epoch = 1; epoch <= 3; epoch++) {
        tensor *w;
        snprintf(path, sizeof path, "%s_epoch_%d/w.npy", prefix, epoch);
        ck_assert_msg(npy_load(path, &w, &c.e), "%s", c.e.text);
        ck_assert_double_eq((double)w->data[0], 2 * epoch);
        tensor_free(w);
        ck_assert_int_eq(unlink(path), 0);
        snprintf(path, sizeof path, "%s_epoch_%d", prefix, epoch);
        ck_assert_int_eq(rmdir(path), 0);
    }
    ck_assert_int_eq(rmdir(folder), 0); /* and nothing else was written */
    tear_down(&c);
}
END_TEST

START_TEST(test_solver_says_where_a_checkpoint_could_not_be_written)
{
    scene c;
    set_up(&c, 10, never_right);
    c.options.checkpoint_prefix = "/dev/null/net";
    ck_assert(!train(&c));
    ck_assert_ptr_nonnull(strstr(c.e.text, "/dev/null/net_epoch_1"));
    ck_assert_ptr_null(c.result.loss_history);
    tear_down(&c);
}
END_TEST

START_TEST(test_solver_rejects_options_that_make_no_sense)
{
    static const update_rule empty_rule = {.name = "empty"};
    scene c;
    set_up(&c, 10, never_right);
    const solver_options good = c.options;
    solver_options bad[11];
    for (size_t i = 0; i < 11; i++)
        bad[i] = good;
    bad[0].rule = NULL; /* what update_rule_find returns for an unknown name */
    bad[1].rule = &empty_rule;
    bad[2].batch_size = 0;
    bad[3].epoch_count = 0;
    bad[4].print_every = 0;
    bad[5].settings.learning_rate = -1;
    bad[6].settings.learning_rate = (double)NAN;
    bad[7].learning_rate_decay = 0;
    bad[8].learning_rate_decay = (double)INFINITY;
    bad[9].settings.learning_rate = (double)INFINITY;
    bad[10].epoch_count = SIZE_MAX / 2; /* times the steps of an epoch it is a small number */
    for (size_t i = 0; i < 11; i++) {
        c.options = bad[i];
        c.e.text[0] = '\0';
        ck_assert_msg(!train(&c), "option %zu was accepted", i);
        ck_assert_ptr_eq(strstr(c.e.text, "solver: "), c.e.text);
    }
    c.options = good;
    c.m.parameter_count = 0;
    ck_assert(!train(&c));
    tear_down(&c);
}
END_TEST

START_TEST(test_solver_prints_losses_and_accuracies_as_the_course_does)
{
    char path[] = "/tmp/test-solver-XXXXXX", text[512];
    int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    scene c;
    set_up(&c, 10, (size_t[]){5, 10, 10, 0}); /* 2 of 10 training labels are 1, as predicted */
    c.options.epoch_count = 2;
    c.options.verbose = true;
    c.options.print_every = 3;
    fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    dup2(file, STDOUT_FILENO);
    bool done = train(&c);
    fflush(stdout);
    dup2(kept, STDOUT_FILENO);
    close(kept);
    ck_assert(done);
    ssize_t length = pread(file, text, sizeof text - 1, 0);
    close(file);
    unlink(path);
    ck_assert_int_gt(length, 0);
    text[length] = '\0';
    ck_assert_str_eq(text, "(Iteration 1 / 4) loss: 5.000000\n"
                           "(Epoch 0 / 2) train acc: 0.200000; val_acc: 0.500000\n"
                           "(Epoch 1 / 2) train acc: 0.200000; val_acc: 1.000000\n"
                           "(Iteration 4 / 4) loss: 20.000000\n"
                           "(Epoch 2 / 2) train acc: 0.200000; val_acc: 1.000000\n");
    tear_down(&c);
}
END_TEST

/*
 * A linear model with a squared loss: scores = X W + b, loss = sum of (scores - one-hot y)^2 / N.
 * D = 4 features, C = 3 classes.
 */
enum { D = 4, C = 3, N = 40 };

typedef struct linear {
    tensor *W, *b, *dW, *db;
} linear;

/* scores minus the one-hot label, of row i of X for class c. */
static real residual(const linear *l, const tensor *X, const labels *y, size_t i, size_t c)
{
    real score = l->b->data[c];
    for (size_t d = 0; d < D; d++)
        score += X->data[i * D + d] * l->W->data[d * C + c];
    return y != NULL && y->data[i] == c ? score - 1 : score;
}

static real linear_loss(void *self, const tensor *X, const labels *y)
{
    linear *l = self;
    real count = (real)X->shape[0], loss = 0;
    tensor_fill(l->dW, 0);
    tensor_fill(l->db, 0);
    for (size_t i = 0; i < X->shape[0]; i++)
        for (size_t c = 0; c < C; c++) {
            real miss = residual(l, X, y, i, c);
            loss += miss * miss / count;
            l->db->data[c] += 2 * miss / count;
            for (size_t d = 0; d < D; d++)
                l->dW->data[d * C + c] += 2 * miss * X->data[i * D + d] / count;
        }
    return loss;
}

static void linear_predict(void *self, const tensor *X, labels *out)
{
    linear *l = self;
    for (size_t i = 0; i < X->shape[0]; i++) {
        out->data[i] = 0;
        for (size_t c = 1; c < C; c++)
            if (residual(l, X, NULL, i, c) > residual(l, X, NULL, i, out->data[i]))
                out->data[i] = (uint32_t)c;
    }
}

/* The same training in plain double arrays, the bias as a fifth feature that is always 1. */
static void train_again(const tensor *X, const labels *y, size_t steps, size_t batch, double rate,
                        double weights[D + 1][C], double *losses)
{
    random_state r;
    random_seed(&r, 7);
    for (size_t step = 0; step < steps; step++) {
        double gradient[D + 1][C] = {{0}};
        losses[step] = 0;
        for (size_t k = 0; k < batch; k++) {
            size_t i = random_integer(&r, N);
            double row[D + 1] = {[D] = 1};
            for (size_t d = 0; d < D; d++)
                row[d] = (double)X->data[i * D + d];
            for (size_t c = 0; c < C; c++) {
                double miss = y->data[i] == c ? -1 : 0;
                for (size_t d = 0; d <= D; d++)
                    miss += row[d] * weights[d][c];
                losses[step] += miss * miss / (double)batch;
                for (size_t d = 0; d <= D; d++)
                    gradient[d][c] += 2 * miss * row[d] / (double)batch;
            }
        }
        for (size_t d = 0; d <= D; d++)
            for (size_t c = 0; c < C; c++)
                weights[d][c] -= rate * gradient[d][c];
    }
}

START_TEST(test_solver_trains_as_a_second_implementation_does)
{
    random_state r;
    random_seed(&r, 231);
    tensor *X = tensor_new_2d(N, D);
    labels *y = labels_new(N);
    tensor_fill_normal(X, &r, 0, 1);
    labels_fill_random(y, &r, C);
    linear l = {tensor_new_2d(D, C), tensor_new_1d(C), tensor_new_2d(D, C), tensor_new_1d(C)};
    tensor_fill_normal(l.W, &r, 0, 0.1);
    double weights[D + 1][C] = {{0}}, losses[20];
    for (size_t i = 0; i < D * C; i++)
        weights[i / C][i % C] = (double)l.W->data[i];

    model m = {.self = &l,
               .parameter_count = 2,
               .parameters = (parameter[]){{"W", l.W, l.dW}, {"b", l.b, l.db}},
               .loss = linear_loss,
               .predict = linear_predict};
    solver_options options = solver_options_default();
    options.settings.learning_rate = 0.05;
    options.batch_size = 8;
    options.epoch_count = 4;
    options.verbose = false;
    solver_result result;
    error e;
    labels *none = labels_new(N); /* a class that is never predicted: the last W stays */
    for (size_t i = 0; i < N; i++)
        none->data[i] = C;
    random_seed(&r, 7);
    ck_assert(solver_train(&m, X, y, X, none, &options, &r, &result, &e));
    ck_assert_uint_eq(result.iteration_count, 20);

    train_again(X, y, 20, 8, 0.05, weights, losses);
    const double near = 100 * (double)REAL_EPSILON;
    for (size_t i = 0; i < 20; i++)
        ck_assert_double_eq_tol(result.loss_history[i], losses[i], near);
    for (size_t i = 0; i < D * C; i++)
        ck_assert_double_eq_tol((double)l.W->data[i], weights[i / C][i % C], near);
    for (size_t c = 0; c < C; c++)
        ck_assert_double_eq_tol((double)l.b->data[c], weights[D][c], near);
    ck_assert_double_lt(losses[19], losses[0]);
    solver_result_clear(&result);
    tensor_free(X);
    labels_free(y);
    labels_free(none);
    tensor_free(l.W);
    tensor_free(l.b);
    tensor_free(l.dW);
    tensor_free(l.db);
}
END_TEST

/* A rule that fails when a state is another parameter's: it keeps to the value that came first. */
static void watchful_step(tensor *w, const tensor *dw, update_state *state)
{
    ck_assert(tensor_same_shape(w, dw) && tensor_same_shape(state->first, w));
    if (state->step == 0)
        tensor_copy(w, state->first);
    ck_assert_mem_eq(state->first->data, w->data, w->size * sizeof *w->data);
    double rate = state->step < 5 ? 1 : 0.5; /* the first epoch's, the second's */
    ck_assert_double_eq(state->settings.learning_rate, rate);
    state->step++;
}

START_TEST(test_solver_keeps_a_state_of_its_own_for_each_parameter)
{
    static const update_rule watchful = {.name = "watchful", .step = watchful_step};
    random_state r;
    random_seed(&r, 1);
    tensor *X = tensor_new_2d(N, D);
    labels *y = labels_new(N);
    linear l = {tensor_new_2d(D, C), tensor_new_1d(C), tensor_new_2d(D, C), tensor_new_1d(C)};
    tensor_fill(l.W, 1);
    tensor *V = tensor_new_2d(D, C), *dV = tensor_new_2d(D, C); /* W's shape, another value */
    tensor_fill(V, 2);
    model m = {.self = &l,
               .parameter_count = 3,
               .parameters = (parameter[]){{"W", l.W, l.dW}, {"V", V, dV}, {"b", l.b, l.db}},
               .loss = linear_loss,
               .predict = linear_predict};
    solver_options options = solver_options_default();
    options.rule = &watchful;
    options.settings.learning_rate = 1;
    options.learning_rate_decay = 0.5;
    options.batch_size = 8; /* 5 steps an epoch */
    options.epoch_count = 2;
    options.verbose = false;
    solver_result result;
    error e;
    ck_assert(solver_train(&m, X, y, X, y, &options, &r, &result, &e));
    solver_result_clear(&result);
    tensor_free(X);
    labels_free(y);
    tensor_free(l.W);
    tensor_free(l.b);
    tensor_free(l.dW);
    tensor_free(l.db);
    tensor_free(V);
    tensor_free(dV);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("solver");
    tcase_add_test(tests, test_solver_installs_the_parameters_of_the_best_validation_accuracy);
    tcase_add_test(tests, test_solver_keeps_the_last_parameters_when_none_is_better_than_nothing);
    tcase_add_test(tests, test_solver_decays_the_learning_rate_after_each_epoch);
    tcase_add_test(tests, test_solver_histories_have_an_entry_a_step_and_an_epoch);
    tcase_add_test(tests, test_solver_measures_once_where_an_epoch_is_one_step);
    tcase_add_test(tests, test_solver_draws_minibatches_with_replacement_from_the_stream);
    tcase_add_test(tests, test_solver_samples_the_accuracy_with_replacement_from_the_stream);
    tcase_add_test(tests, test_solver_measures_on_all_when_the_number_of_samples_is_0);
    tcase_add_test(tests, test_solver_accuracy_asks_for_a_hundred_at_a_time);
    tcase_add_test(tests, test_solver_writes_a_checkpoint_after_each_epoch);
    tcase_add_test(tests, test_solver_says_where_a_checkpoint_could_not_be_written);
    tcase_add_test(tests, test_solver_rejects_options_that_make_no_sense);
    tcase_add_test(tests, test_solver_prints_losses_and_accuracies_as_the_course_does);
    tcase_add_test(tests, test_solver_trains_as_a_second_implementation_does);
    tcase_add_test(tests, test_solver_keeps_a_state_of_its_own_for_each_parameter);
    return run_suite("solver", tests);
}
