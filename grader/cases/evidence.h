/*
 * Evidence: the calls of a submission that a diagnosis looks at again.
 *
 * While cases are tried in double, each call that came back is kept with its inputs, what the
 * subject returned and what the reference did. The same call can then be made of another worker,
 * whose answer is compared with the subject's. s is the evidence throughout.
 */
#ifndef GRADER_EVIDENCE_H
#define GRADER_EVIDENCE_H

#include "attempt.h"
#include "exchange.h"
#include "grading.h"

typedef struct recorded_call {
    grading *grading;
    const declaration *called;
    const case_definition *definition;
    call_inputs state;
    bindings got, expected; /* the outputs that the reference writes */
    bool right;             /* each output is the reference's, within the operation's tolerance */
} recorded_call;

struct evidence {
    bool keep_all; /* also calls in float, large ones, and those that did not come back */
    size_t count, room;
    recorded_call *calls;
};

/*
 * Keeps a copy of a call that was just made; answered says whether it came back unharmed. Unless
 * all are kept, only calls in double that did, of moderate size and number, are.
 */
void evidence_record(evidence *s, const recorded_call *made, bool answered);

/* Frees what s holds. */
void evidence_clear(evidence *s);

/*
 * Makes the recorded call c of the worker w; what it returns goes to out, as far as the reference
 * writes it. False when it did not come back.
 */
bool evidence_replay(recorded_call *c, worker *w, bindings *out);

/*
 * Whether every output in a is that in b, within tolerance (a part of the largest number of b's
 * output, as in judge.h); NaN equals NaN here, and an infinity itself.
 */
bool outputs_agree(const bindings *a, const bindings *b, double tolerance);

/* The same of one output and the one called like it in among, within tolerance. */
bool output_agrees(const binding *output, const bindings *among, double tolerance);

#endif
