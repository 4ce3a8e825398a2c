/*
 * What this machine can do at most, measured: the roof under which every item works.
 */
#ifndef GRADER_BENCH_MACHINE_LIMIT_H
#define GRADER_BENCH_MACHINE_LIMIT_H

#include <stddef.h>

typedef struct machine_limit {
    double flops; /* a second, of the best large matrix product */
    double bytes; /* a second, read from memory */
} machine_limit;

/*
 * Measures both on that many threads, each the best of several runs; takes about a second. Sets the
 * number of threads that products use (parallel_set_threads).
 */
machine_limit machine_limit_measure(size_t threads);

#endif
