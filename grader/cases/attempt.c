/* An attempt at a case: its stream, its end, and what it comes to. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "attempt_state.h"
#include "contract.h"

/* The first operation that was found wrong is what a diagnosis asks about. */
void attempt_note_wrong(attempt *a)
{
    case_result *r = a->result;
    if (r->failed_operation[0] == '\0' && a->called != NULL)
        snprintf(r->failed_operation, sizeof r->failed_operation, "%s", a->called->name);
}

/* Keeps text as the result's message, in its parts. */
void attempt_keep_message(case_result *r, const char *text)
{
    const char *expected = strchr(text, *EXPECTED);
    size_t length = expected != NULL ? (size_t)(expected - text) : strlen(text);
    snprintf(r->message, sizeof r->message, "%.*s", (int)length, text);
    snprintf(r->expectation, sizeof r->expectation, "%s", expected != NULL ? expected + 1 : "");
}

void attempt_end(attempt *a, case_state state, const char *format, ...)
{
    char text[CASE_MESSAGE];
    if (a->ended)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    attempt_keep_message(a->result, text);
    a->ended = true;
    a->result->state = state;
    attempt_note_wrong(a);
}

bool attempt_found_wrong(const attempt *a)
{
    return a->result->message[0] != '\0' || a->result->output_name[0] != '\0';
}

bool ended(const attempt *a)
{
    return a->ended;
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* A case's stream depends on the grading seed and the case's name alone (FNV-1a). */
static uint32_t stream_seed(uint32_t seed, const char *name)
{
    uint32_t hash = 2166136261U ^ seed;
    hash *= 16777619U;
    for (; *name != '\0'; name++)
        hash = (hash ^ (unsigned char)*name) * 16777619U;
    return hash ^ (hash >> 15);
}

static void conclude(attempt *a)
{
    case_result *r = a->result;
    size_t right = 0;
    if (a->ended)
        return;
    for (size_t i = 0; i < a->group_count; i++)
        right += a->groups[i].holds;
    if (a->group_count == 0)
        contract_failed("case", "%s expects nothing", a->definition->name);
    r->fraction = a->blocked ? 0 : (double)right / (double)a->group_count;
    r->state = r->fraction >= 1 ? CASE_PASSED : r->fraction > 0 ? CASE_PARTIAL : CASE_FAILED;
}

void attempt_case(grading *g, const case_definition *definition, case_result *result)
{
    double started = seconds_now();
    attempt *a = calloc(1, sizeof *a);
    if (a == NULL)
        contract_failed(__func__, "no memory");
    *result = (case_result){.state = CASE_NOT_GRADED};
    a->grading = g;
    a->definition = definition;
    a->result = result;
    random_seed(&a->random, stream_seed(g->seed, definition->name));
    definition->run(a);
    conclude(a);
    restart(a);
    bindings_clear(&a->given.inputs);
    bindings_clear(&a->got);
    bindings_clear(&a->reference);
    free(a);
    result->seconds = seconds_now() - started;
}
