/* Copies of inputs, and their comparison after a call. */
#include "check_watch.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* An input, and what was in it before the call. */
typedef struct watched {
    const char *name;
    const char *memory; /* NULL: no longer watched */
    char *copy;
    size_t bytes;
} watched;

enum { MOST_WATCHED = 256 };
static watched inputs[MOST_WATCHED];
static size_t input_count;

size_t watch_begin(void)
{
    return input_count;
}

static void watch_memory(const char *name, const void *memory, size_t bytes)
{
    char *copy = bytes > 0 ? malloc(bytes) : NULL;
    if (copy == NULL)
        return;
    if (input_count == MOST_WATCHED) /* an assertion would be noted at every call */
        ck_abort_msg("a call has more than %d inputs", MOST_WATCHED);
    memcpy(copy, memory, bytes);
    inputs[input_count++] = (watched){.name = name, .memory = memory, .copy = copy, .bytes = bytes};
}

void watch_tensor(const char *name, const tensor *t)
{
    if (t != NULL && t->data != NULL)
        watch_memory(name, t->data, t->size * sizeof(real));
}

void watch_labels(const char *name, const labels *y)
{
    if (y != NULL && y->data != NULL)
        watch_memory(name, y->data, y->count * sizeof *y->data);
}

void watch_captions(const char *name, const captions *c)
{
    if (c != NULL && c->words != NULL)
        watch_memory(name, c->words, c->count * c->length * sizeof *c->words);
}

void watch_written(size_t begin, const tensor *t)
{
    if (t == NULL || t->data == NULL)
        return;
    const char *first = (const char *)t->data;
    const char *end = (const char *)(t->data + t->size);
    for (size_t i = begin; i < input_count; i++)
        if (inputs[i].memory < end && first < inputs[i].memory + inputs[i].bytes)
            inputs[i].memory = NULL;
}

void watch_end(size_t begin, const char *function)
{
    const char *changed = NULL;
    while (input_count > begin) {
        watched *w = &inputs[--input_count];
        if (w->memory != NULL && memcmp(w->memory, w->copy, w->bytes) != 0)
            changed = w->name;
        free(w->copy);
    }
    if (changed != NULL)
        ck_abort_msg("%s changed %s, an input, which belongs to the caller: work on a copy",
                     function, changed);
}
