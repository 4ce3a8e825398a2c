/* The fast transposed convolution against plain loops in double. */
#include "conv_transpose_fast.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "expected_stop.h"
#include "image_layers.h"
#include "parallel.h"
#include "suite.h"

/* What the loops compute: the result, without biases, and all gradients but db. */
typedef struct exact {
    const tensor *x, *w, *dout;
    double *out, *dx, *dw;
} exact;

/* A pixel of x lies where a convolution would have its result, a pixel of out where its image. */
static void add_product(void *context, size_t result, size_t element, size_t pixel)
{
    exact *e = context;
    e->out[pixel] += (double)e->x->data[result] * (double)e->w->data[element];
    e->dx[result] += (double)e->dout->data[pixel] * (double)e->w->data[element];
    e->dw[element] += (double)e->dout->data[pixel] * (double)e->x->data[result];
}

static double *zeros(size_t count)
{
    double *numbers = calloc(count + 1, sizeof *numbers);
    ck_assert_ptr_nonnull(numbers);
    return numbers;
}

typedef struct sizes {
    size_t N, C, H, W, F, P, Q, stride, pad;
} sizes;

static void check_conv_transpose(sizes s)
{
    random_state r;
    random_seed(&r, (uint32_t)(s.H + 10 * s.W + 100 * s.P + 1000 * s.stride));
    conv_shape shape = {s.stride, s.pad};
    tensor *x = normal_4d(&r, s.N, s.C, s.H, s.W), *w = normal_4d(&r, s.C, s.F, s.P, s.Q);
    tensor *dout = normal_4d(&r, s.N, s.F, (s.H - 1) * s.stride + s.P - 2 * s.pad,
                             (s.W - 1) * s.stride + s.Q - 2 * s.pad);
    tensor *b = tensor_new_1d(s.F), *out = tensor_new_like(dout), *dx = tensor_new_like(x);
    tensor *dw = tensor_new_like(w), *db = tensor_new_1d(s.F), *again = tensor_new_like(w);
    exact e = {x, w, dout, zeros(out->size), zeros(x->size), zeros(w->size)};
    double *sums = zeros(s.F);
    size_t pixels = dout->shape[2] * dout->shape[3];
    tensor_fill_normal(b, &r, 0, 1);
    tensor *written[] = {out, dx, dw, db, again};
    for (size_t i = 0; i < 5; i++)
        tensor_fill(written[i], (real)NAN);
    visit_products(dout, w, x, shape, add_product, &e);
    for (size_t i = 0; i < dout->size; i++) {
        e.out[i] += (double)b->data[i / pixels % s.F];
        sums[i / pixels % s.F] += (double)dout->data[i];
    }
    fast_conv_transpose_forward(x, w, b, shape, out);
    fast_conv_transpose_backward(dout, x, w, shape, dx, dw, db);
    fast_conv_transpose_backward(dout, x, w, shape, NULL, again, db);
    ck_assert(nearly_same(out, e.out, (double)(s.C * s.P * s.Q)));
    ck_assert(nearly_same(dx, e.dx, (double)(s.F * s.P * s.Q)));
    ck_assert(nearly_same(dw, e.dw, (double)(s.N * s.H * s.W)));
    ck_assert(nearly_same(db, sums, (double)(s.N * pixels)));
    ck_assert(dw->size == 0 || memcmp(dw->data, again->data, dw->size * sizeof(real)) == 0);
    tensor *all[] = {x, w, dout, b, out, dx, dw, db, again};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
    free(e.out);
    free(e.dx);
    free(e.dw);
    free(sums);
}

START_TEST(test_fast_transposed_convolution_lays_down_filters_of_any_stride_and_padding)
{
    for (size_t filter = 1; filter <= 5; filter++)
        for (size_t stride = 1; stride <= 3; stride++)
            for (size_t pad = 0; 2 * pad < filter; pad++)
                check_conv_transpose((sizes){2, 3, 4, 5, 2, filter, filter, stride, pad});
    check_conv_transpose((sizes){2, 3, 4, 5, 7, 2, 3, 2, 0});   /* filters that are not square */
    check_conv_transpose((sizes){1, 2, 3, 9, 2, 4, 6, 2, 3});   /* much is cut off */
    check_conv_transpose((sizes){3, 16, 7, 7, 13, 4, 4, 2, 1}); /* as the DCGAN's */
    check_conv_transpose((sizes){1, 1, 1, 1, 1, 1, 1, 1, 0});
}
END_TEST

START_TEST(test_small_images_and_many_filters_give_the_same_gradients)
{
    check_conv_transpose((sizes){3, 5, 4, 6, 20, 3, 5, 1, 1});
    check_conv_transpose((sizes){2, 3, 7, 7, 16, 4, 4, 2, 0});
    check_conv_transpose((sizes){2, 4, 1, 1, 64, 2, 2, 3, 0});
    check_conv_transpose((sizes){1, 1, 3, 2, 40, 4, 3, 2, 2}); /* much is cut off */
}
END_TEST

START_TEST(test_without_images_or_channels_there_are_biases_and_no_gradients)
{
    check_conv_transpose((sizes){0, 2, 3, 4, 2, 3, 3, 2, 1});
    check_conv_transpose((sizes){2, 0, 3, 4, 2, 3, 3, 2, 1});
    check_conv_transpose((sizes){2, 2, 3, 4, 0, 3, 3, 2, 1});
}
END_TEST

START_TEST(test_fast_transposed_convolution_is_right_on_any_number_of_threads)
{
    for (int threads = 1; threads <= 9; threads += 4) {
        parallel_set_threads(threads);
        check_conv_transpose((sizes){20, 24, 7, 7, 16, 4, 4, 2, 1});
        check_conv_transpose((sizes){20, 24, 7, 7, 15, 4, 4, 2, 1});
    }
}
END_TEST

static void with_filters_the_other_way_round(void)
{
    fast_conv_transpose_forward(tensor_new_4d(1, 3, 4, 4), tensor_new_4d(2, 3, 2, 2),
                                tensor_new_1d(2), (conv_shape){2, 0}, tensor_new_4d(1, 2, 8, 8));
}

static void with_another_result(void)
{
    fast_conv_transpose_forward(tensor_new_4d(1, 3, 4, 4), tensor_new_4d(3, 2, 2, 2),
                                tensor_new_1d(2), (conv_shape){2, 0}, tensor_new_4d(1, 2, 7, 8));
}

static void with_too_much_padding(void)
{
    fast_conv_transpose_backward(tensor_new_4d(1, 2, 1, 1), tensor_new_4d(1, 3, 2, 2),
                                 tensor_new_4d(3, 2, 2, 2), (conv_shape){2, 2}, NULL,
                                 tensor_new_4d(3, 2, 2, 2), tensor_new_1d(2));
}

static void with_no_stride(void)
{
    fast_conv_transpose_forward(tensor_new_4d(1, 3, 4, 4), tensor_new_4d(3, 2, 2, 2),
                                tensor_new_1d(2), (conv_shape){0, 0}, tensor_new_4d(1, 2, 8, 8));
}

static const expected_stop stops[] = {
    {with_filters_the_other_way_round,
     "fast_conv_transpose_forward: w has shape 2 x 3 x 2 x 2, should have 3 x 3 x 2 x 2"},
    {with_another_result,
     "fast_conv_transpose_forward: out has shape 1 x 2 x 7 x 8, should have 1 x 2 x 8 x 8"},
    {with_too_much_padding,
     "fast_conv_transpose_backward: a padding of 2 leaves nothing of 4 pixels"},
    {with_no_stride, "fast_conv_transpose_forward: the stride is 0"},
};

START_TEST(test_shapes_that_do_not_fit_stop)
{
    run_to_stop(&stops[_i]);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("conv_transpose_fast");
    tcase_add_test(tests,
                   test_fast_transposed_convolution_lays_down_filters_of_any_stride_and_padding);
    tcase_add_test(tests, test_small_images_and_many_filters_give_the_same_gradients);
    tcase_add_test(tests, test_without_images_or_channels_there_are_biases_and_no_gradients);
    tcase_add_test(tests, test_fast_transposed_convolution_is_right_on_any_number_of_threads);
    tcase_add_loop_exit_test(tests, test_shapes_that_do_not_fit_stop, STOPPED_WELL, 0,
                             sizeof stops / sizeof *stops);
    return run_suite("conv_transpose_fast", tests);
}
