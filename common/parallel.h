/*
 * Work in several threads at once, for functions whose parts do not touch one another.
 *
 * The threads live as long as one call: nothing waits or spins between calls, a program may fork at
 * any time, and there is no second pool beside OpenBLAS's, which is kept at one thread (matmul.h).
 * Starting a thread costs some 20 microseconds, so that a part should be worth a good deal more.
 */
#ifndef COMMON_PARALLEL_H
#define COMMON_PARALLEL_H

#include <stddef.h>

enum { PARALLEL_MOST_THREADS = 64 };

/* One part of the work: number index of count; argument is the caller's. */
typedef void (*parallel_part)(const void *argument, size_t index, size_t count);

/*
 * Calls part(argument, i, count) once for each i below count, which is 1 to PARALLEL_MOST_THREADS,
 * at the same time, and returns when all have. Where the system refuses a thread, the calling
 * thread does its part.
 */
void run_in_parallel(size_t count, parallel_part part, const void *argument);

/*
 * Where part index of count begins when size things are dealt out evenly in whole multiples of
 * grain, the last part taking the rest; part index + 1 begins where this one ends.
 */
size_t parallel_begin(size_t size, size_t grain, size_t index, size_t count);

#endif
