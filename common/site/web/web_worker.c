/*
 * The worker inside a page: the course's C as WebAssembly, called by worker.js.
 *
 * Theory of operation. The script says what it is about to hand over (web_begin), asks for the
 * place of each argument (web_argument), writes inputs there, calls (web_call), and reads the
 * outputs where it was told that they lie. Outputs begin as NaN, labels as UINT32_MAX. Around each
 * argument lie bytes that nobody may touch; they, and the inputs, are compared with a copy after
 * the call. Names and messages pass through one text (web_text). What cannot go on leaves by _exit
 * with its status; the script then throws this instance away.
 */
#include "web_worker.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "contract.h"
#include "worker_call.h"

#ifdef __wasm__
#define EXPORT(name) __attribute__((export_name(name)))
#else
#define EXPORT(name) /* a native build, which the page's numbers are compared with */
#endif

enum { GUARD = 64, TEXT = 256 };

static char passed[TEXT];   /* names come and messages go in it */
static unsigned char *copy; /* of the memory, made before the call */
static size_t size, used;
static wire_status last_status;

void worker_reply(wire_status status, const char *text)
{
    last_status = status;
    if (status == WIRE_NO_OPERATION)
        snprintf(passed, sizeof passed, "%s: %s is not known, or was not given",
                 worker_request.operation, text);
    else
        snprintf(passed, sizeof passed, "%s", text);
}

static _Noreturn void stop(contract_event event, const char *why)
{
    worker_reply(event == CONTRACT_NOT_IMPLEMENTED ? WIRE_NOT_IMPLEMENTED : WIRE_CONTRACT, why);
    fflush(stdout);
    _exit((int)last_status);
}

EXPORT("web_text") char *web_text(void)
{
    return passed;
}

EXPORT("web_begin") void web_begin(uint32_t argument_count, uint32_t bytes)
{
    contract_set_handler(stop);
    setvbuf(stdout, NULL, _IOLBF, 0);
    memset(&worker_request, 0, sizeof worker_request);
    snprintf(worker_request.operation, sizeof worker_request.operation, "%.39s", passed);
    free(worker_memory);
    free(copy);
    size = bytes + (argument_count + 1) * (size_t)(2 * GUARD) + GUARD;
    worker_memory = aligned_alloc(GUARD, (size + GUARD - 1) / GUARD * GUARD);
    copy = malloc(size);
    if (worker_memory == NULL || copy == NULL)
        contract_failed(worker_request.operation, "no memory for arguments of %u bytes", bytes);
    memset(worker_memory, 0xa5, size);
    used = GUARD;
}

static size_t bytes_of(const wire_argument *argument)
{
    size_t count = 1;
    for (size_t d = 0; d < argument->rank; d++)
        count *= (size_t)argument->shape[d];
    return count * (argument->kind == WIRE_INPUT_LABELS || argument->kind == WIRE_OUTPUT_LABELS
                        ? sizeof(uint32_t)
                        : sizeof(double));
}

static bool is_output(const wire_argument *argument)
{
    return argument->kind == WIRE_OUTPUT_TENSOR || argument->kind == WIRE_OUTPUT_LABELS ||
           argument->kind == WIRE_OUTPUT_NUMBER;
}

static void poison(const wire_argument *argument)
{
    unsigned char *to = worker_memory + argument->offset;
    const double nothing = NAN;
    if (argument->kind == WIRE_OUTPUT_LABELS)
        memset(to, 0xff, bytes_of(argument));
    else
        for (size_t i = 0; i < bytes_of(argument); i += sizeof nothing)
            memcpy(to + i, &nothing, sizeof nothing);
}

EXPORT("web_argument")
void *web_argument(uint32_t kind, uint32_t rank, uint32_t d0, uint32_t d1, uint32_t d2, uint32_t d3,
                   uint32_t d4, uint32_t d5)
{
    if (worker_request.argument_count == WIRE_MAX_ARGUMENTS || rank > WIRE_MAX_RANK)
        contract_failed(worker_request.operation, "too many arguments or dimensions");
    wire_argument *argument = &worker_request.arguments[worker_request.argument_count++];
    snprintf(argument->name, sizeof argument->name, "%.39s", passed);
    argument->kind = kind;
    argument->rank = rank;
    memcpy(argument->shape, (const uint64_t[]){d0, d1, d2, d3, d4, d5}, sizeof argument->shape);
    argument->offset = used;
    if (bytes_of(argument) > size - used)
        contract_failed(worker_request.operation, "%s is larger than was announced",
                        argument->name);
    used += (bytes_of(argument) + GUARD - 1) / GUARD * GUARD + GUARD;
    if (is_output(argument))
        poison(argument);
    return worker_memory + argument->offset;
}

/* The first byte of from to end that is not as it was before the call, or end. */
static size_t changed(size_t from, size_t end)
{
    while (from < end && worker_memory[from] == copy[from])
        from++;
    return from;
}

/* Stops if the call wrote beside an argument, or to an input. */
static void look_at_memory(void)
{
    size_t from = 0;
    for (size_t i = 0; i < worker_request.argument_count; i++) {
        const wire_argument *argument = &worker_request.arguments[i];
        size_t begin = (size_t)argument->offset;
        size_t end = begin + bytes_of(argument);
        if (changed(from, begin) < begin)
            contract_failed(worker_request.operation, "something was written just before %s",
                            argument->name);
        if (!is_output(argument) && changed(begin, end) < end)
            contract_failed(worker_request.operation, "the input %s was changed", argument->name);
        from = end;
        size_t next = i + 1 < worker_request.argument_count
                          ? (size_t)worker_request.arguments[i + 1].offset
                          : used;
        if (changed(end, next) < next)
            contract_failed(worker_request.operation, "something was written past the end of %s",
                            argument->name);
    }
}

EXPORT("web_call") uint32_t web_call(void)
{
    memcpy(copy, worker_memory, size);
    worker_serve();
    fflush(stdout);
    if (last_status == WIRE_DONE)
        look_at_memory();
    return (uint32_t)last_status;
}
