/* Threads that live for one call. */
#include "parallel.h"

#include <pthread.h>
#include <stdbool.h>

#include "contract.h"

/* One thread's task. */
typedef struct task {
    parallel_part part;
    const void *argument;
    size_t index, count;
} task;

static void *run_task(void *memory)
{
    const task *t = memory;
    t->part(t->argument, t->index, t->count);
    return NULL;
}

void run_in_parallel(size_t count, parallel_part part, const void *argument)
{
    pthread_t threads[PARALLEL_MOST_THREADS];
    task tasks[PARALLEL_MOST_THREADS];
    bool started[PARALLEL_MOST_THREADS] = {false};
    if (count < 1 || count > PARALLEL_MOST_THREADS)
        contract_failed(__func__, "count is %zu, should be 1 to %d", count, PARALLEL_MOST_THREADS);
    for (size_t i = 1; i < count; i++) {
        tasks[i] = (task){part, argument, i, count};
        started[i] = pthread_create(&threads[i], NULL, run_task, &tasks[i]) == 0;
    }
    part(argument, 0, count);
    for (size_t i = 1; i < count; i++) {
        if (started[i])
            pthread_join(threads[i], NULL);
        else
            part(argument, i, count);
    }
}

size_t parallel_begin(size_t size, size_t grain, size_t index, size_t count)
{
    if (index == count)
        return size;
    return size / grain * index / count * grain;
}
