/*
 * The work items of the benchmark: what a user of an assignment waits for, in the course's sizes,
 * done by the reference's modules. Each assignment has its own, in assignmentN/bench_items.c, which
 * defines bench_items and the functions of bench_state.
 */
#ifndef GRADER_BENCH_BENCH_ITEM_H
#define GRADER_BENCH_BENCH_ITEM_H

#include <stddef.h>

/* The data of one item. */
typedef struct bench_state bench_state;

typedef struct bench_item {
    const char *name;
    const char *what;
    size_t size;    /* what tells variants of an item apart: examples, hidden units, rows timed */
    double flops;   /* of the whole work's matrix products, a multiply and an add being two */
    double floats;  /* of the whole work: each input read once, each output written once */
    double portion; /* the share of the whole work that one run does */
    double scale;   /* what the worker's client multiplies an answer by: see bench_worker.h */
    void (*prepare)(size_t size, bench_state *state);
    void (*run)(bench_state *state);
} bench_item;

/* All items, in the order of the table. */
extern const bench_item bench_items[];
extern const size_t bench_item_count;

/* The item called name, or NULL. */
const bench_item *bench_item_find(const char *name);

/* The data of item, ready to run; bench_state_free frees the state, which may be NULL. */
bench_state *bench_state_new(const bench_item *item) __attribute__((warn_unused_result));
void bench_state_free(bench_state *state);

/*
 * Runs item in its state at least once, and until seconds have passed; returns the mean seconds
 * that the whole work would take.
 */
double bench_time(const bench_item *item, bench_state *state, double seconds);

/* Seconds of a clock that only moves forward. */
double bench_clock(void);

#endif
