/*
 * RMS normalization over the channels of images; norm_fast.h has its functions. The numbers of a
 * pixel lie a plane apart, so that sums over channels are taken for a run of pixels at once: such a
 * run of all channels is read twice, the second time from the cache.
 */
#include <stdlib.h>

#include "contract.h"
#include "multiversion.h"
#include "norm_fast.h"
#include "parallel.h"

enum {
    RUN = 256, /* pixels at a time */
    PARTS = 16 /* of a sum along a run */
};

/* A normalization under way, in either direction. */
typedef struct rms_norm {
    const tensor *x, *gamma, *dout, *given_inverse;
    tensor *out, *inverse, *dx;
    size_t C, pixels, runs; /* runs of an image */
    double *dgamma;         /* of each thread, C */
    real eps;
} rms_norm;

/* One run: its first pixel in a channel of the image's first number, and in inverse_rms. */
typedef struct run {
    size_t first, inverse, count;
} run;

static run run_at(const rms_norm *v, size_t index)
{
    size_t n = index / v->runs, pixel = index % v->runs * RUN, left = v->pixels - pixel;
    return (run){n * v->C * v->pixels + pixel, n * v->pixels + pixel, left < RUN ? left : RUN};
}

MULTIVERSION
static void rms_forward_run(const rms_norm *v, run r)
{
    real squares[RUN] = {0};
    real *restrict inverse = v->inverse->data + r.inverse;
    const real share = 1 / (real)v->C, eps = v->eps;
    for (size_t c = 0; c < v->C; c++) {
        const real *restrict x = v->x->data + r.first + c * v->pixels;
        for (size_t i = 0; i < r.count; i++)
            squares[i] += x[i] * x[i];
    }
    for (size_t i = 0; i < r.count; i++)
        inverse[i] = 1 / sqrt(squares[i] * share + eps);
    for (size_t c = 0; c < v->C; c++) {
        const real *restrict x = v->x->data + r.first + c * v->pixels;
        real *restrict out = v->out->data + r.first + c * v->pixels;
        const real gamma = v->gamma->data[c];
        for (size_t i = 0; i < r.count; i++)
            out[i] = gamma * (x[i] * inverse[i]);
    }
}

/* The sum over a run of dout * x * inverse: its share of dgamma. */
static inline __attribute__((always_inline)) double sum_of_run(const real *restrict dout,
                                                               const real *restrict x,
                                                               const real *restrict inverse,
                                                               size_t count)
{
    real parts[PARTS] = {0};
    double sum = 0;
    size_t i = 0;
    for (; i + PARTS <= count; i += PARTS)
        for (size_t k = 0; k < PARTS; k++)
            parts[k] += dout[i + k] * x[i + k] * inverse[i + k];
    for (; i < count; i++)
        sum += (double)(dout[i] * x[i] * inverse[i]);
    for (size_t k = 0; k < PARTS; k++)
        sum += (double)parts[k];
    return sum;
}

/* dx = inverse (g - x inverse^2 mean(g x)), with g = dout gamma and the mean over the channels. */
MULTIVERSION
static void rms_backward_run(const rms_norm *v, run r, double *dgamma)
{
    real products[RUN] = {0};
    const real *restrict inverse = v->given_inverse->data + r.inverse;
    const real share = 1 / (real)v->C;
    for (size_t c = 0; c < v->C; c++) {
        const real *restrict x = v->x->data + r.first + c * v->pixels;
        const real *restrict dout = v->dout->data + r.first + c * v->pixels;
        const real gamma = v->gamma->data[c];
        for (size_t i = 0; i < r.count; i++)
            products[i] += gamma * dout[i] * x[i];
        dgamma[c] += sum_of_run(dout, x, inverse, r.count);
    }
    for (size_t i = 0; i < r.count; i++)
        products[i] *= share * inverse[i] * inverse[i];
    for (size_t c = 0; c < v->C; c++) {
        const real *restrict x = v->x->data + r.first + c * v->pixels;
        const real *restrict dout = v->dout->data + r.first + c * v->pixels;
        real *restrict dx = v->dx->data + r.first + c * v->pixels;
        const real gamma = v->gamma->data[c];
        for (size_t i = 0; i < r.count; i++)
            dx[i] = inverse[i] * (gamma * dout[i] - x[i] * products[i]);
    }
}

/* Part index of count of the runs of all images, in the direction that v has the results of. */
static void rms_part(const void *argument, size_t index, size_t count)
{
    const rms_norm *v = argument;
    size_t all = v->x->shape[0] * v->runs;
    size_t last = parallel_begin(all, 1, index + 1, count);
    for (size_t i = parallel_begin(all, 1, index, count); i < last; i++) {
        if (v->out != NULL)
            rms_forward_run(v, run_at(v, i));
        else
            rms_backward_run(v, run_at(v, i), v->dgamma + index * v->C);
    }
}

static void check(const char *function, rms_norm *v, const tensor *inverse_rms)
{
    const tensor *x = v->x;
    check_rank(function, "x", x, 4);
    v->C = x->shape[1];
    if (v->C == 0)
        contract_failed(function, "x has no channels");
    v->pixels = x->shape[2] * x->shape[3];
    v->runs = (v->pixels + RUN - 1) / RUN;
    check_shape_1d(function, "gamma", v->gamma, v->C);
    check_shape_3d(function, "inverse_rms", inverse_rms, x->shape[0], x->shape[2], x->shape[3]);
}

static size_t threads_for(const rms_norm *v)
{
    const double numbers_of_a_thread = 5e4; /* some 20 microseconds */
    return parallel_threads((double)v->x->size / numbers_of_a_thread);
}

void fast_rmsnorm_forward(const tensor *x, const tensor *gamma, real eps, tensor *out,
                          tensor *inverse_rms)
{
    rms_norm v = {.x = x, .gamma = gamma, .eps = eps, .out = out, .inverse = inverse_rms};
    check(__func__, &v, inverse_rms);
    check_same_shape(__func__, "out", out, x);
    run_in_parallel(threads_for(&v), rms_part, &v);
}

void fast_rmsnorm_backward(const tensor *dout, const tensor *x, const tensor *gamma,
                           const tensor *inverse_rms, tensor *dx, tensor *dgamma)
{
    rms_norm v = {.dout = dout, .x = x, .gamma = gamma, .given_inverse = inverse_rms, .dx = dx};
    check(__func__, &v, inverse_rms);
    check_same_shape(__func__, "dout", dout, x);
    check_same_shape(__func__, "dx", dx, x);
    check_shape_1d(__func__, "dgamma", dgamma, v.C);
    size_t threads = threads_for(&v);
    v.dgamma = calloc(threads * v.C, sizeof *v.dgamma);
    if (v.dgamma == NULL)
        contract_failed(__func__, "no memory for %zu channels", v.C);
    run_in_parallel(threads, rms_part, &v);
    for (size_t c = 0; c < v.C; c++) {
        double sum = 0;
        for (size_t t = 0; t < threads; t++)
            sum += v.dgamma[t * v.C + c];
        dgamma->data[c] = (real)sum;
    }
    free(v.dgamma);
}
