/* The fast max pooling against plain loops, in many shapes, with ties, and on several threads. */
#include "pool_fast.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "expected_stop.h"
#include "image_layers.h"
#include "parallel.h"
#include "suite.h"

/* Where the first of the largest pixels of the window at [n, c, i, j] lies. */
static size_t first_largest(const tensor *x, pool_shape shape, size_t n, size_t c, size_t i,
                            size_t j)
{
    size_t best = place(x, n, c, i * shape.stride, j * shape.stride);
    for (size_t p = 0; p < shape.height; p++)
        for (size_t q = 0; q < shape.width; q++) {
            size_t pixel = place(x, n, c, i * shape.stride + p, j * shape.stride + q);
            if (x->data[pixel] > x->data[best])
                best = pixel;
        }
    return best;
}

/* Small whole numbers, negative ones too: many ties, and sums that are exact. */
static tensor *whole_numbers(random_state *r, size_t N, size_t C, size_t H, size_t W)
{
    tensor *t = tensor_new_4d(N, C, H, W);
    for (size_t i = 0; i < t->size; i++)
        t->data[i] = (real)random_integer(r, 9) - 6;
    return t;
}

static void check_pooling(size_t N, size_t C, size_t H, size_t W, pool_shape shape)
{
    random_state r;
    random_seed(&r, (uint32_t)(H + 10 * W + 100 * shape.height));
    tensor *x = whole_numbers(&r, N, C, H, W);
    tensor *dout = whole_numbers(&r, N, C, pool_output_size(H, shape.height, shape.stride),
                                 pool_output_size(W, shape.width, shape.stride));
    tensor *out = tensor_new_like(dout), *dx = tensor_new_like(x), *expected = tensor_new_like(x);
    tensor_fill(out, (real)NAN);
    tensor_fill(dx, (real)NAN);
    fast_max_pool_forward(x, shape, out);
    fast_max_pool_backward(dout, x, shape, dx);
    for (size_t e = 0; e < dout->size; e++) {
        size_t j = e % dout->shape[3], i = e / dout->shape[3] % dout->shape[2];
        size_t channel = e / (dout->shape[3] * dout->shape[2]);
        size_t best = first_largest(x, shape, channel / C, channel % C, i, j);
        EXPECT_IN_LOOP(out->data[e] == x->data[best], "element %zu of out", e);
        expected->data[best] += dout->data[e];
    }
    for (size_t i = 0; i < x->size; i++)
        EXPECT_IN_LOOP(dx->data[i] == expected->data[i], "element %zu of dx", i);
    tensor *all[] = {x, dout, out, dx, expected};
    for (size_t i = 0; i < 5; i++)
        tensor_free(all[i]);
}

START_TEST(test_fast_pooling_is_the_maximum_for_every_window_and_stride)
{
    for (size_t height = 1; height <= 4; height++)
        for (size_t width = 1; width <= 4; width++)
            for (size_t stride = 1; stride <= 3; stride++)
                check_pooling(2, 3, 7, 9, (pool_shape){height, width, stride});
}
END_TEST

START_TEST(test_fast_pooling_takes_sides_that_windows_do_not_fill)
{
    for (size_t side = 2; side < 40; side++)
        check_pooling(1, 2, side, 41 - side, (pool_shape){2, 2, 2});
}
END_TEST

START_TEST(test_fast_pooling_is_the_maximum_on_any_number_of_threads)
{
    for (int threads = 1; threads <= 7; threads += 3) {
        parallel_set_threads(threads);
        check_pooling(8, 16, 64, 64, (pool_shape){2, 2, 2});
    }
}
END_TEST

static void with_another_shape(void)
{
    fast_max_pool_forward(tensor_new_4d(1, 1, 4, 4), (pool_shape){2, 2, 2},
                          tensor_new_4d(1, 1, 3, 2));
}

static void without_a_window(void)
{
    fast_max_pool_forward(tensor_new_4d(1, 1, 4, 4), (pool_shape){2, 0, 2},
                          tensor_new_4d(1, 1, 2, 2));
}

static const expected_stop stops[] = {
    {with_another_shape,
     "fast_max_pool_forward: out has shape 1 x 1 x 3 x 2, should have 1 x 1 x 2 x 2"},
    {without_a_window, "fast_max_pool_forward: a side of the window or the stride is 0"},
};

START_TEST(test_shapes_that_do_not_fit_stop)
{
    run_to_stop(&stops[_i]);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("pool_fast");
    tcase_add_test(tests, test_fast_pooling_is_the_maximum_for_every_window_and_stride);
    tcase_add_test(tests, test_fast_pooling_takes_sides_that_windows_do_not_fill);
    tcase_add_test(tests, test_fast_pooling_is_the_maximum_on_any_number_of_threads);
    tcase_add_loop_exit_test(tests, test_shapes_that_do_not_fit_stop, STOPPED_WELL, 0,
                             sizeof stops / sizeof *stops);
    return run_suite("pool_fast", tests);
}
