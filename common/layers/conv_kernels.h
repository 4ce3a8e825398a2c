/*
 * The two innermost loops of a convolution, for each kind of processor. Internal to conv_fast.c.
 *
 * Both work on images that were copied so that a window's element, seen from one window of a row to
 * the next, lies in consecutive memory. An element is then an offset, and a vector holds it for as
 * many windows as it has lanes.
 */
#ifndef COMMON_CONV_KERNELS_H
#define COMMON_CONV_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

#include "real.h"

enum {
    CONV_MOST_LANES = 16,  /* numbers of a vector, at most */
    CONV_MOST_VECTORS = 4, /* vectors of windows at once, at most */
    CONV_MOST_OUTPUTS = 12,
    CONV_MOST_FILTERS = 4,
    CONV_MOST_ELEMENTS = 6
};

/* For each output f and each vector v: out[v][f] = bias[f] + sum over k of weight[f] * window. */
typedef struct window_sums {
    size_t outputs, size;                   /* 1 to most_outputs; elements of a window */
    const size_t *offsets;                  /* of each element, from where a window begins */
    const real *weights;                    /* size x outputs */
    const real *bias;                       /* outputs */
    const real *windows[CONV_MOST_VECTORS]; /* where each vector's first window begins */
    real *out[CONV_MOST_VECTORS];           /* receives the results of the first output, and */
    size_t out_step[CONV_MOST_VECTORS];     /* so much further on those of the next one */
} window_sums;

/*
 * For each filter f and element k: sums[f][k] = sum of gradient * window. Both are one
 * run of vectors each; where there is no window the gradient is 0.
 */
typedef struct product_sums {
    size_t filters;         /* 1 to most_filters */
    size_t images, vectors; /* vectors of an image */
    const real *gradients;  /* of the first filter */
    size_t gradients_step;  /* from one filter to the next */
    size_t gradients_image; /* from one image to the next */
    const real *windows;    /* where the first window begins */
    size_t windows_image;   /* from one image to the next */
    size_t offsets[CONV_MOST_ELEMENTS];
    real *sums; /* filters x elements: receives */
} product_sums;

/* What a vector is folded to before its numbers are added up. */
typedef real conv_part __attribute__((vector_size(16), may_alias));

/* What fits one kind of processor. */
typedef struct conv_kernels {
    size_t lanes;
    size_t most_outputs, most_filters;
    size_t elements;     /* of a window that add_products takes at once */
    size_t wide_outputs; /* up to so many outputs, add_windows takes 4 vectors, else 2 */
    void (*add_windows)(const window_sums *s);
    void (*add_products)(const product_sums *s);
} conv_kernels;

/*
 * The kernels that convolutions use: the best for this processor, unless a test chose others.
 */
const conv_kernels *conv_kernels_chosen(void);

/*
 * For tests: makes the kernels of number index the chosen ones, the best for this processor first.
 * Returns false, and changes nothing, where there are no more that it can run.
 */
bool conv_kernels_choose(size_t index);

#endif
