/* Expecting speed: the subject's processor time beside the reference's. */
#include <stdlib.h>

#include "attempt_state.h"

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
                exchange(&a->given, fast, a->called, 60, &ignored, &outcome, harm, sizeof harm);
    bindings_clear(&ignored);
    if (done)
        return outcome.cpu_seconds;
    attempt_end(a, CASE_NOT_GRADED, "our fault: the reference could not be timed");
    return -1;
}

static void expect_all_outputs(attempt *a)
{
    const parsed_signature *signature = a->called->parsed;
    for (size_t i = 0; i < signature->count; i++) {
        wire_kind kind = signature->arguments[i].kind;
        if (kind == WIRE_OUTPUT_TENSOR || kind == WIRE_OUTPUT_LABELS || kind == WIRE_OUTPUT_NUMBER)
            expect_close(a, signature->arguments[i].name);
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
           "takes more than %.0f times the reference's processor time; see the timings", limit);
    for (size_t i = 0; i < a->group_count; i++) /* fast but wrong is worth nothing, nor is slow */
        a->blocked |= !a->groups[i].holds;
}
