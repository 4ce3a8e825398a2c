/*
 * Flat products.
 *
 * Theory of operation. A tile of the result, a few rows by two vectors, stays in registers while a
 * kernel goes along a part of the sums: each step loads two vectors of op(B), and multiplies them
 * by one number of each row of A. What it reads is copied first, so that it lies in the order in
 * which it is needed:
 *
 *   panel  of op(B), up to DEPTH rows of two vectors, one row after the other; the columns beyond
 *          the last are 0. It is copied for all tiles that lie below one another, just before they
 *          need it
 *   block  all rows of A, of up to DEPTH numbers, ROW_STEP apart. It stays in the second-level
 *          cache while the panels go by
 *
 * Threads share the columns. Each number of the result is added up in the same order whatever tile
 * it is in, so that it does not depend on their number.
 */
#include "matmul_flat.h"

#include <stdlib.h>
#include <string.h>

#include "contract.h"
#include "multiversion.h"
#include "parallel.h"

/* A multiply and an add as one instruction: gcc's C17 mode keeps them apart unless told. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("fp-contract=fast")
#endif

enum {
    LINE = 64 / sizeof(real),    /* of the cache */
    DEPTH = 1024 / sizeof(real), /* the most terms at a time */
    ROW_STEP = DEPTH + LINE,     /* not a power of 2: rows begin in different sets of the cache */
    MOST_ROWS = 14,              /* of a tile */
    MOST_COLUMNS = 128 / sizeof(real) /* of a tile */
};

/* A tile's part of a sum: out = alpha * A B + beta * out. */
typedef struct tile {
    size_t rows, count; /* A is rows x count, ROW_STEP apart, and B count x columns */
    bool wide;          /* columns of two vectors, or of one */
    const real *A, *B;
    real alpha, beta;
    real *out;
    size_t out_step; /* from one row to the next */
} tile;

/* What fits one kind of processor. */
typedef struct kernels {
    size_t lanes, rows; /* numbers of a vector; most rows of a tile */
    void (*multiply_tile)(const tile *t);
} kernels;

#ifdef __x86_64__
#define KERNEL(name) name##_avx512
#define TARGET __attribute__((target("avx512f")))
#define VECTOR_BYTES 64
#define ROWS 14
#include "matmul_flat.inc"

#define KERNEL(name) name##_avx2
#define TARGET __attribute__((target("avx2,fma")))
#define VECTOR_BYTES 32
#define ROWS 6
#include "matmul_flat.inc" // NOLINT(readability-duplicate-include)
#endif

static size_t chosen; /* number of the kernels in use */

/* The kernels of number index, the best first; NULL where there are no more. */
static const kernels *kernels_at(size_t index)
{
    const kernels *all[2];
    size_t count = 0;
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx512f"))
        all[count++] = &kernels_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        all[count++] = &kernels_avx2;
#endif
    return index < count ? all[index] : NULL;
}

bool flat_kernels_choose(size_t index)
{
    if (kernels_at(index) == NULL)
        return false;
    chosen = index;
    return true;
}

bool flat_suits(const product *p)
{
    const size_t most = 160;  /* rows, from which on the BLAS is as good */
    const double least = 1e6; /* multiplications, below which it copies nothing */
    return !p->transpose_A && p->n <= most && kernels_at(chosen) != NULL &&
           (double)p->n * (double)p->m * (double)p->k >= least;
}

/* ---- sizes ---- */

/* Numbers first to last - 1. */
typedef struct range {
    size_t first, last;
} range;

static size_t length(range r)
{
    return r.last - r.first;
}

/* How many parts of at most that many numbers r has. */
static size_t parts_of(range r, size_t most)
{
    return (length(r) + most - 1) / most;
}

/* Part index of r, whose parts have at most that many numbers and nearly the same length. */
static range part_of(range r, size_t most, size_t index)
{
    size_t count = parts_of(r, most);
    return (range){r.first + length(r) * index / count, r.first + length(r) * (index + 1) / count};
}

/* ---- copies ---- */

/* Copies the given terms of all rows of A to block. */
static void copy_block(const product *p, range terms, real *block)
{
    for (size_t r = 0; r < p->n; r++)
        memcpy(block + r * ROW_STEP, p->A + r * p->k + terms.first, length(terms) * sizeof *block);
}

enum { QUAD = 16 / sizeof(real) }; /* numbers of the smallest vectors */

typedef real quad __attribute__((vector_size(16), aligned(sizeof(real)), may_alias));

/* to[j * to_step + i] = from[i * from_step + j] for i and j below QUAD. */
static inline void transpose_quad(const real *from, size_t from_step, real *to, size_t to_step)
{
#ifdef REAL_IS_DOUBLE
    quad a = *(const quad *)from, b = *(const quad *)(from + from_step);
    *(quad *)to = __builtin_shufflevector(a, b, 0, 2);
    *(quad *)(to + to_step) = __builtin_shufflevector(a, b, 1, 3);
#else
    quad a = *(const quad *)from, b = *(const quad *)(from + from_step);
    quad c = *(const quad *)(from + 2 * from_step), d = *(const quad *)(from + 3 * from_step);
    quad ab_left = __builtin_shufflevector(a, b, 0, 4, 1, 5);
    quad ab_right = __builtin_shufflevector(a, b, 2, 6, 3, 7);
    quad cd_left = __builtin_shufflevector(c, d, 0, 4, 1, 5);
    quad cd_right = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    *(quad *)to = __builtin_shufflevector(ab_left, cd_left, 0, 1, 4, 5);
    *(quad *)(to + to_step) = __builtin_shufflevector(ab_left, cd_left, 2, 3, 6, 7);
    *(quad *)(to + 2 * to_step) = __builtin_shufflevector(ab_right, cd_right, 0, 1, 4, 5);
    *(quad *)(to + 3 * to_step) = __builtin_shufflevector(ab_right, cd_right, 2, 3, 6, 7);
#endif
}

/* Copies the given columns and terms of B^T to a panel of that width, which is at least theirs. */
static void transpose_panel(const product *p, range columns, range terms, size_t width, real *panel)
{
    const real *B = p->B + columns.first * p->k + terms.first;
    size_t j = 0, count = length(terms);
    for (; j + QUAD <= length(columns); j += QUAD, B += QUAD * p->k) {
        size_t l = 0;
        for (; l + QUAD <= count; l += QUAD)
            transpose_quad(B + l, p->k, panel + l * width + j, width);
        for (; l < count; l++)
            for (size_t i = 0; i < QUAD; i++)
                panel[l * width + j + i] = B[i * p->k + l];
    }
    for (; j < width; j++, B += p->k)
        for (size_t l = 0; l < count; l++)
            panel[l * width + j] = j < length(columns) ? B[l] : 0;
}

/* The same for columns of op(B). */
static void copy_panel(const product *p, range columns, range terms, size_t width, real *panel)
{
    enum { AHEAD = 8 }; /* rows, which are fetched meanwhile */
    if (p->transpose_B) {
        transpose_panel(p, columns, terms, width, panel);
        return;
    }
    const real *B = p->B + terms.first * p->m + columns.first;
    for (size_t l = terms.first; l < terms.last; l++, B += p->m, panel += width) {
        for (size_t j = 0; j < width && l + AHEAD < p->k; j += LINE)
            __builtin_prefetch(B + AHEAD * p->m + j);
        if (length(columns) == MOST_COLUMNS) { /* no call for a fixed size */
            memcpy(panel, B, MOST_COLUMNS * sizeof *panel);
            continue;
        }
        for (size_t j = 0; j < width; j++)
            panel[j] = j < length(columns) ? B[j] : 0;
    }
}

/* ---- the product ---- */

/* Does t, whose out has fewer columns than the kernel writes. */
static void multiply_narrow(const kernels *k, const tile *t, size_t columns)
{
    real out[MOST_ROWS * MOST_COLUMNS] = {0};
    tile whole = *t;
    whole.out = out;
    whole.out_step = MOST_COLUMNS;
    for (size_t r = 0; r < t->rows && t->beta != 0; r++)
        memcpy(out + r * MOST_COLUMNS, t->out + r * t->out_step, columns * sizeof *out);
    k->multiply_tile(&whole);
    for (size_t r = 0; r < t->rows; r++)
        memcpy(t->out + r * t->out_step, out + r * MOST_COLUMNS, columns * sizeof *out);
}

/* A product, and the memory of its threads: a panel and a block each. */
typedef struct work {
    const product *p;
    const kernels *kernels;
    real *memory;
    size_t panel_size, thread_size; /* numbers of a panel, and of both */
} work;

/* Adds the given terms to the given columns of the result: the block by a panel. */
static void multiply_panel(const work *w, range columns, range terms, const real *panel,
                           const real *block)
{
    const product *p = w->p;
    const kernels *k = w->kernels;
    const range rows = {0, p->n};
    tile t = {.count = length(terms),
              .wide = length(columns) > k->lanes,
              .B = panel,
              .alpha = p->alpha,
              .beta = terms.first == 0 ? p->beta : 1,
              .out_step = p->m};
    for (size_t i = 0; i < parts_of(rows, k->rows); i++) {
        range some = part_of(rows, k->rows, i);
        t.rows = length(some);
        t.A = block + some.first * ROW_STEP;
        t.out = p->out + some.first * p->m + columns.first;
        if (length(columns) == (t.wide ? 2 : 1) * k->lanes)
            k->multiply_tile(&t);
        else
            multiply_narrow(k, &t, length(columns));
    }
}

/* Part index of count of the columns. */
static void multiply_part(const void *argument, size_t index, size_t count)
{
    const work *w = argument;
    const product *p = w->p;
    const range all = {0, p->k};
    const size_t lanes = w->kernels->lanes, width = 2 * lanes;
    const size_t first = parallel_begin(p->m, width, index, count);
    const size_t last = parallel_begin(p->m, width, index + 1, count);
    real *panel = w->memory + index * w->thread_size, *block = panel + w->panel_size;
    for (size_t l = 0; l < parts_of(all, DEPTH) && first < last; l++) {
        range terms = part_of(all, DEPTH, l);
        copy_block(p, terms, block);
        for (size_t j = first; j < last; j += width) {
            range columns = {j, last - j < width ? last : j + width};
            copy_panel(p, columns, terms, length(columns) > lanes ? width : lanes, panel);
            multiply_panel(w, columns, terms, panel, block);
        }
    }
}

void flat_multiply(const product *p, size_t threads)
{
    const kernels *k = kernels_at(chosen);
    work w = {.p = p, .kernels = k, .panel_size = 2 * k->lanes * DEPTH};
    w.thread_size = w.panel_size + p->n * ROW_STEP;
    w.memory = aligned_alloc(64, threads * w.thread_size * sizeof *w.memory);
    if (w.memory == NULL)
        contract_failed("matmul", "no memory for a product of %zu x %zu", p->n, p->m);
    run_in_parallel(threads, multiply_part, &w);
    free(w.memory);
}
