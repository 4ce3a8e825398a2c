/* Hidden cases of batch and layer normalization. */
#include "norm_inputs.h"

/* Examples of N x D with means and spreads of their own, scale and shift. */
static void give_examples(attempt *a, size_t N, size_t D)
{
    give_features(a, sizes2(N, D), D, 1);
    give_scale_and_shift(a, D);
}

static void give_state(attempt *a, size_t D, bool training)
{
    give_running_statistics(a, D);
    give_number(a, "training", training);
}

/* Backward's inputs: any upstream gradient, and what a forward pass left. */
static void give_backward(attempt *a, size_t N, size_t D, bool over_examples)
{
    give_normalized(a, sizes2(N, D), over_examples ? D : N,
                    over_examples ? (grouping){N, D, 1, D} : (grouping){D, 1, D, N});
    give_normal(a, "dout", sizes2(N, D), 0, 1);
    give_normal(a, "gamma", sizes1(D), 0, 1);
}

static void expect_gradients(attempt *a)
{
    expect_close(a, "dx");
    expect_close(a, "dgamma");
    expect_close(a, "dbeta");
}

CASE(batchnorm_forward_any_shape, "the normalized batch, scaled and shifted",
     .stays = "other figures see its mistakes too, but the output is what a net needs")
{
    for (size_t round = 0; round < 4; round++) {
        size_t D = draw_size(a, 1, 9);
        give_examples(a, draw_size(a, 2, 14), D);
        give_state(a, D, true);
        call(a, "batchnorm_forward");
        expect_close(a, "out");
    }
}

CASE(batchnorm_forward_cache, "the cache that forward fills for backward",
     .needs = "batchnorm_forward_any_shape",
     .stays = "a program that keeps something else works with its own backward alone")
{
    size_t D = draw_size(a, 2, 9);
    give_examples(a, draw_size(a, 3, 14), D);
    give_state(a, D, true);
    call(a, "batchnorm_forward");
    expect_close(a, "normalized");
    expect_close(a, "inverse_std");
}

CASE(batchnorm_forward_running_statistics, "training updates the running statistics")
{
    for (size_t round = 0; round < 3; round++) {
        size_t D = draw_size(a, 2, 9);
        give_examples(a, draw_size(a, 2, 6), D);
        give_state(a, D, true);
        call(a, "batchnorm_forward");
        expect_close(a, "running_mean");
        expect_close(a, "running_variance");
    }
}

CASE(batchnorm_forward_test_mode, "test mode uses the running statistics")
{
    for (size_t round = 0; round < 3; round++) {
        size_t D = draw_size(a, 2, 9);
        give_examples(a, draw_size(a, 1, 6), D);
        give_state(a, D, false);
        call(a, "batchnorm_forward");
        expect_close(a, "out");
    }
}

CASE(batchnorm_forward_test_mode_keeps, "test mode does not change the running statistics",
     .needs = "batchnorm_forward_test_mode")
{
    size_t D = draw_size(a, 2, 9);
    give_examples(a, draw_size(a, 2, 6), D);
    give_state(a, D, false);
    call(a, "batchnorm_forward");
    expect_close(a, "running_mean");
    expect_close(a, "running_variance");
}

CASE(batchnorm_forward_large_eps, "eps is added to the variance, under the square root",
     .needs = "batchnorm_forward_any_shape",
     .stays = "with a small eps the mistake hides below the tolerance of float")
{
    size_t D = draw_size(a, 2, 6);
    give_examples(a, draw_size(a, 2, 6), D);
    give_state(a, D, true);
    give_number(a, "eps", draw_number(a, 1, 5));
    call(a, "batchnorm_forward");
    expect_close(a, "out");
}

CASE(batchnorm_forward_constant_feature, "a constant feature gives its shift",
     .needs = "batchnorm_forward_any_shape", .stays = "a division by a variance of 0")
{
    size_t D = draw_size(a, 2, 6);
    size_t N = draw_size(a, 2, 6);
    give_examples(a, N, D);
    for (size_t i = 0; i < N; i++)
        given(a, "x")->data[i * D] = 8;
    give_state(a, D, true);
    call(a, "batchnorm_forward");
    expect_close(a, "out");
}

CASE(batchnorm_forward_far_from_zero, "features around a million",
     .needs = "batchnorm_forward_any_shape",
     .stays = "a variance as a difference of two large numbers")
{
    size_t D = draw_size(a, 2, 6);
    size_t N = draw_size(a, 5, 12);
    give_examples(a, N, D);
    for (size_t i = 0; i < N * D; i++)
        given(a, "x")->data[i] += 1e6;
    give_state(a, D, true);
    call(a, "batchnorm_forward");
    expect_close_within(a, "out", 1e-6);
}

CASE(batchnorm_backward_any_shape, "the gradients of batch normalization")
{
    for (size_t round = 0; round < 4; round++) {
        size_t N = draw_size(a, 2, 14);
        size_t D = draw_size(a, 1, 9);
        give_backward(a, N, D, true);
        call(a, "batchnorm_backward");
        expect_gradients(a);
    }
}

CASE(batchnorm_backward_alt_any_shape, "the same gradients from the simplified formula",
     .stays = "the second call sees its mistakes too, in one shape")
{
    for (size_t round = 0; round < 4; round++) {
        size_t N = draw_size(a, 2, 14);
        size_t D = draw_size(a, 1, 9);
        give_backward(a, N, D, true);
        call(a, "batchnorm_backward_alt");
        expect_gradients(a);
    }
}

CASE(batchnorm_called_twice, "a second call gives the same, whatever the outputs' contents",
     .needs = "batchnorm_backward_any_shape",
     .stays = "a program that adds to what its outputs held")
{
    size_t N = draw_size(a, 3, 8);
    size_t D = draw_size(a, 2, 6);
    give_backward(a, N, D, true);
    fill_outputs(a, 1e3);
    call(a, "batchnorm_backward");
    expect_gradients(a);
    call(a, "batchnorm_backward_alt");
    expect_gradients(a);
}

CASE(layernorm_forward_any_shape, "each example is normalized over its own features")
{
    for (size_t round = 0; round < 4; round++) {
        size_t D = draw_size(a, 2, 12);
        give_examples(a, draw_size(a, 1, 9), D);
        give_number(a, "eps", 1e-5);
        call(a, "layernorm_forward");
        expect_close(a, "out");
    }
}

CASE(layernorm_forward_cache, "the cache that forward fills for backward",
     .needs = "layernorm_forward_any_shape",
     .stays = "a program that keeps something else works with its own backward alone")
{
    size_t N = draw_size(a, 2, 9);
    size_t D = draw_size(a, 2, 12);
    give_examples(a, N, D);
    give_number(a, "eps", draw_number(a, 0.1, 1));
    call(a, "layernorm_forward");
    expect_close(a, "normalized");
    expect_close(a, "inverse_std");
}

CASE(layernorm_backward_any_shape, "the gradients of layer normalization")
{
    for (size_t round = 0; round < 4; round++) {
        size_t N = draw_size(a, 1, 9);
        size_t D = draw_size(a, 2, 12);
        give_backward(a, N, D, false);
        call(a, "layernorm_backward");
        expect_gradients(a);
    }
}

CASE(norm_float, "the normalizations in float", .variant = CASE_FLOAT,
     .needs = "batchnorm_backward_any_shape")
{
    give_examples(a, 60, 20);
    give_state(a, 20, true);
    call(a, "batchnorm_forward");
    expect_close(a, "out");
    give_backward(a, 60, 20, true);
    call(a, "batchnorm_backward");
    expect_gradients(a);
    give_backward(a, 20, 60, false);
    call(a, "layernorm_backward");
    expect_gradients(a);
}

CASE(norm_memory, "no memory error in the normalizations", .variant = CASE_SANITIZED)
{
    give_examples(a, 5, 3);
    give_state(a, 3, true);
    call(a, "batchnorm_forward");
    expect_close(a, "out");
    call(a, "layernorm_forward");
    expect_close(a, "out");
    give_backward(a, 5, 3, true);
    call(a, "batchnorm_backward");
    expect_close(a, "dx");
    call(a, "batchnorm_backward_alt");
    expect_close(a, "dx");
    give_backward(a, 5, 3, false);
    call(a, "layernorm_backward");
    expect_close(a, "dx");
}
