/* The given plans of nets: shapes followed through the layers, and parameters counted. */
#include "layer_plan.h"

#include "checks/check_support.h"
#include "tests/expected_stop.h"
#include "tests/suite.h"

static void expect_shape(const layer_plan *plan, size_t channels, size_t height, size_t width)
{
    ck_assert_uint_eq(plan->shape[0], channels);
    ck_assert_uint_eq(plan->shape[1], height);
    ck_assert_uint_eq(plan->shape[2], width);
}

START_TEST(test_layer_plan_follows_the_shape)
{
    layer_plan plan;
    layer_plan_begin(&plan, 3, 10, 8);
    plan_conv(&plan, 4, 3, (conv_shape){1, 0});
    expect_shape(&plan, 4, 8, 6);
    plan_max_pool(&plan, 2);
    expect_shape(&plan, 4, 4, 3);
    plan_conv_transpose(&plan, 5, 4, (conv_shape){2, 1});
    expect_shape(&plan, 5, 8, 6);
    plan_spatial_batch_norm(&plan);
    plan_mean_pool(&plan, 2);
    plan_reshape(&plan, 60, 1, 1);
    plan_affine(&plan, 7);
    expect_shape(&plan, 7, 1, 1);
    ck_assert_uint_eq(plan.count, 7);
    ck_assert_int_eq(plan.layers[2].kind, LAYER_CONV_TRANSPOSE);
    ck_assert_uint_eq(plan.layers[2].in[0], 4);
}
END_TEST

START_TEST(test_layer_plan_counts_parameters)
{
    layer_plan plan;
    layer_plan_begin(&plan, 3, 8, 8);
    plan_conv(&plan, 4, 5, (conv_shape){1, 2});
    plan_leaky_relu(&plan, 0.01);
    plan_spatial_batch_norm(&plan);
    plan_conv_transpose(&plan, 2, 2, (conv_shape){1, 0});
    plan_reshape(&plan, 162, 1, 1);
    plan_affine(&plan, 6);
    plan_relu(&plan);
    plan_batch_norm(&plan);
    plan_tanh(&plan);
    plan_sigmoid(&plan);
    ck_assert_uint_eq(layer_plan_parameters(&plan),
                      3 * 4 * 25 + 4 + 2 * 4 + 4 * 2 * 4 + 2 + 162 * 6 + 6 + 2 * 6);
}
END_TEST

static void affine_of_a_picture(void)
{
    layer_plan plan;
    layer_plan_begin(&plan, 1, 28, 28);
    plan_affine(&plan, 10);
}

static void reshape_to_other_numbers(void)
{
    layer_plan plan;
    layer_plan_begin(&plan, 100, 1, 1);
    plan_reshape(&plan, 2, 7, 7);
}

static void too_many_layers(void)
{
    layer_plan plan;
    layer_plan_begin(&plan, 100, 1, 1);
    for (size_t i = 0; i <= PLAN_MOST_LAYERS; i++)
        plan_relu(&plan);
}

static const expected_stop stops[] = {
    {affine_of_a_picture,
     "plan_affine: the layer before gives 1 x 28 x 28: reshape it to a vector"},
    {reshape_to_other_numbers, "plan_reshape: 2 x 7 x 7 is not 100 numbers"},
    {too_many_layers, "plan_relu: the plan has 32 layers already"},
};

START_TEST(test_layer_plan_stops_at_a_layer_that_does_not_fit)
{
    run_to_stop(&stops[_i]);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("layer_plan");
    tcase_add_test(tests, test_layer_plan_follows_the_shape);
    tcase_add_test(tests, test_layer_plan_counts_parameters);
    tcase_add_loop_exit_test(tests, test_layer_plan_stops_at_a_layer_that_does_not_fit,
                             STOPPED_WELL, 0, sizeof stops / sizeof *stops);
    return run_suite("layer_plan", tests);
}
