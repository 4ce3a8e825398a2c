/*
 * Matrix products of tensors, in the precision of real: by kernels of our own if the result has few
 * columns (matmul_skinny.h) or few rows (matmul_flat.h), or else by CBLAS (OpenBLAS). Large ones
 * use the threads that parallel_set_threads (parallel.h) allows.
 *
 * A tensor of rank over 2 is taken as a matrix: its outermost dimension by all the others. Every
 * function stops the program when the shapes do not fit, and out may not overlap an input.
 */
#ifndef COMMON_MATMUL_H
#define COMMON_MATMUL_H

#include "tensor.h"

/* out = A B for A of n x k, B of k x m, out of n x m. */
void matmul(const tensor *A, const tensor *B, tensor *out);

/* out = A^T B for A of k x n, B of k x m, out of n x m. */
void matmul_transposed_left(const tensor *A, const tensor *B, tensor *out);

/* out = A B^T for A of n x k, B of m x k, out of n x m. */
void matmul_transposed_right(const tensor *A, const tensor *B, tensor *out);

/*
 * The general product: out = alpha * op(A) op(B) + beta * out, where op transposes its matrix when
 * transpose_A or transpose_B is true. With beta = 0 the earlier contents of out do not matter.
 */
void matmul_general(bool transpose_A, bool transpose_B, real alpha, const tensor *A,
                    const tensor *B, real beta, tensor *out);

#endif
