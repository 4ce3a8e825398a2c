/* Finding and timing work items. */
#include "bench_item.h"

#include <string.h>
#include <time.h>

const bench_item *bench_item_find(const char *name)
{
    for (size_t i = 0; i < bench_item_count; i++)
        if (strcmp(bench_items[i].name, name) == 0)
            return &bench_items[i];
    return NULL;
}

double bench_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double bench_time(const bench_item *item, bench_state *state, double seconds)
{
    double start = bench_clock();
    double spent;
    size_t count = 0;
    do {
        item->run(state);
        count++;
        spent = bench_clock() - start;
    } while (spent < seconds);
    return spent / (double)count / item->portion;
}
