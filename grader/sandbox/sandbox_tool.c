/*
 * Running a tool to its end. Time is limited by the clock, memory and files by rlimits; what the
 * tool sees of this machine is up to sandbox_become_tool.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sandbox_child.h"

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Reads from fd until it closes or the time is up; keeps what fits. False when the time is up. */
static bool collect(int fd, double deadline, char *output, size_t size)
{
    size_t used = 0;
    char chunk[4096];
    output[0] = '\0';
    for (;;) {
        double left = deadline - seconds_now();
        struct pollfd waiting = {.fd = fd, .events = POLLIN};
        if (left <= 0)
            return false;
        if (poll(&waiting, 1, (int)(left * 1000) + 1) <= 0)
            continue;
        ssize_t count = read(fd, chunk, sizeof chunk);
        if (count <= 0)
            return true;
        size_t kept = (size_t)count < size - 1 - used ? (size_t)count : size - 1 - used;
        memcpy(output + used, chunk, kept);
        used += kept;
        output[used] = '\0';
    }
}

_Noreturn static void begin_tool(const sandbox_tool *tool, unsigned layers, int output)
{
    sandbox_limits limits = {.memory_bytes = 1536U << 20, .cpu_seconds = 60};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setsid();
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0)
        _exit(SANDBOX_EXIT_SETUP);
    sandbox_set_limits(limits, 64 << 20);
    syscall(SYS_close_range, 3, ~0U, 0);
    sandbox_become_tool(tool, layers);
}

bool sandbox_start_tool(const sandbox_tool *tool, unsigned layers, running_tool *running, error *e)
{
    int ends[2];
    *running = (running_tool){.process = -1,
                              .output = -1,
                              .seconds = tool->seconds,
                              .deadline = seconds_now() + tool->seconds,
                              .name = tool->argv[0]};
    if (pipe2(ends, O_CLOEXEC) != 0)
        return error_set(e, "sandbox: no pipe: %s", strerror(errno));
    pid_t child = fork();
    if (child == 0)
        begin_tool(tool, layers, ends[1]);
    close(ends[1]);
    running->process = child;
    running->output = ends[0];
    if (child > 0)
        return true;
    close(ends[0]);
    return error_set(e, "sandbox: no process: %s", strerror(errno));
}

int sandbox_end_tool(const running_tool *running, char *output, size_t size, error *e)
{
    pid_t child = running->process;
    bool ended = collect(running->output, running->deadline, output, size);
    close(running->output);
    if (!ended)
        kill(-child, SIGKILL), kill(child, SIGKILL);
    int status;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (!ended) {
        error_set(e, "%s did not end within %.0f s", running->name, running->seconds);
        return SANDBOX_OUT_OF_TIME;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int sandbox_run_tool(const sandbox_tool *tool, unsigned layers, char *output, size_t size, error *e)
{
    running_tool running;
    return sandbox_start_tool(tool, layers, &running, e)
               ? sandbox_end_tool(&running, output, size, e)
               : -1;
}
