/*
 * Taking errors apart. Each pattern is a guess that all wrong calls have to bear out; the first one
 * that they do is told. Patterns of the numbers are in error_numbers.c; here are those that show
 * when calls are compared, or made again with something changed.
 */
#include "error_pattern.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract.h"
#include "error_numbers.h"
#include "evidence.h"

enum { PROBED_CALLS = 3 };

static const double OTHER_FILL = 1e3;
static const double EXACT = 1e-12;

/* ---- asking again ---- */

/* What is changed about a call: what outputs hold before, and inputs. */
typedef struct change {
    double fill;
    double scale;      /* of every input tensor */
    const char *input; /* one input that is changed besides; NULL: none */
    double factor;     /* which is multiplied by this */
} change;

static void apply(const change *made, binding *input)
{
    bool meant = made->input != NULL && strcmp(made->input, input->name) == 0;
    double factor = meant ? made->factor : 1;
    if (input->tensor != NULL)
        tensor_scale(input->tensor, made->scale * factor);
    else if (input->labels == NULL)
        input->number *= factor;
}

/* Makes the call c of w with the change. */
static bool ask(const recorded_call *c, worker *w, const change *made, bindings *out)
{
    if (grading_explained_enough(c->grading))
        return false;
    recorded_call *again = malloc(sizeof *again);
    if (again == NULL)
        contract_failed(__func__, "no memory");
    *again = *c;
    again->state.fill = made->fill;
    again->state.fill_given = true;
    again->state.inputs = (bindings){0};
    bindings_copy(&c->state.inputs, &again->state.inputs);
    for (size_t i = 0; i < again->state.inputs.count; i++)
        apply(made, &again->state.inputs.list[i]);
    bool answered = evidence_replay(again, w, out);
    bindings_clear(&again->state.inputs);
    free(again);
    return answered;
}

static worker *open_subject(const grading *g)
{
    start_failure ignored;
    return worker_open(&g->subject.whole[CASE_DOUBLE], g->layers, &ignored);
}

void evidence_of_filled_outputs(grading *g, const declaration *called)
{
    const change filled = {.fill = OTHER_FILL, .scale = 1};
    size_t count = g->evidence->count; /* what is added here is not looked at again */
    for (size_t i = 0, probed = 0; i < count && probed < PROBED_CALLS; i++) {
        recorded_call again = g->evidence->calls[i]; /* its inputs are lent */
        if (again.called != called || again.right)
            continue;
        worker *w = open_subject(g);
        probed++;
        again.state.fill = OTHER_FILL;
        again.state.fill_given = true;
        again.got = (bindings){0};
        if (w != NULL && ask(&g->evidence->calls[i], w, &filled, &again.got))
            evidence_record(g->evidence, &again, true);
        bindings_clear(&again.got);
        worker_close(w);
    }
}

/* ---- patterns that take another call ---- */

typedef struct probe {
    bool answered;
    bool depends_on_the_call_before, depends_on_the_output, right_when_small;
} probe;

static bool all_finite(const bindings *out)
{
    for (size_t i = 0; i < out->count; i++) {
        const binding *b = &out->list[i];
        if (b->labels == NULL &&
            (b->tensor != NULL ? !tensor_all_finite(b->tensor) : !isfinite(b->number)))
            return false;
    }
    return true;
}

/*
 * Whether an element that was written differs by what its output held before. One that holds just
 * that was never written, which is another fault.
 */
static bool differs_where_written(const bindings *zeros, const bindings *filled)
{
    for (size_t i = 0; i < zeros->count; i++) {
        const tensor *a = zeros->list[i].tensor;
        const binding *other = bindings_find(filled, zeros->list[i].name);
        if (a == NULL || other == NULL || other->tensor == NULL)
            continue;
        for (size_t k = 0; k < a->size; k++) {
            double x = (double)a->data[k];
            double y = (double)other->tensor->data[k];
            bool untouched = x == 0 && y == OTHER_FILL;
            if (!untouched && !(fabs(x - y) <= EXACT * fmax(1, fabs(x))) && !(isnan(x) && isnan(y)))
                return true;
        }
    }
    return false;
}

static probe probe_call(grading *g, const recorded_call *c)
{
    const change zeros = {.fill = 0, .scale = 1};
    const change filled = {.fill = OTHER_FILL, .scale = 1};
    const change small = {.fill = 0, .scale = 1e-3};
    probe p = {0};
    bindings out[4] = {0};
    worker *w = open_subject(g);
    worker *fresh = open_subject(g);
    worker *reference = g->reference_worker[0];
    if (w == NULL || fresh == NULL || reference == NULL)
        goto done;
    p.answered =
        ask(c, w, &zeros, &out[0]) && ask(c, w, &zeros, &out[1]) && ask(c, fresh, &filled, &out[2]);
    if (!p.answered)
        goto done;
    p.depends_on_the_call_before = !outputs_agree(&out[0], &out[1], EXACT);
    p.depends_on_the_output =
        !p.depends_on_the_call_before && differs_where_written(&out[0], &out[2]);
    if (!all_finite(&out[0]))
        p.right_when_small = ask(c, fresh, &small, &out[1]) && ask(c, reference, &small, &out[3]) &&
                             outputs_agree(&out[1], &out[3], c->called->tolerance_double);
done:
    for (size_t i = 0; i < 4; i++)
        bindings_clear(&out[i]);
    worker_close(w);
    worker_close(fresh);
    return p;
}

static bool tell_probes(grading *g, const declaration *called, char *text)
{
    size_t probed = 0;
    probe all = {true, true, true, true};
    for (size_t i = 0; i < g->evidence->count && probed < PROBED_CALLS; i++) {
        const recorded_call *c = &g->evidence->calls[i];
        if (c->called != called || c->right)
            continue;
        probe p = probe_call(g, c);
        probed++;
        all.answered &= p.answered;
        all.depends_on_the_call_before &= p.depends_on_the_call_before;
        all.depends_on_the_output &= p.depends_on_the_output;
        all.right_when_small &= p.right_when_small;
    }
    if (probed == 0 || !all.answered)
        return false;
    if (all.depends_on_the_call_before)
        snprintf(text, PATTERN_TEXT,
                 "A second call with the same inputs gives another result: something is kept from "
                 "the first call.");
    else if (all.depends_on_the_output)
        snprintf(text, PATTERN_TEXT,
                 "The result depends on the output's earlier contents: the output is read, or "
                 "added to, before it is written.");
    else if (all.right_when_small)
        snprintf(
            text, PATTERN_TEXT,
            "It is right for small numbers; for large ones something overflows and is infinite "
            "or NaN.");
    return text[0] != '\0';
}

/* ---- an input of which right and wrong depend ---- */

/* Inputs that turn something on or off, and what it means when right and wrong go by them. */
static const struct {
    const char *input;
    double value;
    const char *right_there; /* all calls with the value are right, all others wrong */
    const char *wrong_there; /* the reverse */
} switches[] = {
    {"training", 1, "It is right in training mode and wrong in test mode.",
     "It is right in test mode and wrong in training mode."},
    {"step", 0, "It is right in the first step and wrong in all later ones.",
     "It is wrong in the first step and right in all later ones."},
    {"keep", 1, "It is right where nothing is dropped (keep = 1) and wrong elsewhere.",
     "It is wrong where nothing is dropped (keep = 1) and right elsewhere."},
    {"reg", 0, "It is right without regularization (reg = 0) and wrong with it.",
     "It is wrong without regularization (reg = 0) and right with it."},
    {"pad", 0, "It is right without padding and wrong with it.",
     "It is wrong without padding and right with it."},
    {"stride", 1, "It is right for a stride of 1 and wrong for larger ones.",
     "It is wrong for a stride of 1 and right for larger ones."},
};

static bool tell_switch(const grading *g, const declaration *called, char *text)
{
    for (size_t s = 0; s < sizeof switches / sizeof *switches; s++) {
        size_t right[2] = {0};
        size_t wrong[2] = {0};
        for (size_t i = 0; i < g->evidence->count; i++) {
            recorded_call *c = &g->evidence->calls[i];
            const binding *input = bindings_find(&c->state.inputs, switches[s].input);
            if (c->called != called || input == NULL)
                continue;
            bool there = input->number == switches[s].value;
            (c->right ? right : wrong)[there]++;
        }
        bool right_there = right[1] > 0 && wrong[1] == 0 && right[0] == 0 && wrong[0] > 0;
        bool wrong_there = wrong[1] > 0 && right[1] == 0 && wrong[0] == 0 && right[0] > 0;
        if (!right_there && !wrong_there)
            continue;
        snprintf(text, PATTERN_TEXT, "%s",
                 right_there ? switches[s].right_there : switches[s].wrong_there);
        return true;
    }
    return false;
}

/* ---- an input that is changed ---- */

/* What comes of changing one input of a wrong call. */
typedef struct effect {
    bool asked;
    bool on_reference, on_subject;
    bool right_afterwards;
} effect;

/* Changes the input of the call c by the factor, in the reference's call and in the subject's. */
static effect change_input(const grading *g, const recorded_call *c, const char *name,
                           double factor)
{
    const change same = {.fill = 0, .scale = 1};
    const change other = {.fill = 0, .scale = 1, .input = name, .factor = factor};
    start_failure ignored;
    effect e = {0};
    bindings out[4] = {0};
    worker *w = open_subject(g);
    worker *reference = worker_open(&g->reference_program[0], g->layers, &ignored);
    e.asked = w != NULL && reference != NULL && ask(c, w, &same, &out[0]) &&
              ask(c, w, &other, &out[1]) && ask(c, reference, &same, &out[2]) &&
              ask(c, reference, &other, &out[3]);
    if (e.asked) {
        e.on_subject = !outputs_agree(&out[0], &out[1], EXACT);
        e.on_reference = !outputs_agree(&out[2], &out[3], c->called->tolerance_double);
        e.right_afterwards = outputs_agree(&out[1], &out[3], c->called->tolerance_double);
    }
    for (size_t i = 0; i < 4; i++)
        bindings_clear(&out[i]);
    worker_close(w);
    worker_close(reference);
    return e;
}

/* The effect that the change has in all of the wrong calls that are tried. */
static effect change_in_all(const grading *g, const declaration *called, const char *name,
                            double factor)
{
    effect all = {false, true, false, true};
    size_t tried = 0;
    for (size_t i = 0; i < g->evidence->count && tried < PROBED_CALLS; i++) {
        recorded_call *c = &g->evidence->calls[i];
        if (c->called != called || c->right)
            continue;
        effect e = change_input(g, c, name, factor);
        if (!e.asked)
            return (effect){0};
        all.asked = true;
        all.on_reference &= e.on_reference;
        all.on_subject |= e.on_subject;
        all.right_afterwards &= e.right_afterwards;
        tried++;
    }
    return all;
}

/* Whether the input is a number that may be changed a little: sizes, counts and seeds are whole. */
static bool may_be_changed(const grading *g, const declaration *called,
                           const declared_argument *argument)
{
    if (argument->kind == WIRE_INPUT_TENSOR)
        return true;
    if (argument->kind != WIRE_INPUT_NUMBER)
        return false;
    for (size_t i = 0; i < g->evidence->count; i++) {
        recorded_call *c = &g->evidence->calls[i];
        const binding *input = bindings_find(&c->state.inputs, argument->name);
        if (c->called == called && !c->right && input != NULL)
            return input->number != floor(input->number);
    }
    return false;
}

static bool returns_labels_only(const parsed_signature *signature)
{
    for (size_t i = 0; i < signature->count; i++) {
        wire_kind kind = signature->arguments[i].kind;
        if (kind == WIRE_OUTPUT_TENSOR || kind == WIRE_OUTPUT_NUMBER)
            return false;
    }
    return true;
}

static bool tell_input_without_effect(const grading *g, const declaration *called, char *text)
{
    char names[160] = "";
    size_t count = 0;
    size_t used = 0;
    const parsed_signature *signature = called->parsed;
    if (returns_labels_only(signature)) /* which stay the same when little changes */
        return false;
    for (size_t i = 0; i < signature->count; i++) {
        const declared_argument *argument = &signature->arguments[i];
        if (!may_be_changed(g, called, argument))
            continue;
        effect e = change_in_all(g, called, argument->name, 1.25);
        if (!e.asked || !e.on_reference || e.on_subject || used + 2 >= sizeof names)
            continue;
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", count > 0 ? ", " : "",
                                 argument->name);
        count++;
    }
    if (count == 0)
        return false;
    snprintf(text, PATTERN_TEXT,
             "%s %s no effect: the results stay the same when %s changed. Is it used at all, or is "
             "there a constant in its place?",
             names, count > 1 ? "have" : "has", count > 1 ? "they are" : "it is");
    return true;
}

static bool tell_right_without_regularization(const grading *g, const declaration *called,
                                              char *text)
{
    static const char *const strengths[] = {"reg", "strength", "l2_reg"};
    for (size_t i = 0; i < sizeof strengths / sizeof *strengths; i++) {
        effect e = change_in_all(g, called, strengths[i], 0);
        if (!e.asked || !e.on_reference || !e.right_afterwards)
            continue;
        snprintf(text, PATTERN_TEXT,
                 "It is right with %s = 0: only the regularization is wrong. Compare it with the "
                 "formula, term by term.",
                 strengths[i]);
        return true;
    }
    return false;
}

void error_pattern(grading *g, const declaration *called, char *text)
{
    text[0] = '\0';
    (void)(error_numbers_tell_place(g, called, text) || tell_switch(g, called, text) ||
           tell_probes(g, called, text) || error_numbers_tell_values(g, called, text) ||
           tell_right_without_regularization(g, called, text) ||
           tell_input_without_effect(g, called, text));
}
