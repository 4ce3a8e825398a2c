/*
 * Given: the list of a net's parameters, for nets with any number of layers. An optimizer walks
 * through it; checkpoints use its names.
 */
#ifndef ASSIGNMENT3_PARAMETER_LIST_H
#define ASSIGNMENT3_PARAMETER_LIST_H

#include "solver.h"
#include "tensor.h"

/* The tensors belong to the net; the names to the list. */
typedef struct parameter_list {
    size_t count;
    parameter *parameters; /* count of them */
    size_t capacity;
    char **names;
} parameter_list;

/* An empty list with room for capacity parameters, freed by parameter_list_clear. */
parameter_list parameter_list_new(size_t capacity) __attribute__((warn_unused_result));

/* Frees what list holds. */
void parameter_list_clear(parameter_list *list);

/* Adds a parameter called name, with its value and its gradient, to list, which has room for it. */
void parameter_list_add(parameter_list *list, const char *name, tensor *value, tensor *gradient);

/*
 * Adds to list the count parameters of a layer: values and gradients, each called "layer0_W1" for
 * layer 0 and its name W1 in names.
 */
void parameter_list_add_layer(parameter_list *list, size_t layer, size_t count,
                              const char *const *names, tensor *const *values,
                              tensor *const *gradients);

#endif
