/*
 * The workers of an attempt.
 *
 * Who is to blame for a worker that does not start is measured. Where our own steps fail, it is us;
 * each start is tried twice. Where the program ran and was not ready, a program without any module
 * of the submission is started in the same way: if that fails as well, it is the machine. Only when
 * it starts is the submission's program at fault.
 */
#include <string.h>

#include "attempt_state.h"

/* Starts a program, once more if it did not start the first time. */
static worker *open_patiently(const worker_program *program, unsigned layers, start_failure *why)
{
    worker *w = worker_open(program, layers, why);
    double seconds = why->seconds;
    if (w == NULL) {
        w = worker_open(program, layers, why);
        why->seconds += seconds;
    }
    return w;
}

worker *attempt_reference_worker(attempt *a, size_t precision)
{
    start_failure why;
    grading *g = a->grading;
    worker **w = &g->reference_worker[precision];
    if (*w == NULL)
        *w = open_patiently(&g->reference_program[precision], g->layers, &why);
    if (*w == NULL)
        attempt_end(a, CASE_NOT_GRADED, "our fault: %s", why.reason.text);
    return *w;
}

/* Whether a program of ours starts where one of the submission, of that variant, does not. */
static bool control_starts(const grading *g, case_variant variant, error *reason)
{
    start_failure why;
    worker *w = open_patiently(&g->probe_program[variant == CASE_SANITIZED], g->layers, &why);
    worker_close(w);
    if (w == NULL)
        *reason = why.reason;
    return w != NULL;
}

static void end_without_worker(attempt *a, start_failure *why)
{
    grading *g = a->grading;
    g->used_seconds += why->seconds;
    if (why->blame == START_OUR_FAULT || !control_starts(g, a->definition->variant, &why->reason)) {
        attempt_end(a, CASE_NOT_GRADED, "our fault: no program could be started: %s",
                    why->reason.text);
        return;
    }
    g->failed_starts++;
    g->ran_out = true;
    attempt_end(a, CASE_FAILED,
                "your program stopped, printed something or took more than %d s to start, "
                "before any of your functions was called",
                WORKER_START_SECONDS);
}

/* The program in which the operation that is called is to be judged. */
static const worker_program *wanted_program(attempt *a, bool *apart)
{
    grading *g = a->grading;
    case_variant variant = a->definition->variant;
    *apart = g->is_apart != NULL && a->called != NULL && g->is_apart[a->called - g->declarations] &&
             g->subject.apart[variant].path.text[0] != '\0';
    return *apart ? &g->subject.apart[variant] : &g->subject.whole[variant];
}

worker *attempt_subject_worker(attempt *a)
{
    start_failure why;
    grading *g = a->grading;
    bool apart;
    const worker_program *program = wanted_program(a, &apart);
    if (a->subject != NULL && apart != a->subject_is_apart)
        restart(a);
    a->subject_is_apart = apart;
    if (a->subject == NULL && g->failed_starts >= MAX_FAILED_STARTS) {
        attempt_end(a, CASE_FAILED,
                    "your program did not start in %d earlier cases and was not tried again",
                    MAX_FAILED_STARTS);
        return NULL;
    }
    if (a->subject == NULL) {
        a->subject = open_patiently(program, g->layers, &why);
        if (a->subject != NULL)
            g->used_seconds += worker_start_seconds(a->subject);
    }
    if (a->subject == NULL)
        end_without_worker(a, &why);
    else if (g->serving != NULL)
        worker_serve(a->subject, g->server, a);
    return a->subject;
}

static void keep_output(attempt *a)
{
    case_result *r = a->result;
    size_t length;
    bool cut;
    if (a->subject == NULL)
        return;
    const char *printed = worker_output(a->subject, &length, &cut);
    size_t room = sizeof r->printed - 1 - r->printed_length;
    size_t kept = length < room ? length : room;
    memcpy(r->printed + r->printed_length, printed, kept);
    r->printed_length += kept;
    r->printed[r->printed_length] = '\0';
    r->printed_cut |= cut || kept < length;
}

void restart(attempt *a)
{
    keep_output(a);
    worker_close(a->subject);
    a->subject = NULL;
}
