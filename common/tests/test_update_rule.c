/* Plain SGD, and what every update rule shares. */
#include "update_rule.h"

#include <check.h>
#include <stdlib.h>

#include "suite.h"

START_TEST(test_sgd_moves_against_the_gradient_by_the_learning_rate)
{
    tensor *w = tensor_new_2d(2, 3), *dw = tensor_new_2d(2, 3);
    tensor_fill_linspace(w, 0, 5);
    tensor_fill_linspace(dw, -8, 32);
    update_settings settings = update_settings_default();
    settings.learning_rate = 0.25;
    update_state state = update_state_for(w, &settings);
    update_rule_sgd.step(w, dw, &state);
    static const double expected[] = {2, 1, 0, -1, -2, -3}; /* i - (8 i - 8) / 4 */
    for (size_t i = 0; i < 6; i++)
        ck_assert_double_eq((double)w->data[i], expected[i]);
    ck_assert_double_eq((double)dw->data[5], 32);
    ck_assert_uint_eq(state.step, 1);
    update_state_clear(&state);
    tensor_free(w);
    tensor_free(dw);
}
END_TEST

START_TEST(test_update_rule_find_knows_names_and_only_them)
{
    static const update_rule other = {.name = "other"};
    const update_rule *const rules[] = {&other, &update_rule_sgd};
    ck_assert_ptr_eq(update_rule_find("sgd", rules, 2), &update_rule_sgd);
    ck_assert_ptr_eq(update_rule_find("other", rules, 2), &other);
    ck_assert_ptr_null(update_rule_find("sgd_momentum", rules, 2));
    ck_assert_ptr_null(update_rule_find("SGD", rules, 2));
    ck_assert_ptr_null(update_rule_find("sgd", rules, 0));
}
END_TEST

START_TEST(test_update_state_is_zeros_of_the_parameters_shape_and_its_own_settings)
{
    tensor *w = tensor_new_3d(2, 3, 4);
    tensor_fill(w, 9);
    update_settings settings = update_settings_default();
    update_state a = update_state_for(w, &settings), b = update_state_for(w, &settings);
    ck_assert(tensor_same_shape(a.first, w) && tensor_same_shape(a.second, w));
    for (size_t i = 0; i < w->size; i++)
        ck_assert(a.first->data[i] == 0 && a.second->data[i] == 0);
    ck_assert_uint_eq(a.step, 0);
    a.settings.learning_rate = 3;
    a.first->data[0] = 1;
    ck_assert_double_eq(b.settings.learning_rate, 1e-2);
    ck_assert_double_eq((double)b.first->data[0], 0);
    ck_assert_double_eq(settings.learning_rate, 1e-2);
    update_state_clear(&a);
    update_state_clear(&b);
    ck_assert_ptr_null(a.first);
    tensor_free(w);
}
END_TEST

START_TEST(test_update_settings_default_are_the_courses)
{
    update_settings s = update_settings_default();
    ck_assert_double_eq(s.learning_rate, 1e-2);
    ck_assert_double_eq(s.momentum, 0.9);
    ck_assert_double_eq(s.decay_rate, 0.99);
    ck_assert_double_eq(s.beta1, 0.9);
    ck_assert_double_eq(s.beta2, 0.999);
    ck_assert_double_eq(s.epsilon, 1e-8);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("update_rule");
    tcase_add_test(tests, test_sgd_moves_against_the_gradient_by_the_learning_rate);
    tcase_add_test(tests, test_update_rule_find_knows_names_and_only_them);
    tcase_add_test(tests, test_update_state_is_zeros_of_the_parameters_shape_and_its_own_settings);
    tcase_add_test(tests, test_update_settings_default_are_the_courses);
    return run_suite("update_rule", tests);
}
