/* Matrix products over tensors, handed to CBLAS. */
#include "matmul.h"

#include <cblas.h>
#include <limits.h>

#include "contract.h"

#ifdef REAL_IS_DOUBLE
#define cblas_gemm cblas_dgemm
#else
#define cblas_gemm cblas_sgemm
#endif

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
    cblas_gemm(CblasRowMajor, transpose_A ? CblasTrans : CblasNoTrans,
               transpose_B ? CblasTrans : CblasNoTrans, (blasint)n, (blasint)m, (blasint)k, alpha,
               a.data, (blasint)a.shape[1], b.data, (blasint)b.shape[1], beta, c.data, (blasint)m);
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

void matmul_set_threads(int count)
{
    if (count < 1)
        contract_failed(__func__, "count is %d, should be 1 or more", count);
    openblas_set_num_threads(count);
}
