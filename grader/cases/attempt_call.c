/*
 * Calling an operation in two workers.
 *
 * Theory of operation. The arguments of a call are laid out in the worker's shared memory, one
 * after the other, each at a multiple of 64 bytes and followed by a fence of 512 bytes of a known
 * pattern. Outputs are filled with a NaN that arithmetic does not make. After the call everything
 * is read back once, into the grader's own memory, and judged there: inputs must hold what they
 * held, fences must stand, and outputs become tensors of double. The worker decides on no shape,
 * offset or name.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attempt_state.h"
#include "contract.h"
#include "evidence.h"

enum { FENCE_BYTES = 512, FENCE = 0xa5 };

/* Where argument i of a request lies and how many bytes its elements take. */
typedef struct layout {
    parsed_signature signature;
    wire_request request;
    size_t bytes[WIRE_MAX_ARGUMENTS];
    size_t element_size[WIRE_MAX_ARGUMENTS];
} layout;

/* ---- shapes ---- */

static void bind_letters(attempt *a, const declared_argument *declared, const wire_argument *placed)
{
    for (size_t d = 0; d < declared->rank && declared->sizes[d] != '*'; d++) {
        size_t *size = &a->letters[(unsigned char)declared->sizes[d] & 127];
        *size = placed->shape[d];
    }
}

static void shape_from_input(const binding *input, wire_argument *placed)
{
    placed->rank = 1;
    if (input->tensor != NULL) {
        placed->rank = (uint32_t)input->tensor->rank;
        for (size_t d = 0; d < input->tensor->rank; d++)
            placed->shape[d] = input->tensor->shape[d];
    } else {
        placed->shape[0] = input->labels != NULL ? input->labels->count : 1;
    }
}

static void shape_from_letters(attempt *a, const declared_argument *declared, wire_argument *placed)
{
    placed->rank = declared->rank > 0 ? (uint32_t)declared->rank : 1;
    placed->shape[0] = 1;
    for (size_t d = 0; d < declared->rank; d++) {
        placed->shape[d] = a->letters[(unsigned char)declared->sizes[d] & 127];
        if (placed->shape[d] == 0)
            contract_failed("case", "%s: size %c of %s is not given", a->called->name,
                            declared->sizes[d], declared->name);
    }
}

static void set_argument_shape(attempt *a, layout *l, size_t i)
{
    const declared_argument *declared = &l->signature.arguments[i];
    wire_argument *placed = &l->request.arguments[i];
    bool input = declared->kind == WIRE_INPUT_TENSOR || declared->kind == WIRE_INPUT_LABELS ||
                 declared->kind == WIRE_INPUT_NUMBER;
    if (input) {
        const binding *bound = bindings_find(&a->inputs, declared->name);
        if (bound == NULL)
            contract_failed("case", "%s: %s is not given", a->called->name, declared->name);
        shape_from_input(bound, placed);
        bind_letters(a, declared, placed);
    } else if (declared->same_as[0] != '\0') {
        shape_from_input(bindings_find(&a->inputs, declared->same_as), placed);
    } else {
        shape_from_letters(a, declared, placed);
    }
}

static size_t round_up(size_t bytes)
{
    return (bytes + TENSOR_ALIGNMENT - 1) / TENSOR_ALIGNMENT * TENSOR_ALIGNMENT;
}

/* Fills the request and the places of all arguments. */
static void lay_out(attempt *a, const declaration *d, worker *w, layout *l)
{
    size_t offset = FENCE_BYTES;
    declaration_parse(d->signature, &l->signature);
    l->request = (wire_request){.argument_count = (uint32_t)l->signature.count};
    snprintf(l->request.operation, sizeof l->request.operation, "%s", d->name);
    for (size_t i = 0; i < l->signature.count; i++) {
        wire_argument *placed = &l->request.arguments[i];
        wire_kind kind = l->signature.arguments[i].kind;
        snprintf(placed->name, sizeof placed->name, "%s", l->signature.arguments[i].name);
        placed->kind = kind;
        set_argument_shape(a, l, i);
        l->element_size[i] = kind == WIRE_INPUT_NUMBER || kind == WIRE_OUTPUT_NUMBER ? 8
                             : kind == WIRE_INPUT_LABELS || kind == WIRE_OUTPUT_LABELS
                                 ? sizeof(uint32_t)
                                 : worker_real_size(w);
        l->bytes[i] = l->element_size[i];
        for (size_t s = 0; s < placed->rank; s++)
            l->bytes[i] *= placed->shape[s];
        placed->offset = offset;
        offset = round_up(offset + l->bytes[i]) + FENCE_BYTES;
        if (offset > worker_memory_size(w) / 2) /* the rest is for remote calls (remote.c) */
            contract_failed("case", "%s: the arguments take more than half the shared memory",
                            d->name);
    }
}

/* ---- writing and reading the shared memory ---- */

static void write_reals(unsigned char *place, size_t real_size, const tensor *t)
{
    if (real_size == sizeof(double)) {
        memcpy(place, t->data, t->size * sizeof(double));
        return;
    }
    float *values = (float *)(void *)place;
    for (size_t i = 0; i < t->size; i++)
        values[i] = (float)t->data[i];
}

static void read_reals(const unsigned char *place, size_t real_size, tensor *t)
{
    if (real_size == sizeof(double)) {
        memcpy(t->data, place, t->size * sizeof(double));
        return;
    }
    const float *values = (const float *)(const void *)place;
    for (size_t i = 0; i < t->size; i++)
        t->data[i] = (double)values[i];
}

static void fill_reals(unsigned char *place, size_t bytes, size_t real_size, double value,
                       bool given)
{
    double wide = given ? value : judge_poison();
    float narrow = given ? (float)value : judge_poison_float();
    for (size_t at = 0; at < bytes; at += real_size)
        memcpy(place + at, real_size == sizeof wide ? (void *)&wide : (void *)&narrow, real_size);
}

static void write_input(const binding *input, unsigned char *place, size_t real_size)
{
    if (input->tensor != NULL)
        write_reals(place, real_size, input->tensor);
    else if (input->labels != NULL)
        memcpy(place, input->labels->data, input->labels->count * sizeof(uint32_t));
    else
        memcpy(place, &input->number, sizeof input->number);
}

static void write_arguments(attempt *a, const layout *l, worker *w)
{
    unsigned char *memory = worker_memory(w);
    memset(memory, FENCE, FENCE_BYTES);
    for (size_t i = 0; i < l->signature.count; i++) {
        const wire_argument *placed = &l->request.arguments[i];
        unsigned char *place = memory + placed->offset;
        memset(place + l->bytes[i], FENCE, round_up(l->bytes[i]) - l->bytes[i] + FENCE_BYTES);
        switch (l->signature.arguments[i].kind) {
        case WIRE_OUTPUT_TENSOR:
            fill_reals(place, l->bytes[i], worker_real_size(w), a->fill, a->fill_given);
            break;
        case WIRE_OUTPUT_LABELS:
            memset(place, 0xff, l->bytes[i]);
            break;
        case WIRE_OUTPUT_NUMBER:
            fill_reals(place, sizeof(double), sizeof(double), 0, false);
            break;
        default:
            write_input(bindings_find(&a->inputs, placed->name), place, worker_real_size(w));
        }
    }
}

static void read_output(const layout *l, size_t i, const unsigned char *place, size_t real_size,
                        bindings *out)
{
    const wire_argument *placed = &l->request.arguments[i];
    binding *bound = bindings_renew(out, placed->name);
    if (placed->kind == WIRE_OUTPUT_TENSOR) {
        size_t shape[TENSOR_MAX_RANK];
        for (size_t d = 0; d < placed->rank; d++)
            shape[d] = placed->shape[d];
        bound->tensor = tensor_new(placed->rank, shape);
        read_reals(place, real_size, bound->tensor);
    } else if (placed->kind == WIRE_OUTPUT_LABELS) {
        bound->labels = labels_new(placed->shape[0]);
        memcpy(bound->labels->data, place, l->bytes[i]);
    } else {
        memcpy(&bound->number, place, sizeof bound->number);
    }
}

/* ---- looking for harm ---- */

static bool fence_stands(const unsigned char *fence, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        if (fence[i] != FENCE)
            return false;
    return true;
}

static bool input_unchanged(attempt *a, const layout *l, size_t i, const unsigned char *place,
                            size_t real_size)
{
    unsigned char *before = malloc(l->bytes[i] + 1);
    if (before == NULL)
        contract_failed(__func__, "no memory for %zu bytes", l->bytes[i]);
    write_input(bindings_find(&a->inputs, l->request.arguments[i].name), before, real_size);
    bool same = memcmp(before, place, l->bytes[i]) == 0;
    free(before);
    return same;
}

static void look_for_harm(attempt *a, const layout *l, worker *w, char *harm, size_t size)
{
    const unsigned char *memory = worker_memory(w);
    if (!fence_stands(memory, FENCE_BYTES))
        snprintf(harm, size, "%s wrote before the beginning of %s", l->request.operation,
                 l->request.arguments[0].name);
    for (size_t i = 0; i < l->signature.count; i++) {
        const wire_argument *placed = &l->request.arguments[i];
        const unsigned char *place = memory + placed->offset;
        bool input = placed->kind == WIRE_INPUT_TENSOR || placed->kind == WIRE_INPUT_LABELS ||
                     placed->kind == WIRE_INPUT_NUMBER;
        if (!fence_stands(place + l->bytes[i], round_up(l->bytes[i]) - l->bytes[i] + FENCE_BYTES))
            snprintf(harm, size, "%s wrote past the end of %s", l->request.operation, placed->name);
        else if (input && !input_unchanged(a, l, i, place, worker_real_size(w)))
            snprintf(harm, size, "%s changed its input %s, which belongs to the caller",
                     l->request.operation, placed->name);
    }
}

bool attempt_exchange(attempt *a, worker *w, const declaration *d, double limit_seconds,
                      bindings *out, call_outcome *outcome, char *harm, size_t harm_size)
{
    layout *l = malloc(sizeof *l);
    if (l == NULL)
        contract_failed(__func__, "no memory");
    harm[0] = '\0';
    lay_out(a, d, w, l);
    write_arguments(a, l, w);
    worker_call(w, &l->request, limit_seconds, outcome);
    bindings_clear(out);
    bool done = outcome->end == CALL_DONE;
    if (done) {
        look_for_harm(a, l, w, harm, harm_size);
        for (size_t i = 0; i < l->signature.count; i++) {
            uint32_t kind = l->request.arguments[i].kind;
            if (kind == WIRE_OUTPUT_TENSOR || kind == WIRE_OUTPUT_LABELS ||
                kind == WIRE_OUTPUT_NUMBER)
                read_output(l, i, worker_memory(w) + l->request.arguments[i].offset,
                            worker_real_size(w), out);
        }
    }
    free(l);
    return done && harm[0] == '\0';
}

void attempt_place(attempt *a, worker *w, const declaration *d, wire_request *request)
{
    layout *l = malloc(sizeof *l);
    if (l == NULL)
        contract_failed(__func__, "no memory");
    lay_out(a, d, w, l);
    write_arguments(a, l, w);
    *request = l->request;
    free(l);
}

/* ---- the two calls ---- */

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
    parsed_signature signature;
    declaration_parse(d->signature, &signature);
    text[0] = '\0';
    snprintf(a->result->operation, sizeof a->result->operation, "%s", d->name);
    for (size_t i = 0; i < signature.count && used < size; i++) {
        const binding *input = bindings_find(&a->inputs, signature.arguments[i].name);
        char shape[128];
        if (input == NULL)
            continue;
        const char *comma = used > 0 ? ", " : "";
        if (input->tensor != NULL)
            used += (size_t)snprintf(text + used, size - used, "%s%s: %s", comma, input->name,
                                     tensor_shape_text(input->tensor, shape, sizeof shape));
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

/* How often this operation of the submission ran out of time so far. */
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
    if (attempt_exchange(a, w, d, 60, &a->reference, outcome, harm, sizeof harm))
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
        attempt_end(a, CASE_FAILED, "%s ran out of time twice before and was not tried again",
                    d->name);
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
        answered = attempt_exchange(a, w, d, limit, &a->got, outcome, harm, harm_size);
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
        round_to_float(&a->inputs);
    if (!attempt_found_wrong(a)) /* the first failure's call stays */
        describe_call(a, d);
    if (is_out_of_time(a, d) || !ask_reference(a, d, &outcome))
        return false;
    bool answered =
        ask_subject(a, d, attempt_limit(a, outcome.cpu_seconds), &outcome, harm, sizeof harm);
    if (a->ended) /* there is no worker */
        return false;
    if (a->grading->evidence != NULL)
        evidence_record(a->grading->evidence, a, answered);
    a->fill_given = false;
    if (outcome.end == CALL_TIMED_OUT)
        ++*times_too_slow(a->grading, d);
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
    a->fill = value;
    a->fill_given = true;
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
        attempt_end(a, CASE_NOT_IMPLEMENTED, "%s met a function that is not implemented yet",
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
        return "it asked the system for something forbidden";
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
        attempt_end(
            a, CASE_FAILED,
            "%s stopped itself (abort: a failed assertion, or memory that was damaged before)",
            operation);
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
        attempt_end(a, CASE_FAILED, "%s used more memory than a program may", operation);
        break;
    case CALL_KILLED:
        end_killed(a, outcome);
        break;
    case CALL_LIED:
    case CALL_NO_OPERATION: /* it was linked with all of them */
        attempt_end(a, CASE_FAILED, "the program answered something other than what was asked");
        break;
    case CALL_DONE:
        break;
    }
}
