/*
 * The worker box's launcher.
 *
 * Theory of operation. The worker box is closed before the program starts, so that its constructors
 * run inside too:
 *
 *   1. clone with new user, mount, pid, net, ipc and uts namespaces. The child says on the status
 *      pipe that it may be mapped; the parent maps the box's root to an ordinary user (65534 when
 *      the grader runs as root, else the grader's own), and only then lets the child go on.
 *   2. The child makes an empty read-only tmpfs its root and lets go of the old one. The sanitizer
 *      build finds /usr, the loader's lists and a /proc of its own namespace there, to read.
 *   3. Descriptors 0 to 5 are put in place, the program's and the status pipe close on exec.
 *   4. rlimits, NO_NEW_PRIVS, Landlock, the seccomp filter.
 *   5. The program takes over. What it sees: no environment but OpenBLAS's and AddressSanitizer's.
 *
 * A step that fails is written to the status pipe, which closes when the program takes over: the
 * parent knows for sure whether it was us or the program that failed.
 *
 * The child is the init of its pid namespace: killing it kills all that is in there. Where
 * namespaces are refused the other layers stand alone: no process (seccomp), no file and no signal
 * (Landlock).
 *
 * RLIMIT_NPROC is not among the limits: the kernel does not apply it to the real root, whatever a
 * namespace shows.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "landlock.h"
#include "sandbox_child.h"
#include "seccomp_filter.h"

enum { NOBODY = 65534, SETUP_MILLISECONDS = 60000 };

/* What the child says on the status pipe before it is mapped. */
static const char MAP_ME = 'm';

/* ---- the child: the box's root ---- */

static void make_folder(const char *path)
{
    if (mkdir(path, 0755) != 0 && errno != EEXIST)
        sandbox_fail(path);
}

/* Shows from at the path to, read-only; a mount's other flags may not be taken off it. */
static void bind_read_only(const char *from, const char *to)
{
    struct statvfs status;
    if (mount(from, to, NULL, MS_BIND | MS_REC, NULL) != 0 || statvfs(to, &status) != 0)
        sandbox_fail(from);
    unsigned long kept = (status.f_flag & ST_NOSUID ? MS_NOSUID : 0UL) |
                         (status.f_flag & ST_NODEV ? MS_NODEV : 0UL) |
                         (status.f_flag & ST_NOEXEC ? MS_NOEXEC : 0UL) |
                         (status.f_flag & ST_NOATIME ? MS_NOATIME : 0UL) |
                         (status.f_flag & ST_RELATIME ? MS_RELATIME : 0UL);
    if (mount(NULL, to, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | kept, NULL) != 0)
        sandbox_fail(to);
}

static void make_file(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0)
        sandbox_fail(path);
    close(fd);
}

/* What a dynamic program needs, below the new root at /tmp. */
static void furnish_root(void)
{
    make_folder("/tmp/usr");
    make_folder("/tmp/proc");
    make_folder("/tmp/etc");
    make_folder("/tmp/etc/alternatives");
    make_file("/tmp/etc/ld.so.cache");
    if (symlink("usr/lib", "/tmp/lib") != 0 || symlink("usr/lib64", "/tmp/lib64") != 0)
        sandbox_fail("linking /lib");
    bind_read_only("/usr", "/tmp/usr");
    if (access("/etc/alternatives", F_OK) == 0)
        bind_read_only("/etc/alternatives", "/tmp/etc/alternatives");
    if (access("/etc/ld.so.cache", F_OK) == 0)
        bind_read_only("/etc/ld.so.cache", "/tmp/etc/ld.so.cache");
    if (mount("proc", "/tmp/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0)
        sandbox_fail("mounting /proc");
}

static void enter_empty_root(bool furnished)
{
    const unsigned long flags = MS_NOSUID | MS_NODEV;
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        sandbox_fail("making mounts private");
    if (mount("none", "/tmp", "tmpfs", flags, "size=64k,mode=755") != 0)
        sandbox_fail("mounting an empty root");
    if (furnished)
        furnish_root();
    if (mount(NULL, "/tmp", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | flags, NULL) != 0)
        sandbox_fail("making the root read-only");
    if (chdir("/tmp") != 0 || syscall(SYS_pivot_root, ".", ".") != 0 ||
        umount2(".", MNT_DETACH) != 0 || chdir("/") != 0)
        sandbox_fail("entering the empty root");
}

/* ---- the child: rights ---- */

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

/* Inside its own root a dynamic program may read all; else the system's libraries and itself. */
static bool fence_files(bool dynamic, bool namespaces)
{
    static const landlock_path whole[] = {{"/", false}};
    static const landlock_path parts[] = {{"/usr", false},
                                          {"/lib", false},
                                          {"/lib64", false},
                                          {"/etc/alternatives", false},
                                          {"/etc/ld.so.cache", false},
                                          {"/proc/self", false}};
    if (!dynamic)
        return landlock_restrict_to(SANDBOX_PROGRAM_FD);
    return namespaces
               ? landlock_restrict_paths(whole, 1, SANDBOX_PROGRAM_FD)
               : landlock_restrict_paths(parts, sizeof parts / sizeof *parts, SANDBOX_PROGRAM_FD);
}

/* Made in the parent where it is the same for every worker; it names the child where it is not. */
static const struct sock_fprog *filter_of(bool dynamic, bool namespaces)
{
    return dynamic ? seccomp_sanitized_filter() : seccomp_worker_filter(namespaces ? 0 : getpid());
}

static void become_harmless(bool dynamic, unsigned layers, sandbox_limits limits)
{
    bool namespaces = (layers & SANDBOX_NAMESPACES) != 0;
    bool filtered = (layers & SANDBOX_SECCOMP) != 0;
    /* libseccomp writes it to a file, which the limits will not let it do. */
    const struct sock_fprog *filter = filtered ? filter_of(dynamic, namespaces) : NULL;
    if (filtered && filter == NULL)
        sandbox_fail("making the seccomp filter");
    if (namespaces)
        enter_empty_root(dynamic);
    if (dynamic)
        limits.memory_bytes = 0; /* AddressSanitizer reserves terabytes of addresses */
    if ((layers & SANDBOX_LIMITS) != 0)
        sandbox_set_limits(limits, 0);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        sandbox_fail("giving up new privileges");
    if ((layers & SANDBOX_LANDLOCK) != 0 && !fence_files(dynamic, namespaces))
        sandbox_fail("Landlock");
    if (filtered && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter) != 0)
        sandbox_fail("seccomp");
}

_Noreturn static void become_worker(sandbox_program program, unsigned layers, sandbox_limits limits,
                                    sandbox_channels channels, int mapped, int status)
{
    char byte;
    bool namespaces = (layers & SANDBOX_NAMESPACES) != 0;
    sandbox_fail_to(status);
    /* A grader that nobody may look into could not be mapped either; nobody is here to look yet. */
    if (namespaces && (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0 || write(status, &MAP_ME, 1) != 1 ||
                       read(mapped, &byte, 1) != 1))
        _exit(SANDBOX_EXIT_SETUP);
    drop_privileges(namespaces);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        sandbox_fail("asking to die with the grader");
    setsid();
    sandbox_place_descriptors(channels, program.fd, status);
    become_harmless(program.dynamic, layers, limits);
    sandbox_become_program(program.dynamic);
}

/* ---- the parent ---- */

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

/* Reads the next bytes of the status pipe; 0 when it was closed, -1 when nothing came in time. */
static ssize_t next_status(int status, char *text, size_t size)
{
    struct pollfd waiting = {.fd = status, .events = POLLIN};
    int ready;
    while ((ready = poll(&waiting, 1, SETUP_MILLISECONDS)) < 0 && errno == EINTR)
        ;
    errno = ready == 0 ? ETIMEDOUT : errno;
    return ready > 0 ? read(status, text, size) : -1;
}

/* Leads the child through its setup. False and e when it did not come to its program. */
static bool see_it_start(pid_t child, bool namespaces, int mapped, int status, error *e)
{
    char text[256];
    if (namespaces) {
        if (next_status(status, text, 1) != 1 || text[0] != MAP_ME)
            return error_set(e, "sandbox: its process ended before it began");
        if (!map_users(child) || write(mapped, "m", 1) != 1)
            return error_set(e, "sandbox: mapping users: %s", strerror(errno));
    }
    ssize_t length = next_status(status, text, sizeof text - 1);
    if (length == 0)
        return true;
    if (length < 0)
        return error_set(e, "sandbox: setting it up: %s", strerror(errno));
    text[length] = '\0';
    text[strcspn(text, "\n")] = '\0';
    return error_set(e, "%s", text);
}

/* Clones the child, with the read end of the pipe mapped and the write end of the pipe status. */
static pid_t make_child(sandbox_program program, unsigned layers, sandbox_limits limits,
                        sandbox_channels channels, const int *mapped, const int *status)
{
    unsigned long flags = SIGCHLD;
    if ((layers & SANDBOX_NAMESPACES) != 0)
        flags |=
            CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;
    pid_t child = (pid_t)syscall(SYS_clone, flags, NULL, NULL, NULL, NULL);
    if (child != 0)
        return child;
    close(mapped[1]);
    close(status[0]);
    become_worker(program, layers, limits, channels, mapped[0], status[1]);
}

pid_t sandbox_start_worker(sandbox_program program, unsigned layers, sandbox_limits limits,
                           sandbox_channels channels, error *e)
{
    int mapped[2];
    int status[2];
    bool namespaces = (layers & SANDBOX_NAMESPACES) != 0;
    if ((layers & SANDBOX_SECCOMP) != 0 && filter_of(program.dynamic, namespaces) == NULL) {
        error_set(e, "sandbox: libseccomp could not make the filter");
        return -1;
    }
    if (pipe2(mapped, O_CLOEXEC) != 0) {
        error_set(e, "sandbox: no pipe: %s", strerror(errno));
        return -1;
    }
    if (pipe2(status, O_CLOEXEC) != 0) {
        error_set(e, "sandbox: no pipe: %s", strerror(errno));
        close(mapped[0]);
        close(mapped[1]);
        return -1;
    }
    pid_t child = make_child(program, layers, limits, channels, mapped, status);
    if (child < 0)
        error_set(e, "sandbox: no process: %s", strerror(errno));
    close(mapped[0]);
    close(status[1]);
    if (child > 0 && !see_it_start(child, namespaces, mapped[1], status[0], e)) {
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        child = -1;
    }
    close(mapped[1]);
    close(status[0]);
    return child;
}
