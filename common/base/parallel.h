/*
 * Work in several threads at once, for functions whose parts do not touch one another.
 *
 * The threads are started by the first call that uses several, and wait for the next call: for a
 * moment awake, since a training step is many short calls, then asleep. After a fork the child
 * starts its own. This is the only pool: OpenBLAS is kept at one thread (matmul.c). Waking a thread
 * costs up to 20 microseconds; a part should take much longer than that.
 */
#ifndef COMMON_PARALLEL_H
#define COMMON_PARALLEL_H

#include <stddef.h>

enum { PARALLEL_MOST_THREADS = 64 };

/*
 * Lets the functions of common use up to count threads from now on, 1 to PARALLEL_MOST_THREADS; 1
 * until then. Small work stays on one. With the same count, the same call gives the same bits.
 */
void parallel_set_threads(int count);

/*
 * The number of threads for a call whose work is worth that many: between 1 and the number that
 * parallel_set_threads allows. Work worth one thread takes several times as long as waking it.
 */
size_t parallel_threads(double worth);

/* One part of the work: number index of count; argument is the caller's. */
typedef void (*parallel_part)(const void *argument, size_t index, size_t count);

/*
 * Calls part(argument, i, count) once for each i below count, which is 1 to PARALLEL_MOST_THREADS,
 * at the same time, and returns when all have. Where the system refuses a thread, and where a call
 * from another thread is under way, the calling thread does all parts itself.
 */
void run_in_parallel(size_t count, parallel_part part, const void *argument);

/*
 * Where part index of count begins when size things are dealt out evenly in whole multiples of
 * grain, the last part taking the rest; part index + 1 begins where this one ends.
 */
size_t parallel_begin(size_t size, size_t grain, size_t index, size_t count);

#endif
