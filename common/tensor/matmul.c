/*
 * Matrix products over tensors. Those with few columns or few rows have kernels of our own, all
 * others go to CBLAS, on one thread: several threads each take a part of the result.
 */
#include "matmul.h"

#include <cblas.h>
#include <limits.h>

#include "contract.h"
#include "matmul_flat.h"
#include "matmul_skinny.h"
#include "parallel.h"

#ifdef REAL_IS_DOUBLE
#define cblas_gemm cblas_dgemm
#else
#define cblas_gemm cblas_sgemm
#endif

/* Rows first_row to last_row - 1 of the result's columns first_column to last_column - 1. */
static void multiply_tile(const product *p, size_t first_row, size_t last_row, size_t first_column,
                          size_t last_column)
{
    blasint A_stride = (blasint)(p->transpose_A ? p->n : p->k);
    blasint B_stride = (blasint)(p->transpose_B ? p->k : p->m);
    const real *A = p->A + first_row * (p->transpose_A ? 1 : p->k);
    const real *B = p->B + first_column * (p->transpose_B ? p->k : 1);
    if (first_row == last_row || first_column == last_column)
        return;
    cblas_gemm(CblasRowMajor, p->transpose_A ? CblasTrans : CblasNoTrans,
               p->transpose_B ? CblasTrans : CblasNoTrans, (blasint)(last_row - first_row),
               (blasint)(last_column - first_column), (blasint)p->k, p->alpha, A, A_stride, B,
               B_stride, p->beta, p->out + first_row * p->m + first_column, (blasint)p->m);
}

/* Part index of count of a product; the longer side of the result is cut. */
static void multiply_part(const void *argument, size_t index, size_t count)
{
    enum { GRAIN = 16 }; /* what BLAS kernels take at once, and a line of the cache */
    const product *p = argument;
    size_t side = p->n > p->m ? p->n : p->m;
    size_t first = parallel_begin(side, GRAIN, index, count);
    size_t last = parallel_begin(side, GRAIN, index + 1, count);
    if (p->n > p->m)
        multiply_tile(p, first, last, 0, p->m);
    else
        multiply_tile(p, 0, p->n, first, last);
}

/* How many threads p takes. */
static size_t threads_for(const product *p)
{
    const double work_of_a_thread = 2e6; /* multiplications, some 30 microseconds */
    return parallel_threads((double)p->n * (double)p->m * (double)p->k / work_of_a_thread);
}

static void multiply(const product *p)
{
    if (skinny_suits(p)) {
        skinny_multiply(p, threads_for(p));
        return;
    }
    if (flat_suits(p)) {
        flat_multiply(p, threads_for(p));
        return;
    }
    openblas_set_num_threads(1); /* by itself it would take all cores for each of our threads */
    run_in_parallel(threads_for(p), multiply_part, p);
}

void matmul_general(bool transpose_A, bool transpose_B, real alpha, const tensor *A,
                    const tensor *B, real beta, tensor *out)
{
    tensor a = tensor_flattened(A);
    tensor b = tensor_flattened(B);
    tensor c = tensor_flattened(out);
    size_t n = a.shape[transpose_A ? 1 : 0];
    size_t k = a.shape[transpose_A ? 0 : 1];
    size_t m = b.shape[transpose_B ? 0 : 1];
    size_t k_of_B = b.shape[transpose_B ? 1 : 0];
    if (k != k_of_B)
        contract_failed("matmul", "the inner sizes differ: A has %zu, B has %zu", k, k_of_B);
    check_shape_2d("matmul", "out", &c, n, m);
    if (n > INT_MAX || m > INT_MAX || k > INT_MAX)
        contract_failed("matmul", "a matrix of over %d rows or columns", INT_MAX);
    if (c.size == 0)
        return;
    if (k == 0) { /* CBLAS refuses strides of 0 */
        for (size_t i = 0; i < c.size; i++)
            c.data[i] = beta != 0 ? beta * c.data[i] : 0;
        return;
    }
    multiply(&(product){n, m, k, transpose_A, transpose_B, alpha, beta, a.data, b.data, c.data});
}

void matmul(const tensor *A, const tensor *B, tensor *out)
{
    matmul_general(false, false, 1, A, B, 0, out);
}

void matmul_transposed_left(const tensor *A, const tensor *B, tensor *out)
{
    matmul_general(true, false, 1, A, B, 0, out);
}

void matmul_transposed_right(const tensor *A, const tensor *B, tensor *out)
{
    matmul_general(false, true, 1, A, B, 0, out);
}
