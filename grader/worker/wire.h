/*
 * The wire between the grader and a worker.
 *
 * Control goes over two pipes in messages of fixed size, numbers lie in one shared block of memory
 * (a sealed memfd) at offsets that the grader chose. The grader decides on every name, shape and
 * offset; a worker only fills in outputs and says how it went, and not one field of what it says is
 * believed without a check.
 *
 * While it serves a call, a worker may ask for a call of another (remote.h): it sends a reply that
 * says so and a request, whose arguments lie in the upper half of the memory, and gets a reply.
 *
 * What a worker finds open: 0 (nothing to read), 1 and 2 (a pipe that is drained, shown and cut),
 * 3 requests, 4 replies, 5 the shared memory.
 */
#ifndef GRADER_WIRE_H
#define GRADER_WIRE_H

#include <stdint.h>

enum {
    WIRE_REQUEST_FD = 3,
    WIRE_REPLY_FD = 4,
    WIRE_MEMORY_FD = 5,
    WIRE_MAGIC = 0x43323331, /* "C231" */
    WIRE_MAX_ARGUMENTS = 96,
    WIRE_MAX_RANK = 6,
    WIRE_NAME = 40,
    WIRE_TEXT = 256,
};

/* What an argument is: numbers in (inputs) or out (outputs). */
typedef enum wire_kind {
    WIRE_INPUT_TENSOR, /* reals of the worker's precision */
    WIRE_OUTPUT_TENSOR,
    WIRE_INPUT_LABELS, /* uint32_t */
    WIRE_OUTPUT_LABELS,
    WIRE_INPUT_NUMBER, /* one double */
    WIRE_OUTPUT_NUMBER,
} wire_kind;

typedef struct wire_argument {
    char name[WIRE_NAME];
    uint32_t kind; /* a wire_kind */
    uint32_t rank;
    uint64_t shape[WIRE_MAX_RANK];
    uint64_t offset; /* into the shared memory, a multiple of 64 */
} wire_argument;

typedef struct wire_request {
    uint32_t magic;
    uint32_t call; /* counts up; the reply repeats it */
    char operation[WIRE_NAME];
    uint32_t argument_count;
    uint32_t unused;
    wire_argument arguments[WIRE_MAX_ARGUMENTS];
} wire_request;

typedef enum wire_status {
    WIRE_READY,           /* the worker has started; call is 0 */
    WIRE_DONE,            /* the function returned */
    WIRE_NOT_IMPLEMENTED, /* a stub was met; text names it */
    WIRE_CONTRACT,        /* a contract was broken; text says how */
    WIRE_NO_OPERATION,    /* the worker does not know the operation, or an argument of it */
    WIRE_ABORTED,         /* abort was called: a failed assertion, or damaged memory */
    WIRE_CALLS,           /* not an end: a wire_request follows, which the grader is to answer */
} wire_status;

typedef struct wire_reply {
    uint32_t magic;
    uint32_t call;
    uint32_t status;    /* a wire_status */
    uint32_t real_size; /* bytes of a real: 4 or 8 */
    char text[WIRE_TEXT];
} wire_reply;

#endif
