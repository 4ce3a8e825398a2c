/*
 * The sandbox: starts a program that nobody trusts.
 *
 * There are two boxes. The worker box is for graded calls: a program started by file descriptor
 * into an empty root, with no files, no network, no other processes and no environment but what is
 * given; the sanitizer build finds /usr and its own /proc there as well, to read. The tool box
 * (bubblewrap) is for compilers and linkers.
 *
 * Which layers hold depends on the machine; worker_probe (worker_process.h) finds out, and every
 * result records it. A student's tree has no box for its student's own code, only limits
 * (unboxed_sandbox.c).
 */
#ifndef GRADER_SANDBOX_H
#define GRADER_SANDBOX_H

#include <stdbool.h>
#include <sys/types.h>

#include "error.h"

/*
 * The layers of the worker box, as bits. Any two of the first three overlap; all are taken where
 * they are to be had.
 */
typedef enum sandbox_layer {
    SANDBOX_NAMESPACES = 1, /* user, mount, pid, net, ipc and uts namespaces, an empty root */
    SANDBOX_LANDLOCK = 2,   /* no file but its own program, no TCP, no signals to the outside */
    SANDBOX_SECCOMP = 4,    /* an allow list of system calls, without fork, exec and socket */
    SANDBOX_LIMITS = 8,     /* memory, processor time, file size, open files */
    SANDBOX_TOOL_BOX = 16,  /* bubblewrap works, for compiling */
} sandbox_layer;

enum { SANDBOX_ALL = 31 };

/*
 * Whether layers suffice for grading a stranger's hand-in: seccomp, limits, the tool box and at
 * least one of namespaces and Landlock. If not, fills e with what is missing.
 */
bool sandbox_suffices(unsigned layers, error *e);

/* Writes the names of layers, separated by ", ", into text of size bytes, and returns text. */
const char *sandbox_layers_text(unsigned layers, char *text, size_t size);

/* What a worker may use. */
typedef struct sandbox_limits {
    size_t memory_bytes;  /* address space; 0: no limit (the sanitizer build reserves terabytes) */
    unsigned cpu_seconds; /* where the kernel kills; the grader's own deadline comes first */
} sandbox_limits;

/* The file descriptors that a worker gets as 1 and 2, 3, 4 and 5 (wire.h). */
typedef struct sandbox_channels {
    int output, request, reply, memory;
} sandbox_channels;

/* A program for the worker box. */
typedef struct sandbox_program {
    int fd;       /* open for reading */
    bool dynamic; /* the sanitizer build: it needs the shared libraries of /usr, and /proc */
} sandbox_program;

/*
 * Starts the program in the worker box with the given layers, limits and channels, and waits until
 * it has taken the place of our own code. Returns its process, which is the init of the box's pid
 * namespace (where namespaces are in force) and dies with the caller. Returns -1 and fills e when a
 * step on the way there failed: no line of the program has run then, and it is not to blame.
 */
pid_t sandbox_start_worker(sandbox_program program, unsigned layers, sandbox_limits limits,
                           sandbox_channels channels, error *e);

/* A folder or file of this machine that a tool may see, and where. */
typedef struct sandbox_mount {
    const char *outside, *inside;
    bool writable;
} sandbox_mount;

enum { SANDBOX_OUT_OF_TIME = -2 };

/* A tool to run: argv ends with NULL; /usr is there, read-only, beside the mounts. */
typedef struct sandbox_tool {
    const char *const *argv;
    const sandbox_mount *mounts;
    size_t mount_count;
    double seconds; /* wall clock, then it is killed */
} sandbox_tool;

/* A tool that was started, until it is ended. */
typedef struct running_tool {
    pid_t process;
    int output; /* where what it writes comes from */
    double seconds, deadline;
    const char *name;
} running_tool;

/*
 * Starts a tool in the tool box with the layers given, 1.5 GB of memory and files of at most 64 MB,
 * and notes in running what sandbox_end_tool needs. tool's argv[0] has to last until then. False
 * and e when it could not be started.
 */
bool sandbox_start_tool(const sandbox_tool *tool, unsigned layers, running_tool *running, error *e)
    __attribute__((warn_unused_result));

/*
 * Waits for running, and collects what it writes to standard output and error into output (of size
 * bytes, cut, ended with a zero). Returns its exit status, 128 + the signal that ended it, or fills
 * e and returns SANDBOX_OUT_OF_TIME when it took too long and was killed.
 */
int sandbox_end_tool(const running_tool *running, char *output, size_t size, error *e);

/*
 * Both: starts tool with the layers given and waits for it, with output, size and the status that
 * it returns as above; fills e and returns -1 when it could not be started.
 */
int sandbox_run_tool(const sandbox_tool *tool, unsigned layers, char *output, size_t size,
                     error *e);

#endif
