/* What comes from read-submission, checked field by field: whoever wrote the archive may speak. */
#include "intake_reply.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "intake_wire.h"
#include "stop.h"

enum { READING_MILLISECONDS = 120000 }; /* the program's processor time is limited far below that */

/* Reads size bytes; false when they do not come. */
static bool receive(int fd, void *bytes, size_t size)
{
    for (char *next = bytes; size > 0;) {
        struct pollfd waiting = {.fd = fd, .events = POLLIN};
        int ready = poll(&waiting, 1, READING_MILLISECONDS);
        if (ready < 0 && errno == EINTR)
            continue;
        ssize_t count = ready > 0 ? read(fd, next, size) : -1;
        if (count <= 0)
            return false;
        next += count;
        size -= (size_t)count;
    }
    return true;
}

static bool receive_module(int fd, const intake_header *header, module_source *m)
{
    error clean;
    error_set(&clean, "%.*s", INTAKE_TEXT - 1, header->text); /* no control characters */
    snprintf(m->problem, sizeof m->problem, "%.199s", clean.text);
    if (header->present == 0)
        return true;
    if (header->length > MODULE_BYTES)
        return false;
    m->text = malloc(header->length + 1U);
    if (m->text == NULL)
        contract_failed(__func__, "no memory");
    m->length = header->length;
    m->text[m->length] = '\0';
    return receive(fd, m->text, m->length) && memchr(m->text, '\0', m->length) == NULL;
}

bool intake_receive(int fd, const char *path, submission *s, error *e)
{
    intake_header header;
    for (uint32_t i = 0; receive(fd, &header, sizeof header) && header.magic == INTAKE_MAGIC; i++) {
        header.text[INTAKE_TEXT - 1] = '\0';
        if (header.module == INTAKE_ERROR)
            return error_set(e, "%s %s", path, header.text);
        if (header.module == INTAKE_END && i == s->count)
            return true;
        if (header.module != i || i >= s->count || !receive_module(fd, &header, &s->modules[i]))
            break;
    }
    return error_set(e,
                     "%s cannot be read: it takes too much memory or time to unpack, or is "
                     "damaged; hand in the modules only",
                     path);
}
