/*
 * Attacks, as operations of a worker: each tries what a submission must not be able to do. The
 * number that it hands back says whether that worked: 1 it did, 0 it was refused. To be killed for
 * the attempt is as good. test_sandbox.c runs each in every set of layers that the machine offers.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "operation.h"
#include "wire.h"

extern char **environ;

static void worked(bool success)
{
    out_number("worked", success ? 1 : 0);
}

static bool opens(const char *path, int flags)
{
    int fd = open(path, flags, 0644);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

OPERATION(read_password_file)
{
    worked(opens("/etc/passwd", O_RDONLY));
}

OPERATION(read_own_environment)
{
    worked(opens("/proc/self/environ", O_RDONLY));
}

OPERATION(read_this_folder)
{
    worked(opens(".", O_RDONLY | O_DIRECTORY));
}

OPERATION(write_a_file)
{
    worked(opens("/tmp/attack", O_WRONLY | O_CREAT) || opens("attack", O_WRONLY | O_CREAT));
}

OPERATION(see_secrets_in_the_environment)
{
    bool more = false;
    for (char **variable = environ; *variable != NULL; variable++)
        more |= strncmp(*variable, "OPENBLAS_", 9) != 0;
    worked(more);
}

OPERATION(open_a_socket)
{
    worked(socket(AF_INET, SOCK_STREAM, 0) >= 0);
}

OPERATION(open_a_local_socket)
{
    worked(socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
}

OPERATION(make_a_process)
{
    pid_t child = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
    if (child == 0)
        pause();
    worked(child > 0);
}

static void *idle(void *unused)
{
    return unused;
}

OPERATION(make_a_thread)
{
    pthread_t thread;
    worked(pthread_create(&thread, NULL, idle, NULL) == 0);
}

OPERATION(start_a_shell)
{
    char name[] = "/bin/sh";
    char *const argv[] = {name, NULL};
    execve(name, argv, environ);
    worked(false);
}

OPERATION(kill_the_grader)
{
    worked(kill(getppid(), SIGTERM) == 0 || kill(-1, SIGTERM) == 0);
}

OPERATION(read_the_graders_memory)
{
    char byte[8];
    struct iovec local = {.iov_base = byte, .iov_len = sizeof byte};
    struct iovec remote = {.iov_base = (void *)environ, .iov_len = sizeof byte};
    worked(process_vm_readv(getppid(), &local, 1, &remote, 1, 0) > 0);
}

OPERATION(trace_the_grader)
{
    worked(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0);
}

OPERATION(find_other_descriptors)
{
    bool found = false;
    for (int fd = WIRE_MEMORY_FD + 1; fd < 1024; fd++)
        found |= write(fd, "", 0) == 0 || lseek(fd, 0, SEEK_CUR) >= 0;
    worked(found);
}

OPERATION(cut_the_shared_memory)
{
    worked(ftruncate(WIRE_MEMORY_FD, 0) == 0);
}

OPERATION(raise_its_own_limits)
{
    struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
    worked(setrlimit(RLIMIT_AS, &none) == 0 || setrlimit(RLIMIT_CPU, &none) == 0);
}

OPERATION(take_all_memory)
{
    size_t taken = 0;
    for (void *block; taken < (size_t)4096 << 20; taken += 64 << 20) {
        block = mmap(NULL, 64 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (block == MAP_FAILED)
            break;
    }
    worked(taken >= (size_t)4096 << 20);
}

OPERATION(mount_something)
{
    worked(syscall(SYS_mount, "none", "/", "tmpfs", 0, NULL) == 0);
}

OPERATION(enter_a_new_namespace)
{
    worked(syscall(SYS_unshare, 0x10000000) == 0);
}

/* Memory that belongs to no process, and that no limit of a process counts. */
OPERATION(keep_a_shared_segment)
{
    worked(shmget(IPC_PRIVATE, 1 << 20, IPC_CREAT | 0600) >= 0);
}

OPERATION(keep_a_nameless_file)
{
    worked(memfd_create("kept", 0) >= 0);
}

OPERATION(outlive_the_grader)
{
    worked(prctl(PR_SET_PDEATHSIG, 0) == 0);
}

/* ---- not forbidden, but to be cut, drained or noticed ---- */

OPERATION(loop_for_ever)
{
    for (volatile int i = 0;; i = i + 1)
        ;
}

OPERATION(sleep_for_ever)
{
    for (;;)
        sleep(1000);
}

OPERATION(print_a_flood)
{
    for (int i = 0; i < 1000000; i++)
        printf("flood flood flood flood flood flood\n");
    worked(false);
}

OPERATION(leave)
{
    _exit(0);
}

OPERATION(crash)
{
    volatile int *nothing = NULL;
    *nothing = 1;
}

/* Says that it is done before it has done anything, and then something else. */
OPERATION(forge_a_reply)
{
    wire_reply reply = {.magic = WIRE_MAGIC, .call = 99, .status = WIRE_DONE, .real_size = 8};
    memset(reply.text, 'x', sizeof reply.text); /* no end */
    if (write(WIRE_REPLY_FD, &reply, sizeof reply) < 0)
        _exit(1);
    worked(false);
}

/* Replies as it should, but before it has computed anything. */
OPERATION(reply_early)
{
    static volatile double sum;
    wire_reply reply = {.magic = WIRE_MAGIC, .call = 1, .status = WIRE_DONE, .real_size = 8};
    if (write(WIRE_REPLY_FD, &reply, sizeof reply) < 0)
        _exit(1);
    for (;;)
        out_number("worked", sum = sum + 1);
}

OPERATION(close_everything)
{
    for (int fd = 0; fd < 64; fd++)
        close(fd);
}

OPERATION(abort_itself)
{
    abort();
}

OPERATION(fill_memory)
{
    for (;;) {
        char *block = malloc(16 << 20);
        if (block == NULL)
            _exit(1);
        memset(block, 1, 16 << 20);
    }
}

/* A call of another, as remote.c asks for one. */
static bool ask(void)
{
    static struct {
        wire_reply calls;
        wire_request asked;
    } message = {{.magic = WIRE_MAGIC, .status = WIRE_CALLS, .real_size = sizeof(real)},
                 {.magic = WIRE_MAGIC, .operation = "affine_forward"}};
    return write(WIRE_REPLY_FD, &message, sizeof message) == sizeof message;
}

OPERATION(ask_and_never_read)
{
    while (ask())
        ;
}

OPERATION(ask_for_ever)
{
    wire_reply answer;
    while (ask() && read(WIRE_REQUEST_FD, &answer, sizeof answer) > 0)
        ;
}

/* Replies to calls before they are made, and does not look at them. */
OPERATION(answer_in_advance)
{
    wire_reply reply = {.magic = WIRE_MAGIC, .status = WIRE_DONE, .real_size = sizeof(real)};
    for (reply.call = 1;; reply.call++)
        if (write(WIRE_REPLY_FD, &reply, sizeof reply) != sizeof reply)
            sleep(1000);
}

OPERATION(shrink_its_pipe)
{
    worked(fcntl(WIRE_REQUEST_FD, F_SETPIPE_SZ, 4096) >= 0 &&
           fcntl(WIRE_REPLY_FD, F_SETPIPE_SZ, 4096) >= 0);
}

OPERATION(close_its_output_and_sleep)
{
    close(STDOUT_FILENO);
    close(STDERR_FILENO);
    sleep(2);
    worked(false);
}
