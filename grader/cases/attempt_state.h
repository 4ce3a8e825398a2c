/*
 * What an attempt remembers: shared by attempt_inputs.c, attempt_call.c and attempt_judge.c only. a
 * is the attempt throughout.
 */
#ifndef GRADER_ATTEMPT_STATE_H
#define GRADER_ATTEMPT_STATE_H

#include "grading.h"

enum { MAX_BINDINGS = 48, MAX_GROUPS = 24 };

/* A named value: an input that was given, or an output that came back. */
typedef struct binding {
    char name[WIRE_NAME];
    tensor *tensor;
    labels *labels;
    double number; /* when it has neither tensor nor labels */
} binding;

typedef struct bindings {
    size_t count;
    binding list[MAX_BINDINGS];
} bindings;

struct attempt {
    grading *grading;
    const case_definition *definition;
    random_state random;
    bindings inputs, got, reference;
    size_t letters[128]; /* sizes by letter; 0: not given */
    double fill;         /* what outputs hold before the next call */
    bool fill_given;
    const declaration *called;
    worker *subject;
    bool subject_is_apart; /* it is the program without what is provided for comparison */
    bool ended;
    bool blocked; /* nothing is earned, whatever was right */
    struct {
        char name[WIRE_NAME];
        bool holds;
    } groups[MAX_GROUPS];
    size_t group_count;
    case_result *result;
};

/* The binding of b called name, or NULL. */
binding *bindings_find(bindings *b, const char *name);

/* The binding of b called name, made when there is none, holding nothing. */
binding *bindings_renew(bindings *b, const char *name);

/* Takes the binding called name out of b, if there is one; the others may change places. */
void bindings_remove(bindings *b, const char *name);

/* Copies every binding of from, with its values, into to. */
void bindings_copy(const bindings *from, bindings *to);

/* Frees what b holds. */
void bindings_clear(bindings *b);

/* Ends the attempt in the given state with a message (format, as printf's); the first one stays. */
void attempt_end(attempt *a, case_state state, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether anything was found wrong so far. */
bool attempt_found_wrong(const attempt *a);

/*
 * The reference's worker of a precision (0 double, 1 float), started when needed; NULL ends the
 * attempt: our fault.
 */
worker *attempt_reference_worker(attempt *a, size_t precision);

/* The subject's worker, fresh for this attempt; NULL ends the attempt. */
worker *attempt_subject_worker(attempt *a);

/*
 * Calls the operation d of w with the inputs, for at most limit_seconds, outputs going to out;
 * fills outcome. False when it did not come back with outputs; harm, of harm_size bytes, is then,
 * or when the subject changed an input or wrote past an end, a sentence about it, else "".
 */
bool attempt_exchange(attempt *a, worker *w, const declaration *d, double limit_seconds,
                      bindings *out, call_outcome *outcome, char *harm, size_t harm_size);

/*
 * Lays the inputs of a call of d out in the memory of w, as attempt_exchange does, and fills
 * request, for a call that somebody else waits for.
 */
void attempt_place(attempt *a, worker *w, const declaration *d, wire_request *request);

/* Ends the attempt with what the outcome of a call of the subject means. */
void attempt_end_by_outcome(attempt *a, const call_outcome *outcome);

/* The declaration of an operation; stops the program when there is none. */
const declaration *attempt_declaration(attempt *a, const char *operation);

/* How long the subject may take for a call that took the reference reference_seconds. */
double attempt_limit(const attempt *a, double reference_seconds);

#endif
