/* Hidden cases of the normalizations of images. */
#include "norm_inputs.h"

/* The sizes of images, and how many groups their channels make. */
typedef struct image_sizes {
    size_t N, C, H, W, groups;
} image_sizes;

static image_sizes draw_images(attempt *a)
{
    image_sizes s = {.groups = draw_size(a, 1, 3)};
    s.N = draw_size(a, 1, 4);
    s.C = s.groups * draw_size(a, 1, 3);
    s.H = draw_size(a, 1, 5);
    s.W = draw_size(a, 2, 6);
    return s;
}

static void give_images(attempt *a, const image_sizes *s, bool training)
{
    give_features(a, sizes4(s->N, s->C, s->H, s->W), s->C, s->H * s->W);
    give_scale_and_shift(a, s->C);
    give_running_statistics(a, s->C);
    give_number(a, "training", training);
    give_number(a, "groups", (double)s->groups);
    give_size(a, 'M', s->N * s->H * s->W);
}

static void give_batch_backward(attempt *a, const image_sizes *s)
{
    size_t pixels = s->N * s->H * s->W;
    give_normalized(a, sizes2(pixels, s->C), s->C, (grouping){pixels, s->C, 1, s->C});
    give_normal(a, "dout", sizes4(s->N, s->C, s->H, s->W), 0, 1);
    give_normal(a, "gamma", sizes1(s->C), 0, 1);
}

static void give_group_backward(attempt *a, const image_sizes *s)
{
    size_t size = s->C / s->groups * s->H * s->W;
    give_normalized(a, sizes4(s->N, s->C, s->H, s->W), s->N * s->groups,
                    (grouping){size, 1, size, s->N * s->groups});
    give_normal(a, "dout", sizes4(s->N, s->C, s->H, s->W), 0, 1);
    give_normal(a, "gamma", sizes1(s->C), 0, 1);
    give_number(a, "groups", (double)s->groups);
}

static void expect_gradients(attempt *a)
{
    expect_close(a, "dx");
    expect_close(a, "dgamma");
    expect_close(a, "dbeta");
}

CASE(spatial_batchnorm_forward_any_shape, "batch normalization per channel",
     .stays = "running statistics see its mistakes too, but the output is what a net needs")
{
    for (size_t round = 0; round < 4; round++) {
        image_sizes s = draw_images(a);
        give_images(a, &s, true);
        call(a, "spatial_batchnorm_forward");
        expect_close(a, "out");
    }
}

CASE(spatial_batchnorm_running_statistics, "its running statistics, per channel",
     .stays = "the output in training does not see them")
{
    image_sizes s = draw_images(a);
    give_images(a, &s, true);
    call(a, "spatial_batchnorm_forward");
    expect_close(a, "running_mean");
    expect_close(a, "running_variance");
}

CASE(spatial_batchnorm_test_mode, "test mode uses the running statistics",
     .stays = "the other mode")
{
    image_sizes s = draw_images(a);
    give_images(a, &s, false);
    call(a, "spatial_batchnorm_forward");
    expect_close(a, "out");
    expect_close(a, "running_mean");
}

CASE(spatial_batchnorm_backward_any_shape, "the gradients of batch normalization per channel")
{
    for (size_t round = 0; round < 4; round++) {
        image_sizes s = draw_images(a);
        give_batch_backward(a, &s);
        call(a, "spatial_batchnorm_backward");
        expect_gradients(a);
    }
}

CASE(groupnorm_forward_any_shape, "each group of each image is normalized")
{
    for (size_t round = 0; round < 4; round++) {
        image_sizes s = draw_images(a);
        give_images(a, &s, true);
        give_size(a, 'M', s.N * s.groups);
        call(a, "spatial_groupnorm_forward");
        expect_close(a, "out");
    }
}

CASE(groupnorm_forward_cache, "the cache that forward fills for backward",
     .needs = "groupnorm_forward_any_shape",
     .stays = "a program that keeps something else works with its own backward alone")
{
    image_sizes s = draw_images(a);
    give_images(a, &s, true);
    give_size(a, 'M', s.N * s.groups);
    call(a, "spatial_groupnorm_forward");
    expect_close(a, "normalized");
    expect_close(a, "inverse_std");
}

CASE(groupnorm_one_group, "with a single group all channels are normalized together",
     .needs = "groupnorm_forward_any_shape", .stays = "the edge: layer normalization of images")
{
    image_sizes s = {2, 4, 3, 2, 1};
    give_images(a, &s, true);
    give_size(a, 'M', s.N * s.groups);
    call(a, "spatial_groupnorm_forward");
    expect_close(a, "out");
}

CASE(groupnorm_backward_any_shape, "the gradients of group normalization")
{
    for (size_t round = 0; round < 4; round++) {
        image_sizes s = draw_images(a);
        give_group_backward(a, &s);
        call(a, "spatial_groupnorm_backward");
        expect_gradients(a);
    }
}

CASE(spatial_norm_float, "the normalizations of images in float", .variant = CASE_FLOAT,
     .needs = "groupnorm_backward_any_shape")
{
    image_sizes s = {4, 6, 8, 7, 3};
    give_group_backward(a, &s);
    call(a, "spatial_groupnorm_backward");
    expect_gradients(a);
}

CASE(spatial_norm_memory, "no memory error in the normalizations of images",
     .variant = CASE_SANITIZED)
{
    image_sizes s = {2, 4, 3, 2, 2};
    give_images(a, &s, true);
    call(a, "spatial_batchnorm_forward");
    expect_close(a, "out");
    give_size(a, 'M', s.N * s.groups);
    call(a, "spatial_groupnorm_forward");
    expect_close(a, "out");
    give_batch_backward(a, &s);
    call(a, "spatial_batchnorm_backward");
    expect_close(a, "dx");
    give_group_backward(a, &s);
    call(a, "spatial_groupnorm_backward");
    expect_close(a, "dx");
}
