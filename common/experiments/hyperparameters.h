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

/* What was given, and which of them the experiment has asked for. Starts as {0}. */
typedef struct hyperparameters {
    value_list given[MOST_HYPERPARAMETERS];
    bool asked[MOST_HYPERPARAMETERS];
} hyperparameters;

/*
 * Reads the argument text, "RATE=1e-4,1e-3", into all. False, and e, if there is no hyperparameter
 * of that name, a value is not one that it can have, or there are more than MOST_VALUES.
 */
bool hyperparameters_read(hyperparameters *all, const char *text, error *e)
    __attribute__((warn_unused_result));

/* The values of all that were given for name, which counts as asked for. Stops on another name. */
value_list hyperparameters_ask(hyperparameters *all, const char *name);

/*
 * Whether the experiment has asked for each of all that was given; if not, e names one, and those
 * that it did ask for.
 */
bool hyperparameters_all_asked(const hyperparameters *all, error *e)
    __attribute__((warn_unused_result));

/* A new vector of list's values. */
tensor *value_list_tensor(const value_list *list) __attribute__((warn_unused_result));

/* Prints a line for each, for --help. */
void hyperparameters_print_help(void);

#endif
