/*
 * Limits are looked at before anything else: beyond them compilers and workers fail in ways that
 * look like the submission's own. Room in a folder is tried rather than asked for, since a quota is
 * no property of the file system.
 */
#include "resources.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "path.h"

static const rlim_t MEGABYTE = 1 << 20;

enum { ROOM_MEGABYTES = 64 }; /* more than a worker or an object takes */

/* Whether the limit is at least wanted; else e says so, in units of unit bytes called called. */
static bool allows(__rlimit_resource_t resource, rlim_t wanted, rlim_t unit, const char *called,
                   const char *option, error *e)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return true;
    if (limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max == RLIM_INFINITY || limit.rlim_max > wanted
                             ? wanted > limit.rlim_cur ? wanted : limit.rlim_cur
                             : limit.rlim_max;
        setrlimit(resource, &limit);
    }
    if (limit.rlim_cur >= wanted)
        return true;
    return error_set(e,
                     "too few resources: this process may have %llu %s, grading needs %llu; "
                     "raise ulimit %s",
                     (unsigned long long)(limit.rlim_cur / unit), called,
                     (unsigned long long)(wanted / unit), option);
}

bool resources_suffice(error *e)
{
    signal(SIGXFSZ, SIG_IGN);
    return allows(RLIMIT_NOFILE, 64, 1, "open files", "-n", e) &&
           allows(RLIMIT_AS, 3072 * MEGABYTE, MEGABYTE, "MB of address space", "-v", e) &&
           allows(RLIMIT_FSIZE, ROOM_MEGABYTES * MEGABYTE, MEGABYTE, "MB in a file", "-f", e);
}

bool resources_room(const char *folder, error *e)
{
    path_text path = path_of("%s/room-XXXXXX", folder);
    int fd = mkstemp(path.text);
    int reason = fd < 0 ? errno : posix_fallocate(fd, 0, (off_t)(ROOM_MEGABYTES * MEGABYTE));
    if (fd >= 0) {
        unlink(path.text);
        close(fd);
    }
    if (reason != ENOSPC && reason != EDQUOT && reason != EFBIG)
        return true;
    return error_set(e,
                     "%s: there is no room for %d MB more (%s): set TMPDIR to a folder with room",
                     folder, ROOM_MEGABYTES, strerror(reason));
}
