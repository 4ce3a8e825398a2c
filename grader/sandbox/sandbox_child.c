/* The steps of a child on its way into a box. */
#include "sandbox_child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int failure_fd = STDERR_FILENO; /* of this child alone */

void sandbox_fail_to(int fd)
{
    failure_fd = fd;
}

_Noreturn void sandbox_fail(const char *what)
{
    dprintf(failure_fd, "sandbox: %s: %s\n", what, strerror(errno));
    _exit(SANDBOX_EXIT_SETUP);
}

/* Moves every descriptor above 20 first, so that no dup2 closes one that is still to be moved. */
void sandbox_place_descriptors(sandbox_channels channels, int program_fd, int status_fd)
{
    enum { COUNT = SANDBOX_STATUS_FD + 1 };
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing < 0)
        sandbox_fail("opening /dev/null");
    int from[COUNT] = {nothing,        channels.output, channels.output, channels.request,
                       channels.reply, channels.memory, program_fd,      status_fd};
    for (int i = 0; i < COUNT; i++)
        if ((from[i] = fcntl(from[i], F_DUPFD_CLOEXEC, 20)) < 0)
            sandbox_fail("moving descriptors");
    failure_fd = from[SANDBOX_STATUS_FD];
    for (int i = 0; i < COUNT; i++)
        if (dup2(from[i], i) < 0)
            sandbox_fail("placing descriptors");
    failure_fd = SANDBOX_STATUS_FD;
    if (fcntl(SANDBOX_PROGRAM_FD, F_SETFD, FD_CLOEXEC) != 0 ||
        fcntl(SANDBOX_STATUS_FD, F_SETFD, FD_CLOEXEC) != 0)
        sandbox_fail("marking descriptors to be closed");
    if (syscall(SYS_close_range, COUNT, ~0U, 0) != 0)
        sandbox_fail("closing other descriptors");
}

static void set_limit(__rlimit_resource_t resource, rlim_t value)
{
    struct rlimit limit = {.rlim_cur = value, .rlim_max = value};
    if (setrlimit(resource, &limit) != 0)
        sandbox_fail("setting a limit");
}

void sandbox_set_limits(sandbox_limits limits, rlim_t file_bytes)
{
    if (limits.memory_bytes > 0)
        set_limit(RLIMIT_AS, limits.memory_bytes);
    set_limit(RLIMIT_CPU, limits.cpu_seconds);
    set_limit(RLIMIT_FSIZE, file_bytes);
    signal(SIGXFSZ, SIG_DFL); /* the grader ignores it (resources.c) */
    set_limit(RLIMIT_CORE, 0);
    set_limit(RLIMIT_STACK, 8 << 20);
    set_limit(RLIMIT_NOFILE, 64);
}

/* Which kernels our own OpenBLAS was told to take, and a worker's is to take; NULL: it chooses. */
static const char *blas_core(void)
{
    const char *core = getenv("OPENBLAS_CORETYPE");
    return core != NULL && core[0] != '\0' ? core : NULL; /* "" means kernels of its own, too */
}

_Noreturn void sandbox_become_program(bool dynamic)
{
    char name[] = "worker";
    char threads[] = "OPENBLAS_NUM_THREADS=1";
    char sanitizer[] = "ASAN_OPTIONS=detect_leaks=0:abort_on_error=0:"
                       "color=never:detect_stack_use_after_return=0:allocator_may_return_null=1";
    char core[48];
    size_t count = 1;
    char *const argv[] = {name, NULL};
    char *environment[4] = {threads};
    if (dynamic)
        environment[count++] = sanitizer;
    if (blas_core() != NULL) {
        snprintf(core, sizeof core, "OPENBLAS_CORETYPE=%s", blas_core());
        environment[count++] = core;
    }
    syscall(SYS_execveat, SANDBOX_PROGRAM_FD, "", argv, environment, AT_EMPTY_PATH);
    sandbox_fail("starting the program");
}
