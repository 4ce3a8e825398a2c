/* Writing to a temporary name, syncing, renaming. */
#include "atomic_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TRIES = 100 };

/*
 * A new file beside path, as open as the user's mask says; its name goes to temporary. The mask is
 * for the kernel to apply: to ask for it would mean to change it, for all threads. -1 on failure.
 */
static int open_beside(const char *path, char *temporary, size_t size)
{
    int fd = -1;
    for (unsigned i = 0; i < TRIES && fd < 0; i++) {
        snprintf(temporary, size, "%s.%ld-%u", path, (long)getpid(), i);
        fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd < 0 && errno != EEXIST)
            break;
    }
    return fd;
}

bool atomic_file_open(atomic_file *out, const char *path, error *e)
{
    *out = (atomic_file){0};
    if (strlen(path) >= sizeof out->path)
        return error_set(e, "%.60s...: the path is too long", path);
    memcpy(out->path, path, strlen(path) + 1);
    int fd = open_beside(out->path, out->temporary, sizeof out->temporary);
    if (fd < 0)
        return error_set(e, "%s: cannot be written: %s", path, strerror(errno));
    out->stream = fdopen(fd, "wb");
    if (out->stream != NULL)
        return true;
    error_set(e, "%s: cannot be written: %s", path, strerror(errno));
    close(fd);
    unlink(out->temporary);
    return false;
}

bool atomic_file_commit(atomic_file *out, error *e)
{
    errno = 0;
    bool written =
        fflush(out->stream) == 0 && !ferror(out->stream) && fsync(fileno(out->stream)) == 0;
    int reason = errno;
    if (fclose(out->stream) != 0 && written) {
        reason = errno;
        written = false;
    }
    out->stream = NULL;
    if (written && rename(out->temporary, out->path) != 0) {
        reason = errno;
        written = false;
    }
    if (written)
        return true;
    unlink(out->temporary);
    return error_set(e, "%s: cannot be written: %s", out->path,
                     reason != 0 ? strerror(reason) : "an earlier write failed");
}

void atomic_file_abandon(atomic_file *out)
{
    if (out->stream != NULL)
        fclose(out->stream);
    out->stream = NULL;
    unlink(out->temporary);
}
