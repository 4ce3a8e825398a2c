/* Keeping calls, and making them again. */
#include "evidence.h"

#include <stdlib.h>
#include <string.h>

#include "contract.h"
#include "judge.h"

enum { CALLS_PER_OPERATION = 64, LARGEST_CALL = 1 << 17 };

static const double REPLAY_SECONDS = 5;

static size_t element_count(const bindings *b)
{
    size_t count = 0;
    for (size_t i = 0; i < b->count; i++)
        count += b->list[i].tensor != NULL   ? b->list[i].tensor->size
                 : b->list[i].labels != NULL ? b->list[i].labels->count
                                             : 1;
    return count;
}

static bool is_wanted(const evidence *s, const recorded_call *made, bool answered)
{
    size_t same = 0;
    for (size_t i = 0; i < s->count; i++)
        same += s->calls[i].called == made->called;
    return s->keep_all ||
           (answered && made->definition->variant == CASE_DOUBLE && same < CALLS_PER_OPERATION &&
            element_count(&made->state.inputs) <= LARGEST_CALL);
}

static bool is_unwritten(const binding *b)
{
    if (b->labels != NULL)
        return false;
    if (b->tensor == NULL)
        return judge_is_poison(b->number);
    for (size_t i = 0; i < b->tensor->size; i++)
        if (!judge_is_poison((double)b->tensor->data[i]))
            return false;
    return true;
}

/* What the reference does not write either (a cache, in test mode) is of no account. */
static void drop_unwritten(recorded_call *c)
{
    for (size_t i = c->expected.count; i-- > 0;) {
        const char *name = c->expected.list[i].name;
        if (!is_unwritten(&c->expected.list[i]))
            continue;
        bindings_remove(&c->got, name);
        bindings_remove(&c->expected, name);
    }
}

void evidence_record(evidence *s, const recorded_call *made, bool answered)
{
    if (!is_wanted(s, made, answered))
        return;
    if (s->count == s->room) {
        s->room = s->room > 0 ? 2 * s->room : 64;
        s->calls = realloc(s->calls, s->room * sizeof *s->calls);
        if (s->calls == NULL)
            contract_failed(__func__, "no memory");
    }
    recorded_call *c = &s->calls[s->count++];
    *c = *made;
    c->state.inputs = c->got = c->expected = (bindings){0};
    bindings_copy(&made->state.inputs, &c->state.inputs);
    bindings_copy(&made->got, &c->got);
    bindings_copy(&made->expected, &c->expected);
    drop_unwritten(c);
    c->right = answered && outputs_agree(&c->got, &c->expected, c->called->tolerance_double);
}

void evidence_clear(evidence *s)
{
    for (size_t i = 0; i < s->count; i++) {
        bindings_clear(&s->calls[i].state.inputs);
        bindings_clear(&s->calls[i].got);
        bindings_clear(&s->calls[i].expected);
    }
    free(s->calls);
    *s = (evidence){0};
}

bool evidence_replay(recorded_call *c, worker *w, bindings *out)
{
    call_outcome outcome;
    char harm[256];
    bool answered =
        exchange(&c->state, w, c->called, REPLAY_SECONDS, out, &outcome, harm, sizeof harm);
    for (size_t i = out->count; i-- > 0 && c->expected.count > 0;)
        if (bindings_find(&c->expected, out->list[i].name) == NULL)
            bindings_remove(out, out->list[i].name);
    return answered;
}

/* ---- comparing ---- */

static bool numbers_agree(double a, double b, double slack)
{
    if (isnan(a) || isnan(b))
        return isnan(a) && isnan(b);
    if (isinf(a) || isinf(b))
        return a == b;
    return fabs(a - b) <= slack;
}

static bool tensors_agree(const tensor *a, const tensor *b, double tolerance)
{
    double largest = 0;
    if (a->size != b->size)
        return false;
    for (size_t i = 0; i < b->size; i++)
        if (isfinite((double)b->data[i]))
            largest = fmax(largest, fabs((double)b->data[i]));
    for (size_t i = 0; i < b->size; i++)
        if (!numbers_agree((double)a->data[i], (double)b->data[i],
                           tolerance * (largest > 0 ? largest : 1)))
            return false;
    return true;
}

static bool binding_agrees(const binding *a, const binding *b, double tolerance)
{
    if (a->tensor != NULL && b->tensor != NULL)
        return tensors_agree(a->tensor, b->tensor, tolerance);
    if (a->labels != NULL && b->labels != NULL)
        return a->labels->count == b->labels->count &&
               memcmp(a->labels->data, b->labels->data,
                      a->labels->count * sizeof *a->labels->data) == 0;
    return numbers_agree(a->number, b->number,
                         tolerance * (fabs(b->number) > 0 ? fabs(b->number) : 1));
}

bool output_agrees(const binding *output, const bindings *among, double tolerance)
{
    for (size_t k = 0; k < among->count; k++)
        if (strcmp(among->list[k].name, output->name) == 0)
            return binding_agrees(output, &among->list[k], tolerance);
    return false;
}

bool outputs_agree(const bindings *a, const bindings *b, double tolerance)
{
    for (size_t i = 0; i < a->count; i++)
        if (!output_agrees(&a->list[i], b, tolerance))
            return false;
    return true;
}
