/*
 * Batch and layer normalization.
 *
 * Threads share the rows, also where the sums are those of columns: two threads that share columns
 * write to neighbouring lines of the cache, and were slower than one. Sums over rows take a few
 * rows at a time, which are added up before they are added to sums in double. Sums along a row have
 * several parts, for the same reason and because a single one would wait for each addition. All
 * loops run along rows, where compilers make vector code of them.
 *
 * The third-level cache then limits both. So backward gets x with its mean and inverse standard
 * deviation, and computes the normalized numbers again: to write and read them would cost more. And
 * one pass finds mean and variance together, on x - x[0]. An x[0] far from the others costs digits,
 * for both become small differences of large sums: its squared distance from the mean is at most N
 * times the variance, so up to log10(N) digits are lost, never more. Of 500 numbers in float, the
 * statistics keep four of their seven digits, which a test checks.
 */
#include "norm_fast.h"

#include <stdlib.h>

#include "contract.h"
#include "multiversion.h"
#include "parallel.h"

enum {
    ROWS = 8,  /* added up before they go into a sum in double */
    PARTS = 32 /* of a sum along a row */
};

typedef struct norm {
    const tensor *x, *gamma, *beta, *dout, *centres, *spreads;
    real momentum, eps;
    tensor *running_mean, *running_variance, *out, *mean, *inverse_std, *dx;
    size_t N, D;
    size_t threads;
    double *sums;                /* of each thread, twice D */
    real *scale, *shift, *share; /* of each column */
} norm;

/*
 * With d = x - centre, of rows rows of x and count columns of it, a row every step numbers:
 * sums[c] += the sum of d, squares[c] += the sum of d^2.
 */
MULTIVERSION
static void add_moments(const real *x, size_t step, size_t rows, size_t count,
                        const real *restrict centre, double *restrict sums,
                        double *restrict squares)
{
    size_t i = 0;
    for (; i + ROWS <= rows; i += ROWS, x += ROWS * step)
        for (size_t c = 0; c < count; c++) {
            real sum = 0, square = 0;
#pragma GCC unroll 8
            for (size_t k = 0; k < ROWS; k++) {
                real d = x[k * step + c] - centre[c];
                sum += d;
                square += d * d;
            }
            sums[c] += (double)sum;
            squares[c] += (double)square;
        }
    for (; i < rows; i++, x += step)
        for (size_t c = 0; c < count; c++) {
            double d = (double)(x[c] - centre[c]);
            sums[c] += d;
            squares[c] += d * d;
        }
}

/* The same: sums[c] += the sum of dout, products[c] += the sum of dout * (x - centre). */
MULTIVERSION
static void add_column_gradients(const real *dout, const real *x, size_t step, size_t rows,
                                 size_t count, const real *restrict centre, double *restrict sums,
                                 double *restrict products)
{
    size_t i = 0;
    for (; i + ROWS <= rows; i += ROWS, x += ROWS * step, dout += ROWS * step)
        for (size_t c = 0; c < count; c++) {
            real sum = 0, product = 0;
#pragma GCC unroll 8
            for (size_t k = 0; k < ROWS; k++) {
                real gradient = dout[k * step + c];
                sum += gradient;
                product += gradient * (x[k * step + c] - centre[c]);
            }
            sums[c] += (double)sum;
            products[c] += (double)product;
        }
    for (; i < rows; i++, x += step, dout += step)
        for (size_t c = 0; c < count; c++) {
            sums[c] += (double)dout[c];
            products[c] += (double)(dout[c] * (x[c] - centre[c]));
        }
}

/*
 * The same where each row has a centre of its own, and a scale: products[c] += the sum of
 * dout * (x - centre) * scale.
 */
MULTIVERSION
static void add_row_gradients(const real *dout, const real *x, size_t step, size_t rows,
                              size_t count, const real *centre, const real *scale,
                              double *restrict sums, double *restrict products)
{
    size_t i = 0;
    for (; i + ROWS <= rows; i += ROWS, x += ROWS * step, dout += ROWS * step)
        for (size_t c = 0; c < count; c++) {
            real sum = 0, product = 0;
#pragma GCC unroll 8
            for (size_t k = 0; k < ROWS; k++) {
                real gradient = dout[k * step + c];
                sum += gradient;
                product += gradient * (x[k * step + c] - centre[i + k]) * scale[i + k];
            }
            sums[c] += (double)sum;
            products[c] += (double)product;
        }
    for (; i < rows; i++, x += step, dout += step)
        for (size_t c = 0; c < count; c++) {
            sums[c] += (double)dout[c];
            products[c] += (double)(dout[c] * (x[c] - centre[i]) * scale[i]);
        }
}

/* ---- what both have in common ---- */

/* The rows of one thread. */
typedef struct rows {
    size_t first, count;
} rows;

static rows rows_of(const norm *v, size_t index, size_t count)
{
    size_t first = parallel_begin(v->N, ROWS, index, count);
    return (rows){first, parallel_begin(v->N, ROWS, index + 1, count) - first};
}

/* Checks what both backward functions are given, and fills in the sizes. */
static void check_backward(const char *function, norm *v, const tensor *gamma, const tensor *dgamma,
                           const tensor *dbeta)
{
    check_rank(function, "dout", v->dout, 2);
    v->N = v->dout->shape[0];
    v->D = v->dout->shape[1];
    check_same_shape(function, "x", v->x, v->dout);
    check_shape_1d(function, "gamma", gamma, v->D);
    check_same_shape(function, "dx", v->dx, v->dout);
    check_shape_1d(function, "dgamma", dgamma, v->D);
    check_shape_1d(function, "dbeta", dbeta, v->D);
}

/* Memory for the sums and statistics of columns; decides how many threads are used. */
static void begin(const char *function, norm *v)
{
    const double numbers_of_a_thread = 5e4; /* some 20 microseconds */
    size_t blocks = (v->N + ROWS - 1) / ROWS;
    v->threads = parallel_threads((double)v->N * (double)v->D / numbers_of_a_thread);
    if (v->threads > blocks)
        v->threads = blocks > 0 ? blocks : 1;
    v->sums = calloc(v->threads * 2 * v->D + 1, sizeof *v->sums);
    v->scale = calloc(3 * v->D + 1, sizeof *v->scale);
    if (v->sums == NULL || v->scale == NULL)
        contract_failed(function, "no memory");
    v->shift = v->scale + v->D;
    v->share = v->shift + v->D;
}

static void end(norm *v)
{
    free(v->sums);
    free(v->scale);
}

/* The sum number d of all threads, 0 to 2 D - 1. */
static double sum_of_threads(const norm *v, size_t d)
{
    double sum = 0;
    for (size_t t = 0; t < v->threads; t++)
        sum += v->sums[t * 2 * v->D + d];
    return sum;
}

/* A variance, of which rounding may have left less than nothing; NaN stays. */
static double not_negative(double variance)
{
    return variance < 0 ? 0 : variance;
}

/* ---- batch normalization ---- */

static void moment_part(const void *argument, size_t index, size_t count)
{
    const norm *v = argument;
    rows r = rows_of(v, index, count);
    double *sums = v->sums + index * 2 * v->D;
    add_moments(v->x->data + r.first * v->D, v->D, r.count, v->D, v->x->data, sums, sums + v->D);
}

/*
 * The statistics of all columns, computed on x - x[0]; updates the running ones.
 */
static void find_statistics(const norm *v)
{
    double N = (double)v->N, kept = (double)v->momentum;
    for (size_t d = 0; d < v->D; d++) {
        double beyond = sum_of_threads(v, d) / N;
        double mean = (double)v->x->data[d] + beyond;
        double variance = not_negative(sum_of_threads(v, v->D + d) / N - beyond * beyond);
        real *running_mean = &v->running_mean->data[d];
        real *running_variance = &v->running_variance->data[d];
        *running_mean = (real)(kept * (double)*running_mean + (1 - kept) * mean);
        *running_variance = (real)(kept * (double)*running_variance + (1 - kept) * variance);
        v->mean->data[d] = (real)mean;
        v->inverse_std->data[d] = (real)(1 / sqrt(variance + (double)v->eps));
        v->scale[d] = v->gamma->data[d] * v->inverse_std->data[d];
    }
}

MULTIVERSION
static void normalize_rows(const norm *v, rows r)
{
    const real *restrict centre = v->mean->data;
    const real *restrict scale = v->scale;
    const real *restrict beta = v->beta->data;
    for (size_t i = r.first; i < r.first + r.count; i++) {
        const real *restrict x = v->x->data + i * v->D;
        real *restrict out = v->out->data + i * v->D;
        for (size_t c = 0; c < v->D; c++)
            out[c] = (x[c] - centre[c]) * scale[c] + beta[c];
    }
}

static void normalize_part(const void *argument, size_t index, size_t count)
{
    normalize_rows(argument, rows_of(argument, index, count));
}

static void gradient_part(const void *argument, size_t index, size_t count)
{
    const norm *v = argument;
    rows r = rows_of(v, index, count);
    double *sums = v->sums + index * 2 * v->D;
    add_column_gradients(v->dout->data + r.first * v->D, v->x->data + r.first * v->D, v->D, r.count,
                         v->D, v->centres->data, sums, sums + v->D);
}

/* dx = scale (dout - shift - (x - centre) share). */
MULTIVERSION
static void backward_rows(const norm *v, rows r)
{
    const real *restrict centre = v->centres->data;
    const real *restrict scale = v->scale;
    const real *restrict shift = v->shift;
    const real *restrict share = v->share;
    for (size_t i = r.first; i < r.first + r.count; i++) {
        const real *restrict dout = v->dout->data + i * v->D;
        const real *restrict x = v->x->data + i * v->D;
        real *restrict dx = v->dx->data + i * v->D;
        for (size_t c = 0; c < v->D; c++)
            dx[c] = scale[c] * (dout[c] - shift[c] - (x[c] - centre[c]) * share[c]);
    }
}

static void backward_part(const void *argument, size_t index, size_t count)
{
    backward_rows(argument, rows_of(argument, index, count));
}

void fast_batchnorm_forward(const tensor *x, const tensor *gamma, const tensor *beta, real momentum,
                            real eps, tensor *running_mean, tensor *running_variance, tensor *out,
                            tensor *mean, tensor *inverse_std)
{
    norm v = {.x = x,
              .gamma = gamma,
              .beta = beta,
              .momentum = momentum,
              .eps = eps,
              .running_mean = running_mean,
              .running_variance = running_variance,
              .out = out,
              .mean = mean,
              .inverse_std = inverse_std};
    check_rank(__func__, "x", x, 2);
    v.N = x->shape[0];
    v.D = x->shape[1];
    if (v.N == 0)
        contract_failed(__func__, "x has no rows");
    check_shape_1d(__func__, "gamma", gamma, v.D);
    check_shape_1d(__func__, "beta", beta, v.D);
    check_shape_1d(__func__, "running_mean", running_mean, v.D);
    check_shape_1d(__func__, "running_variance", running_variance, v.D);
    check_same_shape(__func__, "out", out, x);
    check_shape_1d(__func__, "mean", mean, v.D);
    check_shape_1d(__func__, "inverse_std", inverse_std, v.D);
    begin(__func__, &v);
    run_in_parallel(v.threads, moment_part, &v);
    find_statistics(&v);
    run_in_parallel(v.threads, normalize_part, &v);
    end(&v);
}

void fast_batchnorm_backward(const tensor *dout, const tensor *x, const tensor *gamma,
                             const tensor *mean, const tensor *inverse_std, tensor *dx,
                             tensor *dgamma, tensor *dbeta)
{
    norm v = {.dout = dout, .x = x, .centres = mean, .spreads = inverse_std, .dx = dx};
    check_backward(__func__, &v, gamma, dgamma, dbeta);
    if (v.N == 0)
        contract_failed(__func__, "dout has no rows");
    check_shape_1d(__func__, "mean", mean, v.D);
    check_shape_1d(__func__, "inverse_std", inverse_std, v.D);
    begin(__func__, &v);
    run_in_parallel(v.threads, gradient_part, &v);
    for (size_t d = 0; d < v.D; d++) {
        double inverse = (double)inverse_std->data[d];
        double gradient = sum_of_threads(&v, d), product = sum_of_threads(&v, v.D + d) * inverse;
        dbeta->data[d] = (real)gradient;
        dgamma->data[d] = (real)product;
        v.scale[d] = gamma->data[d] * inverse_std->data[d];
        v.shift[d] = (real)(gradient / (double)v.N);
        v.share[d] = (real)(product / (double)v.N * inverse);
    }
    run_in_parallel(v.threads, backward_part, &v);
    end(&v);
}

/* ---- layer normalization ---- */

/* The sum of all parts: halves are added to halves, which takes fewer steps than one by one. */
static inline double sum_of_parts(real *parts)
{
#pragma GCC unroll 5
    for (size_t half = PARTS / 2; half > 0; half /= 2)
        for (size_t k = 0; k < half; k++)
            parts[k] += parts[k + half];
    return (double)parts[0];
}

/* With d = x - centre for a row of count numbers: the sums of d and of d^2. */
MULTIVERSION
static void row_moments(const real *restrict x, size_t count, real centre, double *sum,
                        double *square)
{
    real sums[PARTS] = {0}, squares[PARTS] = {0};
    double rest = 0, rest_square = 0;
    size_t c = 0;
    for (; c + PARTS <= count; c += PARTS)
        for (size_t k = 0; k < PARTS; k++) {
            real d = x[c + k] - centre;
            sums[k] += d;
            squares[k] += d * d;
        }
    for (; c < count; c++) {
        double d = (double)(x[c] - centre);
        rest += d;
        rest_square += d * d;
    }
    *sum = sum_of_parts(sums) + rest;
    *square = sum_of_parts(squares) + rest_square;
}

MULTIVERSION
static void normalize_row(const norm *v, size_t i)
{
    const real *restrict x = v->x->data + i * v->D;
    const real *restrict gamma = v->gamma->data;
    const real *restrict beta = v->beta->data;
    real *restrict out = v->out->data + i * v->D;
    double beyond, variance;
    row_moments(x, v->D, x[0], &beyond, &variance);
    beyond /= (double)v->D;
    variance = not_negative(variance / (double)v->D - beyond * beyond);
    real centre = (real)((double)x[0] + beyond);
    real scale = (real)(1 / sqrt(variance + (double)v->eps));
    v->mean->data[i] = centre;
    v->inverse_std->data[i] = scale;
    for (size_t c = 0; c < v->D; c++)
        out[c] = gamma[c] * ((x[c] - centre) * scale) + beta[c];
}

static void layer_forward_part(const void *argument, size_t index, size_t count)
{
    rows r = rows_of(argument, index, count);
    for (size_t i = r.first; i < r.first + r.count; i++)
        normalize_row(argument, i);
}

/*
 * dx of a row: with g = dout gamma and n = (x - mean) / deviation,
 * (g - mean(g) - n mean(g n)) / deviation.
 */
MULTIVERSION
static void row_backward(const norm *v, size_t i)
{
    const real *restrict dout = v->dout->data + i * v->D;
    const real *restrict x = v->x->data + i * v->D;
    const real *restrict gamma = v->gamma->data;
    real *restrict dx = v->dx->data + i * v->D;
    const real centre = v->centres->data[i], scale = v->spreads->data[i];
    real gradients[PARTS] = {0}, products[PARTS] = {0};
    double gradient = 0, product = 0;
    size_t c = 0;
    for (; c + PARTS <= v->D; c += PARTS)
        for (size_t k = 0; k < PARTS; k++) {
            real g = dout[c + k] * gamma[c + k];
            gradients[k] += g;
            products[k] += g * (x[c + k] - centre);
        }
    for (; c < v->D; c++) {
        gradient += (double)(dout[c] * gamma[c]);
        product += (double)(dout[c] * gamma[c] * (x[c] - centre));
    }
    gradient += sum_of_parts(gradients);
    product += sum_of_parts(products);
    real mean = (real)(gradient / (double)v->D);
    real share = (real)(product / (double)v->D) * scale * scale;
    for (c = 0; c < v->D; c++)
        dx[c] = scale * (dout[c] * gamma[c] - mean - (x[c] - centre) * share);
}

/* A few rows at a time, whose dgamma and dbeta are added up while they are in the cache. */
static void layer_backward_part(const void *argument, size_t index, size_t count)
{
    const norm *v = argument;
    rows r = rows_of(v, index, count);
    double *sums = v->sums + index * 2 * v->D;
    for (size_t i = r.first; i < r.first + r.count; i += ROWS) {
        size_t few = r.first + r.count - i < ROWS ? r.first + r.count - i : ROWS;
        add_row_gradients(v->dout->data + i * v->D, v->x->data + i * v->D, v->D, few, v->D,
                          v->centres->data + i, v->spreads->data + i, sums, sums + v->D);
        for (size_t k = i; k < i + few; k++)
            row_backward(v, k);
    }
}

void fast_layernorm_forward(const tensor *x, const tensor *gamma, const tensor *beta, real eps,
                            tensor *out, tensor *mean, tensor *inverse_std)
{
    norm v = {.x = x,
              .gamma = gamma,
              .beta = beta,
              .eps = eps,
              .out = out,
              .mean = mean,
              .inverse_std = inverse_std};
    check_rank(__func__, "x", x, 2);
    v.N = x->shape[0];
    v.D = x->shape[1];
    if (v.D == 0)
        contract_failed(__func__, "x has no columns");
    check_shape_1d(__func__, "gamma", gamma, v.D);
    check_shape_1d(__func__, "beta", beta, v.D);
    check_same_shape(__func__, "out", out, x);
    check_shape_1d(__func__, "mean", mean, v.N);
    check_shape_1d(__func__, "inverse_std", inverse_std, v.N);
    begin(__func__, &v);
    run_in_parallel(v.threads, layer_forward_part, &v);
    end(&v);
}

void fast_layernorm_backward(const tensor *dout, const tensor *x, const tensor *gamma,
                             const tensor *mean, const tensor *inverse_std, tensor *dx,
                             tensor *dgamma, tensor *dbeta)
{
    norm v = {
        .dout = dout, .x = x, .gamma = gamma, .centres = mean, .spreads = inverse_std, .dx = dx};
    check_backward(__func__, &v, gamma, dgamma, dbeta);
    if (v.D == 0)
        contract_failed(__func__, "dout has no columns");
    check_shape_1d(__func__, "mean", mean, v.N);
    check_shape_1d(__func__, "inverse_std", inverse_std, v.N);
    begin(__func__, &v);
    run_in_parallel(v.threads, layer_backward_part, &v);
    for (size_t d = 0; d < v.D; d++) {
        dbeta->data[d] = (real)sum_of_threads(&v, d);
        dgamma->data[d] = (real)sum_of_threads(&v, v.D + d);
    }
    end(&v);
}
