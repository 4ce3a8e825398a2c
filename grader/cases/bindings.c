/* Named values. */
#include "bindings.h"

#include <stdio.h>
#include <string.h>

#include "contract.h"

binding *bindings_find(const bindings *b, const char *name)
{
    for (size_t i = 0; i < b->count; i++)
        if (strcmp(b->list[i].name, name) == 0)
            return (binding *)(uintptr_t)&b->list[i];
    return NULL;
}

static void empty(binding *bound)
{
    tensor_free(bound->tensor);
    labels_free(bound->labels);
    bound->tensor = NULL;
    bound->labels = NULL;
    bound->length = 0;
    bound->number = 0;
}

binding *bindings_renew(bindings *b, const char *name)
{
    binding *bound = bindings_find(b, name);
    if (bound == NULL) {
        if (b->count >= MAX_BINDINGS)
            contract_failed(__func__, "more than %d names in a case", MAX_BINDINGS);
        bound = &b->list[b->count++];
        *bound = (binding){0};
        snprintf(bound->name, sizeof bound->name, "%s", name);
    }
    empty(bound);
    return bound;
}

void bindings_remove(bindings *b, const char *name)
{
    binding *bound = bindings_find(b, name);
    if (bound == NULL)
        return;
    empty(bound);
    *bound = b->list[--b->count];
}

void bindings_copy(const bindings *from, bindings *to)
{
    for (size_t i = 0; i < from->count; i++) {
        const binding *source = &from->list[i];
        binding *copy = bindings_renew(to, source->name);
        copy->number = source->number;
        if (source->tensor != NULL)
            copy->tensor = tensor_new_copy(source->tensor);
        if (source->labels != NULL) {
            copy->labels = labels_new(source->labels->count);
            copy->length = source->length;
            for (size_t k = 0; k < source->labels->count; k++)
                copy->labels->data[k] = source->labels->data[k];
        }
    }
}

void bindings_clear(bindings *b)
{
    for (size_t i = 0; i < b->count; i++)
        empty(&b->list[i]);
    b->count = 0;
}
