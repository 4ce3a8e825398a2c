/* The fast GELU against the C library's error function in double, alone and behind a layer. */
#include "gelu_fast.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "expected_stop.h"
#include "parallel.h"
#include "random.h"
#include "suite.h"

static const double tolerance = sizeof(real) == 4 ? 2e-7 : 1e-15; /* of numbers up to 1 */

static bool near(real got, double expected, double size)
{
    return fabs((double)got - expected) <= tolerance * (1 + size);
}

static double distribution(double x)
{
    return 0.5 * erfc(-x * sqrt(0.5));
}

static double derivative(double x)
{
    return distribution(x) + x * exp(-0.5 * x * x) / sqrt(2 * acos(-1));
}

/* Numbers from -12 to 12, small ones among them. */
static tensor *numbers(size_t count)
{
    tensor *x = tensor_new_1d(count);
    random_state r;
    random_seed(&r, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        double u = random_uniform(&r);
        x->data[i] = (real)(i % 3 == 0 ? pow(10, -9 * u) - 0.5 : 24 * u - 12);
    }
    return x;
}

static void check_gelu(size_t count)
{
    random_state r;
    random_seed(&r, 231);
    tensor *x = numbers(count), *out = tensor_new_1d(count), *dx = tensor_new_1d(count);
    tensor *dout = tensor_new_1d(count);
    size_t wrong = 0;
    tensor_fill_normal(dout, &r, 0, 1);
    tensor_fill(out, (real)NAN);
    tensor_fill(dx, (real)NAN);
    fast_gelu_forward(x, out);
    fast_gelu_backward(dout, x, dx);
    for (size_t i = 0; i < count; i++) {
        double number = (double)x->data[i], gradient = (double)dout->data[i];
        wrong += !near(out->data[i], number * distribution(number), fabs(number));
        wrong += !near(dx->data[i], gradient * derivative(number), 2 * fabs(gradient));
    }
    ck_assert_uint_eq(wrong, 0);
    fast_gelu_backward(dout, x, dout);
    ck_assert(count == 0 || memcmp(dout->data, dx->data, count * sizeof(real)) == 0); /* in place */
    tensor *all[] = {x, out, dx, dout};
    for (size_t i = 0; i < 4; i++)
        tensor_free(all[i]);
}

START_TEST(test_fast_gelu_follows_its_formula_for_any_number)
{
    const size_t counts[] = {0, 1, 15, 16, 513, 50000};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        check_gelu(counts[i]);
}
END_TEST

START_TEST(test_fast_gelu_follows_its_formula_on_any_number_of_threads)
{
    for (int threads = 1; threads <= 9; threads += 4) {
        parallel_set_threads(threads);
        check_gelu(300001);
    }
}
END_TEST

START_TEST(test_the_largest_numbers_stay_finite_and_nan_stays)
{
    const real given[] = {(real)1e30, (real)-1e30, INFINITY, -INFINITY, 0, NAN};
    const real expected[] = {(real)1e30, 0, INFINITY, 0, 0}, gradients[] = {1, 0, 1, 0, (real)0.5};
    tensor *x = tensor_new_1d(6), *out = tensor_new_1d(6), *dx = tensor_new_1d(6);
    memcpy(x->data, given, sizeof given);
    tensor_fill(dx, 1);
    fast_gelu_forward(x, out);
    fast_gelu_backward(dx, x, dx);
    for (size_t i = 0; i < 5; i++)
        ck_assert(out->data[i] == expected[i] && dx->data[i] == gradients[i]);
    ck_assert(isnan(out->data[5]) && isnan(dx->data[5]));
    tensor_free(x);
    tensor_free(out);
    tensor_free(dx);
}
END_TEST

static void check_layer(size_t N, size_t D, size_t M)
{
    random_state r;
    random_seed(&r, (uint32_t)(N + 100 * M));
    tensor *x = tensor_new_2d(N, D), *w = tensor_new_2d(D, M), *b = tensor_new_1d(M);
    tensor *hidden = tensor_new_2d(N, M), *out = tensor_new_2d(N, M);
    size_t wrong = 0;
    tensor_fill_normal(x, &r, 0, 1);
    tensor_fill_normal(w, &r, 0, 1);
    tensor_fill_normal(b, &r, 0, 1);
    tensor_fill(hidden, (real)NAN);
    tensor_fill(out, (real)NAN);
    fast_affine_gelu_forward(x, w, b, hidden, out);
    for (size_t n = 0; n < N; n++)
        for (size_t m = 0; m < M; m++) {
            double sum = (double)b->data[m];
            for (size_t d = 0; d < D; d++)
                sum += (double)x->data[n * D + d] * (double)w->data[d * M + m];
            wrong += !near(hidden->data[n * M + m], sum, 10 + 2 * (double)D);
            wrong += !near(out->data[n * M + m], sum * distribution(sum), 10 + 2 * (double)D);
        }
    ck_assert_uint_eq(wrong, 0);
    tensor *all[] = {x, w, b, hidden, out};
    for (size_t i = 0; i < 5; i++)
        tensor_free(all[i]);
}

START_TEST(test_an_affine_layer_and_its_gelu_follow_their_formula_in_any_shape)
{
    const size_t shapes[][3] = {{0, 3, 2}, {1, 1, 1},  {3, 0, 2},
                                {2, 3, 0}, {5, 7, 33}, {31, 8, 64}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        check_layer(shapes[i][0], shapes[i][1], shapes[i][2]);
}
END_TEST

START_TEST(test_an_affine_layer_and_its_gelu_follow_their_formula_on_any_number_of_threads)
{
    for (int threads = 1; threads <= 9; threads += 4) {
        parallel_set_threads(threads);
        check_layer(400, 6, 700);
    }
}
END_TEST

static void with_another_shape(void)
{
    fast_gelu_forward(tensor_new_2d(2, 3), tensor_new_2d(3, 2));
}

static void with_another_gradient(void)
{
    fast_gelu_backward(tensor_new_1d(2), tensor_new_1d(3), tensor_new_1d(2));
}

static void with_other_weights(void)
{
    fast_affine_gelu_forward(tensor_new_2d(2, 3), tensor_new_2d(4, 5), tensor_new_1d(5),
                             tensor_new_2d(2, 5), tensor_new_2d(2, 5));
}

static const expected_stop stops[] = {
    {with_another_shape, "fast_gelu_forward: out has shape 3 x 2, should have 2 x 3"},
    {with_another_gradient, "fast_gelu_backward: x has shape 3, should have 2"},
    {with_other_weights, "fast_affine_gelu_forward: w has shape 4 x 5, should have 3 x 5"},
};

START_TEST(test_shapes_that_do_not_fit_stop)
{
    run_to_stop(&stops[_i]);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("gelu_fast");
    tcase_add_test(tests, test_fast_gelu_follows_its_formula_for_any_number);
    tcase_add_test(tests, test_fast_gelu_follows_its_formula_on_any_number_of_threads);
    tcase_add_test(tests, test_the_largest_numbers_stay_finite_and_nan_stays);
    tcase_add_test(tests, test_an_affine_layer_and_its_gelu_follow_their_formula_in_any_shape);
    tcase_add_test(tests,
                   test_an_affine_layer_and_its_gelu_follow_their_formula_on_any_number_of_threads);
    tcase_add_loop_exit_test(tests, test_shapes_that_do_not_fit_stop, STOPPED_WELL, 0,
                             sizeof stops / sizeof *stops);
    return run_suite("gelu_fast", tests);
}
