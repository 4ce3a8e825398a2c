/*
 * What an attempt remembers: shared by the sources of attempt.h only, and by those who serve its
 * calls. a is the attempt throughout.
 */
#ifndef GRADER_ATTEMPT_STATE_H
#define GRADER_ATTEMPT_STATE_H

#include "exchange.h"
#include "grading.h"

enum { MAX_GROUPS = 64 };

struct attempt {
    grading *grading;
    const case_definition *definition;
    random_state random;
    call_inputs given;
    bindings got, reference;
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

/* Ends the attempt in the given state with a message (format, as printf's); the first one stays. */
void attempt_end(attempt *a, case_state state, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Keeps text as the message of r, in its parts (EXPECTED). */
void attempt_keep_message(case_result *r, const char *text);

/* Notes that what was called last is wrong; a diagnosis asks of the first such operation. */
void attempt_note_wrong(attempt *a);

/* Whether anything was found wrong so far. */
bool attempt_found_wrong(const attempt *a);

/*
 * The reference's worker of a precision (0 double, 1 float), started when needed; NULL ends the
 * attempt: our fault.
 */
worker *attempt_reference_worker(attempt *a, size_t precision);

/* The subject's worker, fresh for this attempt; NULL ends the attempt. */
worker *attempt_subject_worker(attempt *a);

/* Ends the attempt with what the outcome of a call of the subject means. */
void attempt_end_by_outcome(attempt *a, const call_outcome *outcome);

/* The declaration of an operation; stops the program when there is none. */
const declaration *attempt_declaration(attempt *a, const char *operation);

/* How long the subject may take for a call that took the reference reference_seconds. */
double attempt_limit(const attempt *a, double reference_seconds);

#endif
