/* Landlock through raw system calls: the C library has no functions for them. */
#include "landlock.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* struct landlock_ruleset_attr as of version 6; older kernels take a shorter one. */
typedef struct ruleset {
    uint64_t files;  /* since 1 */
    uint64_t tcp;    /* since 4: bind and connect */
    uint64_t scoped; /* since 6: abstract sockets, signals */
} ruleset;

enum { READ_AND_EXECUTE = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE };

enum { TCP_BIND = 1, TCP_CONNECT = 2, SCOPE_ABSTRACT_SOCKET = 1, SCOPE_SIGNAL = 2 };

int landlock_version(void)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return version > 0 ? (int)version : 0;
}

/* Every right over files that the given version knows: 13 at first, one more in 2, 3 and 5. */
static uint64_t every_file_right(int version)
{
    int count = 13 + (version >= 2) + (version >= 3) + (version >= 5);
    return (UINT64_C(1) << count) - 1;
}

/* A new set of rules that leaves nothing; -1 on failure. */
static int new_rules(void)
{
    int version = landlock_version();
    ruleset rules = {.files = every_file_right(version),
                     .tcp = version >= 4 ? TCP_BIND | TCP_CONNECT : 0,
                     .scoped = version >= 6 ? SCOPE_ABSTRACT_SOCKET | SCOPE_SIGNAL : 0};
    size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
    return (int)syscall(SYS_landlock_create_ruleset, &rules, size, 0);
}

static bool leave(int rules, int fd, uint64_t rights)
{
    struct landlock_path_beneath_attr kept = {.allowed_access = rights, .parent_fd = fd};
    return syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &kept, 0) == 0;
}

/* Puts the rules in force and closes them. */
static bool enforce(int rules)
{
    bool restricted = syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    close(rules);
    return restricted;
}

bool landlock_restrict_to(int program_fd)
{
    int rules = new_rules();
    return rules >= 0 && leave(rules, program_fd, READ_AND_EXECUTE) && enforce(rules);
}

bool landlock_restrict_to_reading(int fd)
{
    struct stat status;
    int rules = new_rules();
    bool folder = fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
    return rules >= 0 &&
           leave(rules, fd,
                 LANDLOCK_ACCESS_FS_READ_FILE | (folder ? LANDLOCK_ACCESS_FS_READ_DIR : 0U)) &&
           enforce(rules);
}

/* Leaves a path its rights: those of folders mean nothing for a file, and are refused there. */
static bool leave_path(int rules, const landlock_path *p)
{
    const uint64_t of_files =
        LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE;
    struct stat status;
    int fd = open(p->path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return true;
    uint64_t rights = p->writable ? every_file_right(landlock_version())
                                  : LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE |
                                        LANDLOCK_ACCESS_FS_READ_DIR;
    if (fstat(fd, &status) != 0 || !S_ISDIR(status.st_mode))
        rights &= of_files;
    bool left = leave(rules, fd, rights);
    close(fd);
    return left;
}

bool landlock_restrict_paths(const landlock_path *paths, size_t count, int program_fd)
{
    int rules = new_rules();
    bool complete = rules >= 0 && (program_fd < 0 || leave(rules, program_fd, READ_AND_EXECUTE));
    for (size_t i = 0; i < count && complete; i++)
        complete = leave_path(rules, &paths[i]);
    return complete && enforce(rules);
}
