/*
 * The kernels for one kind of processor; conv_kernels.c includes this for each. Internal to it.
 *
 *   KERNEL(name)              a name of this kind's own
 *   TARGET                    the attribute that lets a function use its instructions
 *   VECTOR_BYTES              the size of a vector
 *   OUTPUTS, WIDE_OUTPUTS     most outputs at once with 2 vectors, and with 4
 *   FILTERS, ELEMENTS         most filters at once, and elements of a window
 *   KEEP_IN_REGISTER(vector)  keeps gcc from loading it anew for each product
 *
 * are chosen so that all sums stay in registers; undefined, they fit any processor. The loops that
 * hold sums must be unrolled: compilers keep an array in memory whose index they do not know.
 */
#include "conv_kernels.h"

#ifndef KERNEL
#define KERNEL(name) name##_any
#define TARGET
#define VECTOR_BYTES 16
#define OUTPUTS 6
#define WIDE_OUTPUTS 3
#define FILTERS 4
#define ELEMENTS 3
#define KEEP_IN_REGISTER(vector)
#endif

typedef real KERNEL(vector)
    __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(real)), may_alias));

/* The sums of a fixed number of outputs and vectors. */
TARGET
static inline __attribute__((always_inline)) void
KERNEL(add_windows_of)(const window_sums *s, const size_t outputs, const size_t vectors)
{
    KERNEL(vector) sums[CONV_MOST_OUTPUTS][CONV_MOST_VECTORS];
    KERNEL(vector) window[CONV_MOST_VECTORS];
    const real *weights = s->weights;
#pragma GCC unroll 12
    for (size_t f = 0; f < outputs; f++)
#pragma GCC unroll 4
        for (size_t v = 0; v < vectors; v++)
            sums[f][v] = s->bias[f] + (KERNEL(vector)){0};
    for (size_t k = 0; k < s->size; k++, weights += outputs) {
        size_t offset = s->offsets[k];
#pragma GCC unroll 4
        for (size_t v = 0; v < vectors; v++)
            window[v] = *(const KERNEL(vector) *)(s->windows[v] + offset);
#pragma GCC unroll 12
        for (size_t f = 0; f < outputs; f++)
#pragma GCC unroll 4
            for (size_t v = 0; v < vectors; v++)
                sums[f][v] += weights[f] * window[v];
    }
#pragma GCC unroll 12
    for (size_t f = 0; f < outputs; f++)
#pragma GCC unroll 4
        for (size_t v = 0; v < vectors; v++)
            *(KERNEL(vector) *)(s->out[v] + f * s->out_step[v]) = sums[f][v];
}

#define CASE(count)                                                                                \
    case count:                                                                                    \
        KERNEL(add_windows_of)                                                                     \
        (s, (count) <= OUTPUTS ? (count) : 1, (count) <= WIDE_OUTPUTS ? 4 : 2);                    \
        break;

TARGET
static void KERNEL(add_windows)(const window_sums *s)
{
    switch (s->outputs) {
        CASE(1)
        CASE(2)
        CASE(3)
        CASE(4)
        CASE(5)
        CASE(6)
        CASE(7)
        CASE(8)
        CASE(9)
        CASE(10)
        CASE(11)
        CASE(12)
    default:
        break;
    }
}
#undef CASE

/* The sum of a vector's numbers. */
TARGET
static inline __attribute__((always_inline)) real KERNEL(sum_of)(KERNEL(vector) sums)
{
    enum { PARTS = VECTOR_BYTES / sizeof(conv_part), NUMBERS = sizeof(conv_part) / sizeof(real) };
    conv_part parts[PARTS];
    *(KERNEL(vector) *)parts = sums;
    for (size_t i = 1; i < PARTS; i++)
        parts[0] += parts[i];
    real sum = 0;
    for (size_t i = 0; i < NUMBERS; i++)
        sum += parts[0][i];
    return sum;
}

/* The sums of a fixed number of filters. */
TARGET
static inline __attribute__((always_inline)) void KERNEL(add_products_of)(const product_sums *s,
                                                                          const size_t filters)
{
    enum { LANES = VECTOR_BYTES / sizeof(real) };
    const size_t vectors = s->vectors, step = s->slopes_step;
    KERNEL(vector) sums[CONV_MOST_FILTERS][CONV_MOST_ELEMENTS];
#pragma GCC unroll 4
    for (size_t f = 0; f < filters; f++)
#pragma GCC unroll 6
        for (size_t k = 0; k < ELEMENTS; k++)
            sums[f][k] = (KERNEL(vector)){0};
    for (size_t n = 0; n < s->images; n++) {
        const real *slopes = s->slopes + n * s->slopes_image;
        const real *windows = s->windows + n * s->windows_image;
        for (size_t v = 0; v < vectors; v++, slopes += LANES, windows += LANES) {
            KERNEL(vector) slope[CONV_MOST_FILTERS];
#pragma GCC unroll 4
            for (size_t f = 0; f < filters; f++)
                slope[f] = *(const KERNEL(vector) *)(slopes + f * step);
#pragma GCC unroll 6
            for (size_t k = 0; k < ELEMENTS; k++) {
                KERNEL(vector) window = *(const KERNEL(vector) *)(windows + s->offsets[k]);
                KEEP_IN_REGISTER(window);
#pragma GCC unroll 4
                for (size_t f = 0; f < filters; f++)
                    sums[f][k] += slope[f] * window;
            }
        }
    }
#pragma GCC unroll 4
    for (size_t f = 0; f < filters; f++)
#pragma GCC unroll 6
        for (size_t k = 0; k < ELEMENTS; k++)
            s->sums[f * ELEMENTS + k] = KERNEL(sum_of)(sums[f][k]);
}

#define CASE(count)                                                                                \
    case count:                                                                                    \
        KERNEL(add_products_of)(s, (count) <= FILTERS ? (count) : 1);                              \
        break;

TARGET
static void KERNEL(add_products)(const product_sums *s)
{
    switch (s->filters) {
        CASE(1)
        CASE(2)
        CASE(3)
        CASE(4)
    default:
        break;
    }
}
#undef CASE

static const conv_kernels KERNEL(kernels) = {
    .lanes = VECTOR_BYTES / sizeof(real),
    .most_outputs = OUTPUTS,
    .most_filters = FILTERS,
    .elements = ELEMENTS,
    .wide_outputs = WIDE_OUTPUTS,
    .add_windows = KERNEL(add_windows),
    .add_products = KERNEL(add_products),
};

#undef KERNEL
#undef TARGET
#undef VECTOR_BYTES
#undef OUTPUTS
#undef WIDE_OUTPUTS
#undef FILTERS
#undef ELEMENTS
#undef KEEP_IN_REGISTER
