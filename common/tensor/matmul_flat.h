/*
 * Matrix products of few rows by a large matrix, such as 25 x 512 by 512 x 2048 in a step of an
 * LSTM.
 *
 * A BLAS copies the large matrix into an order that pays if many rows go over it. Here a strip of
 * it is copied just before the rows need it, and is still in the first cache when they do.
 */
#ifndef COMMON_MATMUL_FLAT_H
#define COMMON_MATMUL_FLAT_H

#include "matmul_skinny.h"

/* Whether p is of the shape, and this processor of the kind, for which flat_multiply is made. */
bool flat_suits(const product *p);

/*
 * Computes p, whose A is not transposed, on that many threads. The result is the same to the last
 * bit for any number of threads. Stops the program when there is no memory.
 */
void flat_multiply(const product *p, size_t threads);

/*
 * For tests: makes the kernels of number index the chosen ones, the best for this processor first.
 * Returns false, and changes nothing, where there are no more that it can run.
 */
bool flat_kernels_choose(size_t index);

#endif
