/*
 * Products of matrices so small that CBLAS would take longer to begin than to multiply, such as
 * those of an attention head. They are done on the calling thread, and each number of the result is
 * added up in order.
 */
#ifndef COMMON_MATMUL_SMALL_H
#define COMMON_MATMUL_SMALL_H

#include <stdbool.h>

#include "real.h"

/*
 * out = A B, or out = out + A B, for A of n x k, B of k x m, out of n x m:
 *
 *   out[i * out_step + j] = sum over l < k of A[i * A_across + l * A_along] * B[l * B_step + j]
 *
 * So A may be transposed. Rows of B are read in whole vectors: of each, the last one too, as many
 * numbers must be readable as small_columns(m) says.
 */
typedef struct small_product {
    size_t n, m, k;
    const real *A;
    size_t A_across, A_along; /* from one row of A to the next; from one column to the next */
    const real *B;
    size_t B_step; /* from one row to the next */
    real *out;
    size_t out_step;
    bool add; /* to what out holds */
} small_product;

/* m rounded up to whole vectors, those of any processor: the numbers that a row of B must have. */
size_t small_columns(size_t m);

/* Does the product p. */
void small_multiply(const small_product *p);

/*
 * For tests: makes the kernels of number index the chosen ones, the best for this processor first.
 * Returns false, and changes nothing, where there are no more that it can run.
 */
bool small_kernels_choose(size_t index);

#endif
