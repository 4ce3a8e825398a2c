/*
 * Landlock: the kernel's own fence around files, TCP and signals, for a process without privileges.
 *
 * Debian 12's <linux/landlock.h> knows the second version of the interface only; the kernel may
 * know more. The newer names are declared in landlock.c and asked for at run time.
 */
#ifndef GRADER_LANDLOCK_H
#define GRADER_LANDLOCK_H

#include <stdbool.h>
#include <stddef.h>

/* The version of Landlock that the kernel offers; 0 when there is none. */
int landlock_version(void);

/*
 * Takes from this process, for good, every right to files but reading and executing the one open at
 * program_fd, and, as far as the kernel knows them, TCP and signals and abstract sockets to the
 * outside. PR_SET_NO_NEW_PRIVS comes first. False on failure.
 */
bool landlock_restrict_to(int program_fd);

/* The same, but leaves the right to read the file or folder open at fd, and what is in it. */
bool landlock_restrict_to_reading(int fd);

/* A file or folder that a process keeps: to read and to execute, and to write when writable. */
typedef struct landlock_path {
    const char *path;
    bool writable;
} landlock_path;

/*
 * The same, but leaves the rights to count paths; those that are not there are skipped. program_fd
 * is a file that may be read and executed besides, or negative.
 */
bool landlock_restrict_paths(const landlock_path *paths, size_t count, int program_fd);

#endif
