/*
 * The worker: holds one implementation of an assignment's modules and serves its operations.
 *
 * Theory of operation. The grader starts a fresh worker for each case, in a sandbox, with pipes and
 * shared memory in place (see wire.h). The worker says that it is ready, then answers requests
 * until the pipe closes. A request names an operation and its arguments; tensors lie in the
 * shared memory, where student code works on them directly: the grader, not the worker, fills
 * outputs with NaN before the call and looks afterwards which inputs changed and what was written
 * past an end.
 *
 * Nothing here is trusted by the grader: student code in this process may do as it likes. There is
 * nothing in here worth knowing: no case, no expected value, no score.
 *
 * In the sanitizer build every argument is copied to memory of its own, so that AddressSanitizer
 * sees each end.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contract.h"
#include "operation.h"
#include "parallel.h"
#include "wire.h"

#if defined(__SANITIZE_ADDRESS__)
enum { COPY_ARGUMENTS = true };
#else
enum { COPY_ARGUMENTS = false };
#endif

static wire_request request;
static unsigned char *memory;
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

static bool write_all(int fd, const void *bytes, size_t size)
{
    const char *next = bytes;
    while (size > 0) {
        ssize_t count = write(fd, next, size);
        if (count <= 0)
            return false;
        next += count;
        size -= (size_t)count;
    }
    return true;
}

static bool read_all(int fd, void *bytes, size_t size)
{
    char *next = bytes;
    while (size > 0) {
        ssize_t count = read(fd, next, size);
        if (count <= 0)
            return false;
        next += count;
        size -= (size_t)count;
    }
    return true;
}

static void reply(wire_status status, const char *text)
{
    wire_reply answer = {.magic = WIRE_MAGIC,
                         .call = request.call,
                         .status = (uint32_t)status,
                         .real_size = sizeof(real)};
    snprintf(answer.text, sizeof answer.text, "%s", text);
    fflush(NULL);
    if (!write_all(WIRE_REPLY_FD, &answer, sizeof answer))
        _exit(1);
}

/*
 * As the init of its pid namespace a process does not die of its own SIGABRT; what abort does
 * instead looks like a crash. The C library may be in any state: nothing but a write is safe.
 */
static void leave_on_abort(int signal)
{
    static wire_reply answer;
    (void)signal;
    answer = (wire_reply){.magic = WIRE_MAGIC,
                          .call = request.call,
                          .status = WIRE_ABORTED,
                          .real_size = sizeof(real)};
    write_all(WIRE_REPLY_FD, &answer, sizeof answer);
    _exit(1);
}

static void leave_on_contract(contract_event event, const char *text)
{
    reply(event == CONTRACT_NOT_IMPLEMENTED ? WIRE_NOT_IMPLEMENTED : WIRE_CONTRACT, text);
    _exit(0);
}

static size_t find(const char *name, wire_kind kind)
{
    for (size_t i = 0; i < request.argument_count; i++)
        if (strcmp(request.arguments[i].name, name) == 0 && request.arguments[i].kind == kind)
            return i;
    reply(WIRE_NO_OPERATION, name);
    _exit(1);
}

/* Where argument i of size bytes lies for student code. */
static void *place(size_t i, size_t size)
{
    unsigned char *shared = memory + request.arguments[i].offset;
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
        count *= argument->shape[d];
    return count;
}

static tensor *view_tensor(const char *name, wire_kind kind)
{
    size_t i = find(name, kind);
    const wire_argument *argument = &request.arguments[i];
    size_t shape[WIRE_MAX_RANK];
    for (size_t d = 0; d < argument->rank; d++)
        shape[d] = argument->shape[d];
    real *data = place(i, element_count(argument) * sizeof(real));
    views[i].tensor = tensor_over(data, argument->rank, shape);
    return &views[i].tensor;
}

static labels *view_labels(const char *name, wire_kind kind)
{
    size_t i = find(name, kind);
    size_t count = element_count(&request.arguments[i]);
    views[i].labels = (labels){.count = count, .data = place(i, count * sizeof(uint32_t))};
    return &views[i].labels;
}

/* Captions go over the wire as labels of two dimensions. */
static captions *view_captions(const char *name, wire_kind kind)
{
    size_t i = find(name, kind);
    const wire_argument *argument = &request.arguments[i];
    views[i].captions = (captions){.count = argument->shape[0],
                                   .length = argument->shape[1],
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
    memcpy(&value, memory + request.arguments[find(name, WIRE_INPUT_NUMBER)].offset, sizeof value);
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
    memcpy(memory + request.arguments[find(name, WIRE_OUTPUT_NUMBER)].offset, &value, sizeof value);
}

/* The sanitizer build worked on copies: brings back what student code left in them. */
static void return_copies(void)
{
    for (size_t i = 0; i < request.argument_count; i++) {
        const wire_argument *argument = &request.arguments[i];
        if (views[i].copy == NULL)
            continue;
        bool is_labels =
            argument->kind == WIRE_INPUT_LABELS || argument->kind == WIRE_OUTPUT_LABELS;
        size_t size = element_count(argument) * (is_labels ? sizeof(uint32_t) : sizeof(real));
        memcpy(memory + argument->offset, views[i].copy, size);
        free(views[i].copy);
    }
}

static void serve(void)
{
    memset(views, 0, sizeof views);
    for (operation *o = operations; o != NULL; o = o->next) {
        if (strncmp(o->name, request.operation, WIRE_NAME) != 0)
            continue;
        o->run();
        return_copies();
        reply(WIRE_DONE, "");
        return;
    }
    reply(WIRE_NO_OPERATION, request.operation);
}

int main(void)
{
    struct stat status;
    if (fstat(WIRE_MEMORY_FD, &status) != 0)
        return 1;
    size_t size = (size_t)status.st_size;
    memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, WIRE_MEMORY_FD, 0);
    if (memory == MAP_FAILED)
        return 1;
    setvbuf(stdout, NULL, _IOLBF, 0);
    parallel_set_threads(1);
    contract_set_handler(leave_on_contract);
    signal(SIGABRT, leave_on_abort);
    reply(WIRE_READY, "");
    while (read_all(WIRE_REQUEST_FD, &request, sizeof request))
        serve();
    return 0;
}
