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

enum { RECORDS_A_READ = 256 };

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

/* Reads count records, at most RECORDS_A_READ; a read that stops short is an error. */
static bool read_records(int fd, size_t count, uint8_t *pixels, uint8_t *classes)
{
    struct iovec parts[2 * RECORDS_A_READ];
    for (size_t i = 0; i < count; i++) {
        parts[2 * i] = (struct iovec){.iov_base = classes + i, .iov_len = 1};
        parts[2 * i + 1] =
            (struct iovec){.iov_base = pixels + i * CIFAR10_PIXELS, .iov_len = CIFAR10_PIXELS};
    }
    return readv(fd, parts, (int)(2 * count)) == (ssize_t)(count * CIFAR10_RECORD);
}

static bool read_all(const char *path, int fd, size_t count, uint8_t *pixels, uint8_t *classes,
                     error *e)
{
    for (size_t done = 0; done < count; done += RECORDS_A_READ) {
        size_t some = count - done < RECORDS_A_READ ? count - done : RECORDS_A_READ;
        if (!read_records(fd, some, pixels + done * CIFAR10_PIXELS, classes + done))
            return error_set(e, "%s: cannot be read to its end: %s", path, strerror(errno));
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
