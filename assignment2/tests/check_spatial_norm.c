/* Promises of spatial_norm.c. */
#include "check_support.h"
#include "spatial_norm.h"

/* A vector of count numbers: first, first + 1, ... */
static tensor *counting(size_t count, double first)
{
    tensor *t = keep(tensor_new_1d(count));
    for (size_t i = 0; i < count; i++)
        t->data[i] = (real)(first + (double)i);
    return t;
}

static batchnorm_state new_state(size_t C)
{
    return (batchnorm_state){.running_mean = keep(tensor_new_1d(C)),
                             .running_variance = keep(tensor_new_1d(C)),
                             .momentum = (real)0.9,
                             .eps = (real)1e-5};
}

/* Mean and deviation of channel c of image images[first] .. images[last - 1] of t. */
static void figures(const tensor *t, size_t c, size_t last_c, size_t first, size_t last,
                    double *mean, double *deviation)
{
    size_t area = t->shape[2] * t->shape[3];
    double count = 0, sum = 0, squares = 0;
    for (size_t n = first; n < last; n++)
        for (size_t i = c * area; i < last_c * area; i++) {
            double value = (double)t->data[n * t->shape[1] * area + i];
            count++;
            sum += value;
            squares += value * value;
        }
    *mean = sum / count;
    *deviation = sqrt(squares / count - *mean * *mean);
}

/* Figures: CS231n 2022, ConvolutionalNetworks notebook, spatial batch normalization, seed 231. */
START_TEST(test_spatial_batchnorm_forward_gives_the_published_means_and_deviations)
{
    const double means_before[] = {9.33463814, 8.90909116, 9.11056338};
    const double deviations_before[] = {3.61447857, 3.19347686, 3.5168142};
    const double deviations_after[] = {2.99999885, 3.99999804, 4.99999798};
    random_state r;
    random_seed(&r, 231);
    tensor *x = kept_normal(&r, 10, 4, SHAPE(2, 3, 4, 5));
    tensor *out = kept_output(SHAPE(2, 3, 4, 5));
    batchnorm_state state = new_state(3);
    batchnorm_cache cache = {kept_output(SHAPE(40, 3)), kept_output(SHAPE(3))};
    hint("Mean and variance of a channel are taken over all images and all pixels.");
    spatial_batchnorm_forward(x, counting(3, 3), counting(3, 6), true, &state, out, &cache);
    for (size_t c = 0; c < 3; c++) {
        double mean, deviation;
        figures(x, c, c + 1, 0, 2, &mean, &deviation);
        expect_number("x's mean, of the drawn numbers", mean, means_before[c], 1e-8);
        expect_number("x's standard deviation", deviation, deviations_before[c], 1e-8);
        figures(out, c, c + 1, 0, 2, &mean, &deviation);
        expect_number("a channel's mean", mean, (double)(6 + c), 1e-9);
        expect_number("a channel's standard deviation", deviation, deviations_after[c], 1e-8);
    }
}
END_TEST

START_TEST(test_spatial_batchnorm_forward_in_test_mode_uses_the_running_statistics)
{
    random_state r;
    random_seed(&r, 231);
    tensor *x = kept_normal(&r, 0, 1, SHAPE(2, 2, 1, 3)), *out = kept_output(SHAPE(2, 2, 1, 3));
    tensor *expected = keep(tensor_new_like(x));
    batchnorm_state state = new_state(2);
    state.eps = 0;
    for (size_t c = 0; c < 2; c++) {
        state.running_mean->data[c] = (real)(c + 1);
        state.running_variance->data[c] = (real)(c == 0 ? 4 : 9);
    }
    for (size_t i = 0; i < x->size; i++) {
        size_t c = i / 3 % 2;
        expected->data[i] = (x->data[i] - state.running_mean->data[c]) / (real)(c == 0 ? 2 : 3);
    }
    tensor *ones = keep(tensor_new_1d(2));
    tensor_fill(ones, 1);
    spatial_batchnorm_forward(x, ones, keep(tensor_new_1d(2)), false, &state, out, NULL);
    expect_close("out", out, expected, 1e-12);
}
END_TEST

/* A normalization of images, with groups or, when groups is 0, over the batch. */
typedef struct layer {
    size_t groups;
    tensor *x, *gamma, *beta, *dout, *normalized, *inverse_std, *dx, *dgamma, *dbeta;
} layer;

static void run_forward(const layer *l, const tensor *x, const tensor *gamma, const tensor *beta,
                        tensor *out)
{
    size_t C = x->shape[1];
    batchnorm_state state = {tensor_new_1d(C), tensor_new_1d(C), (real)0.9, (real)1e-5};
    batchnorm_cache over_batch = {l->normalized, l->inverse_std};
    layernorm_cache in_groups = {l->normalized, l->inverse_std};
    if (l->groups == 0)
        spatial_batchnorm_forward(x, gamma, beta, true, &state, out, &over_batch);
    else
        spatial_groupnorm_forward(x, gamma, beta, l->groups, (real)1e-5, out, &in_groups);
    tensor_free(state.running_mean);
    tensor_free(state.running_variance);
}

static void out_of_x(const tensor *x, tensor *out, void *context)
{
    const layer *l = context;
    run_forward(l, x, l->gamma, l->beta, out);
}

static void out_of_gamma(const tensor *gamma, tensor *out, void *context)
{
    const layer *l = context;
    run_forward(l, l->x, gamma, l->beta, out);
}

static void out_of_beta(const tensor *beta, tensor *out, void *context)
{
    const layer *l = context;
    run_forward(l, l->x, l->gamma, beta, out);
}

static layer new_layer(size_t groups)
{
    enum { N = 2, C = 6, H = 3, W = 2 };
    random_state r;
    random_seed(&r, 231);
    layer l = {.groups = groups};
    l.x = kept_normal(&r, 12, 5, SHAPE(N, C, H, W));
    l.gamma = kept_normal(&r, 0, 1, SHAPE(C));
    l.beta = kept_normal(&r, 0, 1, SHAPE(C));
    l.dout = kept_normal(&r, 0, 1, SHAPE(N, C, H, W));
    l.normalized = groups == 0 ? kept_output(SHAPE(N * H * W, C)) : kept_output(SHAPE(N, C, H, W));
    l.inverse_std = kept_output(SHAPE(groups == 0 ? C : N * groups));
    l.dx = keep(output_like(l.x));
    l.dgamma = kept_output(SHAPE(C));
    l.dbeta = kept_output(SHAPE(C));
    run_forward(&l, l.x, l.gamma, l.beta, keep(output_like(l.x)));
    if (groups == 0)
        spatial_batchnorm_backward(l.dout, l.gamma, &(batchnorm_cache){l.normalized, l.inverse_std},
                                   l.dx, l.dgamma, l.dbeta);
    else
        spatial_groupnorm_backward(l.dout, l.gamma, groups,
                                   &(layernorm_cache){l.normalized, l.inverse_std}, l.dx, l.dgamma,
                                   l.dbeta);
    return l;
}

START_TEST(test_spatial_batchnorm_backward_gives_the_gradient_by_x)
{
    layer l = new_layer(0);
    expect_gradient_array("dx", l.dx, out_of_x, &l, l.x, l.dout);
}
END_TEST

START_TEST(test_spatial_batchnorm_backward_gives_the_gradients_by_gamma_and_beta)
{
    layer l = new_layer(0);
    expect_gradient_array("dgamma", l.dgamma, out_of_gamma, &l, l.gamma, l.dout);
    expect_gradient_array("dbeta", l.dbeta, out_of_beta, &l, l.beta, l.dout);
}
END_TEST

/* The notebook's shapes: 2 x 6 x 4 x 5 in 2 groups; with gamma 1 and beta 0 means are 0. */
START_TEST(test_spatial_groupnorm_forward_normalizes_each_group_of_each_image)
{
    random_state r;
    random_seed(&r, 231);
    tensor *x = kept_normal(&r, 10, 4, SHAPE(2, 6, 4, 5)), *out = kept_output(SHAPE(2, 6, 4, 5));
    tensor *ones = keep(tensor_new_1d(6));
    layernorm_cache cache = {kept_output(SHAPE(2, 6, 4, 5)), kept_output(SHAPE(4))};
    tensor_fill(ones, 1);
    hint("Group g of an image is the channels g * C / G up to (g + 1) * C / G, with all pixels.");
    spatial_groupnorm_forward(x, ones, keep(tensor_new_1d(6)), 2, (real)1e-5, out, &cache);
    for (size_t g = 0; g < 4; g++) {
        double mean, deviation;
        figures(out, g % 2 * 3, g % 2 * 3 + 3, g / 2, g / 2 + 1, &mean, &deviation);
        ck_assert_msg(fabs(mean) < 1e-9, "group %zu of image %zu has mean %g, should be 0", g % 2,
                      g / 2, mean);
        expect_number("a group's standard deviation", deviation, 1, 1e-6);
    }
}
END_TEST

START_TEST(test_spatial_groupnorm_forward_has_a_scale_for_each_channel)
{
    tensor *x = keep(tensor_new_4d(1, 2, 1, 1)), *out = kept_output(SHAPE(1, 2, 1, 1));
    layernorm_cache cache = {kept_output(SHAPE(1, 2, 1, 1)), kept_output(SHAPE(1))};
    x->data[0] = -1;
    x->data[1] = 1;
    hint("gamma and beta have one number per channel, not per group: here 2, 3 and 10, 11.");
    spatial_groupnorm_forward(x, counting(2, 2), counting(2, 10), 1, (real)1e-12, out, &cache);
    expect_values("out", out, (const double[]){8, 14}, 1e-9);
    tensor *four = keep(tensor_new_4d(1, 4, 1, 1)), *result = kept_output(SHAPE(1, 4, 1, 1));
    layernorm_cache both = {kept_output(SHAPE(1, 4, 1, 1)), kept_output(SHAPE(2))};
    for (size_t c = 0; c < 4; c++)
        four->data[c] = c % 2 == 0 ? -1 : 1;
    hint(
        "Two groups of two channels: gamma is 2, 3, 4, 5 and beta 10, 11, 12, 13, by the channel.");
    spatial_groupnorm_forward(four, counting(4, 2), counting(4, 10), 2, (real)1e-12, result, &both);
    expect_values("out", result, (const double[]){8, 14, 8, 18}, 1e-9);
}
END_TEST

START_TEST(test_spatial_groupnorm_backward_gives_the_gradient_by_x)
{
    const size_t groups[] = {1, 2, 3};
    for (size_t i = 0; i < 3; i++) {
        layer l = new_layer(groups[i]);
        expect_gradient_array("dx", l.dx, out_of_x, &l, l.x, l.dout);
    }
}
END_TEST

START_TEST(test_spatial_groupnorm_backward_gives_the_gradients_by_gamma_and_beta)
{
    layer l = new_layer(2);
    hint("They have one number per channel, the sum over images and pixels.");
    expect_gradient_array("dgamma", l.dgamma, out_of_gamma, &l, l.gamma, l.dout);
    expect_gradient_array("dbeta", l.dbeta, out_of_beta, &l, l.beta, l.dout);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"spatial_batchnorm_forward",
         test_spatial_batchnorm_forward_gives_the_published_means_and_deviations},
        {"spatial_batchnorm_forward",
         test_spatial_batchnorm_forward_in_test_mode_uses_the_running_statistics},
        {"spatial_batchnorm_backward", test_spatial_batchnorm_backward_gives_the_gradient_by_x},
        {"spatial_batchnorm_backward",
         test_spatial_batchnorm_backward_gives_the_gradients_by_gamma_and_beta},
        {"spatial_groupnorm_forward",
         test_spatial_groupnorm_forward_normalizes_each_group_of_each_image},
        {"spatial_groupnorm_forward", test_spatial_groupnorm_forward_has_a_scale_for_each_channel},
        {"spatial_groupnorm_backward", test_spatial_groupnorm_backward_gives_the_gradient_by_x},
        {"spatial_groupnorm_backward",
         test_spatial_groupnorm_backward_gives_the_gradients_by_gamma_and_beta},
    };
    return check_module("spatial_norm", promises, sizeof promises / sizeof *promises);
}
