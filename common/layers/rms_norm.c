/*
 * RMS normalization over the channels of images; norm_fast.h has its functions. The numbers of a
 * pixel lie a plane apart, so that sums over channels are taken for a run of pixels at once: such a
 * run of all channels is read twice, the second time from the cache. Threads share the images.
 */
#include <string.h>

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
    const tensor *x, *factor, *shift, *dout;
    tensor *out, *dx, *dfactor, *dshift;
    size_t C, pixels;
    real eps;
} rms_norm;

/* inverse[i] = 1 / rms of pixel i of count; x has the first one's first channel. */
static inline __attribute__((always_inline)) void inverse_rms(const rms_norm *v, const real *x,
                                                              size_t count, real *restrict inverse)
{
    const real share = 1 / (real)v->C, eps = v->eps;
    memset(inverse, 0, count * sizeof *inverse);
    for (size_t c = 0; c < v->C; c++, x += v->pixels)
        for (size_t i = 0; i < count; i++)
            inverse[i] += x[i] * x[i];
    for (size_t i = 0; i < count; i++)
        inverse[i] = 1 / sqrt(inverse[i] * share + eps);
}

/* The run of count pixels from pixel on, of image n. */
MULTIVERSION
static void rms_forward_run(const rms_norm *v, size_t n, size_t pixel, size_t count)
{
    const size_t first = n * v->C * v->pixels + pixel;
    real inverse[RUN];
    inverse_rms(v, v->x->data + first, count, inverse);
    for (size_t c = 0; c < v->C; c++) {
        const real *restrict x = v->x->data + first + c * v->pixels;
        real *restrict out = v->out->data + first + c * v->pixels;
        const real factor = v->factor->data[n * v->C + c];
        const real shift = v->shift == NULL ? 0 : v->shift->data[n * v->C + c];
        for (size_t i = 0; i < count; i++)
            out[i] = factor * (x[i] * inverse[i]) + shift;
    }
}

/* The sums over a run of dout, into shift, and of dout * x * inverse, which is returned. */
static inline __attribute__((always_inline)) real sums_of_run(const real *restrict dout,
                                                              const real *restrict x,
                                                              const real *restrict inverse,
                                                              size_t count, real *shift)
{
    real factors[PARTS] = {0}, shifts[PARTS] = {0}, sum = 0, sum_of_shifts = 0;
    size_t i = 0;
    for (; i + PARTS <= count; i += PARTS)
        for (size_t k = 0; k < PARTS; k++) {
            factors[k] += dout[i + k] * x[i + k] * inverse[i + k];
            shifts[k] += dout[i + k];
        }
    for (; i < count; i++) {
        sum += dout[i] * x[i] * inverse[i];
        sum_of_shifts += dout[i];
    }
    for (size_t k = 0; k < PARTS; k++) {
        sum += factors[k];
        sum_of_shifts += shifts[k];
    }
    *shift = sum_of_shifts;
    return sum;
}

/* dx = (g - x mean(g x) / rms^2) / rms, with g = dout factor and the mean over the channels. */
MULTIVERSION
static void rms_backward_run(const rms_norm *v, size_t n, size_t pixel, size_t count)
{
    const size_t first = n * v->C * v->pixels + pixel;
    const real *factor = v->factor->data + n * v->C, share = 1 / (real)v->C;
    real inverse[RUN], products[RUN] = {0};
    inverse_rms(v, v->x->data + first, count, inverse);
    for (size_t c = 0; c < v->C; c++) {
        const real *restrict x = v->x->data + first + c * v->pixels;
        const real *restrict dout = v->dout->data + first + c * v->pixels;
        for (size_t i = 0; i < count; i++)
            products[i] += factor[c] * dout[i] * x[i];
        real dshift;
        v->dfactor->data[n * v->C + c] += sums_of_run(dout, x, inverse, count, &dshift);
        v->dshift->data[n * v->C + c] += dshift;
    }
    for (size_t i = 0; i < count; i++)
        products[i] *= share * inverse[i] * inverse[i];
    for (size_t c = 0; c < v->C; c++) {
        const real *restrict x = v->x->data + first + c * v->pixels;
        const real *restrict dout = v->dout->data + first + c * v->pixels;
        real *restrict dx = v->dx->data + first + c * v->pixels;
        for (size_t i = 0; i < count; i++)
            dx[i] = inverse[i] * (factor[c] * dout[i] - x[i] * products[i]);
    }
}

/* Part index of count of the images, in the direction that v has the results of. */
static void rms_part(const void *argument, size_t index, size_t count)
{
    const rms_norm *v = argument;
    size_t last = parallel_begin(v->x->shape[0], 1, index + 1, count);
    for (size_t n = parallel_begin(v->x->shape[0], 1, index, count); n < last; n++)
        for (size_t pixel = 0; pixel < v->pixels; pixel += RUN) {
            size_t left = v->pixels - pixel, run = left < RUN ? left : RUN;
            if (v->out != NULL)
                rms_forward_run(v, n, pixel, run);
            else
                rms_backward_run(v, n, pixel, run);
        }
}

static void run(const char *function, rms_norm *v)
{
    const double numbers_of_a_thread = 5e4; /* some 20 microseconds */
    const tensor *x = v->x;
    check_rank(function, "x", x, 4);
    v->C = x->shape[1];
    if (v->C == 0)
        contract_failed(function, "x has no channels");
    v->pixels = x->shape[2] * x->shape[3];
    check_shape_2d(function, "factor", v->factor, x->shape[0], v->C);
    run_in_parallel(parallel_threads((double)x->size / numbers_of_a_thread), rms_part, v);
}

void fast_rmsnorm_forward(const tensor *x, const tensor *factor, const tensor *shift, real eps,
                          tensor *out)
{
    check_same_shape(__func__, "out", out, x);
    if (shift != NULL)
        check_same_shape(__func__, "shift", shift, factor);
    run(__func__, &(rms_norm){.x = x, .factor = factor, .shift = shift, .eps = eps, .out = out});
}

void fast_rmsnorm_backward(const tensor *dout, const tensor *x, const tensor *factor, real eps,
                           tensor *dx, tensor *dfactor, tensor *dshift)
{
    check_same_shape(__func__, "dout", dout, x);
    check_same_shape(__func__, "dx", dx, x);
    check_same_shape(__func__, "dfactor", dfactor, factor);
    check_same_shape(__func__, "dshift", dshift, factor);
    tensor_fill(dfactor, 0);
    tensor_fill(dshift, 0);
    run(__func__, &(rms_norm){.x = x,
                              .factor = factor,
                              .eps = eps,
                              .dout = dout,
                              .dx = dx,
                              .dfactor = dfactor,
                              .dshift = dshift});
}
