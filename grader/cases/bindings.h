/*
 * Bindings: named values, such as the inputs and the outputs of a call. b is the bindings
 * throughout.
 */
#ifndef GRADER_BINDINGS_H
#define GRADER_BINDINGS_H

#include "tensor.h"
#include "wire.h"

enum { MAX_BINDINGS = 112 };

/* A named value: an input that was given, or an output that came back. */
typedef struct binding {
    char name[WIRE_NAME];
    tensor *tensor;
    labels *labels;
    size_t length; /* 0, or that the labels are the words of sentences that long, row by row */
    double number; /* when it has neither tensor nor labels */
} binding;

typedef struct bindings {
    size_t count;
    binding list[MAX_BINDINGS];
} bindings;

/* The binding of b called name, or NULL. */
binding *bindings_find(const bindings *b, const char *name);

/* The binding of b called name, made when there is none, holding nothing. */
binding *bindings_renew(bindings *b, const char *name);

/* Takes the binding called name out of b, if there is one; the others may change places. */
void bindings_remove(bindings *b, const char *name);

/* Copies every binding of from, with its values, into to. */
void bindings_copy(const bindings *from, bindings *to);

/* Frees what b holds. */
void bindings_clear(bindings *b);

#endif
