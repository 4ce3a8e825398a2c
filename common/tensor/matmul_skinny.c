/*
 * Products with few columns.
 *
 * Theory of operation. op(B) is copied into rows of two vectors, filled up with zeros. A row of the
 * result is then a sum of such rows, each times one number of op(A):
 *
 *   out[r] = sum over i of a(r, i) * b[i]        a(r, i) = A[r * across + i * along]
 *
 * A few rows of sums stay in registers, so that each b[i] is loaded once for several numbers of A.
 * That serves both directions, with only the order of the loops turned: A's memory is to be read
 * from front to end. Where A is not transposed, a row of the result needs a row of A, and a few of
 * them are read at once. Where it is, every row of the result needs every row of A: a few rows of A
 * at once go into all sums, which wait in the second-level cache.
 *
 * Each sum is added up in blocks, whose sums are added up in turn: closer than one long sum. All
 * kernels add in the same order, so that a row's sum depends neither on the rows beside it nor on
 * the number of threads.
 */
#include "matmul_skinny.h"

#include <string.h>

#include "parallel.h"

/* A multiply and an add as one instruction: gcc's C17 mode keeps them apart unless told. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("fp-contract=fast")
#endif

/* What every processor can do is compiled for every x86-64; these are chosen when the program runs.
 */
#ifdef __x86_64__
#define TARGET_AVX2 __attribute__((target("avx2,fma")))
#define TARGET_AVX512 __attribute__((target("avx512f")))
#else
#define TARGET_AVX2
#endif

enum {
    ALONG_ROWS = 256, /* block of a row of A: it and its rows of b stay in the first-level cache */
    DOWN_ROWS = 8     /* rows of A at a time: an 8-way cache holds 8 lines with the same offset */
};

/* The vectors of AVX2 and AVX-512; two and four of NEON's. They may lie anywhere in an array. */
typedef real half_row __attribute__((vector_size(32), aligned(sizeof(real)), may_alias));
typedef real whole_row __attribute__((vector_size(64), aligned(sizeof(real)), may_alias));

/* A block of op(A), any number of rows by count columns. */
typedef struct block {
    const real *a;
    size_t across, along; /* from one row of op(A) to the next; from one column to the next */
    size_t count;
} block;

/* sums[r] += sum over i < x->count of a(r, i) * b[i], for as many rows as the kernel takes. */
typedef void (*kernel_function)(const block *x, const real *restrict b, real *restrict sums);

typedef struct kernel {
    size_t rows;
    kernel_function add_rows;
} kernel;

enum { HALF = SKINNY_COLUMNS / 2, ROWS = 6, ROWS_512 = 8 };

/* Six rows of two vectors: with two of b and one number of A, 15 of 16 registers. */
TARGET_AVX2
static void add_rows(const block *x, const real *restrict b, real *restrict sums)
{
    const real *a = x->a;
    size_t across = x->across;
    half_row left[ROWS];
    half_row right[ROWS];
#pragma GCC unroll 6
    for (size_t r = 0; r < ROWS; r++)
        left[r] = right[r] = (half_row){0};
    for (size_t i = 0; i < x->count; i++, a += x->along, b += SKINNY_COLUMNS) {
        half_row b_left = *(const half_row *)b;
        half_row b_right = *(const half_row *)(b + HALF);
#pragma GCC unroll 6
        for (size_t r = 0; r < ROWS; r++) {
            left[r] += a[r * across] * b_left;
            right[r] += a[r * across] * b_right;
        }
    }
#pragma GCC unroll 6
    for (size_t r = 0; r < ROWS; r++) {
        *(half_row *)(sums + r * SKINNY_COLUMNS) += left[r];
        *(half_row *)(sums + r * SKINNY_COLUMNS + HALF) += right[r];
    }
}

/* What is left over: one row. */
TARGET_AVX2
static void add_one_row(const block *x, const real *restrict b, real *restrict sums)
{
    half_row left = {0};
    half_row right = {0};
    for (size_t i = 0; i < x->count; i++, b += SKINNY_COLUMNS) {
        left += x->a[i * x->along] * *(const half_row *)b;
        right += x->a[i * x->along] * *(const half_row *)(b + HALF);
    }
    *(half_row *)sums += left;
    *(half_row *)(sums + HALF) += right;
}

#ifdef __x86_64__
/* Eight rows: what keeps two units busy that take four cycles. */
TARGET_AVX512
static void add_rows_512(const block *x, const real *restrict b, real *restrict sums)
{
    const real *a = x->a;
    size_t across = x->across;
    whole_row sum[ROWS_512];
#pragma GCC unroll 8
    for (size_t r = 0; r < ROWS_512; r++)
        sum[r] = (whole_row){0};
    for (size_t i = 0; i < x->count; i++, a += x->along, b += SKINNY_COLUMNS) {
        whole_row row = *(const whole_row *)b;
#pragma GCC unroll 8
        for (size_t r = 0; r < ROWS_512; r++)
            sum[r] += a[r * across] * row;
    }
#pragma GCC unroll 8
    for (size_t r = 0; r < ROWS_512; r++)
        *(whole_row *)(sums + r * SKINNY_COLUMNS) += sum[r];
}
#endif

/* The best kernel for this processor; none, with 0 rows, where BLAS is better. */
static kernel best_kernel(void)
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx512f"))
        return (kernel){ROWS_512, add_rows_512};
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
        return (kernel){0, NULL};
#endif
    return (kernel){ROWS, add_rows};
}

/* What the threads share. */
typedef struct work {
    const product *p;
    kernel kernel;
    const real *b; /* op(B), k x SKINNY_COLUMNS */
    real *sums;    /* n x SKINNY_COLUMNS */
} work;

/* Rows first to last - 1 of the result from their sums. */
static void write_rows(const work *w, size_t first, size_t last)
{
    const product *p = w->p;
    for (size_t r = first; r < last; r++) {
        real *sum = w->sums + r * SKINNY_COLUMNS;
        real *out = p->out + r * p->m;
        for (size_t j = 0; j < SKINNY_COLUMNS; j++)
            sum[j] *= p->alpha;
        for (size_t j = 0; j < p->m && p->beta != 0; j++)
            sum[j] += p->beta * out[j];
        memcpy(out, sum, p->m * sizeof *out);
    }
}

/* Adds up rows first to last - 1 of the result, in blocks of block_size columns of op(A). */
static void add_up(const work *w, size_t first, size_t last, size_t block_size)
{
    const product *p = w->p;
    size_t across = p->transpose_A ? 1 : p->k;
    size_t along = p->transpose_A ? p->n : 1;
    for (size_t i = 0; i < p->k; i += block_size) {
        const real *b = w->b + i * SKINNY_COLUMNS;
        block x = {NULL, across, along, p->k - i < block_size ? p->k - i : block_size};
        for (size_t r = first; r < last;) {
            bool full = r + w->kernel.rows <= last;
            x.a = p->A + r * across + i * along;
            (full ? w->kernel.add_rows : add_one_row)(&x, b, w->sums + r * SKINNY_COLUMNS);
            r += full ? w->kernel.rows : 1;
        }
    }
}

static void multiply_part(const void *argument, size_t index, size_t count)
{
    const work *w = argument;
    size_t rows = w->kernel.rows;
    size_t first = parallel_begin(w->p->n, rows, index, count);
    size_t last = parallel_begin(w->p->n, rows, index + 1, count);
    if (w->p->transpose_A) {
        add_up(w, first, last, DOWN_ROWS);
    } else {
        for (size_t r = first; r < last; r += rows)
            add_up(w, r, last - r < rows ? last : r + rows, ALONG_ROWS);
    }
    write_rows(w, first, last);
}

/* op(B) as k rows of SKINNY_COLUMNS, the numbers beyond its m columns 0; a new tensor. */
static tensor *widen(const product *p)
{
    tensor *wide = tensor_new_2d(p->k, SKINNY_COLUMNS);
    for (size_t i = 0; i < p->k; i++) {
        real *row = wide->data + i * SKINNY_COLUMNS;
        if (!p->transpose_B)
            memcpy(row, p->B + i * p->m, p->m * sizeof *row);
        for (size_t j = 0; j < p->m && p->transpose_B; j++)
            row[j] = p->B[j * p->k + i];
    }
    return wide;
}

bool skinny_suits(const product *p)
{
    const size_t least = 4096; /* numbers of A from which on widening B is worth it */
    return p->m <= SKINNY_COLUMNS && p->n >= 16 && p->k >= 16 && p->n * p->k >= least &&
           best_kernel().rows > 0;
}

void skinny_multiply(const product *p, size_t threads)
{
    tensor *b = widen(p);
    tensor *sums = tensor_new_2d(p->n, SKINNY_COLUMNS);
    work w = {p, best_kernel(), b->data, sums->data};
    run_in_parallel(threads, multiply_part, &w);
    tensor_free(b);
    tensor_free(sums);
}
