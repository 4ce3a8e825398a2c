/*
 * No box: in a student's tree the code to be graded is the student's own, and runs with the
 * student's own rights, as `make check` lets it. Each call still has a process of its own with
 * limits, so that a crash or an endless loop costs its case and nothing else.
 *
 * As in sandbox_worker.c, a step on the way to the program that fails is written to the status
 * pipe, which closes when the program takes over.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox_child.h"
#include "worker_process.h"

unsigned worker_probe(const worker_program *program)
{
    (void)program;
    return SANDBOX_LIMITS;
}

_Noreturn static void become_worker(sandbox_program program, sandbox_limits limits,
                                    sandbox_channels channels, int status)
{
    sandbox_fail_to(status);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        sandbox_fail("asking to die with the grader");
    setsid();
    sandbox_place_descriptors(channels, program.fd, status);
    if (program.dynamic)
        limits.memory_bytes = 0; /* AddressSanitizer reserves terabytes of addresses */
    sandbox_set_limits(limits, 0);
    sandbox_become_program(program.dynamic);
}

pid_t sandbox_start_worker(sandbox_program program, unsigned layers, sandbox_limits limits,
                           sandbox_channels channels, error *e)
{
    int status[2];
    char text[256];
    (void)layers;
    if (pipe2(status, O_CLOEXEC) != 0) {
        error_set(e, "no pipe for a worker: %s", strerror(errno));
        return -1;
    }
    pid_t child = fork();
    if (child == 0)
        become_worker(program, limits, channels, status[1]);
    if (child < 0)
        error_set(e, "no process for a worker: %s", strerror(errno));
    close(status[1]);
    ssize_t length = child > 0 ? read(status[0], text, sizeof text - 1) : 0;
    close(status[0]);
    if (length <= 0)
        return child;
    text[length] = '\0';
    error_set(e, "%s", text);
    waitpid(child, NULL, 0);
    return -1;
}

_Noreturn void sandbox_become_tool(const sandbox_tool *tool, unsigned layers)
{
    (void)layers;
    setenv("LC_ALL", "C.UTF-8", 1);
    execvp(tool->argv[0], (char *const *)(uintptr_t)tool->argv);
    sandbox_fail(tool->argv[0]);
}
