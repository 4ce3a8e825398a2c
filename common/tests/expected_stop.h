/*
 * Tests of contracts: calls that must stop the program, each with the line that the stop says. Such
 * a test runs as one of Check's exit tests, in a process of its own, which ends with STOPPED_WELL
 * when the call stopped with just that line.
 */
#ifndef COMMON_TESTS_EXPECTED_STOP_H
#define COMMON_TESTS_EXPECTED_STOP_H

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "contract.h"

enum { STOPPED_WELL = 42 };

typedef struct expected_stop {
    void (*call)(void);
    const char *text;
} expected_stop;

static const char *text_expected;

static inline void compare_text(contract_event event, const char *text)
{
    bool same = event == CONTRACT_BROKEN && strcmp(text, text_expected) == 0;
    if (!same)
        fprintf(stderr, "said \"%s\", expected \"%s\"\n", text, text_expected);
    _exit(same ? STOPPED_WELL : 1);
}

/* Runs stop's call; it returns only when nothing stopped, which fails the exit test. */
static inline void run_to_stop(const expected_stop *stop)
{
    text_expected = stop->text;
    contract_set_handler(compare_text);
    stop->call();
    fprintf(stderr, "did not stop, expected \"%s\"\n", stop->text);
}

#endif
