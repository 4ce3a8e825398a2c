/*
 * CBLAS for a page: what the library calls of it in double, as plain loops. The names, arguments
 * and values are those of CBLAS.
 */
#ifndef SITE_CBLAS_H
#define SITE_CBLAS_H

typedef int blasint, CBLAS_ORDER, CBLAS_TRANSPOSE;

#define CblasRowMajor 101
#define CblasNoTrans 111
#define CblasTrans 112

/*
 * c = alpha op(a) op(b) + beta c, with op(a) m x k, op(b) k x n, c m x n. order is CblasRowMajor;
 * trans_a and trans_b say whether a and b lie transposed, in rows of lda and ldb numbers, c in rows
 * of ldc. c is not read where beta is 0. Each sum is taken in the order of the formula.
 */
void cblas_dgemm(CBLAS_ORDER order, CBLAS_TRANSPOSE trans_a, CBLAS_TRANSPOSE trans_b, blasint m,
                 blasint n, blasint k, double alpha, const double *a, blasint lda, const double *b,
                 blasint ldb, double beta, double *c, blasint ldc);

/* Does nothing: of count threads a page has one. */
void openblas_set_num_threads(int count);

#endif
