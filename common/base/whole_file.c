/* Reading whole files through zlib, which passes on what is not gzipped. */
#include "whole_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

enum { FIRST_BYTES = 1 << 16, STEP_BYTES = 1 << 30 };

/* What to begin with: the size on disk, which is the whole of a plain file. */
static size_t first_guess(const char *path, size_t limit)
{
    struct stat status;
    size_t size = FIRST_BYTES;
    if (stat(path, &status) == 0 && status.st_size > 0)
        size = (size_t)status.st_size + 1;
    return size <= limit ? size : limit + 1;
}

/* Reads on until the end; grows the memory as needed. */
static bool read_on(gzFile file, const char *path, size_t limit, uint8_t **bytes, size_t *length,
                    error *e)
{
    size_t room = first_guess(path, limit);
    for (;;) {
        uint8_t *grown = realloc(*bytes, room);
        if (grown == NULL)
            return error_set(e, "%s: no memory for %zu bytes", path, room);
        *bytes = grown;
        size_t wanted = room - *length < STEP_BYTES ? room - *length : STEP_BYTES;
        int count = gzread(file, *bytes + *length, (unsigned)wanted);
        if (count < 0) {
            int code;
            return error_set(e, "%s: damaged: %s", path, gzerror(file, &code));
        }
        *length += (size_t)count;
        if (*length > limit)
            return error_set(e, "%s: holds more than %zu bytes: not such a file", path, limit);
        if (count == 0)
            return true;
        if (*length == room)
            room = 2 * room <= limit ? 2 * room : limit + 1;
    }
}

bool whole_file_read(const char *path, size_t limit, uint8_t **bytes, size_t *length, error *e)
{
    *bytes = NULL;
    *length = 0;
    errno = 0;
    gzFile file = gzopen(path, "rb");
    if (file == NULL)
        return error_set(e, "%s: %s", path, errno != 0 ? strerror(errno) : "no memory");
    gzbuffer(file, 1 << 18);
    bool read = read_on(file, path, limit, bytes, length, e);
    int closed = gzclose(file);
    if (read && closed != Z_OK)
        read = error_set(e, "%s: truncated", path);
    if (!read) {
        free(*bytes);
        *bytes = NULL;
    }
    return read;
}
