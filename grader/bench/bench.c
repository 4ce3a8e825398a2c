/*
 * bench: how fast the reference does the work of an assignment on this machine.
 *
 * Measures the machine first, then each item on one thread and on two, in turns: a slow moment of
 * the machine hits both. Prints a table of medians and writes them as JSON. With --threads it is a
 * worker instead (bench_worker.h), which a client times in turns with other libraries.
 */
#include <argp.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomic_file.h"
#include "bench_item.h"
#include "bench_worker.h"
#include "machine_limit.h"
#include "parallel.h"

enum { THREAD_COUNTS = 2, MOST_ROUNDS = 5 };

typedef struct options {
    const char *out;   /* where the JSON goes, or NULL */
    const char *items; /* how the names of the items wanted begin */
    int threads;       /* of the worker; 0: no worker */
} options;

static const struct argp_option option_list[] = {
    {"out", 'o', "FILE", 0, "write the results as JSON", 0},
    {"items", 'i', "NAME", 0, "only items whose names begin so", 0},
    {"threads", 't', "N", 0, "serve requests on standard input, with N threads", 0},
    {0},
};

static error_t parse_option(int key, char *value, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case 'o':
        o->out = value;
        return 0;
    case 'i':
        o->items = value;
        return 0;
    case 't':
        o->threads = atoi(value);
        if (o->threads < 1 || o->threads > PARALLEL_MOST_THREADS)
            argp_error(state, "--threads=%s: a number from 1 to %d", value, PARALLEL_MOST_THREADS);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median seconds of item's whole work on 1 .. THREAD_COUNTS threads, into seconds. */
static void measure(const bench_item *item, double seconds[THREAD_COUNTS])
{
    const double least = 0.05, slow = 2; /* seconds of a turn; what is slow is run less often */
    double turns[THREAD_COUNTS][MOST_ROUNDS];
    int rounds = MOST_ROUNDS;
    bench_state *state = bench_state_new(item);
    item->run(state);
    for (int r = 0; r < rounds; r++) {
        for (int t = 0; t < THREAD_COUNTS; t++) {
            double start = bench_clock();
            parallel_set_threads(t + 1);
            turns[t][r] = bench_time(item, state, least);
            if (bench_clock() - start > slow)
                rounds = 1;
        }
    }
    bench_state_free(state);
    for (int t = 0; t < THREAD_COUNTS; t++) {
        qsort(turns[t], (size_t)rounds, sizeof *turns[t], by_value);
        seconds[t] = turns[t][rounds / 2];
    }
}

/* Prints one item's line for one number of threads and returns it as JSON. */
static json_t *report(const bench_item *item, int threads, double seconds, machine_limit limit)
{
    double bytes = item->floats * sizeof(float);
    double roof = fmax(item->flops / limit.flops, bytes / limit.bytes);
    printf("%-16s %d %12.3f ms", item->name, threads, 1e3 * seconds);
    if (item->flops > 0)
        printf(" %8.1f GFLOP/s %4.0f %%", item->flops / seconds / 1e9,
               100 * item->flops / seconds / limit.flops);
    else if (bytes > 0)
        printf(" %23s", "");
    if (bytes > 0)
        printf(" %6.1f GB/s %4.0f %%  %4.0f %% of the %s roof", bytes / seconds / 1e9,
               100 * bytes / seconds / limit.bytes, 100 * roof / seconds,
               item->flops / limit.flops > bytes / limit.bytes ? "product" : "memory");
    printf("\n");
    fflush(stdout);
    json_t *line = json_pack("{s:s, s:s, s:i, s:f}", "item", item->name, "what", item->what,
                             "threads", threads, "milliseconds", 1e3 * seconds);
    if (item->flops > 0)
        json_object_set_new(line, "gflops", json_real(item->flops / seconds / 1e9));
    if (bytes > 0)
        json_object_set_new(line, "share_of_roof", json_real(roof / seconds));
    return line;
}

static void report_limits(const machine_limit limits[THREAD_COUNTS], json_t *result)
{
    json_t *list = json_array();
    for (int t = 0; t < THREAD_COUNTS; t++) {
        printf("This machine, %d thread%s: sgemm %.0f GFLOP/s, reads %.1f GB/s from memory\n",
               t + 1, t > 0 ? "s" : "", limits[t].flops / 1e9, limits[t].bytes / 1e9);
        json_array_append_new(list, json_pack("{s:i, s:f, s:f}", "threads", t + 1, "gflops",
                                              limits[t].flops / 1e9, "gigabytes_per_second",
                                              limits[t].bytes / 1e9));
    }
    printf("Medians; the roof is the time that the products or the memory alone would take.\n\n");
    json_object_set_new(result, "machine", list);
}

/* Whether any item's name begins with items. */
static bool any_item(const char *items)
{
    for (size_t i = 0; i < bench_item_count; i++)
        if (strncmp(bench_items[i].name, items, strlen(items)) == 0)
            return true;
    return false;
}

/* Measures everything, prints the table, and returns it as JSON. */
static json_t *bench(const char *items)
{
    json_t *result = json_object();
    json_t *lines = json_array();
    machine_limit limits[THREAD_COUNTS];
    for (int t = 0; t < THREAD_COUNTS; t++)
        limits[t] = machine_limit_measure((size_t)t + 1);
    report_limits(limits, result);
    for (size_t i = 0; i < bench_item_count; i++) {
        const bench_item *item = &bench_items[i];
        double seconds[THREAD_COUNTS];
        if (strncmp(item->name, items, strlen(items)) != 0)
            continue;
        measure(item, seconds);
        for (int t = 0; t < THREAD_COUNTS; t++)
            json_array_append_new(lines, report(item, t + 1, seconds[t], limits[t]));
    }
    json_object_set_new(result, "items", lines);
    return result;
}

static bool write_json(const json_t *result, const char *path, error *e)
{
    atomic_file out;
    if (!atomic_file_open(&out, path, e))
        return false;
    json_dumpf(result, out.stream, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
    fputc('\n', out.stream);
    return atomic_file_commit(&out, e);
}

int main(int argc, char **argv)
{
    static const struct argp parser = {
        option_list, parse_option, NULL, "Times the reference's work of an assignment.",
        NULL,        NULL,         NULL};
    options o = {.items = ""};
    error e = {""};
    argp_parse(&parser, argc, argv, 0, NULL, &o);
    if (o.threads > 0) {
        parallel_set_threads(o.threads);
        bench_serve();
        return EXIT_SUCCESS;
    }
    if (!any_item(o.items)) {
        fprintf(stderr, "bench: no item begins with %s; without ITEMS all are timed\n", o.items);
        return 1;
    }
    json_t *result = bench(o.items);
    bool written = o.out == NULL || write_json(result, o.out, &e);
    json_decref(result);
    if (!written)
        fprintf(stderr, "bench: %s\n", e.text);
    return written ? EXIT_SUCCESS : EXIT_FAILURE;
}
