/*
 * Reading CIFAR-10's records straight to where they belong: the kernel scatters labels and pixels
 * over the two arrays (readv), so that no byte is copied twice.
 */
#include "cifar10.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { RECORDS_A_READ = 256, READ_ENDED = -1 };

const char *const cifar10_class_names[CIFAR10_CLASSES] = {
    "plane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"};

static bool has_length(const char *path, int fd, size_t count, error *e)
{
    struct stat status;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        return error_set(e, "%s: not a regular file", path);
    if ((size_t)status.st_size == count * CIFAR10_RECORD)
        return true;
    return error_set(e, "%s: %lld bytes, should be %zu: %s", path, (long long)status.st_size,
                     count * CIFAR10_RECORD,
                     (size_t)status.st_size < count * CIFAR10_RECORD ? "truncated" : "too many");
}

/* Skips the part of the buffers that was read; the read may end inside one of them. */
static void move_past(struct iovec **parts, size_t *count, size_t read)
{
    while (*count > 0 && read >= (*parts)->iov_len) {
        read -= (*parts)->iov_len;
        ++*parts;
        --*count;
    }
    if (*count > 0) {
        (*parts)->iov_base = (char *)(*parts)->iov_base + read;
        (*parts)->iov_len -= read;
    }
}

/*
 * Reads count records, at most RECORDS_A_READ. Returns 0 when all came, READ_ENDED when the file
 * ended before, else errno.
 */
static int read_records(int fd, size_t count, uint8_t *pixels, uint8_t *classes)
{
    struct iovec all[2 * RECORDS_A_READ];
    struct iovec *parts = all;
    size_t left = 2 * count;
    for (size_t i = 0; i < count; i++) {
        all[2 * i] = (struct iovec){.iov_base = classes + i, .iov_len = 1};
        all[2 * i + 1] =
            (struct iovec){.iov_base = pixels + i * CIFAR10_PIXELS, .iov_len = CIFAR10_PIXELS};
    }
    while (left > 0) { /* a file system over a network may give less at a time */
        ssize_t read = readv(fd, parts, (int)left);
        if (read < 0 && errno == EINTR)
            continue;
        if (read <= 0)
            return read == 0 ? READ_ENDED : errno;
        move_past(&parts, &left, (size_t)read);
    }
    return 0;
}

static bool read_all(const char *path, int fd, size_t count, uint8_t *pixels, uint8_t *classes,
                     error *e)
{
    for (size_t done = 0; done < count; done += RECORDS_A_READ) {
        size_t some = count - done < RECORDS_A_READ ? count - done : RECORDS_A_READ;
        int failed = read_records(fd, some, pixels + done * CIFAR10_PIXELS, classes + done);
        if (failed != 0)
            return error_set(e, "%s: cannot be read to its end: %s", path,
                             failed == READ_ENDED ? "it became shorter meanwhile"
                                                  : strerror(failed));
    }
    for (size_t i = 0; i < count; i++)
        if (classes[i] >= CIFAR10_CLASSES)
            return error_set(e, "%s: record %zu has label %u, should be below %d", path, i,
                             classes[i], CIFAR10_CLASSES);
    return true;
}

bool cifar10_read(const char *path, size_t count, uint8_t *pixels, uint8_t *classes, error *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_set(e, "%s: %s", path, strerror(errno));
    bool read = has_length(path, fd, count, e) && read_all(path, fd, count, pixels, classes, e);
    close(fd);
    return read;
}
