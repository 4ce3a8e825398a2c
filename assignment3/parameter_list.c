/* Lists of parameters. Given: nothing to write here. */
#include "parameter_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract.h"

parameter_list parameter_list_new(size_t capacity)
{
    parameter_list list = {.capacity = capacity,
                           .parameters = calloc(capacity, sizeof *list.parameters),
                           .names = calloc(capacity, sizeof *list.names)};
    if (list.parameters == NULL || list.names == NULL)
        contract_failed(__func__, "there is no memory for %zu parameters", capacity);
    return list;
}

void parameter_list_clear(parameter_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->names[i]);
    free(list->names);
    free(list->parameters);
    *list = (parameter_list){0};
}

void parameter_list_add(parameter_list *list, const char *name, tensor *value, tensor *gradient)
{
    if (list->count == list->capacity)
        contract_failed(__func__, "the list has room for %zu parameters only", list->capacity);
    char *copy = strdup(name);
    if (copy == NULL)
        contract_failed(__func__, "there is no memory for the name %s", name);
    list->names[list->count] = copy;
    list->parameters[list->count++] = (parameter){copy, value, gradient};
}

void parameter_list_add_layer(parameter_list *list, size_t layer, size_t count,
                              const char *const *names, tensor *const *values,
                              tensor *const *gradients)
{
    for (size_t i = 0; i < count; i++) {
        char name[80];
        snprintf(name, sizeof name, "layer%zu_%s", layer, names[i]);
        parameter_list_add(list, name, values[i], gradients[i]);
    }
}
