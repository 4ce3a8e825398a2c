/*
 * Hyperparameters: what a training is given rather than learns. An argument NAME=VALUES of an
 * experiment sets one, RATE=1e-4,1e-3 the learning rate, to one value or to several that are tried;
 * `make run` takes the same.
 */
#ifndef COMMON_EXPERIMENTS_HYPERPARAMETERS_H
#define COMMON_EXPERIMENTS_HYPERPARAMETERS_H

#include "error.h"
#include "tensor.h"

enum { MOST_VALUES = 8, MOST_HYPERPARAMETERS = 17 };

/* Values to try, in ascending order; count is 0 for a hyperparameter that was not given. */
typedef struct value_list {
    size_t count;
    double values[MOST_VALUES];
} value_list;

/* What was given, and what the experiment runs with, of those that it asked for. Starts as {0}. */
typedef struct hyperparameters {
    value_list given[MOST_HYPERPARAMETERS];
    value_list used[MOST_HYPERPARAMETERS];
} hyperparameters;

/*
 * Reads the argument text, "RATE=1e-4,1e-3", into all. False, and e, if there is no hyperparameter
 * of that name, a value is not one that it can have, or there are more than MOST_VALUES.
 */
bool hyperparameters_read(hyperparameters *all, const char *text, error *e)
    __attribute__((warn_unused_result));

/*
 * The values of all for name, which counts as asked for: those that were given, else plain, count
 * of them, 1 to MOST_VALUES. Stops the program where there is no hyperparameter of that name.
 */
value_list hyperparameters_ask(hyperparameters *all, const char *name, size_t count,
                               const double *plain);

/*
 * Whether the experiment has asked for each of all that was given; if not, e names one, and those
 * that it did ask for.
 */
bool hyperparameters_all_asked(const hyperparameters *all, error *e)
    __attribute__((warn_unused_result));

/*
 * Prints what the experiment asked for of all, as the command line takes it, each after a space:
 * " RATE=0.001 HIDDEN=50,100". A plain value that could not be given is left out: it stands for
 * one that is not fixed beforehand.
 */
void hyperparameters_print(const hyperparameters *all);

/* A new vector of list's values. */
tensor *value_list_tensor(const value_list *list) __attribute__((warn_unused_result));

/* Prints a line for each, for --help. */
void hyperparameters_print_help(void);

#endif
