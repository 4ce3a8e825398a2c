/*
 * What a child does to itself between fork and exec, in either box. Each step ends the child with
 * SANDBOX_EXIT_SETUP and a line on standard error, or on the status pipe, when it fails.
 */
#ifndef GRADER_SANDBOX_CHILD_H
#define GRADER_SANDBOX_CHILD_H

#include <sys/resource.h>

#include "sandbox.h"

enum { SANDBOX_PROGRAM_FD = 6, SANDBOX_STATUS_FD = 7, SANDBOX_EXIT_SETUP = 125 };

/* Ends the child: what failed, and errno's words. */
_Noreturn void sandbox_fail(const char *what);

/* Lets sandbox_fail write to fd instead of standard error. */
void sandbox_fail_to(int fd);

/*
 * Puts /dev/null and the channels at descriptors 0 to 5, program_fd at SANDBOX_PROGRAM_FD and
 * status_fd, which sandbox_fail writes to from then on, at SANDBOX_STATUS_FD, the last two to be
 * closed on exec; closes all others.
 */
void sandbox_place_descriptors(sandbox_channels channels, int program_fd, int status_fd);

/* Sets limits, and files of at most file_bytes, no core dump, 8 MB of stack, 64 open files. */
void sandbox_set_limits(sandbox_limits limits, rlim_t file_bytes);

/*
 * The child becomes the program at SANDBOX_PROGRAM_FD, on one thread, with no environment but
 * OpenBLAS's and, when dynamic, AddressSanitizer's.
 */
_Noreturn void sandbox_become_program(bool dynamic);

/*
 * A child of sandbox_run_tool, whose descriptors and limits are in place, becomes the tool, in the
 * layers given.
 */
_Noreturn void sandbox_become_tool(const sandbox_tool *tool, unsigned layers);

#endif
