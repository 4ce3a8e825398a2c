/*
 * Running another program and reading what it prints.
 */
#ifndef GRADER_COMMAND_H
#define GRADER_COMMAND_H

#include <stddef.h>

/*
 * Runs the program argv[0], found on PATH, with the arguments argv (at most 15, NULL behind the
 * last), and reads what it prints, its complaints too, into text, of size bytes; what does not fit
 * is lost. Returns its exit status; -1 when it cannot be run or is ended by a signal.
 */
int command_run(const char *const argv[], char *text, size_t size);

#endif
