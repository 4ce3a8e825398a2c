/* The lists of system calls, compiled by libseccomp and kept as a BPF program. */
#include "seccomp_filter.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

// clang-format off
static const int allowed_calls[] = {
    SCMP_SYS(brk),
    SCMP_SYS(mmap),
    SCMP_SYS(munmap),
    SCMP_SYS(mprotect),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(close),
    SCMP_SYS(newfstatat),
    SCMP_SYS(fstat),
    SCMP_SYS(lseek),
    SCMP_SYS(getrandom),
    SCMP_SYS(futex),
    SCMP_SYS(set_tid_address),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(arch_prctl),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sched_yield),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(getrusage),
    SCMP_SYS(times),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(gettid),
    SCMP_SYS(getpid),
    SCMP_SYS(nanosleep),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(execveat),
    SCMP_SYS(restart_syscall),
};

/* Answered with "not permitted": useless in the box, but no reason to die. */
static const int refused_calls[] = {
    SCMP_SYS(open),
    SCMP_SYS(openat),
    SCMP_SYS(openat2),
    SCMP_SYS(readlink),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(readlinkat),
    SCMP_SYS(stat),
    SCMP_SYS(lstat),
    SCMP_SYS(statx),
    SCMP_SYS(ioctl),
    SCMP_SYS(socket),
    SCMP_SYS(connect),
    SCMP_SYS(clone),
    SCMP_SYS(clone3),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(execve),
    SCMP_SYS(mbind),
    SCMP_SYS(kill),
    SCMP_SYS(tkill),
    SCMP_SYS(getppid),
    SCMP_SYS(getuid),
    SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),
    SCMP_SYS(rename),
    SCMP_SYS(mkdir),
    SCMP_SYS(mkdirat),
    SCMP_SYS(fcntl),
    SCMP_SYS(dup),
    SCMP_SYS(dup2),
    SCMP_SYS(pipe),
    SCMP_SYS(pipe2),
    SCMP_SYS(uname),
    SCMP_SYS(sysinfo),
    SCMP_SYS(getcwd),
    SCMP_SYS(chdir),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(memfd_create),
    SCMP_SYS(ftruncate),
    SCMP_SYS(setrlimit),
    SCMP_SYS(prctl),
    SCMP_SYS(wait4),
    SCMP_SYS(waitid),
    SCMP_SYS(alarm),
    SCMP_SYS(setitimer),
    SCMP_SYS(getdents64),
    SCMP_SYS(set_mempolicy),
    SCMP_SYS(get_mempolicy),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(setsid),
    SCMP_SYS(setpgid),
    SCMP_SYS(pread64),
    SCMP_SYS(pwrite64),
};

// clang-format on

/* All that reading a submission takes; anything else is answered with "not permitted". */
static const int allowed_to_reader[] = {
    SCMP_SYS(brk),          SCMP_SYS(mmap),          SCMP_SYS(munmap),
    SCMP_SYS(mprotect),     SCMP_SYS(mremap),        SCMP_SYS(madvise),
    SCMP_SYS(read),         SCMP_SYS(pread64),       SCMP_SYS(readv),
    SCMP_SYS(write),        SCMP_SYS(close),         SCMP_SYS(openat),
    SCMP_SYS(openat2),      SCMP_SYS(newfstatat),    SCMP_SYS(fstat),
    SCMP_SYS(lseek),        SCMP_SYS(fadvise64),     SCMP_SYS(getdents64),
    SCMP_SYS(dup),          SCMP_SYS(fcntl),         SCMP_SYS(futex),
    SCMP_SYS(getrandom),    SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),
    SCMP_SYS(time),         SCMP_SYS(rt_sigaction),  SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(exit),          SCMP_SYS(exit_group),
};

/* Refused to the sanitizer build, which may do all else in its box. */
static const int refused_when_sanitized[] = {
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(socket),
    SCMP_SYS(socketpair),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(mount),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(umount2),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(chroot),
    SCMP_SYS(pivot_root),
    SCMP_SYS(keyctl),
    SCMP_SYS(add_key),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(memfd_create),
    SCMP_SYS(memfd_secret),
    SCMP_SYS(shmget),
    SCMP_SYS(shmat),
    SCMP_SYS(semget),
    SCMP_SYS(msgget),
    SCMP_SYS(mq_open),
    SCMP_SYS(kill),
    SCMP_SYS(tkill),
    SCMP_SYS(fanotify_init),
    SCMP_SYS(inotify_init1),
};

/* Writes the filter to a BPF program through a memfd, which is what libseccomp can do. */
static bool export_filter(scmp_filter_ctx context, struct sock_fprog *program)
{
    struct sock_filter *filter = NULL;
    bool exported = false;
    int fd = memfd_create("filter", MFD_CLOEXEC);
    if (fd < 0 || seccomp_export_bpf(context, fd) != 0)
        goto done;
    off_t size = lseek(fd, 0, SEEK_END);
    filter = malloc((size_t)size);
    exported = filter != NULL && pread(fd, filter, (size_t)size, 0) == size;
    if (exported)
        *program = (struct sock_fprog){.filter = filter,
                                       .len = (unsigned short)((size_t)size / sizeof *filter)};
done:
    if (!exported)
        free(filter);
    if (fd >= 0)
        close(fd);
    return exported;
}

/*
 * Limits are looked at of the process itself only, and signals are sent to none but self: without a
 * pid namespace both would reach other processes of the same user.
 */
static bool add_calls_by_argument(scmp_filter_ctx context, pid_t self)
{
    bool complete = seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1,
                                     SCMP_A0(SCMP_CMP_EQ, 0, 0)) == 0 &&
                    seccomp_rule_add(context, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(prlimit64), 1,
                                     SCMP_A0(SCMP_CMP_NE, 0, 0)) == 0;
    if (self == 0)
        return complete && seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 0) == 0;
    scmp_datum_t own = (scmp_datum_t)self;
    return complete &&
           seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                            SCMP_A0(SCMP_CMP_EQ, own, 0)) == 0 &&
           seccomp_rule_add(context, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(tgkill), 1,
                            SCMP_A0(SCMP_CMP_NE, own, 0)) == 0;
}

static bool make_worker_filter(pid_t self, struct sock_fprog *program)
{
    bool complete = true;
    scmp_filter_ctx context = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (context == NULL)
        return false;
    for (size_t i = 0; i < sizeof allowed_calls / sizeof *allowed_calls; i++)
        complete &= seccomp_rule_add(context, SCMP_ACT_ALLOW, allowed_calls[i], 0) == 0;
    for (size_t i = 0; i < sizeof refused_calls / sizeof *refused_calls; i++)
        complete &= seccomp_rule_add(context, SCMP_ACT_ERRNO(EPERM), refused_calls[i], 0) == 0;
    complete = complete && add_calls_by_argument(context, self) && export_filter(context, program);
    seccomp_release(context);
    return complete;
}

const struct sock_fprog *seccomp_worker_filter(pid_t self)
{
    static struct sock_fprog program;
    static pid_t made_for;
    if (program.filter != NULL && made_for == self)
        return &program;
    free(program.filter);
    program.filter = NULL;
    made_for = self;
    return make_worker_filter(self, &program) ? &program : NULL;
}

const struct sock_fprog *seccomp_reader_filter(void)
{
    static struct sock_fprog program;
    bool complete = true;
    scmp_filter_ctx context = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (context == NULL)
        return NULL;
    for (size_t i = 0; i < sizeof allowed_to_reader / sizeof *allowed_to_reader; i++)
        complete &= seccomp_rule_add(context, SCMP_ACT_ALLOW, allowed_to_reader[i], 0) == 0;
    complete = complete && export_filter(context, &program);
    seccomp_release(context);
    return complete ? &program : NULL;
}

const struct sock_fprog *seccomp_sanitized_filter(void)
{
    static struct sock_fprog program;
    if (program.filter != NULL)
        return &program;
    bool complete = true;
    scmp_filter_ctx context = seccomp_init(SCMP_ACT_ALLOW);
    if (context == NULL)
        return NULL;
    for (size_t i = 0; i < sizeof refused_when_sanitized / sizeof *refused_when_sanitized; i++)
        complete &=
            seccomp_rule_add(context, SCMP_ACT_ERRNO(EPERM), refused_when_sanitized[i], 0) == 0;
    complete = complete &&
               seccomp_rule_add(context, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
                                SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0)) == 0 &&
               seccomp_rule_add(context, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(prctl), 1,
                                SCMP_A0(SCMP_CMP_EQ, PR_SET_PDEATHSIG, 0)) == 0 &&
               seccomp_rule_add(context, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0 &&
               export_filter(context, &program);
    seccomp_release(context);
    return complete ? &program : NULL;
}
