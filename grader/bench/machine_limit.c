/* The machine's limits: a product far larger than the caches, and a sum over more memory. */
#include "machine_limit.h"

#include <stdatomic.h>

#include "bench_item.h"
#include "matmul.h"
#include "parallel.h"

enum { RUNS = 5 };

/* The number of flops a second of a product of side x side matrices. */
static double product_speed(size_t side)
{
    tensor *A = tensor_new_2d(side, side);
    tensor *B = tensor_new_2d(side, side);
    tensor *out = tensor_new_2d(side, side);
    double best = 0;
    tensor_fill(A, 1);
    tensor_fill(B, 1);
    for (int i = 0; i < RUNS; i++) {
        double start = bench_clock();
        matmul(A, B, out);
        best = fmax(best, 2 * pow((double)side, 3) / (bench_clock() - start));
    }
    tensor_free(A);
    tensor_free(B);
    tensor_free(out);
    return best;
}

/* Reads one part of a tensor: words side by side, so that no addition waits for another. */
static void read_part(const void *argument, size_t index, size_t count)
{
    static atomic_uint_fast64_t result; /* somebody has to want the sum */
    const tensor *t = argument;
    size_t words = t->size * sizeof(real) / sizeof(uint64_t);
    size_t begin = parallel_begin(words, 8, index, count);
    size_t end = parallel_begin(words, 8, index + 1, count);
    const unsigned char *bytes = (const unsigned char *)t->data;
    uint64_t sums[8] = {0};
    for (size_t i = begin; i + 8 <= end; i += 8) {
        uint64_t next[8];
        __builtin_memcpy(next, bytes + i * sizeof *next, sizeof next);
#pragma GCC unroll 8
        for (size_t j = 0; j < 8; j++)
            sums[j] += next[j];
    }
    for (size_t j = 0; j < 8; j++)
        atomic_fetch_add(&result, sums[j]);
}

/* The number of bytes per second that a sum over a large tensor reads. */
static double read_speed(size_t threads)
{
    tensor *t = tensor_new_1d((size_t)256 << 20 >> 2);
    double best = 0;
    tensor_fill(t, 1);
    for (int i = 0; i < RUNS; i++) {
        double start = bench_clock();
        run_in_parallel(threads, read_part, t);
        best = fmax(best, (double)(t->size * sizeof(real)) / (bench_clock() - start));
    }
    tensor_free(t);
    return best;
}

machine_limit machine_limit_measure(size_t threads)
{
    parallel_set_threads((int)threads);
    return (machine_limit){.flops = product_speed(2048), .bytes = read_speed(threads)};
}
