/*
 * The optimizer: any number of parameters, each with a memory of its own, under one learning rate.
 */
#include "optimizer.h"

#include "expected_stop.h"
#include "suite.h"

enum { MANY = 300 };

/* w = w - rate * (gradients so far): its memory tells whose gradients it has seen. */
static void summing_step(tensor *w, const tensor *dw, update_state *state)
{
    tensor_add(state->first, dw, state->first);
    tensor_add_scaled(state->first, (real)-state->settings.learning_rate, w);
    state->step++;
}

static const update_rule summing = {.name = "summing", .step = summing_step};

/* The settings with that learning rate. */
static update_settings settings_of(double learning_rate)
{
    update_settings settings = update_settings_default();
    settings.learning_rate = learning_rate;
    return settings;
}

/* count parameters at list, number i of i % 5 + 1 zeros, with a gradient of i everywhere. */
static void make_parameters(parameter *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        list[i] = (parameter){"w", tensor_new_1d(i % 5 + 1), tensor_new_1d(i % 5 + 1)};
        tensor_fill(list[i].gradient, (real)i);
    }
}

static void free_parameters(parameter *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        tensor_free(list[i].value);
        tensor_free(list[i].gradient);
    }
}

START_TEST(test_optimizer_steps_every_parameter_with_its_own_memory)
{
    parameter list[MANY];
    make_parameters(list, MANY);
    const update_settings settings = settings_of(0.5);
    optimizer o = optimizer_new(list, MANY, &summing, &settings);
    for (size_t step = 0; step < 3; step++)
        optimizer_step(&o);
    for (size_t i = 0; i < MANY; i++) /* (1 + 2 + 3) i / 2 */
        for (size_t k = 0; k < list[i].value->size; k++)
            ck_assert_double_eq((double)list[i].value->data[k], -3.0 * (double)i);
    optimizer_clear(&o);
    free_parameters(list, MANY);
}
END_TEST

START_TEST(test_optimizer_reads_the_gradients_that_lie_there_when_it_steps)
{
    parameter one[1];
    make_parameters(one, 1);
    const update_settings settings = settings_of(1);
    optimizer o = optimizer_new(one, 1, &update_rule_sgd, &settings);
    tensor_fill(one->gradient, 2);
    optimizer_step(&o);
    tensor_fill(one->gradient, 5);
    optimizer_step(&o);
    ck_assert_double_eq((double)one->value->data[0], -7);
    optimizer_clear(&o);
    free_parameters(one, 1);
}
END_TEST

START_TEST(test_optimizer_decays_the_rate_of_all_parameters_and_of_no_other_optimizer)
{
    parameter list[4];
    make_parameters(list, 4);
    const update_settings settings = settings_of(1);
    optimizer left = optimizer_new(list, 2, &update_rule_sgd, &settings);
    optimizer right = optimizer_new(list + 2, 2, &update_rule_sgd, &settings);
    optimizer_decay(&left, 0.5);
    optimizer_decay(&left, 0.5);
    optimizer_step(&left);
    optimizer_step(&right);
    ck_assert_double_eq((double)list[1].value->data[0], -0.25);
    ck_assert_double_eq((double)list[2].value->data[0], -2);
    ck_assert_double_eq((double)list[3].value->data[0], -3);
    ck_assert_double_eq(settings.learning_rate, 1);
    optimizer_clear(&left);
    optimizer_clear(&right);
    free_parameters(list, 4);
}
END_TEST

START_TEST(test_optimizer_outlives_the_list_that_it_was_made_of)
{
    parameter list[2], copy[2];
    make_parameters(list, 2);
    memcpy(copy, list, sizeof copy);
    const update_settings settings = settings_of(1);
    optimizer o = optimizer_new(list, 2, &update_rule_sgd, &settings);
    memset(list, 0, sizeof list);
    optimizer_step(&o);
    ck_assert_double_eq((double)copy[1].value->data[0], -1);
    optimizer_clear(&o);
    ck_assert(o.parameters == NULL && o.count == 0);
    optimizer_clear(&o);
    free_parameters(copy, 2);
}
END_TEST

static void with_a_gradient_of_another_shape(void)
{
    const update_settings settings = update_settings_default();
    parameter list[] = {{"W1", tensor_new_2d(2, 3), tensor_new_2d(2, 3)},
                        {"b1", tensor_new_1d(3), tensor_new_1d(4)}};
    optimizer o = optimizer_new(list, 2, &update_rule_sgd, &settings);
    optimizer_clear(&o);
}

static void with_no_parameters(void)
{
    const update_settings settings = update_settings_default();
    optimizer o = optimizer_new(NULL, 0, &update_rule_sgd, &settings);
    optimizer_clear(&o);
}

static void with_no_rule(void)
{
    const update_settings settings = update_settings_default();
    parameter one[1];
    make_parameters(one, 1);
    optimizer o = optimizer_new(one, 1, NULL, &settings);
    optimizer_clear(&o);
}

static const expected_stop stops[] = {
    {with_a_gradient_of_another_shape, "optimizer_new: b1 has shape 4, should have 3"},
    {with_no_parameters, "optimizer_new: there are no parameters"},
    {with_no_rule, "optimizer_new: there is no update rule"},
};

START_TEST(test_optimizer_stops_on_what_it_cannot_train)
{
    run_to_stop(&stops[_i]);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("optimizer");
    tcase_add_test(tests, test_optimizer_steps_every_parameter_with_its_own_memory);
    tcase_add_test(tests, test_optimizer_reads_the_gradients_that_lie_there_when_it_steps);
    tcase_add_test(tests,
                   test_optimizer_decays_the_rate_of_all_parameters_and_of_no_other_optimizer);
    tcase_add_test(tests, test_optimizer_outlives_the_list_that_it_was_made_of);
    tcase_add_loop_exit_test(tests, test_optimizer_stops_on_what_it_cannot_train, STOPPED_WELL, 0,
                             sizeof stops / sizeof *stops);
    return run_suite("optimizer", tests);
}
