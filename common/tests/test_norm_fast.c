/* Fast batch, layer and RMS normalization against their formulas in double, by element. */
#include "norm_fast.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "expected_stop.h"
#include "parallel.h"
#include "random.h"
#include "suite.h"

static tensor *normal(random_state *r, size_t rows, size_t columns, double mean, double deviation)
{
    tensor *t = columns == 0 ? tensor_new_1d(rows) : tensor_new_2d(rows, columns);
    tensor_fill_normal(t, r, mean, deviation);
    return t;
}

/* ck_assert would write a line for each of a million numbers. */
static void check_near(double got, double expected)
{
    if (!(fabs(got - expected) <= (sizeof(real) == 4 ? 2e-4 : 1e-11) * (1 + fabs(expected))))
        ck_abort_msg("%.17g, should be %.17g", got, expected);
}

/* Compares column d of the forward pass, and of the backward pass. */
static void check_column(size_t N, size_t D, size_t d, const tensor *x, const tensor *gamma,
                         const tensor *dout, tensor *const results[])
{
    double mean = 0, variance = 0, gradients = 0, products = 0;
    for (size_t i = 0; i < N; i++)
        mean += (double)x->data[i * D + d] / (double)N;
    for (size_t i = 0; i < N; i++)
        variance += pow((double)x->data[i * D + d] - mean, 2) / (double)N;
    double inverse = 1 / sqrt(variance + 1e-3), scale = (double)gamma->data[d];
    for (size_t i = 0; i < N; i++) {
        double normalized = ((double)x->data[i * D + d] - mean) * inverse;
        gradients += (double)dout->data[i * D + d];
        products += (double)dout->data[i * D + d] * normalized;
        check_near((double)results[2]->data[i * D + d], scale * normalized + 0.5);
    }
    check_near((double)results[0]->data[d], 0.9 * 2 + 0.1 * mean);
    check_near((double)results[1]->data[d], 0.9 * 3 + 0.1 * variance);
    check_near((double)results[6]->data[d], products);
    check_near((double)results[7]->data[d], gradients);
    for (size_t i = 0; i < N; i++) {
        double normalized = ((double)x->data[i * D + d] - mean) * inverse;
        double expected = scale * inverse *
                          ((double)dout->data[i * D + d] - gradients / (double)N -
                           normalized * products / (double)N);
        check_near((double)results[5]->data[i * D + d], expected);
    }
}

/* beyond is how far the first row is from the others. */
static void check_shape(size_t N, size_t D, double beyond)
{
    random_state r;
    random_seed(&r, (uint32_t)(N * 1000 + D));
    tensor *x = normal(&r, N, D, 1, 2), *gamma = normal(&r, D, 0, 0, 1);
    tensor *dout = normal(&r, N, D, 0, 1), *beta = tensor_new_1d(D);
    tensor *results[] = {tensor_new_1d(D), tensor_new_1d(D), tensor_new_2d(N, D),
                         tensor_new_1d(D), tensor_new_1d(D), tensor_new_2d(N, D),
                         tensor_new_1d(D), tensor_new_1d(D)};
    for (size_t d = 0; d < D; d++)
        x->data[d] += (real)beyond;
    tensor_fill(beta, (real)0.5);
    tensor_fill(results[0], 2);
    tensor_fill(results[1], 3);
    for (size_t i = 2; i < 8; i++)
        tensor_fill(results[i], (real)NAN);
    fast_batchnorm_forward(x, gamma, beta, (real)0.9, (real)1e-3, results[0], results[1],
                           results[2], results[3], results[4]);
    fast_batchnorm_backward(dout, x, gamma, results[3], results[4], results[5], results[6],
                            results[7]);
    for (size_t d = 0; d < D; d++)
        check_column(N, D, d, x, gamma, dout, results);
    for (size_t i = 0; i < 8; i++)
        tensor_free(results[i]);
    tensor_free(x);
    tensor_free(gamma);
    tensor_free(dout);
    tensor_free(beta);
}

/* Compares row i of the forward pass, and of the backward pass; adds to dgamma and dbeta. */
static void check_row(size_t D, size_t i, const tensor *x, const tensor *gamma, const tensor *dout,
                      tensor *const results[], double *dgamma, double *dbeta)
{
    const real *row = x->data + i * D, *gradient = dout->data + i * D;
    double mean = 0, variance = 0, gradients = 0, products = 0;
    for (size_t d = 0; d < D; d++)
        mean += (double)row[d] / (double)D;
    for (size_t d = 0; d < D; d++)
        variance += pow((double)row[d] - mean, 2) / (double)D;
    double inverse = 1 / sqrt(variance + 1e-3);
    for (size_t d = 0; d < D; d++) {
        double normalized = ((double)row[d] - mean) * inverse;
        double g = (double)gradient[d] * (double)gamma->data[d];
        check_near((double)results[0]->data[i * D + d], (double)gamma->data[d] * normalized + 0.5);
        gradients += g / (double)D;
        products += g * normalized / (double)D;
        dgamma[d] += (double)gradient[d] * normalized;
        dbeta[d] += (double)gradient[d];
    }
    for (size_t d = 0; d < D; d++) {
        double normalized = ((double)row[d] - mean) * inverse;
        double g = (double)gradient[d] * (double)gamma->data[d];
        check_near((double)results[3]->data[i * D + d],
                   inverse * (g - gradients - normalized * products));
    }
}

/* beyond is how far the first column is from the others. */
static void check_layer_shape(size_t N, size_t D, double beyond)
{
    random_state r;
    random_seed(&r, (uint32_t)(N * 1000 + D));
    tensor *x = normal(&r, N, D, 1, 2), *gamma = normal(&r, D, 0, 0, 1);
    tensor *dout = normal(&r, N, D, 0, 1), *beta = tensor_new_1d(D);
    tensor *results[] = {tensor_new_2d(N, D), tensor_new_1d(N), tensor_new_1d(N),
                         tensor_new_2d(N, D), tensor_new_1d(D), tensor_new_1d(D)};
    double *sums = calloc(2 * D, sizeof *sums);
    ck_assert_ptr_nonnull(sums);
    for (size_t i = 0; i < N; i++)
        x->data[i * D] += (real)beyond;
    tensor_fill(beta, (real)0.5);
    for (size_t i = 0; i < 6; i++)
        tensor_fill(results[i], (real)NAN);
    fast_layernorm_forward(x, gamma, beta, (real)1e-3, results[0], results[1], results[2]);
    fast_layernorm_backward(dout, x, gamma, results[1], results[2], results[3], results[4],
                            results[5]);
    for (size_t i = 0; i < N; i++)
        check_row(D, i, x, gamma, dout, results, sums, sums + D);
    for (size_t d = 0; d < D; d++) {
        check_near((double)results[4]->data[d], sums[d]);
        check_near((double)results[5]->data[d], sums[D + d]);
    }
    for (size_t i = 0; i < 6; i++)
        tensor_free(results[i]);
    free(sums);
    tensor_free(x);
    tensor_free(gamma);
    tensor_free(dout);
    tensor_free(beta);
}

START_TEST(test_fast_layer_normalization_follows_its_formulas_in_any_shape)
{
    const size_t rows[] = {1, 3, 8, 50}, columns[] = {2, 31, 32, 33, 130};
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < 5; k++)
            check_layer_shape(rows[i], columns[k], 0);
}
END_TEST

START_TEST(test_fast_layer_normalization_follows_its_formulas_on_any_number_of_threads)
{
    for (int threads = 1; threads <= 9; threads += 4) {
        parallel_set_threads(threads);
        check_layer_shape(500, 500, 0);
    }
}
END_TEST

START_TEST(test_fast_batch_normalization_follows_its_formulas_in_any_shape)
{
    const size_t rows[] = {2, 3, 50}, columns[] = {1, 63, 127, 128, 130};
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 5; k++)
            check_shape(rows[i], columns[k], 0);
}
END_TEST

START_TEST(test_fast_batch_normalization_follows_its_formulas_on_any_number_of_threads)
{
    for (int threads = 1; threads <= 9; threads += 4) {
        parallel_set_threads(threads);
        check_shape(500, 500, 0);
    }
}
END_TEST

START_TEST(test_a_first_number_far_from_the_others_leaves_four_digits_in_float)
{
    check_shape(500, 40, 1e4);
    check_layer_shape(40, 500, -1e4);
}
END_TEST

/* ---- RMS normalization ---- */

/* Images, and what both directions give. */
typedef struct rms {
    size_t C, pixels;
    tensor *x, *factor, *shift, *dout, *out, *dx, *dfactor, *dshift;
} rms;

enum { RMS_TENSORS = 8 };

/* Compares pixel p of image n; adds to the gradients of factor and shift. */
static void check_pixel(const rms *v, size_t n, size_t p, double *dfactor, double *dshift)
{
    double square = 0, product = 0, C = (double)v->C;
    const real *factor = v->factor->data + n * v->C;
    for (size_t c = 0; c < v->C; c++) {
        size_t at = (n * v->C + c) * v->pixels + p;
        square += pow((double)v->x->data[at], 2);
        product += (double)v->dout->data[at] * (double)factor[c] * (double)v->x->data[at];
    }
    double inverse = 1 / sqrt(square / C + 1e-3);
    for (size_t c = 0; c < v->C; c++) {
        size_t at = (n * v->C + c) * v->pixels + p;
        double x = (double)v->x->data[at], gradient = (double)v->dout->data[at];
        double scale = (double)factor[c];
        double shift = v->shift == NULL ? 0 : (double)v->shift->data[n * v->C + c];
        check_near((double)v->out->data[at], scale * x * inverse + shift);
        check_near((double)v->dx->data[at],
                   inverse * (gradient * scale - x * inverse * inverse * product / C));
        dfactor[n * v->C + c] += gradient * x * inverse;
        dshift[n * v->C + c] += gradient;
    }
}

static void check_rms_shape(size_t N, size_t C, size_t H, size_t W, bool shifted)
{
    random_state r;
    random_seed(&r, (uint32_t)(C * 1000 + H));
    rms v = {
        .C = C, .pixels = H * W, .x = tensor_new_4d(N, C, H, W), .factor = tensor_new_2d(N, C)};
    v.shift = shifted ? tensor_new_like(v.factor) : NULL;
    v.dout = tensor_new_like(v.x);
    v.out = tensor_new_like(v.x);
    v.dx = tensor_new_like(v.x);
    v.dfactor = tensor_new_like(v.factor);
    v.dshift = tensor_new_like(v.factor);
    double *dfactor = calloc(N * C + 1, sizeof *dfactor),
           *dshift = calloc(N * C + 1, sizeof *dshift);
    ck_assert(dfactor != NULL && dshift != NULL);
    tensor_fill_normal(v.x, &r, 1, 2);
    tensor_fill_normal(v.factor, &r, 0, 1);
    if (shifted)
        tensor_fill_normal(v.shift, &r, 0, 1);
    tensor_fill_normal(v.dout, &r, 0, 1);
    tensor *written[] = {v.out, v.dx, v.dfactor, v.dshift};
    for (size_t i = 0; i < 4; i++)
        tensor_fill(written[i], (real)NAN);
    fast_rmsnorm_forward(v.x, v.factor, v.shift, (real)1e-3, v.out);
    fast_rmsnorm_backward(v.dout, v.x, v.factor, (real)1e-3, v.dx, v.dfactor, v.dshift);
    for (size_t i = 0; i < N * v.pixels; i++)
        check_pixel(&v, i / v.pixels, i % v.pixels, dfactor, dshift);
    for (size_t i = 0; i < N * C; i++) {
        check_near((double)v.dfactor->data[i], dfactor[i]);
        check_near((double)v.dshift->data[i], dshift[i]);
    }
    tensor *all[RMS_TENSORS] = {v.x, v.factor, v.shift, v.dout, v.out, v.dx, v.dfactor, v.dshift};
    for (size_t i = 0; i < RMS_TENSORS; i++)
        tensor_free(all[i]);
    free(dfactor);
    free(dshift);
}

START_TEST(test_fast_rms_normalization_follows_its_formulas_in_any_shape)
{
    const size_t shapes[][4] = {{0, 3, 2, 2}, {2, 3, 0, 2},  {1, 1, 1, 1},
                                {2, 3, 4, 5}, {3, 16, 7, 7}, {2, 5, 17, 31}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        check_rms_shape(shapes[i][0], shapes[i][1], shapes[i][2], shapes[i][3], i % 2 == 0);
}
END_TEST

START_TEST(test_fast_rms_normalization_follows_its_formulas_on_any_number_of_threads)
{
    for (int threads = 1; threads <= 9; threads += 4) {
        parallel_set_threads(threads);
        check_rms_shape(16, 32, 28, 28, true);
        check_rms_shape(1, 9, 200, 150, false);
    }
}
END_TEST

START_TEST(test_a_pixel_of_zeros_stays_zero)
{
    tensor *x = tensor_new_4d(1, 2, 1, 1), *factor = tensor_new_2d(1, 2);
    tensor *out = tensor_new_like(x);
    tensor_fill(factor, 1);
    tensor_fill(out, (real)NAN);
    fast_rmsnorm_forward(x, factor, NULL, (real)1e-24, out);
    ck_assert(out->data[0] == 0 && out->data[1] == 0);
    tensor *all[] = {x, factor, out};
    for (size_t i = 0; i < 3; i++)
        tensor_free(all[i]);
}
END_TEST

/* ---- contracts ---- */

static void with_no_rows(void)
{
    tensor *x = tensor_new_2d(0, 2), *v = tensor_new_1d(2);
    fast_batchnorm_forward(x, v, v, 0, 1, v, v, x, v, v);
}

static void with_another_width(void)
{
    tensor *x = tensor_new_2d(2, 2), *v = tensor_new_1d(2);
    fast_batchnorm_backward(x, x, tensor_new_1d(3), v, v, x, v, v);
}

static void with_no_columns(void)
{
    tensor *x = tensor_new_2d(2, 0), *v = tensor_new_1d(0);
    fast_layernorm_forward(x, v, v, 1, x, v, tensor_new_1d(2));
}

static void with_factors_of_another_image(void)
{
    tensor *x = tensor_new_4d(2, 3, 4, 5);
    fast_rmsnorm_forward(x, tensor_new_2d(3, 3), NULL, 1, x);
}

static void with_no_channels(void)
{
    tensor *x = tensor_new_4d(2, 0, 4, 5), *factor = tensor_new_2d(2, 0);
    fast_rmsnorm_backward(x, x, factor, 1, x, factor, factor);
}

static const expected_stop stops[] = {
    {with_factors_of_another_image,
     "fast_rmsnorm_forward: factor has shape 3 x 3, should have 2 x 3"},
    {with_no_channels, "fast_rmsnorm_backward: x has no channels"},
    {with_no_columns, "fast_layernorm_forward: x has no columns"},
    {with_no_rows, "fast_batchnorm_forward: x has no rows"},
    {with_another_width, "fast_batchnorm_backward: gamma has shape 3, should have 2"},
};

START_TEST(test_shapes_that_do_not_fit_stop)
{
    run_to_stop(&stops[_i]);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("norm_fast");
    tcase_add_test(tests, test_fast_batch_normalization_follows_its_formulas_in_any_shape);
    tcase_add_test(tests,
                   test_fast_batch_normalization_follows_its_formulas_on_any_number_of_threads);
    tcase_add_test(tests, test_fast_layer_normalization_follows_its_formulas_in_any_shape);
    tcase_add_test(tests,
                   test_fast_layer_normalization_follows_its_formulas_on_any_number_of_threads);
    tcase_add_test(tests, test_fast_rms_normalization_follows_its_formulas_in_any_shape);
    tcase_add_test(tests,
                   test_fast_rms_normalization_follows_its_formulas_on_any_number_of_threads);
    tcase_add_test(tests, test_a_pixel_of_zeros_stays_zero);
    tcase_add_test(tests, test_a_first_number_far_from_the_others_leaves_four_digits_in_float);
    tcase_add_loop_exit_test(tests, test_shapes_that_do_not_fit_stop, STOPPED_WELL, 0,
                             sizeof stops / sizeof *stops);
    return run_suite("norm_fast", tests);
}
