/*
 * The tool box: bubblewrap around compilers and linkers.
 *
 * These need /usr, so they get it read-only, beside a private /tmp of 100 MB and just the files
 * that they are to read or write. No network, no other process, no environment of the grader's.
 */
#include <stdint.h>
#include <sys/prctl.h>
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

_Noreturn void sandbox_become_tool(const sandbox_tool *tool, unsigned layers)
{
    argument_list list = {.count = 0};
    if ((layers & SANDBOX_TOOL_BOX) != 0)
        add_box(&list, tool->mounts, tool->mount_count);
    else if ((layers & SANDBOX_LANDLOCK) != 0)
        restrict_to(tool->mounts, tool->mount_count);
    add_all(&list, tool->argv);
    if (list.count == 0)
        contract_failed("sandbox_run_tool", "there is no command");
    /* bubblewrap's own environment could be read by what it runs: it has none of the grader's. */
    char path[] = "PATH=/usr/bin:/bin";
    char locale[] = "LC_ALL=C.UTF-8";
    char *const environment[] = {path, locale, NULL};
    execvpe(list.words[0], list.words, environment);
    sandbox_fail(list.words[0]);
}
