/*
 * The trusted end of the wire.
 *
 * Theory of operation. The grader waits on two descriptors at once: the reply pipe and the pipe
 * that the worker prints to, which is drained all the time, so that an honest student's long
 * debugging output does not block the call, and kept only up to a cap. A reply is one message of
 * fixed size; whatever arrives is checked field by field. The pipe of replies closing means that
 * the process is gone: then, and only then, it is waited for.
 *
 * Time is the processor time of the worker's process, read from outside by the kernel's clock of
 * that process; the wall clock is a second, wider limit for a worker that sleeps.
 *
 * Between calls the worker is stopped, so that one that replies before it has computed gains no
 * moment to do so in while nobody counts its time. (The sanitizer build's process is its box, which
 * hands no signal on; nothing of it is timed.)
 */
#include "worker_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "contract.h"
#include "landlock.h"

enum { POLL_MILLISECONDS = 20, CPU_SECONDS = 120 };

static const size_t SHARED_BYTES = (size_t)512 << 20;
static const size_t ADDRESS_SPACE_BYTES = (size_t)2048 << 20;
static const double START_SECONDS = 5;

struct worker {
    pid_t process; /* 0: ended */
    int status;    /* of waitpid, once it has ended */
    int request, reply, output;
    unsigned char *memory;
    size_t real_size;
    bool sanitized;
    worker_server server;
    void *server_context;
    uint32_t calls;
    bool lied;
    size_t peak;
    double start_seconds;
    char printed[WORKER_OUTPUT_KEPT];
    size_t printed_length;
    bool printed_cut;
};

static double clock_seconds(clockid_t clock)
{
    struct timespec now;
    if (clock_gettime(clock, &now) != 0)
        return 0;
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double cpu_seconds(const worker *w)
{
    clockid_t clock;
    if (w->process == 0 || clock_getcpuclockid(w->process, &clock) != 0)
        return 0;
    return clock_seconds(clock);
}

static void read_peak(worker *w)
{
    char path[64];
    char line[128];
    size_t kilobytes;
    snprintf(path, sizeof path, "/proc/%d/status", (int)w->process);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return;
    while (fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "VmHWM: %zu kB", &kilobytes) == 1)
            w->peak = kilobytes * 1024;
    fclose(file);
}

static void drain(worker *w)
{
    char chunk[4096];
    for (int i = 0; i < 64; i++) { /* a flood must not keep us from the clock */
        ssize_t count = read(w->output, chunk, sizeof chunk);
        if (count <= 0)
            return;
        size_t room = sizeof w->printed - w->printed_length;
        size_t kept = (size_t)count < room ? (size_t)count : room;
        memcpy(w->printed + w->printed_length, chunk, kept);
        w->printed_length += kept;
        w->printed_cut |= kept < (size_t)count;
    }
}

static void end_process(worker *w)
{
    if (w->process == 0)
        return;
    kill(w->process, SIGKILL);
    while (waitpid(w->process, &w->status, 0) < 0 && errno == EINTR)
        ;
    w->process = 0;
    drain(w);
}

/* Stops the worker, or lets it go on. Its box is a pid namespace, and only we can stop its init. */
static void stop_process(worker *w)
{
    int status;
    pid_t changed;
    if (w->process == 0 || w->sanitized || kill(w->process, SIGSTOP) != 0)
        return;
    while ((changed = waitpid(w->process, &status, WUNTRACED)) < 0 && errno == EINTR)
        ;
    if (changed == w->process && !WIFSTOPPED(status)) { /* it was about to end */
        w->status = status;
        w->process = 0;
    }
}

static void continue_process(const worker *w)
{
    if (!w->sanitized)
        kill(w->process, SIGCONT);
}

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

static void close_all(int *fds, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (fds[i] >= 0)
            close(fds[i]);
}

static bool start(worker *w, const worker_program *program, unsigned layers, error *e)
{
    int pipes[6] = {-1, -1, -1, -1, -1, -1}; /* requests, replies, output: read end, write end */
    int memory = shared_memory();
    int file = open(program->path.text, O_RDONLY | O_CLOEXEC);
    bool started = false;
    if (file < 0) {
        error_set(e, "%s: %s", program->path.text, strerror(errno));
        goto done;
    }
    if (memory < 0 || pipe2(pipes, O_CLOEXEC) != 0 || pipe2(pipes + 2, O_CLOEXEC) != 0 ||
        pipe2(pipes + 4, O_CLOEXEC) != 0) {
        error_set(e, "no pipes for a worker: %s", strerror(errno));
        goto done;
    }
    w->memory = mmap(NULL, SHARED_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
    if (w->memory == MAP_FAILED) {
        w->memory = NULL;
        error_set(e, "no memory for a worker: %s", strerror(errno));
        goto done;
    }
    sandbox_limits limits = {.memory_bytes = ADDRESS_SPACE_BYTES, .cpu_seconds = CPU_SECONDS};
    sandbox_channels channels = {
        .output = pipes[5], .request = pipes[0], .reply = pipes[3], .memory = memory};
    pid_t process = program->sanitized
                        ? sandbox_start_sanitized(program->path.text, layers, limits, channels, e)
                        : sandbox_start_worker(file, layers, limits, channels, e);
    if (process < 0)
        goto done;
    w->process = process;
    w->request = pipes[1];
    w->reply = pipes[2];
    w->output = pipes[4];
    pipes[1] = pipes[2] = pipes[4] = -1;
    fcntl(w->output, F_SETFL, O_NONBLOCK);
    started = true;
done:
    close_all(pipes, 6);
    close_all(&memory, 1);
    close_all(&file, 1);
    return started;
}

typedef enum waited { WAITED_REPLY, WAITED_GONE, WAITED_TOO_LONG } waited;

/* When a worker's time is up: on its processor's clock, and on the wall's. */
typedef struct deadline {
    double cpu, wall;
} deadline;

static deadline deadline_in(const worker *w, double cpu_limit, double wall_limit)
{
    return (deadline){.cpu = cpu_seconds(w) + cpu_limit,
                      .wall = clock_seconds(CLOCK_MONOTONIC) + wall_limit};
}

static bool is_over(const worker *w, deadline end)
{
    return cpu_seconds(w) > end.cpu || clock_seconds(CLOCK_MONOTONIC) > end.wall;
}

/* Reads size bytes that the worker replies, draining what it prints, until end. */
static waited wait_for(worker *w, void *bytes, size_t size, deadline end)
{
    size_t have = 0;
    while (have < size) {
        struct pollfd waiting[2] = {{.fd = w->reply, .events = POLLIN},
                                    {.fd = w->output, .events = POLLIN}};
        if (poll(waiting, 2, POLL_MILLISECONDS) < 0 && errno != EINTR)
            return WAITED_GONE;
        if (waiting[1].revents != 0)
            drain(w);
        if (waiting[0].revents != 0) {
            ssize_t count = read(w->reply, (char *)bytes + have, size - have);
            if (count <= 0)
                return WAITED_GONE;
            have += (size_t)count;
        }
        if (have < size && is_over(w, end))
            return WAITED_TOO_LONG;
    }
    return WAITED_REPLY;
}

worker *worker_open(const worker_program *program, unsigned layers, error *e)
{
    worker *w = calloc(1, sizeof *w);
    if (w == NULL) {
        error_set(e, "no memory for a worker");
        return NULL;
    }
    w->request = w->reply = w->output = -1;
    w->sanitized = program->sanitized;
    double began = clock_seconds(CLOCK_MONOTONIC);
    if (!start(w, program, layers, e))
        goto failed;
    wire_reply ready;
    if (wait_for(w, &ready, sizeof ready, deadline_in(w, START_SECONDS, START_SECONDS)) !=
            WAITED_REPLY ||
        ready.magic != WIRE_MAGIC || ready.status != WIRE_READY ||
        ready.real_size != program->real_size) {
        end_process(w);
        error_set(e, "it did not start as a worker (wait status %d)", w->status);
        goto failed;
    }
    w->real_size = program->real_size;
    w->start_seconds = clock_seconds(CLOCK_MONOTONIC) - began;
    stop_process(w);
    return w;
failed:
    worker_close(w);
    return NULL;
}

worker *worker_open_detached(size_t real_size, worker_handover *handed, error *e)
{
    int pipes[4] = {-1, -1, -1, -1};
    worker *w = calloc(1, sizeof *w);
    int memory = shared_memory();
    if (w == NULL || memory < 0 || pipe(pipes) != 0 || pipe(pipes + 2) != 0) {
        error_set(e, "no pipes for a worker: %s", strerror(errno));
        free(w);
        return NULL;
    }
    w->real_size = real_size;
    w->request = pipes[1];
    w->reply = pipes[2];
    w->output = -1;
    w->memory = mmap(NULL, SHARED_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
    *handed = (worker_handover){.request = pipes[0], .reply = pipes[3], .memory = memory};
    if (w->memory != MAP_FAILED)
        return w;
    w->memory = NULL;
    worker_close(w);
    error_set(e, "no memory for a worker: %s", strerror(errno));
    return NULL;
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
    end_process(w);
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

size_t worker_real_size(const worker *w)
{
    return w->real_size;
}

const char *worker_output(const worker *w, size_t *length, bool *cut)
{
    *length = w->printed_length;
    *cut = w->printed_cut;
    return w->printed;
}

double worker_start_seconds(const worker *w)
{
    return w->start_seconds;
}

size_t worker_peak_memory(const worker *w)
{
    return w->peak;
}

/* Adds what stands in the line at found, up to its end, to the outcome's text. */
static void add_line(const worker *w, const char *found, call_outcome *outcome)
{
    size_t used = strlen(outcome->text);
    const char *stop = w->printed + w->printed_length;
    const char *end = memchr(found, '\n', (size_t)(stop - found));
    snprintf(outcome->text + used, sizeof outcome->text - used, "%.*s",
             (int)((end != NULL ? end : stop) - found), found);
}

/*
 * Takes the sanitizer's sentence from what was printed: its kind of error, and the first line of
 * the stack that lies in a module, "in NAME assignmentN/FILE:LINE".
 */
static void find_sanitizer_sentence(const worker *w, call_outcome *outcome)
{
    static const char *const marks[] = {"ERROR: AddressSanitizer: ", "runtime error: "};
    outcome->text[0] = '\0';
    for (size_t m = 0; m < 2; m++) {
        const char *found = memmem(w->printed, w->printed_length, marks[m], strlen(marks[m]));
        if (found == NULL)
            continue;
        found += strlen(marks[m]);
        size_t rest = (size_t)(w->printed + w->printed_length - found);
        const char *space = m == 0 ? memchr(found, ' ', rest) : NULL;
        if (space != NULL)
            snprintf(outcome->text, sizeof outcome->text, "%.*s", (int)(space - found), found);
        else
            add_line(w, found, outcome);
        const char *file = memmem(found, rest, " assignment", strlen(" assignment"));
        while (file != NULL && file > found && memcmp(file - 1, "\n", 1) != 0 &&
               memcmp(file, " in ", 4) != 0)
            file--;
        if (file != NULL && file > found && *file == ' ')
            add_line(w, file, outcome);
        return;
    }
}

static void describe_death(worker *w, call_outcome *outcome)
{
    for (int i = 0; w->process != 0 && i < 50; i++) { /* the pipe closes a little before the end */
        if (waitpid(w->process, &w->status, WNOHANG) == w->process)
            w->process = 0;
        else
            nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    end_process(w);
    drain(w);
    outcome->end = WIFSIGNALED(w->status) ? CALL_CRASHED : CALL_EXITED;
    outcome->signal = WIFSIGNALED(w->status) ? WTERMSIG(w->status) : 0;
    outcome->code = WIFEXITED(w->status) ? WEXITSTATUS(w->status) : 0;
    if (!w->sanitized)
        return;
    find_sanitizer_sentence(w, outcome);
    if (outcome->text[0] != '\0')
        outcome->end = CALL_CRASHED;
}

static void read_reply(const wire_reply *reply, worker *w, call_outcome *outcome)
{
    static const call_end ends[] = {[WIRE_READY] = CALL_LIED,
                                    [WIRE_DONE] = CALL_DONE,
                                    [WIRE_NOT_IMPLEMENTED] = CALL_NOT_IMPLEMENTED,
                                    [WIRE_CONTRACT] = CALL_CONTRACT,
                                    [WIRE_NO_OPERATION] = CALL_NO_OPERATION};
    w->lied = reply->magic != WIRE_MAGIC || reply->call != w->calls ||
              reply->status > WIRE_NO_OPERATION || reply->status == WIRE_READY ||
              reply->real_size != w->real_size;
    outcome->end = w->lied ? CALL_LIED : ends[reply->status];
    snprintf(outcome->text, sizeof outcome->text, "%.*s", WIRE_TEXT - 1, reply->text);
}

/* Answers one call that the worker asks for, and waits for its next reply. */
static waited serve_call(worker *w, wire_reply *reply, deadline end)
{
    wire_request asked;
    waited how = wait_for(w, &asked, sizeof asked, end);
    if (how != WAITED_REPLY)
        return how;
    wire_reply answer = {.magic = WIRE_MAGIC,
                         .status = w->server(w->server_context, w, &asked) ? WIRE_DONE
                                                                           : WIRE_NO_OPERATION};
    if (write(w->request, &answer, sizeof answer) != sizeof answer)
        return WAITED_GONE;
    return wait_for(w, reply, sizeof *reply, end);
}

void worker_serve(worker *w, worker_server server, void *context)
{
    w->server = server;
    w->server_context = context;
}

void worker_call(worker *w, wire_request *request, double limit_seconds, call_outcome *outcome)
{
    *outcome = (call_outcome){.limit_seconds = limit_seconds};
    if (w->process == 0 || w->lied) {
        describe_death(w, outcome);
        if (w->lied)
            outcome->end = CALL_LIED;
        return;
    }
    request->magic = WIRE_MAGIC;
    request->call = ++w->calls;
    double before = cpu_seconds(w);
    continue_process(w);
    ssize_t sent = write(w->request, request, sizeof *request);
    wire_reply reply;
    deadline end = deadline_in(w, limit_seconds, 2 * limit_seconds + 2);
    waited how = sent == sizeof *request ? wait_for(w, &reply, sizeof reply, end) : WAITED_GONE;
    while (how == WAITED_REPLY && w->server != NULL && reply.status == WIRE_CALLS)
        how = is_over(w, end) ? WAITED_TOO_LONG : serve_call(w, &reply, end);
    if (how == WAITED_REPLY)
        stop_process(w);
    double after = cpu_seconds(w);
    outcome->cpu_seconds = after > before ? after - before : 0;
    read_peak(w);
    if (how == WAITED_REPLY) {
        read_reply(&reply, w, outcome);
    } else if (how == WAITED_TOO_LONG) {
        end_process(w);
        outcome->end = CALL_TIMED_OUT;
    } else {
        describe_death(w, outcome);
    }
    drain(w);
}

static bool starts_with(const worker_program *program, unsigned layers)
{
    error ignored;
    worker *w = worker_open(program, layers, &ignored);
    worker_close(w);
    return w != NULL;
}

static bool tool_box_works(void)
{
    char output[256];
    error ignored;
    sandbox_tool tool = {.argv = (const char *const[]){"/usr/bin/true", NULL}, .seconds = 10};
    return sandbox_run_tool(&tool, SANDBOX_TOOL_BOX, output, sizeof output, &ignored) == 0;
}

unsigned worker_probe(const worker_program *program)
{
    unsigned candidates = SANDBOX_NAMESPACES | SANDBOX_SECCOMP | SANDBOX_LIMITS;
    unsigned found = 0;
    if (landlock_version() > 0)
        candidates |= SANDBOX_LANDLOCK;
    if (starts_with(program, candidates))
        found = candidates;
    else
        for (unsigned layer = 1; layer < SANDBOX_TOOL_BOX; layer <<= 1)
            if ((candidates & layer) != 0 && starts_with(program, layer))
                found |= layer;
    return found | (tool_box_works() ? SANDBOX_TOOL_BOX : 0);
}
