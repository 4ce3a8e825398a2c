/*
 * The tool box: bubblewrap around compilers and linkers.
 *
 * These need /usr, so they get it read-only, beside a private /tmp of 100 MB and just the files
 * that they are to read or write. No network, no other process, no environment of the grader's.
 * Time is limited by the clock, memory and files by rlimits.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "landlock.h"
#include "sandbox_child.h"
#include "stop.h"

enum { MAX_TOOL_ARGUMENTS = 128, MAX_PATHS = 16 };

typedef struct argument_list {
    char *words[MAX_TOOL_ARGUMENTS]; /* exec wants them without const; nobody writes to them */
    size_t count;
} argument_list;

static void add(argument_list *list, const char *word)
{
    if (list->count + 1 >= MAX_TOOL_ARGUMENTS)
        contract_failed("sandbox_run_tool", "more than %d words", MAX_TOOL_ARGUMENTS - 1);
    list->words[list->count++] = (char *)(uintptr_t)word;
    list->words[list->count] = NULL;
}

static void add_all(argument_list *list, const char *const *words)
{
    for (size_t i = 0; words[i] != NULL; i++)
        add(list, words[i]);
}

/* bubblewrap's words for a box with /usr and the mounts. */
static void add_box(argument_list *list, const sandbox_mount *mounts, size_t mount_count)
{
    static const char *const fixed[] = {"bwrap",
                                        "--unshare-all",
                                        "--unshare-user",
                                        "--uid",
                                        "65534",
                                        "--gid",
                                        "65534",
                                        "--die-with-parent",
                                        "--new-session",
                                        "--cap-drop",
                                        "ALL",
                                        "--clearenv",
                                        "--setenv",
                                        "PATH",
                                        "/usr/bin",
                                        "--setenv",
                                        "LC_ALL",
                                        "C.UTF-8",
                                        "--setenv",
                                        "TMPDIR",
                                        "/tmp",
                                        "--ro-bind",
                                        "/usr",
                                        "/usr",
                                        "--symlink",
                                        "usr/lib",
                                        "/lib",
                                        "--symlink",
                                        "usr/lib64",
                                        "/lib64",
                                        "--symlink",
                                        "usr/bin",
                                        "/bin",
                                        "--ro-bind-try",
                                        "/etc/alternatives",
                                        "/etc/alternatives",
                                        "--ro-bind-try",
                                        "/etc/ld.so.cache",
                                        "/etc/ld.so.cache",
                                        "--dev",
                                        "/dev",
                                        "--size",
                                        "1048576",
                                        "--tmpfs",
                                        "/dev/shm",
                                        "--size",
                                        "104857600",
                                        "--tmpfs",
                                        "/tmp",
                                        NULL};
    add_all(list, fixed);
    for (size_t i = 0; i < mount_count; i++) {
        add(list, mounts[i].writable ? "--bind" : "--ro-bind");
        add(list, mounts[i].outside);
        add(list, mounts[i].inside);
    }
}

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

/* Where there is no bubblewrap, Landlock leaves a tool what the box would: /usr and the mounts. */
static void restrict_to(const sandbox_mount *mounts, size_t count)
{
    static const char *const readable[] = {
        "/usr", "/lib", "/lib64", "/bin", "/etc/alternatives", "/etc/ld.so.cache"};
    landlock_path paths[MAX_PATHS] = {{"/dev/null", true}};
    size_t used = 1;
    for (size_t i = 0; i < sizeof readable / sizeof *readable; i++)
        paths[used++] = (landlock_path){readable[i], false};
    for (size_t i = 0; i < count && used < MAX_PATHS; i++)
        paths[used++] = (landlock_path){mounts[i].outside, mounts[i].writable};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !landlock_restrict_paths(paths, used, -1))
        sandbox_fail("Landlock");
}

_Noreturn static void become_tool(const argument_list *list, const sandbox_tool *tool,
                                  unsigned layers, int output)
{
    sandbox_limits limits = {.memory_bytes = 1536U << 20, .cpu_seconds = 60};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setsid();
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0)
        _exit(SANDBOX_EXIT_SETUP);
    sandbox_set_limits(limits, 64 << 20);
    syscall(SYS_close_range, 3, ~0U, 0);
    if ((layers & SANDBOX_TOOL_BOX) == 0 && (layers & SANDBOX_LANDLOCK) != 0)
        restrict_to(tool->mounts, tool->mount_count);
    if (list->count == 0)
        contract_failed("sandbox_run_tool", "there is no command");
    /* bubblewrap's own environment could be read by what it runs: it has none of the grader's. */
    char path[] = "PATH=/usr/bin:/bin";
    char locale[] = "LC_ALL=C.UTF-8";
    char *const environment[] = {path, locale, NULL};
    execvpe(list->words[0], list->words, environment);
    sandbox_fail(list->words[0]);
}

int sandbox_run_tool(const sandbox_tool *tool, unsigned layers, char *output, size_t size, error *e)
{
    argument_list list = {.count = 0};
    int ends[2];
    if ((layers & SANDBOX_TOOL_BOX) != 0)
        add_box(&list, tool->mounts, tool->mount_count);
    add_all(&list, tool->argv);
    if (pipe2(ends, O_CLOEXEC) != 0) {
        error_set(e, "sandbox: no pipe: %s", strerror(errno));
        return -1;
    }
    pid_t child = fork();
    if (child == 0)
        become_tool(&list, tool, layers, ends[1]);
    close(ends[1]);
    bool ended = child > 0 && collect(ends[0], seconds_now() + tool->seconds, output, size);
    close(ends[0]);
    if (child < 0) {
        error_set(e, "sandbox: no process: %s", strerror(errno));
        return -1;
    }
    if (!ended)
        kill(-child, SIGKILL), kill(child, SIGKILL);
    int status;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (!ended) {
        error_set(e, "%s did not end within %.0f s", tool->argv[0], tool->seconds);
        return SANDBOX_OUT_OF_TIME;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
