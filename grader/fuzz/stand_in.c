/*
 * The pipes of a stand-in are files in memory, which are always ready; its requests go nowhere.
 */
#include "stand_in.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "worker_state.h"

/* A file that holds length bytes, to be read from its beginning. */
static int file_of(const void *bytes, size_t length)
{
    int file = memfd_create("stand-in", MFD_CLOEXEC);
    if (file < 0 || pwrite(file, bytes, length, 0) != (ssize_t)length)
        abort();
    return file;
}

worker *stand_in_new(size_t real_size)
{
    worker *w = calloc(1, sizeof *w);
    if (w == NULL)
        abort();
    w->real_size = real_size;
    w->output = -1;
    w->reply = file_of("", 0);
    w->request = open("/dev/null", O_WRONLY | O_CLOEXEC);
    w->memory = mmap(NULL, worker_memory_size(w), PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (w->request < 0 || w->memory == MAP_FAILED)
        abort();
    return w;
}

void stand_in_replies(worker *w, const void *bytes, size_t length)
{
    w->calls = 0;
    if (ftruncate(w->reply, 0) != 0 || pwrite(w->reply, bytes, length, 0) != (ssize_t)length ||
        lseek(w->reply, 0, SEEK_SET) != 0)
        abort();
}

void stand_in_ends(worker *w, int status)
{
    w->status = status;
}

void stand_in_is_sanitized(worker *w)
{
    w->sanitized = true;
}

void stand_in_prints(worker *w, const void *bytes, size_t length)
{
    if (w->output >= 0)
        close(w->output);
    w->output = file_of(bytes, length);
}
