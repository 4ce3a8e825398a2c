/*
 * Given: the eigenvectors of a symmetric matrix.
 *
 * Source: Golub and Van Loan, "Matrix computations", the cyclic Jacobi method.
 */
#ifndef ASSIGNMENT3_SYMMETRIC_EIGEN_H
#define ASSIGNMENT3_SYMMETRIC_EIGEN_H

#include "tensor.h"

/*
 * Takes a symmetric matrix A apart, A v = values[j] v where v is column j of vectors. Columns have
 * length 1 and are orthogonal to one another; which of v and -v is written is not said. They come
 * by RISING eigenvalue, as NumPy's eigh orders them. Computed in double.
 *
 * A        D x D   symmetric; only read
 * values   D       receives the eigenvalues
 * vectors  D x D   receives the eigenvectors, one per column
 *
 * Stops the program on a wrong shape.
 */
void symmetric_eigen(const tensor *A, tensor *values, tensor *vectors);

#endif
