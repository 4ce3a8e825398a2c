/*
 * The arguments of a call, as operations ask for them by name, and the list of operations.
 *
 * In the sanitizer build every argument is copied to memory of its own, so that AddressSanitizer
 * sees each end.
 */
#include "worker_call.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "operation.h"
#include "under_sanitizer.h"

enum { COPY_ARGUMENTS = UNDER_SANITIZER };

wire_request worker_request;
unsigned char *worker_memory;
static operation *operations;

/* The views that the current call was given, one an argument. */
static struct {
    tensor tensor;
    labels labels;
    captions captions;
    void *copy;
} views[WIRE_MAX_ARGUMENTS];

void operation_register(operation *added)
{
    added->next = operations;
    operations = added;
}

static size_t find(const char *name, wire_kind kind)
{
    for (size_t i = 0; i < worker_request.argument_count; i++)
        if (strcmp(worker_request.arguments[i].name, name) == 0 &&
            worker_request.arguments[i].kind == kind)
            return i;
    worker_reply(WIRE_NO_OPERATION, name);
    _exit(1);
}

/* Where argument i of size bytes lies for student code. */
static void *place(size_t i, size_t size)
{
    unsigned char *shared = worker_memory + worker_request.arguments[i].offset;
    if (!COPY_ARGUMENTS)
        return shared;
    if (views[i].copy == NULL) {
        views[i].copy = malloc(size > 0 ? size : 1);
        if (views[i].copy == NULL)
            _exit(1);
        memcpy(views[i].copy, shared, size);
    }
    return views[i].copy;
}

static size_t element_count(const wire_argument *argument)
{
    size_t count = 1;
    for (size_t d = 0; d < argument->rank; d++)
        count *= (size_t)argument->shape[d];
    return count;
}

static tensor *view_tensor(const char *name, wire_kind kind)
{
    size_t i = find(name, kind);
    const wire_argument *argument = &worker_request.arguments[i];
    size_t shape[WIRE_MAX_RANK];
    for (size_t d = 0; d < argument->rank; d++)
        shape[d] = (size_t)argument->shape[d];
    real *data = place(i, element_count(argument) * sizeof(real));
    views[i].tensor = tensor_over(data, argument->rank, shape);
    return &views[i].tensor;
}

static labels *view_labels(const char *name, wire_kind kind)
{
    size_t i = find(name, kind);
    size_t count = element_count(&worker_request.arguments[i]);
    views[i].labels = (labels){.count = count, .data = place(i, count * sizeof(uint32_t))};
    return &views[i].labels;
}

/* Captions go over the wire as labels of two dimensions. */
static captions *view_captions(const char *name, wire_kind kind)
{
    size_t i = find(name, kind);
    const wire_argument *argument = &worker_request.arguments[i];
    views[i].captions = (captions){.count = (size_t)argument->shape[0],
                                   .length = (size_t)argument->shape[1],
                                   .words = place(i, element_count(argument) * sizeof(uint32_t))};
    return &views[i].captions;
}

tensor *in_tensor(const char *name)
{
    return view_tensor(name, WIRE_INPUT_TENSOR);
}

labels *in_labels(const char *name)
{
    return view_labels(name, WIRE_INPUT_LABELS);
}

captions *in_captions(const char *name)
{
    return view_captions(name, WIRE_INPUT_LABELS);
}

double in_number(const char *name)
{
    double value;
    memcpy(&value, worker_memory + worker_request.arguments[find(name, WIRE_INPUT_NUMBER)].offset,
           sizeof value);
    return value;
}

size_t in_size(const char *name)
{
    return (size_t)in_number(name);
}

random_state in_random(const char *name)
{
    random_state r;
    random_seed(&r, (uint32_t)in_number(name));
    return r;
}

tensor *out_tensor(const char *name)
{
    return view_tensor(name, WIRE_OUTPUT_TENSOR);
}

labels *out_labels(const char *name)
{
    return view_labels(name, WIRE_OUTPUT_LABELS);
}

captions *out_captions(const char *name)
{
    return view_captions(name, WIRE_OUTPUT_LABELS);
}

tensor *out_tensor_from(const char *name, const char *from)
{
    tensor *out = out_tensor(name);
    tensor_copy(in_tensor(from), out);
    return out;
}

void out_number(const char *name, double value)
{
    memcpy(worker_memory + worker_request.arguments[find(name, WIRE_OUTPUT_NUMBER)].offset, &value,
           sizeof value);
}

/* The sanitizer build worked on copies: brings back what student code left in them. */
static void return_copies(void)
{
    for (size_t i = 0; i < worker_request.argument_count; i++) {
        const wire_argument *argument = &worker_request.arguments[i];
        if (views[i].copy == NULL)
            continue;
        bool is_labels =
            argument->kind == WIRE_INPUT_LABELS || argument->kind == WIRE_OUTPUT_LABELS;
        size_t size = element_count(argument) * (is_labels ? sizeof(uint32_t) : sizeof(real));
        memcpy(worker_memory + argument->offset, views[i].copy, size);
        free(views[i].copy);
    }
}

void worker_serve(void)
{
    memset(views, 0, sizeof views);
    for (operation *o = operations; o != NULL; o = o->next) {
        if (strncmp(o->name, worker_request.operation, WIRE_NAME) != 0)
            continue;
        o->run();
        return_copies();
        worker_reply(WIRE_DONE, "");
        return;
    }
    worker_reply(WIRE_NO_OPERATION, worker_request.operation);
}
