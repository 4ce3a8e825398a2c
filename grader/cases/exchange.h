/*
 * Exchange: one call of an operation in a worker, whoever's it is.
 */
#ifndef GRADER_EXCHANGE_H
#define GRADER_EXCHANGE_H

#include "bindings.h"
#include "declaration.h"
#include "worker_process.h"

enum { SIZE_LETTERS = 128 };

/* All that a call depends on. */
typedef struct call_inputs {
    bindings inputs;
    size_t letters[SIZE_LETTERS]; /* sizes by letter, given or of the last call; 0: none yet */
    double fill;                  /* what outputs hold before the call */
    bool fill_given;              /* false: NaN */
} call_inputs;

/*
 * Calls the operation d of w with in, for at most limit_seconds, outputs going to out; fills
 * outcome and in->letters. False when it did not come back with outputs; harm, of harm_size bytes,
 * is then, or when the worker changed an input or wrote past an end, a sentence about it, else "".
 */
bool exchange(call_inputs *in, worker *w, const declaration *d, double limit_seconds, bindings *out,
              call_outcome *outcome, char *harm, size_t harm_size);

/*
 * Lays in out in the memory of w for a call of d, as exchange does, and fills request, for a call
 * that somebody else waits for.
 */
void exchange_place(call_inputs *in, worker *w, const declaration *d, wire_request *request);

#endif
