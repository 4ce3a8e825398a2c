/*
 * What the machine, or the shell that started us, has to leave for a grading. Where it is too
 * little, that is no fault of the submission, and nothing may be graded.
 */
#ifndef GRADER_RESOURCES_H
#define GRADER_RESOURCES_H

#include <stddef.h>

#include "error.h"

/*
 * Asks for as many descriptors as may be had. False and e, which says what is scarce, when this
 * process may not open 64 files, use 3 GB of address space or write a file of 64 MB. A write that
 * goes beyond such a limit fails from now on, and does not end the program.
 */
bool resources_suffice(error *e) __attribute__((warn_unused_result));

/*
 * Whether 64 MB more can be written to folder. False and e, which names the folder and the reason,
 * when not.
 */
bool resources_room(const char *folder, error *e) __attribute__((warn_unused_result));

#endif
