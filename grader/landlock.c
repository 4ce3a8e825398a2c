/* Landlock through raw system calls: the C library has no functions for them. */
#include "landlock.h"

#include <linux/landlock.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* struct landlock_ruleset_attr as of version 6; older kernels take a shorter one. */
typedef struct ruleset {
    uint64_t files;  /* since 1 */
    uint64_t tcp;    /* since 4: bind and connect */
    uint64_t scoped; /* since 6: abstract sockets, signals */
} ruleset;

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

bool landlock_restrict_to(int program_fd)
{
    int version = landlock_version();
    ruleset rules = {.files = every_file_right(version),
                     .tcp = version >= 4 ? TCP_BIND | TCP_CONNECT : 0,
                     .scoped = version >= 6 ? SCOPE_ABSTRACT_SOCKET | SCOPE_SIGNAL : 0};
    size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
    struct landlock_path_beneath_attr program = {.allowed_access = LANDLOCK_ACCESS_FS_EXECUTE |
                                                                   LANDLOCK_ACCESS_FS_READ_FILE,
                                                 .parent_fd = program_fd};
    long fd = syscall(SYS_landlock_create_ruleset, &rules, size, 0);
    if (fd < 0)
        return false;
    bool restricted =
        syscall(SYS_landlock_add_rule, fd, LANDLOCK_RULE_PATH_BENEATH, &program, 0) == 0 &&
        syscall(SYS_landlock_restrict_self, fd, 0) == 0;
    close((int)fd);
    return restricted;
}
