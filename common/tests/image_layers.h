/*
 * Convolution and pooling as plain loops in double, to compare the fast ones with.
 */
#ifndef COMMON_TESTS_IMAGE_LAYERS_H
#define COMMON_TESTS_IMAGE_LAYERS_H

#include "conv_shape.h"
#include "random.h"
#include "tensor.h"

/* Where the element [i, j, k, l] of t, of rank 4, lies. */
static inline size_t place(const tensor *t, size_t i, size_t j, size_t k, size_t l)
{
    return ((i * t->shape[1] + j) * t->shape[2] + k) * t->shape[3] + l;
}

/* A new tensor of rank 4 of normal numbers from r. */
static inline tensor *normal_4d(random_state *r, size_t d0, size_t d1, size_t d2, size_t d3)
{
    tensor *t = tensor_new_4d(d0, d1, d2, d3);
    tensor_fill_normal(t, r, 0, 1);
    return t;
}

/*
 * Calls visit for each product in the convolution of X with w whose result is out: with the places
 * of the result, of the filter's element, and of the pixel under it.
 */
typedef void (*product_visitor)(void *context, size_t result, size_t element, size_t pixel);
static inline void visit_products(const tensor *X, const tensor *w, const tensor *out,
                                  conv_shape shape, product_visitor visit, void *context)
{
    for (size_t result = 0; result < out->size; result++) {
        size_t j = result % out->shape[3], i = result / out->shape[3] % out->shape[2];
        size_t f = result / (out->shape[3] * out->shape[2]) % out->shape[1];
        size_t n = result / (out->shape[3] * out->shape[2] * out->shape[1]);
        for (size_t c = 0; c < w->shape[1]; c++)
            for (size_t p = 0; p < w->shape[2]; p++)
                for (size_t q = 0; q < w->shape[3]; q++) {
                    size_t y = i * shape.stride + p - shape.pad; /* huge where it is negative */
                    size_t x = j * shape.stride + q - shape.pad;
                    if (y < X->shape[2] && x < X->shape[3])
                        visit(context, result, place(w, f, c, p, q), place(X, n, c, y, x));
                }
    }
}

/* Whether got is expected, count numbers, up to the rounding of sums of terms products. */
static inline bool nearly_same(const tensor *got, const double *expected, double terms)
{
    double tolerance = (sizeof(real) == 4 ? 2e-6 : 1e-14) * (10 + terms);
    for (size_t i = 0; i < got->size; i++)
        if (!(fabs((double)got->data[i] - expected[i]) <= tolerance))
            return false;
    return true;
}

#endif
