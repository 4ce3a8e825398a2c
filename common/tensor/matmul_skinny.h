/*
 * Matrix products whose result has few columns, such as the scores of ten classes.
 *
 * A BLAS is made for products that are large in every direction. With ten columns it spends its
 * time on copying the large matrix into tiles, each number of which it then uses ten times. Here
 * the large matrix is read once, in the order in which it lies in memory.
 */
#ifndef COMMON_MATMUL_SKINNY_H
#define COMMON_MATMUL_SKINNY_H

#include "tensor.h"

/* The most columns of a result: what two vectors of 32 bytes hold, 16 floats or 8 doubles. */
enum { SKINNY_COLUMNS = 64 / sizeof(real) };

/* out = alpha * op(A) op(B) + beta * out, as matmul_general in matmul.h; all row-major. */
typedef struct product {
    size_t n, m, k;                /* op(A) is n x k, op(B) k x m, out n x m */
    bool transpose_A, transpose_B; /* A is k x n; B is m x k */
    real alpha, beta;
    const real *A, *B;
    real *out;
} product;

/* Whether p is of the shape, and this processor of the kind, for which skinny_multiply is made. */
bool skinny_suits(const product *p);

/*
 * Computes p, which has 1 to SKINNY_COLUMNS columns, on that many threads. The result is the same
 * to the last bit for any number of threads.
 */
void skinny_multiply(const product *p, size_t threads);

#endif
