/*
 * Small products. A few rows of the result, of one or two vectors each, stay in registers while the
 * kernel goes once through the rows of B: each vector of B is loaded once for several numbers of A.
 */
#include "matmul_small.h"

#include "multiversion.h"

/* A multiply and an add as one instruction: gcc's C17 mode keeps them apart unless told. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("fp-contract=fast")
#endif

enum { MOST_LANES = 16, MOST_ROWS = 8 };

/* What fits one kind of processor. */
typedef struct kernels {
    size_t lanes, rows; /* numbers of a vector; most rows at once */
    void (*multiply_rows)(const small_product *p, bool wide);
} kernels;

#ifdef __x86_64__
#define KERNEL(name) name##_avx512
#define TARGET __attribute__((target("avx512f")))
#define VECTOR_BYTES 64
#define ROWS 8
#include "matmul_small.inc"

#define KERNEL(name) name##_avx2
#define TARGET __attribute__((target("avx2,fma")))
#define VECTOR_BYTES 32
#define ROWS 6
#include "matmul_small.inc" // NOLINT(readability-duplicate-include)
#endif

#define KERNEL(name) name##_any
#define TARGET
#define VECTOR_BYTES 16
#define ROWS 6
#include "matmul_small.inc" // NOLINT(readability-duplicate-include)

static size_t chosen; /* number of the kernels in use */

/* The kernels of number index, the best first; NULL where there are no more. */
static const kernels *kernels_at(size_t index)
{
    const kernels *all[3];
    size_t count = 0;
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx512f"))
        all[count++] = &kernels_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        all[count++] = &kernels_avx2;
#endif
    all[count++] = &kernels_any;
    return index < count ? all[index] : NULL;
}

bool small_kernels_choose(size_t index)
{
    if (kernels_at(index) == NULL)
        return false;
    chosen = index;
    return true;
}

size_t small_columns(size_t m)
{
    return (m + MOST_LANES - 1) / MOST_LANES * MOST_LANES;
}

/* Part of a product whose columns are not whole vectors: by way of sums that are. */
static void multiply_odd_columns(const kernels *k, const small_product *p, bool wide)
{
    real sums[MOST_ROWS * 2 * MOST_LANES];
    const size_t step = 2 * k->lanes;
    small_product whole = *p;
    whole.out = sums;
    whole.out_step = step;
    whole.add = false;
    k->multiply_rows(&whole, wide);
    for (size_t r = 0; r < p->n; r++)
        for (size_t j = 0; j < p->m; j++) {
            real *out = p->out + r * p->out_step + j;
            *out = p->add ? *out + sums[r * step + j] : sums[r * step + j];
        }
}

void small_multiply(const small_product *p)
{
    const kernels *k = kernels_at(chosen);
    for (size_t j = 0; j < p->m;) {
        bool wide = p->m - j > k->lanes;
        size_t columns = wide ? 2 * k->lanes : k->lanes;
        small_product part = *p;
        part.m = p->m - j < columns ? p->m - j : columns;
        for (size_t i = 0; i < p->n; i += k->rows) {
            part.n = p->n - i < k->rows ? p->n - i : k->rows;
            part.A = p->A + i * p->A_across;
            part.B = p->B + j;
            part.out = p->out + i * p->out_step + j;
            if (part.m == columns)
                k->multiply_rows(&part, wide);
            else
                multiply_odd_columns(k, &part, wide);
        }
        j += columns;
    }
}
