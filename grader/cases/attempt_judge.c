/* Expectations, and what an attempt comes to. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "attempt_state.h"
#include "contract.h"

/* The first operation that was found wrong is what a diagnosis asks about. */
static void note_failed_operation(attempt *a)
{
    case_result *r = a->result;
    if (r->failed_operation[0] == '\0' && a->called != NULL)
        snprintf(r->failed_operation, sizeof r->failed_operation, "%s", a->called->name);
}

/* Keeps text as the result's message, in its parts. */
static void keep_message(case_result *r, const char *text)
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
    keep_message(a->result, text);
    a->ended = true;
    a->result->state = state;
    note_failed_operation(a);
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

/* ---- expectations ---- */

/*
 * Notes whether an expectation of the group held; one that did not makes the group wrong for good.
 */
static void note(attempt *a, const char *group, bool holds)
{
    size_t i = 0;
    while (i < a->group_count && strcmp(a->groups[i].name, group) != 0)
        i++;
    if (i == a->group_count) {
        if (i == MAX_GROUPS)
            contract_failed("case", "%s: more than %d groups", a->definition->name, MAX_GROUPS);
        snprintf(a->groups[i].name, sizeof a->groups[i].name, "%s", group);
        a->groups[i].holds = true;
        a->group_count++;
    }
    a->groups[i].holds &= holds;
    if (!holds)
        note_failed_operation(a);
}

static void note_judgement(attempt *a, const char *name, const judgement *j)
{
    if (!j->passed && a->result->output_name[0] == '\0') {
        snprintf(a->result->output_name, sizeof a->result->output_name, "%s", name);
        a->result->judgement = *j;
    }
    note(a, name, j->passed);
}

/* Notes it of an expectation that a sentence tells of, which stays where it is the first. */
static void note_sentence(attempt *a, const char *group, bool holds, const char *sentence)
{
    char text[CASE_MESSAGE];
    if (!holds && !attempt_found_wrong(a)) {
        snprintf(text, sizeof text, "%s: %s", a->called->name, sentence);
        keep_message(a->result, text);
    }
    note(a, group, holds);
}

static void judge_output(attempt *a, const char *name, const binding *expected, double tolerance)
{
    judgement j;
    const binding *subject = bindings_find(&a->got, name);
    if (subject == NULL)
        contract_failed("case", "%s: no output is called %s", a->called->name, name);
    if (subject->tensor != NULL)
        judge_tensor(name, subject->tensor, expected->tensor, tolerance, &j);
    else if (subject->labels != NULL)
        judge_labels(name, subject->labels, expected->labels, &j);
    else
        judge_number(name, subject->number, expected->number, tolerance, &j);
    note_judgement(a, name, &j);
}

static double tolerance_of(const attempt *a)
{
    return a->definition->variant == CASE_FLOAT ? a->called->tolerance_float
                                                : a->called->tolerance_double;
}

void expect_close_within(attempt *a, const char *name, double tolerance)
{
    if (a->ended)
        return;
    const binding *expected = bindings_find(&a->reference, name);
    if (expected == NULL)
        contract_failed("case", "%s: the reference has no output %s", a->called->name, name);
    judge_output(a, name, expected, tolerance);
}

void expect_close(attempt *a, const char *name)
{
    if (!a->ended)
        expect_close_within(a, name, tolerance_of(a));
}

void expect_tensor(attempt *a, const char *name, const tensor *expected, double tolerance)
{
    judgement j;
    if (a->ended)
        return;
    judge_tensor(name, got(a, name), expected, tolerance, &j);
    note_judgement(a, name, &j);
}

void expect_number(attempt *a, const char *name, double expected, double tolerance)
{
    judgement j;
    if (a->ended)
        return;
    judge_number(name, got_number(a, name), expected, tolerance, &j);
    note_judgement(a, name, &j);
}

void expect(attempt *a, const char *group, bool holds, const char *format, ...)
{
    char message[CASE_MESSAGE - WIRE_NAME];
    if (a->ended)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    note_sentence(a, group, holds, message);
}

void require(attempt *a, bool holds, const char *format, ...)
{
    if (a->ended || holds)
        return;
    va_list arguments;
    va_start(arguments, format);
    char message[CASE_MESSAGE - WIRE_NAME];
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    attempt_end(a, CASE_FAILED, "%s: %s", a->called->name, message);
}

/* ---- speed ---- */

enum { SPEED_ROUNDS = 7 };

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values)
{
    qsort(values, SPEED_ROUNDS, sizeof *values, compare_doubles);
    return values[SPEED_ROUNDS / 2];
}

/* Seconds that the float reference takes for what was called last; negative when it fails. */
static double time_reference(attempt *a)
{
    char harm[256];
    call_outcome outcome;
    bindings ignored = {0};
    worker *fast = attempt_reference_worker(a, 1);
    bool done = fast != NULL &&
                attempt_exchange(a, fast, a->called, 60, &ignored, &outcome, harm, sizeof harm);
    bindings_clear(&ignored);
    if (done)
        return outcome.cpu_seconds;
    attempt_end(a, CASE_NOT_GRADED, "our fault: the reference could not be timed");
    return -1;
}

static void expect_all_outputs(attempt *a)
{
    parsed_signature signature;
    declaration_parse(a->called->signature, &signature);
    for (size_t i = 0; i < signature.count; i++) {
        wire_kind kind = signature.arguments[i].kind;
        if (kind == WIRE_OUTPUT_TENSOR || kind == WIRE_OUTPUT_LABELS || kind == WIRE_OUTPUT_NUMBER)
            expect_close(a, signature.arguments[i].name);
    }
}

void expect_speed(attempt *a, const char *operation, void (*give)(attempt *a), double limit)
{
    double own[SPEED_ROUNDS];
    double theirs[SPEED_ROUNDS];
    give(a);
    if (!call(a, operation)) /* also warms both up */
        return;
    for (size_t round = 0; round < SPEED_ROUNDS && !a->ended; round++) {
        give(a);
        a->result->cpu_seconds = 0;
        if (call(a, operation)) {
            own[round] = a->result->cpu_seconds;
            expect_all_outputs(a);
            theirs[round] = time_reference(a);
        }
    }
    if (a->ended)
        return;
    double fastest = median(theirs);
    if (!(fastest > 0)) {
        attempt_end(a, CASE_NOT_GRADED, "our fault: the reference could not be timed");
        return;
    }
    double ratio = median(own) / fastest;
    a->result->cpu_seconds = median(own);
    a->result->speed_ratio = ratio;
    expect(a, "speed", ratio <= limit,
           "takes more than %.0f times the reference's processor time; the timings say how much",
           limit);
    for (size_t i = 0; i < a->group_count; i++) /* fast but wrong is worth nothing, nor is slow */
        a->blocked |= !a->groups[i].holds;
}

/* ---- the whole attempt ---- */

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
    bindings_clear(&a->inputs);
    bindings_clear(&a->got);
    bindings_clear(&a->reference);
    free(a);
    result->seconds = seconds_now() - started;
}

/* ---- the list of cases ---- */

static case_definition *first_case;

/* Keeps the list ordered by name, so that the order of linking does not matter. */
void case_register(case_definition *added)
{
    case_definition **place = &first_case;
    while (*place != NULL && strcmp((*place)->name, added->name) < 0)
        place = &(*place)->next;
    added->next = *place;
    *place = added;
}

const case_definition *case_first(void)
{
    return first_case;
}

const char *case_state_name(case_state state)
{
    static const char *const names[] = {
        [CASE_PASSED] = "passed",
        [CASE_PARTIAL] = "partial",
        [CASE_FAILED] = "failed",
        [CASE_SKIPPED] = "skipped",
        [CASE_NOT_IMPLEMENTED] = "not implemented",
        [CASE_DOES_NOT_BUILD] = "does not build",
        [CASE_NOT_GRADED] = "not graded",
    };
    return names[state];
}
