/*
 * The fast convolution against plain loops in double, in many shapes, on several threads and with
 * the kernels of every kind of processor; with the ReLU and pooling behind it, against these one by
 * one.
 */
#include "conv_fast.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "conv_kernels.h"
#include "expected_stop.h"
#include "image_layers.h"
#include "parallel.h"
#include "pool_fast.h"
#include "suite.h"

typedef struct scene {
    conv_shape shape;
    tensor *x, *w, *b, *dout; /* dout has the result's shape */
    double *out, *dx, *dw, *db;
} scene;

static void add_to_out(void *context, size_t result, size_t element, size_t pixel)
{
    scene *s = context;
    s->out[result] += (double)s->x->data[pixel] * (double)s->w->data[element];
}

static void add_to_gradients(void *context, size_t result, size_t element, size_t pixel)
{
    scene *s = context;
    s->dx[pixel] += (double)s->dout->data[result] * (double)s->w->data[element];
    s->dw[element] += (double)s->dout->data[result] * (double)s->x->data[pixel];
}

static scene new_scene(size_t N, size_t C, size_t H, size_t W, size_t F, size_t HH, size_t WW,
                       conv_shape shape)
{
    random_state r;
    random_seed(&r, (uint32_t)(N + 10 * C + 100 * H + 1000 * F + HH));
    scene s = {.shape = shape};
    s.x = normal_4d(&r, N, C, H, W);
    s.w = normal_4d(&r, F, C, HH, WW);
    s.b = tensor_new_1d(F);
    tensor_fill_normal(s.b, &r, 0, 1);
    s.dout = normal_4d(&r, N, F, conv_output_size(H, HH, shape), conv_output_size(W, WW, shape));
    s.out = calloc(s.dout->size + 1, sizeof *s.out);
    s.dx = calloc(s.x->size + 1, sizeof *s.dx);
    s.dw = calloc(s.w->size + 1, sizeof *s.dw);
    s.db = calloc(F + 1, sizeof *s.db);
    size_t area = s.dout->shape[2] * s.dout->shape[3];
    for (size_t i = 0; i < s.dout->size; i++) {
        s.out[i] = (double)s.b->data[i / area % F];
        s.db[i / area % F] += (double)s.dout->data[i];
    }
    visit_products(s.x, s.w, s.dout, shape, add_to_out, &s);
    visit_products(s.x, s.w, s.dout, shape, add_to_gradients, &s);
    return s;
}

static void free_scene(scene *s)
{
    tensor *tensors[] = {s->x, s->w, s->b, s->dout};
    double *arrays[] = {s->out, s->dx, s->dw, s->db};
    for (size_t i = 0; i < 4; i++) {
        tensor_free(tensors[i]);
        free(arrays[i]);
    }
}

static tensor *rubbish_like(const tensor *t)
{
    tensor *rubbish = tensor_new_like(t);
    tensor_fill(rubbish, (real)NAN);
    return rubbish;
}

static void check_scene(const scene *s)
{
    double window = (double)(s->w->size / s->w->shape[0]);
    double results = (double)(s->dout->size / s->dout->shape[1]);
    tensor *out = rubbish_like(s->dout), *dx = rubbish_like(s->x), *dw = rubbish_like(s->w);
    tensor *db = rubbish_like(s->b), *dw_alone = rubbish_like(s->w);
    fast_conv_forward(s->x, s->w, s->b, s->shape, out);
    ck_assert(nearly_same(out, s->out, window));
    fast_conv_backward(s->dout, s->x, s->w, s->shape, dx, dw, db);
    ck_assert(nearly_same(dx, s->dx, window * (double)s->w->shape[0] / (double)s->w->shape[1]));
    ck_assert(nearly_same(dw, s->dw, results));
    ck_assert(nearly_same(db, s->db, results));
    fast_conv_backward(s->dout, s->x, s->w, s->shape, NULL, dw_alone, db);
    ck_assert(nearly_same(dw_alone, s->dw, results));
    tensor *all[] = {out, dx, dw, db, dw_alone};
    for (size_t i = 0; i < 5; i++)
        tensor_free(all[i]);
}

/* With each of the kernels that this processor has. */
static void check_scene_with_all_kernels(const scene *s)
{
    for (size_t i = 0; conv_kernels_choose(i); i++)
        check_scene(s);
    conv_kernels_choose(0);
}

START_TEST(test_fast_convolution_is_the_sum_for_every_stride_and_padding)
{
    for (size_t stride = 1; stride <= 3; stride++)
        for (size_t pad = 0; pad <= 4; pad++)
            for (size_t filter = 1; filter <= 4; filter++) {
                scene s = new_scene(2, 3, 7, 6, 4, filter, 5 - filter, (conv_shape){stride, pad});
                check_scene_with_all_kernels(&s);
                free_scene(&s);
            }
}
END_TEST

START_TEST(test_fast_convolution_is_the_sum_in_the_courses_shapes)
{
    scene scenes[] = {new_scene(3, 3, 31, 31, 25, 3, 3, (conv_shape){2, 1}),
                      new_scene(2, 3, 32, 32, 32, 7, 7, (conv_shape){1, 3}),
                      new_scene(2, 32, 16, 16, 64, 3, 3, (conv_shape){1, 1}),
                      new_scene(2, 5, 9, 33, 7, 5, 5, (conv_shape){1, 2}),
                      new_scene(19, 3, 4, 4, 13, 3, 3, (conv_shape){1, 1}),
                      new_scene(2, 3, 5, 70, 5, 3, 1, (conv_shape){3, 1})};
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        check_scene_with_all_kernels(&scenes[i]);
        free_scene(&scenes[i]);
    }
}
END_TEST

START_TEST(test_fast_convolution_is_the_sum_on_any_number_of_threads)
{
    scene s = new_scene(7, 16, 16, 16, 24, 3, 3, (conv_shape){1, 1});
    for (int threads = 1; threads <= 9; threads += 2) {
        parallel_set_threads(threads);
        check_scene(&s);
    }
    free_scene(&s);
}
END_TEST

START_TEST(test_fast_convolution_gives_the_same_bits_twice)
{
    scene s = new_scene(6, 16, 16, 16, 24, 3, 3, (conv_shape){1, 1});
    tensor *first[] = {rubbish_like(s.x), rubbish_like(s.w), rubbish_like(s.b)};
    tensor *again[] = {rubbish_like(s.x), rubbish_like(s.w), rubbish_like(s.b)};
    parallel_set_threads(2);
    fast_conv_backward(s.dout, s.x, s.w, s.shape, first[0], first[1], first[2]);
    fast_conv_backward(s.dout, s.x, s.w, s.shape, again[0], again[1], again[2]);
    for (size_t t = 0; t < 3; t++) {
        for (size_t i = 0; i < first[t]->size; i++)
            ck_assert(first[t]->data[i] == again[t]->data[i]);
        tensor_free(first[t]);
        tensor_free(again[t]);
    }
    free_scene(&s);
}
END_TEST

/* Small whole numbers: all sums are exact, and there are ties. */
static void make_whole(tensor *t, random_state *r)
{
    for (size_t i = 0; i < t->size; i++)
        t->data[i] = (real)random_integer(r, 7) - 3;
}

static void check_equal(const tensor *a, const tensor *b)
{
    for (size_t i = 0; i < a->size; i++)
        ck_assert(a->data[i] == b->data[i]);
}

/* The three layers in one against one after the other. */
static void check_relu_pool(scene *s, pool_shape pool)
{
    random_state r;
    random_seed(&r, (uint32_t)(pool.height + 10 * pool.stride));
    make_whole(s->x, &r);
    make_whole(s->w, &r);
    make_whole(s->b, &r);
    tensor *conv = rubbish_like(s->dout), *dconv = rubbish_like(s->dout);
    tensor *out = tensor_new_4d(conv->shape[0], conv->shape[1],
                                pool_output_size(conv->shape[2], pool.height, pool.stride),
                                pool_output_size(conv->shape[3], pool.width, pool.stride));
    tensor *dout = tensor_new_like(out), *expected = tensor_new_like(out);
    tensor *winners = rubbish_like(out);
    make_whole(dout, &r);
    tensor *got[] = {rubbish_like(s->x), rubbish_like(s->w), rubbish_like(s->b)};
    tensor *wanted[] = {rubbish_like(s->x), rubbish_like(s->w), rubbish_like(s->b)};

    fast_conv_forward(s->x, s->w, s->b, s->shape, conv);
    for (size_t i = 0; i < conv->size; i++)
        conv->data[i] = conv->data[i] > 0 ? conv->data[i] : 0;
    fast_max_pool_forward(conv, pool, expected);
    fast_max_pool_backward(dout, conv, pool, dconv);
    for (size_t i = 0; i < conv->size; i++)
        dconv->data[i] = conv->data[i] > 0 ? dconv->data[i] : 0;
    fast_conv_backward(dconv, s->x, s->w, s->shape, wanted[0], wanted[1], wanted[2]);

    fast_conv_relu_pool_forward(s->x, s->w, s->b, s->shape, pool, out, winners);
    fast_conv_relu_pool_backward(dout, winners, s->x, s->w, s->shape, pool, got[0], got[1], got[2]);
    check_equal(out, expected);
    for (size_t i = 0; i < 3; i++) {
        check_equal(got[i], wanted[i]);
        tensor_free(got[i]);
        tensor_free(wanted[i]);
    }
    tensor *all[] = {conv, dconv, out, dout, expected, winners};
    for (size_t i = 0; i < 6; i++)
        tensor_free(all[i]);
}

START_TEST(test_convolution_relu_and_pooling_in_one_are_the_three_layers)
{
    const pool_shape pools[] = {{2, 2, 2}, {3, 2, 1}, {2, 3, 2}, {1, 1, 3}, {2, 2, 3}};
    for (size_t i = 0; i < sizeof pools / sizeof *pools; i++)
        for (int threads = 1; threads <= 2; threads++) {
            scene s = new_scene(5, 3, 9, 12, 7, 3, 3, (conv_shape){1, 1});
            parallel_set_threads(threads);
            check_relu_pool(&s, pools[i]);
            free_scene(&s);
        }
}
END_TEST

static void with_other_winners(void)
{
    tensor *x = tensor_new_4d(1, 2, 4, 4), *w = tensor_new_4d(1, 2, 3, 3);
    fast_conv_relu_pool_forward(x, w, tensor_new_1d(1), (conv_shape){1, 1}, (pool_shape){2, 2, 2},
                                tensor_new_4d(1, 1, 2, 2), tensor_new_4d(1, 1, 4, 4));
}

static void with_other_channels(void)
{
    tensor *x = tensor_new_4d(1, 2, 4, 4), *w = tensor_new_4d(1, 3, 2, 2);
    fast_conv_forward(x, w, tensor_new_1d(1), (conv_shape){1, 0}, tensor_new_4d(1, 1, 3, 3));
}

static void with_stride_0(void)
{
    tensor *x = tensor_new_4d(1, 2, 4, 4), *w = tensor_new_4d(1, 2, 2, 2);
    fast_conv_forward(x, w, tensor_new_1d(1), (conv_shape){0, 0}, tensor_new_4d(1, 1, 3, 3));
}

static void with_filters_of_no_height(void)
{
    tensor *x = tensor_new_4d(1, 2, 4, 4), *w = tensor_new_4d(1, 2, 0, 3);
    fast_conv_forward(x, w, tensor_new_1d(1), (conv_shape){1, 1}, tensor_new_4d(1, 1, 7, 4));
}

static void with_images_of_no_width(void)
{
    tensor *x = tensor_new_4d(1, 2, 4, 0), *w = tensor_new_4d(1, 2, 3, 1);
    fast_conv_forward(x, w, tensor_new_1d(1), (conv_shape){1, 1}, tensor_new_4d(1, 1, 4, 2));
}

static const expected_stop stops[] = {
    {with_filters_of_no_height,
     "fast_conv_forward: the filters are 0 x 3, should be 1 x 1 at least"},
    {with_images_of_no_width, "fast_conv_forward: the images have no pixels: they are 4 x 0"},
    {with_other_channels,
     "fast_conv_forward: w has shape 1 x 3 x 2 x 2, should have 1 x 2 x 2 x 2"},
    {with_stride_0, "fast_conv_forward: the stride is 0"},
    {with_other_winners, "fast_conv_relu_pool_forward: winners has shape 1 x 1 x 4 x 4, should "
                         "have 1 x 1 x 2 x 2"},
};

START_TEST(test_shapes_that_do_not_fit_stop)
{
    run_to_stop(&stops[_i]);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("conv_fast");
    tcase_add_test(tests, test_fast_convolution_is_the_sum_for_every_stride_and_padding);
    tcase_add_test(tests, test_fast_convolution_is_the_sum_in_the_courses_shapes);
    tcase_add_test(tests, test_fast_convolution_is_the_sum_on_any_number_of_threads);
    tcase_add_test(tests, test_fast_convolution_gives_the_same_bits_twice);
    tcase_add_test(tests, test_convolution_relu_and_pooling_in_one_are_the_three_layers);
    tcase_add_loop_exit_test(tests, test_shapes_that_do_not_fit_stop, STOPPED_WELL, 0,
                             sizeof stops / sizeof *stops);
    return run_suite("conv_fast", tests);
}
