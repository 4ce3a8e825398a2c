/*
 * Starting a worker: its memory, its pipes, its process, until it says that it is ready.
 *
 * Who is to blame when there is none is measured. All that happens before the program's first
 * instruction is ours: sandbox_start_worker tells it apart. What happens afterwards may be the
 * program's doing, or the machine's, which a control run decides (attempt_workers.c).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "stop.h"
#include "worker_state.h"

enum { LIMIT_CPU_SECONDS = 120 }; /* where the kernel kills; deadlines come first */

static const size_t SHARED_BYTES = (size_t)512 << 20;
static const size_t ADDRESS_SPACE_BYTES = (size_t)2048 << 20;

/* A memfd of fixed size: neither side can cut it short under the other's feet. */
static int shared_memory(void)
{
    int fd = memfd_create("tensors", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return -1;
    if (ftruncate(fd, (off_t)SHARED_BYTES) == 0 &&
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
        return fd;
    close(fd);
    return -1;
}

static void close_all(const int *fds, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (fds[i] >= 0)
            close(fds[i]);
}

/* The wire's two ends: what stays here is in the worker, theirs is handed over. */
static bool make_wire(worker *w, worker_handover *theirs, error *e)
{
    int pipes[4] = {-1, -1, -1, -1}; /* requests, replies: read end, write end */
    int memory = shared_memory();
    if (memory < 0 || pipe2(pipes, O_CLOEXEC) != 0 || pipe2(pipes + 2, O_CLOEXEC) != 0) {
        error_set(e, "no pipes or shared memory for a worker: %s", strerror(errno));
        goto failed;
    }
    w->memory = mmap(NULL, SHARED_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
    if (w->memory == MAP_FAILED) {
        w->memory = NULL;
        error_set(e, "no memory for a worker: %s", strerror(errno));
        goto failed;
    }
    if (fcntl(pipes[1], F_SETFL, O_NONBLOCK) != 0 || fcntl(pipes[2], F_SETFL, O_NONBLOCK) != 0) {
        error_set(e, "a worker's pipes: %s", strerror(errno));
        goto failed;
    }
    *theirs = (worker_handover){.request = pipes[0], .reply = pipes[3], .memory = memory};
    w->request = pipes[1];
    w->reply = pipes[2];
    return true;
failed:
    close_all(pipes, 4);
    close_all(&memory, 1);
    return false;
}

static worker *new_worker(size_t real_size, error *e)
{
    worker *w = calloc(1, sizeof *w);
    if (w == NULL) {
        error_set(e, "no memory for a worker");
        return NULL;
    }
    w->request = w->reply = w->output = -1;
    w->real_size = real_size;
    return w;
}

/* Starts the program; all that can fail here is ours. */
static bool start(worker *w, const worker_program *program, unsigned layers, error *e)
{
    const sandbox_limits limits = {.memory_bytes = ADDRESS_SPACE_BYTES,
                                   .cpu_seconds = LIMIT_CPU_SECONDS};
    worker_handover theirs = {-1, -1, -1};
    int output[2] = {-1, -1};
    bool started = false;
    int file = open(program->path.text, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        error_set(e, "%s: %s", program->path.text, strerror(errno));
        return false;
    }
    if (!make_wire(w, &theirs, e))
        goto done;
    if (pipe2(output, O_CLOEXEC) != 0 || fcntl(output[0], F_SETFL, O_NONBLOCK) != 0) {
        error_set(e, "no pipe for what a worker prints: %s", strerror(errno));
        goto done;
    }
    pid_t process = sandbox_start_worker(
        (sandbox_program){.fd = file, .dynamic = program->sanitized}, layers, limits,
        (sandbox_channels){output[1], theirs.request, theirs.reply, theirs.memory}, e);
    if (process < 0)
        goto done;
    w->process = process;
    w->output = output[0];
    output[0] = -1;
    started = true;
done:
    close_all((int[]){theirs.request, theirs.reply, theirs.memory, output[0], output[1], file}, 6);
    return started;
}

/* Waits until the program says that it is ready; what keeps it from that is in e. */
static bool greet(worker *w, size_t real_size, error *e)
{
    wire_reply ready;
    deadline end = deadline_in(w, WORKER_START_SECONDS);
    waited how = worker_receive(w, &ready, sizeof ready, &end);
    worker_time passed = worker_time_between(end.began, worker_time_now(w));
    w->start_seconds = passed.cpu + passed.asleep;
    if (how == WAITED_TOO_LONG)
        return error_set(e, "it took more than %d s to start", WORKER_START_SECONDS);
    if (how != WAITED_DONE)
        return error_set(e, "it ended before any function was called");
    if (ready.magic != WIRE_MAGIC || ready.status != WIRE_READY || ready.real_size != real_size)
        return error_set(e, "it printed something else before it was ready");
    worker_stop(w);
    return true;
}

worker *worker_open(const worker_program *program, unsigned layers, start_failure *why)
{
    *why = (start_failure){.blame = START_OUR_FAULT};
    worker *w = new_worker(program->real_size, &why->reason);
    if (w == NULL)
        return NULL;
    w->sanitized = program->sanitized;
    if (start(w, program, layers, &why->reason)) {
        why->blame = START_PROGRAM;
        if (greet(w, program->real_size, &why->reason))
            return w;
        why->seconds = w->start_seconds;
    }
    worker_close(w);
    return NULL;
}

worker *worker_open_detached(size_t real_size, worker_handover *handed, error *e)
{
    worker *w = new_worker(real_size, e);
    if (w == NULL)
        return NULL;
    if (!make_wire(w, handed, e)) {
        worker_close(w);
        return NULL;
    }
    /* Somebody else's exec is to keep them; replies without a reader would end the worker. */
    const int kept[] = {handed->request, handed->reply, handed->memory, w->reply};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        fcntl(kept[i], F_SETFD, 0);
    return w;
}

void worker_post(worker *w, wire_request *request)
{
    request->magic = WIRE_MAGIC;
    request->call = ++w->calls;
    if (write(w->request, request, sizeof *request) != sizeof *request)
        contract_failed(__func__, "the request does not fit into a pipe");
    close(w->request);
    w->request = -1;
}

void worker_close(worker *w)
{
    if (w == NULL)
        return;
    worker_end(w);
    close_all((int[]){w->request, w->reply, w->output}, 3);
    if (w->memory != NULL)
        munmap(w->memory, SHARED_BYTES);
    free(w);
}

unsigned char *worker_memory(worker *w)
{
    return w->memory;
}

size_t worker_memory_size(const worker *w)
{
    (void)w;
    return SHARED_BYTES;
}
