/* Promises of regularization.c. */
#include "check_support.h"
#include "regularization.h"

/* The weights 1, -2, 0, 3: sum of squares 14, sum of magnitudes 6. */
static tensor *four_weights(void)
{
    return matrix(2, 2, (const double[]){1, -2, 0, 3});
}

START_TEST(test_regularize_l2_is_strength_times_the_sum_of_squares)
{
    tensor *W = four_weights();
    tensor *dW = output_like(W);
    hint("R has no factor 1/2, so its gradient has a factor 2.");
    expect_number("R", (double)regularize_l2(W, 0.5, dW), 7, 1e-12);
    expect_values("dW", dW, (const double[]){1, -2, 0, 3}, 1e-12);
    tensor_free(W);
    tensor_free(dW);
}
END_TEST

START_TEST(test_regularize_l1_is_strength_times_the_sum_of_magnitudes)
{
    tensor *W = four_weights();
    tensor *dW = output_like(W);
    hint("The gradient has the sign of each weight, whatever its size.");
    expect_number("R", (double)regularize_l1(W, 0.5, dW), 3, 1e-12);
    expect_values("dW", dW, (const double[]){0.5, -0.5, 0, 0.5}, 1e-12);
    tensor_free(W);
    tensor_free(dW);
}
END_TEST

START_TEST(test_regularize_elastic_net_weighs_the_squares_by_beta)
{
    tensor *W = four_weights();
    tensor *dW = output_like(W);
    hint("R = 0.5 * (0.25 * 14 + 6): beta multiplies the squares only, strength both parts.");
    expect_number("R", (double)regularize_elastic_net(W, 0.5, 0.25, dW), 4.75, 1e-12);
    expect_values("dW", dW, (const double[]){0.75, -1, 0, 1.25}, 1e-12);
    tensor_free(W);
    tensor_free(dW);
}
END_TEST

START_TEST(test_regularize_elastic_net_without_beta_is_l1)
{
    tensor *W = four_weights();
    tensor *dW = output_like(W);
    expect_number("R", (double)regularize_elastic_net(W, 0.5, 0, dW), 3, 1e-12);
    expect_values("dW", dW, (const double[]){0.5, -0.5, 0, 0.5}, 1e-12);
    tensor_free(W);
    tensor_free(dW);
}
END_TEST

static const real strength = 0.7;
static const real beta = 0.3;

static double l2_of(const tensor *W, void *unused)
{
    return (double)regularize_l2(W, strength, unused);
}

static double l1_of(const tensor *W, void *unused)
{
    return (double)regularize_l1(W, strength, unused);
}

static double elastic_net_of(const tensor *W, void *unused)
{
    return (double)regularize_elastic_net(W, strength, beta, unused);
}

/* Weights of rank 3: a penalty does not care about shapes. */
static tensor *weights_of_rank_3(void)
{
    random_state r;
    random_seed(&r, 231);
    tensor *W = tensor_new_3d(3, 2, 4);
    tensor_fill_normal(W, &r, 0, 1);
    return W;
}

START_TEST(test_regularize_l2_gives_the_gradient_for_any_shape)
{
    tensor *W = weights_of_rank_3();
    tensor *dW = output_like(W);
    tensor *unused = tensor_new_like(W);
    regularize_l2(W, strength, dW);
    expect_gradient("dW", dW, l2_of, unused, W);
    tensor_free(W);
    tensor_free(dW);
    tensor_free(unused);
}
END_TEST

START_TEST(test_regularize_l1_gives_the_gradient_for_any_shape)
{
    tensor *W = weights_of_rank_3();
    tensor *dW = output_like(W);
    tensor *unused = tensor_new_like(W);
    regularize_l1(W, strength, dW);
    expect_gradient("dW", dW, l1_of, unused, W);
    tensor_free(W);
    tensor_free(dW);
    tensor_free(unused);
}
END_TEST

START_TEST(test_regularize_elastic_net_gives_the_gradient_for_any_shape)
{
    tensor *W = weights_of_rank_3();
    tensor *dW = output_like(W);
    tensor *unused = tensor_new_like(W);
    regularize_elastic_net(W, strength, beta, dW);
    expect_gradient("dW", dW, elastic_net_of, unused, W);
    tensor_free(W);
    tensor_free(dW);
    tensor_free(unused);
}
END_TEST

START_TEST(test_max_norm_project_rescales_the_columns_that_are_too_long)
{
    tensor *W = matrix(2, 3, (const double[]){3, 0.3, 6, 4, 0.4, -8});
    tensor *projected = output_like(W);
    hint("The columns have the norms 5, 0.5 and 10, and the bound is 2.");
    max_norm_project(W, 2, projected);
    expect_values("projected", projected, (const double[]){1.2, 0.3, 1.2, 1.6, 0.4, -1.6}, 1e-12);
    tensor_free(W);
    tensor_free(projected);
}
END_TEST

START_TEST(test_max_norm_project_leaves_shorter_columns_to_the_bit)
{
    random_state r;
    random_seed(&r, 5);
    tensor *W = normal_2d(&r, 4, 6, 0.1);
    tensor *projected = output_like(W);
    max_norm_project(W, 10, projected);
    expect_close("projected", projected, W, 0);
    tensor_free(W);
    tensor_free(projected);
}
END_TEST

START_TEST(test_max_norm_project_keeps_a_column_of_zeros)
{
    tensor *W = matrix(2, 2, (const double[]){0, 30, 0, 40});
    tensor *projected = output_like(W);
    hint("One column has norm 0: do not divide by it.");
    max_norm_project(W, 1, projected);
    expect_values("projected", projected, (const double[]){0, 0.6, 0, 0.8}, 1e-12);
    tensor_free(W);
    tensor_free(projected);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"regularize_l2", test_regularize_l2_is_strength_times_the_sum_of_squares},
        {"regularize_l2", test_regularize_l2_gives_the_gradient_for_any_shape},
        {"regularize_l1", test_regularize_l1_is_strength_times_the_sum_of_magnitudes},
        {"regularize_l1", test_regularize_l1_gives_the_gradient_for_any_shape},
        {"regularize_elastic_net", test_regularize_elastic_net_weighs_the_squares_by_beta},
        {"regularize_elastic_net", test_regularize_elastic_net_without_beta_is_l1},
        {"regularize_elastic_net", test_regularize_elastic_net_gives_the_gradient_for_any_shape},
        {"max_norm_project", test_max_norm_project_rescales_the_columns_that_are_too_long},
        {"max_norm_project", test_max_norm_project_leaves_shorter_columns_to_the_bit},
        {"max_norm_project", test_max_norm_project_keeps_a_column_of_zeros},
    };
    return check_module("regularization", promises, sizeof promises / sizeof *promises);
}
