/*
 * The worker's side of remote calls. Arguments are copied to the upper half of the shared memory,
 * which the call that is being served does not use; the request follows a reply that announces it.
 */
#include "remote.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wire.h"

static unsigned char *memory; /* the whole block, mapped a second time */
static size_t used, room;
static wire_request request;
static tensor *outputs[WIRE_MAX_ARGUMENTS];

static void map_memory(void)
{
    struct stat status;
    if (fstat(WIRE_MEMORY_FD, &status) != 0)
        _exit(1);
    room = (size_t)status.st_size;
    memory = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_SHARED, WIRE_MEMORY_FD, 0);
    if (memory == MAP_FAILED)
        _exit(1);
}

void remote_begin(const char *operation)
{
    if (memory == NULL)
        map_memory();
    used = room / 2;
    request = (wire_request){.magic = WIRE_MAGIC};
    snprintf(request.operation, sizeof request.operation, "%s", operation);
}

/* A place of that many bytes for the next argument. */
static unsigned char *place(const char *name, wire_kind kind, size_t bytes)
{
    wire_argument *argument = &request.arguments[request.argument_count];
    if (request.argument_count == WIRE_MAX_ARGUMENTS || bytes > room - used - TENSOR_ALIGNMENT)
        _exit(1);
    snprintf(argument->name, sizeof argument->name, "%s", name);
    argument->kind = kind;
    argument->rank = 1;
    argument->shape[0] = 1;
    argument->offset = used;
    used += (bytes + TENSOR_ALIGNMENT - 1) / TENSOR_ALIGNMENT * TENSOR_ALIGNMENT;
    outputs[request.argument_count++] = NULL;
    return memory + argument->offset;
}

static void set_shape(const tensor *t)
{
    wire_argument *argument = &request.arguments[request.argument_count - 1];
    argument->rank = (uint32_t)t->rank;
    for (size_t d = 0; d < t->rank && d < WIRE_MAX_RANK; d++)
        argument->shape[d] = t->shape[d];
}

void remote_in(const char *name, const tensor *t)
{
    memcpy(place(name, WIRE_INPUT_TENSOR, t->size * sizeof(real)), t->data, t->size * sizeof(real));
    set_shape(t);
}

void remote_in_labels(const char *name, const labels *y)
{
    size_t bytes = y->count * sizeof *y->data;
    memcpy(place(name, WIRE_INPUT_LABELS, bytes), y->data, bytes);
    request.arguments[request.argument_count - 1].shape[0] = y->count;
}

void remote_in_captions(const char *name, const captions *words)
{
    size_t bytes = words->count * words->length * sizeof *words->words;
    memcpy(place(name, WIRE_INPUT_LABELS, bytes), words->words, bytes);
    wire_argument *argument = &request.arguments[request.argument_count - 1];
    argument->rank = 2;
    argument->shape[0] = words->count;
    argument->shape[1] = words->length;
}

void remote_in_number(const char *name, double number)
{
    memcpy(place(name, WIRE_INPUT_NUMBER, sizeof number), &number, sizeof number);
}

void remote_out(const char *name, tensor *t)
{
    place(name, WIRE_OUTPUT_TENSOR, t->size * sizeof(real));
    set_shape(t);
    outputs[request.argument_count - 1] = t;
}

void remote_out_number(const char *name)
{
    place(name, WIRE_OUTPUT_NUMBER, sizeof(double));
}

static void write_all(const void *bytes, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t count = write(WIRE_REPLY_FD, (const char *)bytes + done, size - done);
        if (count <= 0)
            _exit(1);
        done += (size_t)count;
    }
}

real remote_end(void)
{
    const wire_reply calls = {.magic = WIRE_MAGIC, .status = WIRE_CALLS, .real_size = sizeof(real)};
    wire_reply answer;
    real result = 0;
    write_all(&calls, sizeof calls);
    write_all(&request, sizeof request);
    for (size_t done = 0; done < sizeof answer;) {
        ssize_t count = read(WIRE_REQUEST_FD, (char *)&answer + done, sizeof answer - done);
        if (count <= 0)
            _exit(1);
        done += (size_t)count;
    }
    if (answer.status != WIRE_DONE)
        _exit(1);
    for (size_t i = 0; i < request.argument_count; i++) {
        const unsigned char *from = memory + request.arguments[i].offset;
        double number;
        if (outputs[i] != NULL) {
            memcpy(outputs[i]->data, from, outputs[i]->size * sizeof(real));
        } else if (request.arguments[i].kind == WIRE_OUTPUT_NUMBER) {
            memcpy(&number, from, sizeof number);
            result = (real)number;
        }
    }
    return result;
}
