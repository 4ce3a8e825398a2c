/* CBLAS as plain loops: the same bits wherever it is compiled without fused products. */
#include "cblas.h"

#include <stdbool.h>
#include <stddef.h>

void cblas_dgemm(CBLAS_ORDER order, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, blasint m,
                 blasint n, blasint k, double alpha, const double *a, blasint lda, const double *b,
                 blasint ldb, double beta, double *c, blasint ldc)
{
    bool turned_a = trans_a == CblasTrans;
    bool turned_b = trans_b == CblasTrans;
    (void)order;
    for (ptrdiff_t i = 0; i < m; i++)
        for (ptrdiff_t j = 0; j < n; j++) {
            double sum = 0;
            for (ptrdiff_t l = 0; l < k; l++)
                sum += a[turned_a ? l * lda + i : i * lda + l] *
                       b[turned_b ? j * ldb + l : l * ldb + j];
            double *to = &c[i * ldc + j];
            *to = beta == 0 ? alpha * sum : alpha * sum + beta * *to;
        }
}

void openblas_set_num_threads(int count)
{
    (void)count;
}
