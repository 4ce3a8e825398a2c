/*
 * Waiting for a worker, with limits that a loaded machine does not shorten.
 *
 * Theory of operation. The grader waits on two descriptors at once: a pipe of the wire, which never
 * blocks, and the pipe that the worker prints to, which is drained all the time, so that an honest
 * student's long debugging output does not block the call, and kept only up to a cap.
 *
 * Time is counted by the kernel: the processor time of the worker's process, and how long it waited
 * for a processor (/proc/PID/schedstat). What is left of the wall clock it slept. Where the kernel
 * does not say how long it waited, the wall clock alone bounds a sleeper, generously.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "worker_state.h"

enum { POLL_MILLISECONDS = 20, DRAINED_AT_ONCE = 64 };

static const size_t MEMORY_BYTES = (size_t)2048 << 20; /* resident, of the sanitizer build */

/* ---- clocks ---- */

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

/* Reads the small file name of the process into line; false when it is not there. */
static bool read_line_of(const worker *w, const char *name, char *line, int size)
{
    char path[64];
    if (w->process == 0)
        return false;
    snprintf(path, sizeof path, "/proc/%d/%s", (int)w->process, name);
    FILE *file = fopen(path, "re");
    bool read = file != NULL && fgets(line, size, file) != NULL;
    if (file != NULL)
        fclose(file);
    return read;
}

/* How long the process waited for a processor; negative when the kernel does not say. */
static double starved_seconds(const worker *w)
{
    char line[128];
    unsigned long long ran, starved;
    if (!read_line_of(w, "schedstat", line, sizeof line) ||
        sscanf(line, "%llu %llu", &ran, &starved) != 2)
        return -1;
    return 1e-9 * (double)starved;
}

/* Whether the process could run now: then it is not asleep, however long it has not run. */
static bool is_runnable(const worker *w)
{
    char line[256];
    if (!read_line_of(w, "stat", line, sizeof line))
        return false;
    const char *after_name = strrchr(line, ')');
    return after_name != NULL && strncmp(after_name, ") R", 3) == 0;
}

worker_time worker_time_now(const worker *w)
{
    double wall = clock_seconds(CLOCK_MONOTONIC);
    double cpu = cpu_seconds(w);
    double starved = starved_seconds(w);
    return (worker_time){.cpu = cpu,
                         .wall = wall,
                         .asleep = starved < 0 ? 0 : wall - cpu - starved - w->served_seconds};
}

worker_time worker_time_between(worker_time before, worker_time after)
{
    worker_time passed = {.cpu = after.cpu - before.cpu,
                          .asleep = after.asleep - before.asleep,
                          .wall = after.wall - before.wall};
    if (passed.cpu < 0) /* it has ended */
        passed.cpu = 0;
    if (passed.asleep < 0 || after.asleep == 0)
        passed.asleep = 0;
    return passed;
}

deadline deadline_in(const worker *w, double cpu_seconds_allowed)
{
    return (deadline){.began = worker_time_now(w),
                      .cpu = cpu_seconds_allowed,
                      .asleep = 2 * cpu_seconds_allowed + 2,
                      .wall = 30 * cpu_seconds_allowed + 60};
}

static bool is_over(const worker *w, const deadline *end)
{
    double wall = clock_seconds(CLOCK_MONOTONIC) - end->began.wall;
    if (wall > end->wall || cpu_seconds(w) - end->began.cpu > end->cpu)
        return true;
    if (wall < end->asleep)
        return false;
    worker_time passed = worker_time_between(end->began, worker_time_now(w));
    return passed.asleep > end->asleep && !is_runnable(w);
}

/* ---- memory ---- */

static bool is_too_large(const worker *w)
{
    char line[128];
    size_t whole, resident;
    return w->sanitized && read_line_of(w, "statm", line, sizeof line) &&
           sscanf(line, "%zu %zu", &whole, &resident) == 2 &&
           resident * (size_t)sysconf(_SC_PAGESIZE) > MEMORY_BYTES;
}

void worker_read_peak(worker *w)
{
    char path[64];
    char line[128];
    size_t kilobytes;
    if (w->process == 0)
        return;
    snprintf(path, sizeof path, "/proc/%d/status", (int)w->process);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return;
    while (fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "VmHWM: %zu kB", &kilobytes) == 1)
            w->peak = kilobytes * 1024;
    fclose(file);
}

/* ---- pipes ---- */

void worker_drain(worker *w)
{
    char chunk[4096];
    for (int i = 0; i < DRAINED_AT_ONCE && w->output >= 0; i++) { /* a flood leaves us the clock */
        ssize_t count = read(w->output, chunk, sizeof chunk);
        if (count < 0)
            return;
        if (count == 0) { /* closed: to poll it would return at once, for ever */
            close(w->output);
            w->output = -1;
            return;
        }
        size_t room = sizeof w->printed - w->printed_length;
        size_t kept = (size_t)count < room ? (size_t)count : room;
        memcpy(w->printed + w->printed_length, chunk, kept);
        w->printed_length += kept;
        w->printed_cut |= kept < (size_t)count;
    }
}

/* Moves what can be moved now; negative when the other end is gone. */
static ssize_t move_some(const worker *w, char *bytes, size_t size, bool sending)
{
    ssize_t count = sending ? write(w->request, bytes, size) : read(w->reply, bytes, size);
    if (count < 0)
        return errno == EAGAIN || errno == EINTR ? 0 : -1;
    return count == 0 && !sending ? -1 : count;
}

static waited move(worker *w, char *bytes, size_t size, bool sending, const deadline *end)
{
    size_t done = 0;
    while (done < size) {
        struct pollfd waiting[2] = {
            {.fd = sending ? w->request : w->reply, .events = sending ? POLLOUT : POLLIN},
            {.fd = w->output, .events = POLLIN}};
        if (poll(waiting, 2, POLL_MILLISECONDS) < 0 && errno != EINTR)
            return WAITED_GONE;
        if (waiting[1].revents != 0)
            worker_drain(w);
        if (waiting[0].revents != 0) {
            ssize_t count = move_some(w, bytes + done, size - done, sending);
            if (count < 0)
                return WAITED_GONE;
            done += (size_t)count;
        }
        if (done < size && is_over(w, end))
            return WAITED_TOO_LONG;
        if (is_too_large(w))
            return WAITED_TOO_LARGE;
    }
    return WAITED_DONE;
}

waited worker_receive(worker *w, void *bytes, size_t size, const deadline *end)
{
    return move(w, bytes, size, false, end);
}

waited worker_send(worker *w, const void *bytes, size_t size, const deadline *end)
{
    char copy[sizeof(wire_request)];
    memcpy(copy, bytes, size < sizeof copy ? size : sizeof copy);
    return move(w, copy, size, true, end);
}

/* ---- the process ---- */

void worker_end(worker *w)
{
    w->ended = true;
    if (w->process == 0)
        return;
    kill(w->process, SIGKILL);
    while (waitpid(w->process, &w->status, 0) < 0 && errno == EINTR)
        ;
    w->process = 0;
    worker_drain(w);
}

void worker_stop(worker *w)
{
    int status;
    pid_t changed;
    if (w->process == 0 || kill(w->process, SIGSTOP) != 0)
        return;
    while ((changed = waitpid(w->process, &status, WUNTRACED)) < 0 && errno == EINTR)
        ;
    if (changed == w->process && !WIFSTOPPED(status)) { /* it was about to end */
        w->status = status;
        w->process = 0;
        w->ended = true;
    }
}

void worker_continue(const worker *w)
{
    if (w->process != 0)
        kill(w->process, SIGCONT);
}
