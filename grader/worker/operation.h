/*
 * Operations: how a worker calls a student's function with what the grader sent.
 *
 * An operation unpacks its arguments by name, calls one function, and packs what it returned;
 * nothing else. The shapes of all arguments come with the request. adapters.awk makes an
 * assignment's operations from grader/assignmentN/operations.txt; they are part of workers only.
 *
 *     OPERATION(relu_forward)
 *     {
 *         tensor *x = in_tensor("x");
 *         tensor *out = out_tensor("out");
 *         relu_forward(x, out);
 *     }
 *
 * An argument that the request does not hold ends the worker with a reply that says so.
 */
#ifndef GRADER_OPERATION_H
#define GRADER_OPERATION_H

#include <stdbool.h>

#include "captions.h"
#include "random.h"
#include "tensor.h"

/*
 * A tensor, labels or captions that came with the request, called name; they live until the call
 * ends. They are not const because a struct may hold one as its own; nobody may write there.
 */
tensor *in_tensor(const char *name);
labels *in_labels(const char *name);
captions *in_captions(const char *name);

/*
 * A number that came with the request, called name; as a whole number, and as a random stream
 * seeded with it.
 */
double in_number(const char *name);
size_t in_size(const char *name);
random_state in_random(const char *name);

/* The place for a result called name, filled with NaN (labels, captions: with UINT32_MAX). */
tensor *out_tensor(const char *name);
labels *out_labels(const char *name);
captions *out_captions(const char *name);

/*
 * An output tensor called name that already holds a copy of the input called from: for functions
 * that change an argument.
 */
tensor *out_tensor_from(const char *name, const char *from);

/* Hands the number value back as the result called name. */
void out_number(const char *name, double value);

typedef struct operation {
    const char *name;
    void (*run)(void);
    struct operation *next;
} operation;

/* Adds the operation added to those that this worker serves; what OPERATION does before main. */
void operation_register(operation *added);

#define OPERATION(name_)                                                                           \
    static void operation_##name_(void);                                                           \
    __attribute__((constructor)) static void register_##name_(void)                                \
    {                                                                                              \
        static operation self = {.name = #name_, .run = operation_##name_};                        \
        operation_register(&self);                                                                 \
    }                                                                                              \
    static void operation_##name_(void)

#endif
