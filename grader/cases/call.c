/*
 * A case's call: the reference first, then the subject, and what an outcome means for the attempt.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "attempt_state.h"
#include "contract.h"
#include "evidence.h"

/* In the float variant both workers get the same numbers: those that a float can hold. */
static void round_to_float(bindings *inputs)
{
    for (size_t i = 0; i < inputs->count; i++)
        if (inputs->list[i].tensor != NULL)
            for (size_t j = 0; j < inputs->list[i].tensor->size; j++)
                inputs->list[i].tensor->data[j] = (double)(float)inputs->list[i].tensor->data[j];
}

/* "W: 12 x 5, X: 3 x 12, y: 3 labels, reg = 0.5" */
static void describe_call(attempt *a, const declaration *d)
{
    char *text = a->result->call_text;
    size_t used = 0;
    size_t size = sizeof a->result->call_text;
    const parsed_signature *signature = d->parsed;
    text[0] = '\0';
    snprintf(a->result->operation, sizeof a->result->operation, "%s", d->name);
    for (size_t i = 0; i < signature->count && used < size; i++) {
        const binding *input = bindings_find(&a->given.inputs, signature->arguments[i].name);
        char shape[128];
        if (input == NULL)
            continue;
        const char *comma = used > 0 ? ", " : "";
        if (input->tensor != NULL)
            used += (size_t)snprintf(text + used, size - used, "%s%s: %s", comma, input->name,
                                     tensor_shape_text(input->tensor, shape, sizeof shape));
        else if (input->length > 0)
            used +=
                (size_t)snprintf(text + used, size - used, "%s%s: %zu x %zu words", comma,
                                 input->name, input->labels->count / input->length, input->length);
        else if (input->labels != NULL)
            used += (size_t)snprintf(text + used, size - used, "%s%s: %zu labels", comma,
                                     input->name, input->labels->count);
        else
            used += (size_t)snprintf(text + used, size - used, "%s%s = %.9g", comma, input->name,
                                     input->number);
    }
}

const declaration *attempt_declaration(attempt *a, const char *operation)
{
    const declaration *d = declaration_find(a->grading->declarations, operation);
    if (d == NULL)
        contract_failed("case", "%s: no operation is called %s", a->definition->name, operation);
    return d;
}

double attempt_limit(const attempt *a, double reference_seconds)
{
    double factor = a->definition->variant == CASE_SANITIZED ? 500 : 50;
    return 1 + factor * reference_seconds;
}

/* How often this operation of the submission has timed out so far. */
static unsigned char *times_too_slow(grading *g, const declaration *d)
{
    return &g->times_too_slow[d - g->declarations];
}

static bool ask_reference(attempt *a, const declaration *d, call_outcome *outcome)
{
    char harm[256];
    if (a->grading->reference_program[0].path.text[0] == '\0') { /* published cases bring answers */
        *outcome = (call_outcome){.end = CALL_DONE};
        return true;
    }
    worker *w = attempt_reference_worker(a, 0);
    if (w == NULL)
        return false;
    if (exchange(&a->given, w, d, 60, &a->reference, outcome, harm, sizeof harm))
        return true;
    attempt_end(a, CASE_NOT_GRADED, "our fault: the reference did not answer %s (%s%s)", d->name,
                harm, outcome->text);
    worker_close(w); /* a fresh one for the next case */
    a->grading->reference_worker[0] = NULL;
    return false;
}

static void note_resources(attempt *a, const call_outcome *outcome, worker *w)
{
    if (outcome->cpu_seconds > a->result->cpu_seconds)
        a->result->cpu_seconds = outcome->cpu_seconds;
    if (outcome->limit_seconds > a->result->limit_seconds)
        a->result->limit_seconds = outcome->limit_seconds;
    if (worker_peak_memory(w) > a->result->peak_memory)
        a->result->peak_memory = worker_peak_memory(w);
}

/* Whether the subject has used up its time, for this operation or for all of them. */
static bool is_out_of_time(attempt *a, const declaration *d)
{
    if (a->grading->used_seconds > GRADING_SECONDS)
        attempt_end(a, CASE_FAILED,
                    "%s was not called: your program has used up the time of a whole submission, "
                    "%d minutes",
                    d->name, GRADING_SECONDS / 60);
    else if (*times_too_slow(a->grading, d) >= MAX_TIMES_TOO_SLOW)
        attempt_end(a, CASE_FAILED, "%s timed out twice before and was not tried again", d->name);
    a->grading->ran_out |= a->ended;
    return a->ended;
}

/*
 * Calls the subject. One that was killed by somebody else, as the kernel does where memory is
 * short, is called once more.
 */
static bool ask_subject(attempt *a, const declaration *d, double limit, call_outcome *outcome,
                        char *harm, size_t harm_size)
{
    bool answered = false;
    for (int times = 0; times < 2; times++) {
        worker *w = attempt_subject_worker(a);
        if (w == NULL)
            return false;
        answered = exchange(&a->given, w, d, limit, &a->got, outcome, harm, harm_size);
        a->grading->used_seconds += outcome->used_seconds;
        note_resources(a, outcome, w);
        if (outcome->end != CALL_KILLED)
            break;
        restart(a);
    }
    return answered;
}

bool call(attempt *a, const char *operation)
{
    call_outcome outcome;
    char harm[256];
    if (a->ended)
        return false;
    const declaration *d = attempt_declaration(a, operation);
    a->called = d;
    if (a->definition->variant == CASE_FLOAT)
        round_to_float(&a->given.inputs);
    if (!attempt_found_wrong(a)) /* the first failure's call stays */
        describe_call(a, d);
    if (is_out_of_time(a, d) || !ask_reference(a, d, &outcome))
        return false;
    bool answered =
        ask_subject(a, d, attempt_limit(a, outcome.cpu_seconds), &outcome, harm, sizeof harm);
    if (a->ended) /* there is no worker */
        return false;
    if (a->grading->evidence != NULL)
        evidence_record(a->grading->evidence,
                        &(recorded_call){.grading = a->grading,
                                         .called = d,
                                         .definition = a->definition,
                                         .state = a->given,
                                         .got = a->got,
                                         .expected = a->reference},
                        answered);
    a->given.fill_given = false;
    if (outcome.end == CALL_TIMED_OUT) {
        ++*times_too_slow(a->grading, d);
        a->grading->ran_out = true;
    }
    if (outcome.end != CALL_DONE)
        attempt_end_by_outcome(a, &outcome);
    else if (!answered)
        attempt_end(a, CASE_FAILED, "%s", harm);
    return answered;
}

bool call_reference(attempt *a, const char *operation)
{
    call_outcome outcome;
    if (a->ended)
        return false;
    a->called = attempt_declaration(a, operation);
    return ask_reference(a, a->called, &outcome);
}

void fill_outputs(attempt *a, double value)
{
    a->given.fill = value;
    a->given.fill_given = true;
}

/*
 * Killed twice, and not by us. The reference answered the same call just before, so that memory for
 * it there was; a program that holds far more than inputs and outputs brought it on itself.
 */
static void end_killed(attempt *a, const call_outcome *outcome)
{
    const size_t large = (size_t)1 << 30;
    const double processor_limit = 100; /* a little below where the kernel kills */
    size_t peak = a->result->peak_memory;
    if (peak > large)
        attempt_end(a, CASE_FAILED, "%s was stopped by the system while it used %zu MB of memory",
                    a->called->name, peak >> 20);
    else if (outcome->cpu_seconds > processor_limit)
        attempt_end(a, CASE_FAILED, "%s used up its processor time", a->called->name);
    else
        attempt_end(a, CASE_NOT_GRADED,
                    "our fault: the system killed the program while it ran %s; is memory short?",
                    a->called->name);
}

/* A stub was met. Its name comes over the wire: believed where a module has such a function. */
static void end_not_implemented(attempt *a, const call_outcome *outcome)
{
    char *name = a->result->missing;
    snprintf(name, sizeof a->result->missing, "%.*s", (int)strcspn(outcome->text, " "),
             outcome->text);
    if (!grading_knows_function(a->grading, name))
        name[0] = '\0';
    if (name[0] != '\0')
        attempt_end(a, CASE_NOT_IMPLEMENTED, "%s is not implemented yet", name);
    else
        attempt_end(a, CASE_NOT_IMPLEMENTED, "%s needs a function that is not implemented yet",
                    a->called->name);
}

/* How a call crashed: by a signal, or by an error that a sanitizer has a known name for. */
static const char *crash_kind(const call_outcome *outcome)
{
    static const char *const sanitizer_kinds[] = {
        "heap-buffer-overflow",   "stack-buffer-overflow",        "global-buffer-overflow",
        "heap-use-after-free",    "stack-use-after-return",       "stack-use-after-scope",
        "stack-overflow",         "stack-buffer-underflow",       "double-free",
        "alloc-dealloc-mismatch", "dynamic-stack-buffer-overflow"};
    if (outcome->signal == SIGSYS)
        return "it made a forbidden system call";
    if (outcome->signal > 0)
        return strsignal(outcome->signal);
    for (size_t i = 0; i < sizeof sanitizer_kinds / sizeof *sanitizer_kinds; i++)
        if (strncmp(outcome->text, sanitizer_kinds[i], strlen(sanitizer_kinds[i])) == 0)
            return sanitizer_kinds[i];
    return "a memory error";
}

void attempt_end_by_outcome(attempt *a, const call_outcome *outcome)
{
    const char *operation = a->called->name;
    if (!a->ended)
        snprintf(a->result->program_said, sizeof a->result->program_said, "%s", outcome->text);
    switch (outcome->end) {
    case CALL_NOT_IMPLEMENTED:
        end_not_implemented(a, outcome);
        if (a->result->missing[0] != '\0')
            a->result->program_said[0] = '\0';
        break;
    case CALL_CONTRACT:
        attempt_end(a, CASE_FAILED, "%s broke a contract", operation);
        break;
    case CALL_CRASHED:
        attempt_end(a, CASE_FAILED, "%s crashed (%s)", operation, crash_kind(outcome));
        break;
    case CALL_ABORTED:
        attempt_end(a, CASE_FAILED,
                    "%s aborted: a failed assertion, or memory that was damaged before", operation);
        break;
    case CALL_EXITED:
        attempt_end(a, CASE_FAILED, "%s ended the program before it returned" EXPECTED " (exit %d)",
                    operation, outcome->code);
        break;
    case CALL_TIMED_OUT:
        attempt_end(a, CASE_FAILED,
                    "%s did not return within its time limit (many times what the reference takes "
                    "on this machine): an endless loop?",
                    operation);
        break;
    case CALL_TOO_LARGE:
        attempt_end(a, CASE_FAILED, "%s used more memory than is allowed", operation);
        break;
    case CALL_KILLED:
        end_killed(a, outcome);
        break;
    case CALL_LIED:
    case CALL_NO_OPERATION: /* it was linked with all of them */
        attempt_end(a, CASE_FAILED, "the program sent a wrong reply to the grader");
        break;
    case CALL_DONE:
        break;
    }
}
