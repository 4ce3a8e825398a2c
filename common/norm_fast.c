/*
 * Batch and layer normalization.
 *
 * Threads share the rows, also where the sums are those of columns: two threads that share columns
 * write to neighbouring lines of the cache, and were slower than one. Sums over rows take a few
 * rows at a time, which are added up before they are added to sums in double. Sums along a row have
 * several parts, for the same reason and because a single one would wait for each addition. All
 * loops run along rows, where compilers make vector code of them.
 *
 * What then limits both is the third-level cache: nine passes over numbers that are read, or
 * written, which reads them first.
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
    const tensor *x, *gamma, *beta, *dout, *kept, *spread;
    real momentum, eps;
    tensor *running_mean, *running_variance, *out, *normalized, *inverse_std;
    tensor *dx, *dgamma, *dbeta;
    size_t N, D;
    size_t threads;
    double *sums;                 /* of each thread, twice D */
    real *centre, *scale, *shift; /* of each column */
} norm;

/* sums[c] += the sum of rows rows of x, count columns of it, a row every step numbers. */
MULTIVERSION
static void add_rows(const real *x, size_t step, size_t rows, size_t count, double *restrict sums)
{
    size_t i = 0;
    for (; i + ROWS <= rows; i += ROWS, x += ROWS * step)
        for (size_t c = 0; c < count; c++) {
            const real *r = x + c;
            sums[c] += (double)(((r[0] + r[step]) + (r[2 * step] + r[3 * step])) +
                                ((r[4 * step] + r[5 * step]) + (r[6 * step] + r[7 * step])));
        }
    for (; i < rows; i++, x += step)
        for (size_t c = 0; c < count; c++)
            sums[c] += (double)x[c];
}

/* The same of the squares of x - centre. */
MULTIVERSION
static void add_squares(const real *x, size_t step, size_t rows, size_t count,
                        const real *restrict centre, double *restrict sums)
{
    size_t i = 0;
    for (; i + ROWS <= rows; i += ROWS, x += ROWS * step)
        for (size_t c = 0; c < count; c++) {
            real sum = 0;
#pragma GCC unroll 8
            for (size_t k = 0; k < ROWS; k++)
                sum += (x[k * step + c] - centre[c]) * (x[k * step + c] - centre[c]);
            sums[c] += (double)sum;
        }
    for (; i < rows; i++, x += step)
        for (size_t c = 0; c < count; c++)
            sums[c] += (double)((x[c] - centre[c]) * (x[c] - centre[c]));
}

/* The same of the products of x and y. */
MULTIVERSION
static void add_products(const real *x, const real *y, size_t step, size_t rows, size_t count,
                         double *restrict sums)
{
    size_t i = 0;
    for (; i + ROWS <= rows; i += ROWS, x += ROWS * step, y += ROWS * step)
        for (size_t c = 0; c < count; c++) {
            real sum = 0;
#pragma GCC unroll 8
            for (size_t k = 0; k < ROWS; k++)
                sum += x[k * step + c] * y[k * step + c];
            sums[c] += (double)sum;
        }
    for (; i < rows; i++, x += step, y += step)
        for (size_t c = 0; c < count; c++)
            sums[c] += (double)(x[c] * y[c]);
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

/* Memory for the sums and figures of columns; decides how many threads there are. */
static void begin(const char *function, norm *v)
{
    const double numbers_of_a_thread = 5e4; /* some 20 microseconds */
    size_t blocks = (v->N + ROWS - 1) / ROWS;
    v->threads = parallel_threads((double)v->N * (double)v->D / numbers_of_a_thread);
    if (v->threads > blocks)
        v->threads = blocks > 0 ? blocks : 1;
    v->sums = calloc(v->threads * 2 * v->D + 1, sizeof *v->sums);
    v->centre = calloc(3 * v->D + 1, sizeof *v->centre);
    if (v->sums == NULL || v->centre == NULL)
        contract_failed(function, "no memory");
    v->scale = v->centre + v->D;
    v->shift = v->scale + v->D;
}

static void end(norm *v)
{
    free(v->sums);
    free(v->centre);
}

/* The sum number d of all threads, 0 to 2 D - 1. */
static double sum_of_threads(const norm *v, size_t d)
{
    double sum = 0;
    for (size_t t = 0; t < v->threads; t++)
        sum += v->sums[t * 2 * v->D + d];
    return sum;
}

/* ---- batch normalization ---- */

static void sum_part(const void *argument, size_t index, size_t count)
{
    const norm *v = argument;
    rows r = rows_of(v, index, count);
    add_rows(v->x->data + r.first * v->D, v->D, r.count, v->D, v->sums + index * 2 * v->D);
}

static void square_part(const void *argument, size_t index, size_t count)
{
    const norm *v = argument;
    rows r = rows_of(v, index, count);
    add_squares(v->x->data + r.first * v->D, v->D, r.count, v->D, v->centre,
                v->sums + index * 2 * v->D + v->D);
}

MULTIVERSION
static void normalize_rows(const norm *v, rows r)
{
    const real *restrict centre = v->centre;
    const real *restrict scale = v->scale;
    const real *restrict gamma = v->gamma->data;
    const real *restrict beta = v->beta->data;
    for (size_t i = r.first; i < r.first + r.count; i++) {
        const real *restrict x = v->x->data + i * v->D;
        real *restrict normalized = v->normalized->data + i * v->D;
        real *restrict out = v->out->data + i * v->D;
        for (size_t c = 0; c < v->D; c++) {
            normalized[c] = (x[c] - centre[c]) * scale[c];
            out[c] = gamma[c] * normalized[c] + beta[c];
        }
    }
}

static void normalize_part(const void *argument, size_t index, size_t count)
{
    normalize_rows(argument, rows_of(argument, index, count));
}

/* The figures of all columns, from their sums and squares; moves the running ones. */
static void find_figures(const norm *v)
{
    double N = (double)v->N, kept = (double)v->momentum;
    for (size_t d = 0; d < v->D; d++) {
        double mean = sum_of_threads(v, d) / N, missed = mean - (double)v->centre[d];
        double variance = sum_of_threads(v, v->D + d) / N - missed * missed;
        real *running_mean = &v->running_mean->data[d];
        real *running_variance = &v->running_variance->data[d];
        *running_mean = (real)(kept * (double)*running_mean + (1 - kept) * mean);
        *running_variance = (real)(kept * (double)*running_variance + (1 - kept) * variance);
        v->scale[d] = (real)(1 / sqrt(variance + (double)v->eps));
        v->inverse_std->data[d] = v->scale[d];
    }
}

static void slope_part(const void *argument, size_t index, size_t count)
{
    const norm *v = argument;
    rows r = rows_of(v, index, count);
    const real *dout = v->dout->data + r.first * v->D;
    double *sums = v->sums + index * 2 * v->D;
    for (size_t i = 0; i < r.count; i += ROWS) {
        size_t few = r.count - i < ROWS ? r.count - i : ROWS;
        add_rows(dout + i * v->D, v->D, few, v->D, sums);
        add_products(dout + i * v->D, v->kept->data + (r.first + i) * v->D, v->D, few, v->D,
                     sums + v->D);
    }
}

/* dx = scale dout - shift - normalized centre, where a column's means are in shift and centre. */
MULTIVERSION
static void backward_rows(const norm *v, rows r)
{
    const real *restrict centre = v->centre;
    const real *restrict scale = v->scale;
    const real *restrict shift = v->shift;
    for (size_t i = r.first; i < r.first + r.count; i++) {
        const real *restrict dout = v->dout->data + i * v->D;
        const real *restrict normalized = v->kept->data + i * v->D;
        real *restrict dx = v->dx->data + i * v->D;
        for (size_t c = 0; c < v->D; c++)
            dx[c] = scale[c] * (dout[c] - shift[c] - normalized[c] * centre[c]);
    }
}

static void backward_part(const void *argument, size_t index, size_t count)
{
    backward_rows(argument, rows_of(argument, index, count));
}

void fast_batchnorm_forward(const tensor *x, const tensor *gamma, const tensor *beta, real momentum,
                            real eps, tensor *running_mean, tensor *running_variance, tensor *out,
                            tensor *normalized, tensor *inverse_std)
{
    norm v = {.x = x,
              .gamma = gamma,
              .beta = beta,
              .momentum = momentum,
              .eps = eps,
              .running_mean = running_mean,
              .running_variance = running_variance,
              .out = out,
              .normalized = normalized,
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
    check_same_shape(__func__, "normalized", normalized, x);
    check_shape_1d(__func__, "inverse_std", inverse_std, v.D);
    begin(__func__, &v);
    run_in_parallel(v.threads, sum_part, &v);
    for (size_t d = 0; d < v.D; d++)
        v.centre[d] = (real)(sum_of_threads(&v, d) / (double)v.N);
    run_in_parallel(v.threads, square_part, &v);
    find_figures(&v);
    run_in_parallel(v.threads, normalize_part, &v);
    end(&v);
}

void fast_batchnorm_backward(const tensor *dout, const tensor *gamma, const tensor *normalized,
                             const tensor *inverse_std, tensor *dx, tensor *dgamma, tensor *dbeta)
{
    norm v = {.dout = dout,
              .gamma = gamma,
              .kept = normalized,
              .spread = inverse_std,
              .dx = dx,
              .dgamma = dgamma,
              .dbeta = dbeta};
    check_rank(__func__, "dout", dout, 2);
    v.N = dout->shape[0];
    v.D = dout->shape[1];
    if (v.N == 0)
        contract_failed(__func__, "dout has no rows");
    check_shape_1d(__func__, "gamma", gamma, v.D);
    check_same_shape(__func__, "normalized", normalized, dout);
    check_shape_1d(__func__, "inverse_std", inverse_std, v.D);
    check_same_shape(__func__, "dx", dx, dout);
    check_shape_1d(__func__, "dgamma", dgamma, v.D);
    check_shape_1d(__func__, "dbeta", dbeta, v.D);
    begin(__func__, &v);
    run_in_parallel(v.threads, slope_part, &v);
    for (size_t d = 0; d < v.D; d++) {
        double slope = sum_of_threads(&v, d), product = sum_of_threads(&v, v.D + d);
        dbeta->data[d] = (real)slope;
        dgamma->data[d] = (real)product;
        v.shift[d] = (real)(slope / (double)v.N);
        v.centre[d] = (real)(product / (double)v.N);
        v.scale[d] = gamma->data[d] * inverse_std->data[d];
    }
    run_in_parallel(v.threads, backward_part, &v);
    end(&v);
}

/* ---- layer normalization ---- */

/* The sum of a row of count numbers. */
MULTIVERSION
static double sum_row(const real *restrict x, size_t count)
{
    real parts[PARTS] = {0};
    double sum = 0;
    size_t c = 0;
    for (; c + PARTS <= count; c += PARTS)
        for (size_t k = 0; k < PARTS; k++)
            parts[k] += x[c + k];
    for (size_t k = 0; k < PARTS; k++)
        sum += (double)parts[k];
    for (; c < count; c++)
        sum += (double)x[c];
    return sum;
}

/* The sum of the squares of x - centre. */
MULTIVERSION
static double sum_squares(const real *restrict x, size_t count, real centre)
{
    real parts[PARTS] = {0};
    double sum = 0;
    size_t c = 0;
    for (; c + PARTS <= count; c += PARTS)
        for (size_t k = 0; k < PARTS; k++)
            parts[k] += (x[c + k] - centre) * (x[c + k] - centre);
    for (size_t k = 0; k < PARTS; k++)
        sum += (double)parts[k];
    for (; c < count; c++)
        sum += (double)((x[c] - centre) * (x[c] - centre));
    return sum;
}

MULTIVERSION
static void normalize_row(const norm *v, size_t i)
{
    const real *restrict x = v->x->data + i * v->D;
    const real *restrict gamma = v->gamma->data;
    const real *restrict beta = v->beta->data;
    real *restrict normalized = v->normalized->data + i * v->D;
    real *restrict out = v->out->data + i * v->D;
    double mean = sum_row(x, v->D) / (double)v->D;
    real centre = (real)mean;
    double missed = mean - (double)centre;
    double variance = sum_squares(x, v->D, centre) / (double)v->D - missed * missed;
    real scale = (real)(1 / sqrt(variance + (double)v->eps));
    v->inverse_std->data[i] = scale;
    for (size_t c = 0; c < v->D; c++) {
        normalized[c] = (x[c] - centre) * scale;
        out[c] = gamma[c] * normalized[c] + beta[c];
    }
}

static void layer_forward_part(const void *argument, size_t index, size_t count)
{
    rows r = rows_of(argument, index, count);
    for (size_t i = r.first; i < r.first + r.count; i++)
        normalize_row(argument, i);
}

/* dx of a row: with g = dout gamma, (g - mean(g) - normalized mean(g normalized)) / deviation. */
MULTIVERSION
static void row_backward(const norm *v, size_t i)
{
    const real *restrict dout = v->dout->data + i * v->D;
    const real *restrict normalized = v->kept->data + i * v->D;
    const real *restrict gamma = v->gamma->data;
    real *restrict dx = v->dx->data + i * v->D;
    real slopes[PARTS] = {0}, products[PARTS] = {0};
    double slope = 0, product = 0;
    size_t c = 0;
    for (; c + PARTS <= v->D; c += PARTS)
        for (size_t k = 0; k < PARTS; k++) {
            real g = dout[c + k] * gamma[c + k];
            slopes[k] += g;
            products[k] += g * normalized[c + k];
        }
    for (; c < v->D; c++) {
        slope += (double)(dout[c] * gamma[c]);
        product += (double)(dout[c] * gamma[c] * normalized[c]);
    }
    for (size_t k = 0; k < PARTS; k++) {
        slope += (double)slopes[k];
        product += (double)products[k];
    }
    real mean = (real)(slope / (double)v->D), mean_product = (real)(product / (double)v->D);
    real scale = v->spread->data[i];
    for (c = 0; c < v->D; c++)
        dx[c] = scale * (dout[c] * gamma[c] - mean - normalized[c] * mean_product);
}

/* A few rows at a time, whose dgamma and dbeta are added up while they are in the cache. */
static void layer_backward_part(const void *argument, size_t index, size_t count)
{
    const norm *v = argument;
    rows r = rows_of(v, index, count);
    double *sums = v->sums + index * 2 * v->D;
    for (size_t i = r.first; i < r.first + r.count; i += ROWS) {
        size_t few = r.first + r.count - i < ROWS ? r.first + r.count - i : ROWS;
        const real *dout = v->dout->data + i * v->D;
        add_rows(dout, v->D, few, v->D, sums);
        add_products(dout, v->kept->data + i * v->D, v->D, few, v->D, sums + v->D);
        for (size_t k = i; k < i + few; k++)
            row_backward(v, k);
    }
}

void fast_layernorm_forward(const tensor *x, const tensor *gamma, const tensor *beta, real eps,
                            tensor *out, tensor *normalized, tensor *inverse_std)
{
    norm v = {.x = x,
              .gamma = gamma,
              .beta = beta,
              .eps = eps,
              .out = out,
              .normalized = normalized,
              .inverse_std = inverse_std};
    check_rank(__func__, "x", x, 2);
    v.N = x->shape[0];
    v.D = x->shape[1];
    if (v.D == 0)
        contract_failed(__func__, "x has no columns");
    check_shape_1d(__func__, "gamma", gamma, v.D);
    check_shape_1d(__func__, "beta", beta, v.D);
    check_same_shape(__func__, "out", out, x);
    check_same_shape(__func__, "normalized", normalized, x);
    check_shape_1d(__func__, "inverse_std", inverse_std, v.N);
    begin(__func__, &v);
    run_in_parallel(v.threads, layer_forward_part, &v);
    end(&v);
}

void fast_layernorm_backward(const tensor *dout, const tensor *gamma, const tensor *normalized,
                             const tensor *inverse_std, tensor *dx, tensor *dgamma, tensor *dbeta)
{
    norm v = {.dout = dout, .gamma = gamma, .kept = normalized, .spread = inverse_std, .dx = dx};
    check_rank(__func__, "dout", dout, 2);
    v.N = dout->shape[0];
    v.D = dout->shape[1];
    if (v.D == 0)
        contract_failed(__func__, "dout has no columns");
    check_shape_1d(__func__, "gamma", gamma, v.D);
    check_same_shape(__func__, "normalized", normalized, dout);
    check_shape_1d(__func__, "inverse_std", inverse_std, v.N);
    check_same_shape(__func__, "dx", dx, dout);
    check_shape_1d(__func__, "dgamma", dgamma, v.D);
    check_shape_1d(__func__, "dbeta", dbeta, v.D);
    begin(__func__, &v);
    run_in_parallel(v.threads, layer_backward_part, &v);
    for (size_t d = 0; d < v.D; d++) {
        dbeta->data[d] = (real)sum_of_threads(&v, d);
        dgamma->data[d] = (real)sum_of_threads(&v, v.D + d);
    }
    end(&v);
}
