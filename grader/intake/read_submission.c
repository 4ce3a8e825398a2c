/*
 * read-submission: finds the modules in what a student sent, with no rights but to read that.
 *
 * Usage: read-submission ASSIGNMENT NAME MODULE..., with what was handed in, called NAME, open at
 * INTAKE_SUBMISSION_FD and a pipe at INTAKE_REPLY_FD. submission_intake.c starts it, with an empty
 * environment.
 *
 * Before the first byte is looked at the process gives up everything else: memory, time, files
 * other than this (Landlock), and all system calls but those for reading and computing (seccomp).
 */
#include <fcntl.h>
#include <linux/seccomp.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "intake_wire.h"
#include "landlock.h"
#include "seccomp_filter.h"
#include "submission_reader.h"
#include "under_sanitizer.h"

enum { CPU_SECONDS = 10 };

static const size_t MEMORY_BYTES = (size_t)640 << 20;

static void write_all(const void *bytes, size_t size)
{
    for (const char *next = bytes; size > 0;) {
        ssize_t count = write(INTAKE_REPLY_FD, next, size);
        if (count <= 0)
            _exit(1);
        next += count;
        size -= (size_t)count;
    }
}

static void send_header(uint32_t module, const char *text, const module_source *m)
{
    intake_header header = {.magic = INTAKE_MAGIC, .module = module};
    snprintf(header.text, sizeof header.text, "%s", text);
    const char *source = m != NULL ? m->text : NULL;
    if (source != NULL) {
        header.present = 1;
        header.length = (uint32_t)m->length;
    }
    write_all(&header, sizeof header);
    if (source != NULL)
        write_all(source, m->length);
}

static void set_limit(__rlimit_resource_t resource, rlim_t value)
{
    const struct rlimit limit = {.rlim_cur = value, .rlim_max = value};
    if (setrlimit(resource, &limit) != 0)
        _exit(1);
}

/* AddressSanitizer, with which the tests build this as well, needs terabytes and other calls. */
enum { IS_SANITIZED = UNDER_SANITIZER };

static void give_up_rights(void)
{
    const struct sock_fprog *filter = seccomp_reader_filter();
    if (!IS_SANITIZED)
        set_limit(RLIMIT_AS, MEMORY_BYTES);
    set_limit(RLIMIT_CPU, CPU_SECONDS);
    set_limit(RLIMIT_FSIZE, 0);
    set_limit(RLIMIT_CORE, 0);
    set_limit(RLIMIT_NOFILE, 32);
    if (filter == NULL || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        (landlock_version() > 0 && !landlock_restrict_to_reading(INTAKE_SUBMISSION_FD)) ||
        (!IS_SANITIZED && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter) != 0))
        _exit(1);
}

int main(int argc, char **argv)
{
    static submission s;
    error e = {""};
    if (argc < 4 || argc - 3 > MAX_MODULES)
        return 1;
    setlocale(LC_CTYPE, "C.UTF-8"); /* names in archives */
    s.count = (size_t)argc - 3;
    for (size_t i = 0; i < s.count; i++)
        s.modules[i].name = argv[i + 3];
    give_up_rights();
    bool read = submission_find(INTAKE_SUBMISSION_FD, argv[2], (unsigned)strtoul(argv[1], NULL, 10),
                                &s, &e);
    for (size_t i = 0; i < s.count && read; i++)
        send_header((uint32_t)i, s.modules[i].problem, &s.modules[i]);
    send_header(read ? INTAKE_END : INTAKE_ERROR, e.text, NULL);
    return 0;
}
