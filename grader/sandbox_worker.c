/*
 * The worker box's launcher.
 *
 * Theory of operation. The worker box is closed before the program starts, so that its constructors
 * run inside too:
 *
 *   1. clone with new user, mount, pid, net, ipc and uts namespaces. The parent maps the box's root
 *      to an ordinary user (65534 when the grader runs as root, else the grader's own), and only
 *      then lets the child go on.
 *   2. The child makes an empty read-only tmpfs its root and lets go of the old one.
 *   3. Descriptors 0 to 5 are put in place, all others closed; the program's own closes on exec.
 *   4. rlimits, NO_NEW_PRIVS, Landlock (one rule: this file may be executed), the seccomp filter.
 *   5. execveat of the descriptor. What the program sees: no file, no /proc, no environment but
 *      OpenBLAS's.
 *
 * Killing the child kills all that is in its pid namespace. Where namespaces are refused the other
 * layers stand alone: no clone (seccomp), no file and no signal (Landlock).
 *
 * RLIMIT_NPROC is not among the limits: the kernel does not apply it to the real root, whatever a
 * namespace shows.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "landlock.h"
#include "sandbox_child.h"
#include "seccomp_filter.h"

enum { NOBODY = 65534 };

static void enter_empty_root(void)
{
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        sandbox_fail("making mounts private");
    if (mount("none", "/tmp", "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV, "size=4k") != 0)
        sandbox_fail("mounting an empty root");
    if (chdir("/tmp") != 0 || syscall(SYS_pivot_root, ".", ".") != 0 ||
        umount2(".", MNT_DETACH) != 0 || chdir("/") != 0)
        sandbox_fail("entering the empty root");
}

/* Becomes an ordinary user: inside a user namespace its root, which the parent mapped to one. */
static void drop_privileges(bool in_namespace)
{
    uid_t user = in_namespace ? 0 : NOBODY;
    if (!in_namespace && geteuid() != 0)
        return;
    if (!in_namespace && syscall(SYS_setgroups, 0, NULL) != 0)
        sandbox_fail("leaving root's groups");
    if (syscall(SYS_setresgid, user, user, user) != 0 ||
        syscall(SYS_setresuid, user, user, user) != 0)
        sandbox_fail("becoming an ordinary user");
}

_Noreturn static void become_worker(int program_fd, unsigned layers, sandbox_limits limits,
                                    sandbox_channels channels, int mapped)
{
    char byte;
    bool namespaces = (layers & SANDBOX_NAMESPACES) != 0;
    if (namespaces && read(mapped, &byte, 1) != 1)
        _exit(SANDBOX_EXIT_SETUP);
    drop_privileges(namespaces);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        sandbox_fail("asking to die with the grader");
    setsid();
    sandbox_place_descriptors(channels, program_fd);
    if (namespaces)
        enter_empty_root();
    if ((layers & SANDBOX_LIMITS) != 0)
        sandbox_set_limits(limits, 0);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        sandbox_fail("giving up new privileges");
    if ((layers & SANDBOX_LANDLOCK) != 0 && !landlock_restrict_to(SANDBOX_PROGRAM_FD))
        sandbox_fail("Landlock");
    if ((layers & SANDBOX_SECCOMP) != 0 &&
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, seccomp_worker_filter(namespaces)) != 0)
        sandbox_fail("seccomp");
    char name[] = "worker";
    char threads[] = "OPENBLAS_NUM_THREADS=1";
    char core[48];
    bool chosen = sandbox_blas_core() != NULL;
    if (chosen)
        snprintf(core, sizeof core, "OPENBLAS_CORETYPE=%s", sandbox_blas_core());
    char *const argv[] = {name, NULL};
    char *const environment[] = {threads, chosen ? core : NULL, NULL};
    syscall(SYS_execveat, SANDBOX_PROGRAM_FD, "", argv, environment, AT_EMPTY_PATH);
    _exit(SANDBOX_EXIT_SETUP); /* no system call is left to say why */
}

static bool write_text(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t count = write(fd, text, strlen(text));
    close(fd);
    return count == (ssize_t)strlen(text);
}

/* Maps the box's user 0 to an ordinary user outside. */
static bool map_users(pid_t child)
{
    char path[64];
    char map[64];
    uid_t user = geteuid() == 0 ? NOBODY : geteuid();
    gid_t group = geteuid() == 0 ? NOBODY : getegid();
    snprintf(path, sizeof path, "/proc/%d/setgroups", (int)child);
    if (!write_text(path, "deny"))
        return false;
    snprintf(path, sizeof path, "/proc/%d/uid_map", (int)child);
    snprintf(map, sizeof map, "0 %u 1\n", user);
    if (!write_text(path, map))
        return false;
    snprintf(path, sizeof path, "/proc/%d/gid_map", (int)child);
    snprintf(map, sizeof map, "0 %u 1\n", group);
    return write_text(path, map);
}

pid_t sandbox_start_worker(int program_fd, unsigned layers, sandbox_limits limits,
                           sandbox_channels channels, error *e)
{
    int mapped[2];
    bool namespaces = (layers & SANDBOX_NAMESPACES) != 0;
    if ((layers & SANDBOX_SECCOMP) != 0 && seccomp_worker_filter(namespaces) == NULL) {
        error_set(e, "sandbox: libseccomp could not make the filter");
        return -1;
    }
    if (pipe2(mapped, O_CLOEXEC) != 0) {
        error_set(e, "sandbox: no pipe: %s", strerror(errno));
        return -1;
    }
    unsigned long flags = SIGCHLD;
    if (namespaces)
        flags |=
            CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;
    pid_t child = (pid_t)syscall(SYS_clone, flags, NULL, NULL, NULL, NULL);
    if (child == 0) {
        close(mapped[1]);
        become_worker(program_fd, layers, limits, channels, mapped[0]);
    }
    int reason = errno;
    close(mapped[0]);
    if (child > 0 && namespaces) {
        bool released = map_users(child) && write(mapped[1], "m", 1) == 1;
        reason = errno;
        if (!released) {
            kill(child, SIGKILL);
            waitpid(child, NULL, 0);
            child = -1;
        }
    }
    close(mapped[1]);
    if (child < 0)
        error_set(e, "sandbox: no process: %s", strerror(reason));
    return child;
}
