/* Writing to a temporary name, syncing, renaming. */
#include "atomic_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* mkstemp makes files that only their owner may read; ours are as open as the user's mask says. */
static void apply_mask(int fd)
{
    mode_t mask = umask(0);
    umask(mask);
    fchmod(fd, 0666 & ~mask);
}

bool atomic_file_open(atomic_file *out, const char *path, error *e)
{
    *out = (atomic_file){0};
    if (strlen(path) >= sizeof out->path)
        return error_set(e, "%.60s...: the path is too long", path);
    memcpy(out->path, path, strlen(path) + 1);
    snprintf(out->temporary, sizeof out->temporary, "%s.XXXXXX", out->path);
    int fd = mkstemp(out->temporary);
    if (fd < 0)
        return error_set(e, "%s: cannot be written: %s", path, strerror(errno));
    apply_mask(fd);
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
