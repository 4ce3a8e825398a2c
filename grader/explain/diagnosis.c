/* Finding the mistake that a submission made. */
#include "diagnosis.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract.h"
#include "error_pattern.h"
#include "evidence.h"

enum {
    MAX_WRONG_OPERATIONS = 64,
    MAX_FITTING = 8,
    ROUNDS = 4,
    ENOUGH_LABELS = 4,
    ENOUGH_NUMBERS = 3,
    LARGEST_DENOMINATOR = 64
};

static const double WRONG_SHARE = 1e-6; /* less may be rounding */

/* An operation that was found wrong, and the mistakes that still fit what it returned. */
typedef struct suspect {
    const declaration *called;
    size_t question; /* of the first case that it failed */
    mistake *fitting[MAX_FITTING];
    size_t fitting_count; /* may be over MAX_FITTING: too many to be told apart */
} suspect;

typedef struct suspects {
    size_t count;
    suspect list[MAX_WRONG_OPERATIONS];
} suspects;

static bool failed(const case_result *r)
{
    return r->state == CASE_FAILED || r->state == CASE_PARTIAL;
}

static suspects find_suspects(const grading *g, const rubric *r, const case_result *cases,
                              size_t graded)
{
    suspects found = {0};
    for (size_t i = 0; i < graded; i++) {
        const declaration *d = declaration_find(g->declarations, cases[i].failed_operation);
        bool skip = !failed(&cases[i]) || d == NULL || found.count == MAX_WRONG_OPERATIONS;
        for (size_t k = 0; k < found.count && !skip; k++)
            skip = found.list[k].called == d;
        if (!skip)
            found.list[found.count++] = (suspect){.called = d, .question = r->cases[i].question};
    }
    return found;
}

/* Whether the mistake m answers every recorded call of the operation as the subject did, and the
 * subject is wrong somewhere. */
static bool fits(const evidence *s, const declaration *called, mistake *m)
{
    bindings out = {0};
    bool same = true;
    bool wrong = false;
    for (size_t pass = 0; pass < 2 && same; pass++) /* wrong calls first: they tell most */
        for (size_t i = 0; i < s->count && same; i++) {
            recorded_call *c = &s->calls[i];
            if (c->called != called || c->right != (pass == 1))
                continue;
            if (grading_explained_enough(c->grading))
                return false;
            wrong |= !c->right;
            same = mistake_answer(m, c, &out) &&
                   outputs_agree(&out, &c->got, called->tolerance_double);
        }
    bindings_clear(&out);
    return same && wrong;
}

/* Whether every output of c that the submission has right is so in out, too. */
static bool right_outputs_agree(const recorded_call *c, const bindings *out)
{
    double tolerance = c->called->tolerance_double;
    for (size_t i = 0; i < c->got.count; i++) {
        const binding *got = &c->got.list[i];
        if (output_agrees(got, &c->expected, tolerance) && !output_agrees(got, out, tolerance))
            return false;
    }
    return true;
}

/*
 * How many recorded calls the mistake m answers otherwise than the subject did; only_right looks
 * only at outputs that the subject has right: for the others another mistake may be to blame. Where
 * nothing hangs together with m's module by the rubric r, m answers as the reference does, and what
 * the subject returned says nothing about it.
 */
static size_t contradictions(const evidence *s, const rubric *r, mistake *m, bool only_right)
{
    bindings out = {0};
    size_t count = 0;
    for (size_t i = 0; i < s->count; i++) {
        recorded_call *c = &s->calls[i];
        if (!rubric_are_joined(r, c->called->module, m->module))
            continue;
        count += !mistake_answer(m, c, &out) ||
                 !(only_right ? right_outputs_agree(c, &out)
                              : outputs_agree(&out, &c->got, c->called->tolerance_double));
    }
    bindings_clear(&out);
    return count;
}

/*
 * Of several that fit, leaves the one that the calls of all other operations bear out as well, if
 * there is just one: a layer that is wrong in the net is also wrong by itself.
 */
static bool settle(const grading *g, const rubric *r, suspect *each, bool only_right)
{
    mistake *borne_out = NULL;
    size_t count = 0;
    for (size_t i = 0; i < each->fitting_count; i++) {
        if (contradictions(g->evidence, r, each->fitting[i], only_right) > 0)
            continue;
        borne_out = each->fitting[i];
        count++;
    }
    if (count != 1)
        return false;
    each->fitting[0] = borne_out;
    each->fitting_count = 1;
    return true;
}

/* By all calls at first; where there are several mistakes, by what is right. */
static void settle_by_other_operations(const grading *g, const rubric *r, suspect *each)
{
    if (each->fitting_count >= 2 && each->fitting_count <= MAX_FITTING &&
        !settle(g, r, each, false))
        (void)settle(g, r, each, true);
}

/* Whether another form of the mistake m fits already. */
static bool is_named_already(const suspect *each, const mistake *m)
{
    for (size_t i = 0; i < each->fitting_count && i < MAX_FITTING; i++)
        if (strcmp(each->fitting[i]->name, m->name) == 0)
            return true;
    return false;
}

/* Tries the mistake m on those suspects for which wanted holds. */
static void try_mistake(const grading *g, mistake *m, suspects *found, const bool *wanted)
{
    for (size_t k = 0; k < found->count; k++) {
        suspect *each = &found->list[k];
        if (!wanted[k] || is_named_already(each, m) || !fits(g->evidence, each->called, m))
            continue;
        if (each->fitting_count < MAX_FITTING)
            each->fitting[each->fitting_count] = m;
        each->fitting_count++;
    }
}

/*
 * Whether the operation is of a module that is built from the functions of the other one, in which
 * a mistake therefore may show.
 */
static bool is_built_from(const composite *c, const declaration *called, const char *module)
{
    for (; c != NULL && c->module != NULL; c++)
        if (strcmp(c->parts, module) == 0 && strcmp(called->module, c->module) == 0)
            return true;
    return false;
}

/* Whether a mistake in the module may be what the suspect fails by. */
static bool may_be_in(const grading *g, const rubric *r, const suspect *each, const char *module)
{
    return each->question == rubric_question_of(r, module) ||
           strcmp(each->called->module, module) == 0 ||
           is_built_from(g->composites, each->called, module);
}

/* Single mistakes first; pairs only where none fits. */
static void try_all(const grading *g, const rubric *r, const mistake_list *all, suspects *found)
{
    bool open[MAX_WRONG_OPERATIONS];
    bool wanted[MAX_WRONG_OPERATIONS];
    for (int pair = 0; pair < 2; pair++) {
        for (size_t k = 0; k < found->count; k++)
            open[k] = found->list[k].fitting_count == 0;
        for (size_t i = 0; i < all->count; i++) {
            for (size_t k = 0; k < found->count; k++)
                wanted[k] = open[k] && may_be_in(g, r, &found->list[k], all->list[i].module);
            if (all->list[i].pair == pair)
                try_mistake(g, &all->list[i], found, wanted);
        }
    }
}

/* ---- how sure ---- */

typedef struct weight {
    size_t calls, wrong_calls;
    size_t numbers, labels; /* wrong elements: finite numbers, labels */
    size_t telling;         /* of the numbers, those that hardly agree by accident */
    size_t not_finite;      /* numbers that are NaN or infinite, but were written */
} weight;

/* Accuracies and counts are fractions of small whole numbers, and agree by accident. */
static bool is_simple_fraction(double x)
{
    for (int denominator = 1; denominator <= LARGEST_DENOMINATOR; denominator++)
        if (fabs(x * denominator - round(x * denominator)) < 1e-9)
            return true;
    return false;
}

static void weigh_number(double got, double expected, weight *w)
{
    if (isfinite(got) && got != expected) {
        w->numbers++;
        w->telling += fabs(got - expected) > WRONG_SHARE * fabs(expected) &&
                      w->telling < ENOUGH_NUMBERS && !is_simple_fraction(got);
    } else if (!isfinite(got) && !judge_is_poison(got)) {
        w->not_finite++;
    }
}

static void weigh_output(const binding *got, const binding *expected, weight *w)
{
    if (got->labels != NULL && expected->labels != NULL) {
        for (size_t i = 0; i < got->labels->count; i++)
            w->labels += got->labels->data[i] != expected->labels->data[i];
    } else if (got->tensor != NULL && expected->tensor != NULL) {
        for (size_t i = 0; i < got->tensor->size; i++)
            weigh_number((double)got->tensor->data[i], (double)expected->tensor->data[i], w);
    } else {
        weigh_number(got->number, expected->number, w);
    }
}

static weight weigh(const evidence *s, const declaration *called)
{
    weight w = {0};
    for (size_t i = 0; i < s->count; i++) {
        recorded_call *c = &s->calls[i];
        if (c->called != called)
            continue;
        w.calls++;
        w.wrong_calls += !c->right;
        for (size_t k = 0; k < c->got.count && !c->right; k++) {
            const binding *expected = bindings_find(&c->expected, c->got.list[k].name);
            if (expected != NULL)
                weigh_output(&c->got.list[k], expected, &w);
        }
    }
    return w;
}

/* A wrong number that agrees to nine digits is no accident; a wrong label may well be. */
static bool is_sure(const weight *w)
{
    return w->numbers >= 2 || w->labels >= ENOUGH_LABELS;
}

/*
 * Whether the mistake m is borne out elsewhere too. A layer that is wrong in a net is wrong by
 * itself: no operation that the submission has right may speak against m. Of functions of one
 * module one may be right and the other not; there only results that hardly come about by accident
 * stand for themselves.
 */
static bool is_borne_out(const grading *g, const rubric *r, const declaration *called, mistake *m,
                         const weight *w)
{
    if (!is_built_from(g->composites, called, m->module) && w->telling >= ENOUGH_NUMBERS)
        return true;
    return contradictions(g->evidence, r, m, true) == 0;
}

/* ---- drawing anew ---- */

/* Tries the cases that failed by a suspect that is not settled once more, on other inputs. */
static bool draw_anew(grading *g, const rubric *r, const suspects *found, const case_result *cases,
                      size_t graded)
{
    bool drawn = false;
    case_result *ignored = calloc(1, sizeof *ignored);
    if (ignored == NULL)
        contract_failed(__func__, "no memory");
    for (size_t i = 0; i < graded; i++) {
        const case_definition *d = r->cases[i].definition;
        bool wanted = false;
        for (size_t k = 0; k < found->count; k++) {
            const suspect *each = &found->list[k];
            weight w = weigh(g->evidence, each->called);
            bool open = each->fitting_count > 1 || (each->fitting_count == 1 && !is_sure(&w));
            wanted |= open && strcmp(each->called->name, cases[i].failed_operation) == 0;
        }
        if (!wanted || !failed(&cases[i]) || d->variant != CASE_DOUBLE || d->published ||
            grading_explained_enough(g))
            continue;
        attempt_case(g, d, ignored);
        drawn = true;
    }
    free(ignored);
    return drawn;
}

/* Leaves only those that fit the evidence as it is now. */
static void sift(const grading *g, suspects *found)
{
    for (size_t k = 0; k < found->count; k++) {
        suspect *each = &found->list[k];
        size_t count = each->fitting_count < MAX_FITTING ? each->fitting_count : MAX_FITTING;
        if (each->fitting_count == 0 || each->fitting_count > MAX_FITTING)
            continue;
        each->fitting_count = 0;
        for (size_t i = 0; i < count; i++) {
            if (fits(g->evidence, each->called, each->fitting[i]))
                each->fitting[each->fitting_count++] = each->fitting[i];
        }
    }
}

/* ---- cases that wait for others ---- */

/* Whether a suspect is of the family of case i of r. */
static bool concerns(const suspects *found, const rubric *r, size_t i)
{
    for (size_t k = 0; k < found->count; k++)
        if (r->questions[found->list[k].question].family ==
            r->questions[r->cases[i].question].family)
            return true;
    return false;
}

/*
 * Tries the cases that were skipped because another one failed: they earn nothing, but ties, large
 * numbers and the like tell mistakes apart that look alike elsewhere.
 */
static void try_skipped(grading *g, const rubric *r, const suspects *found,
                        const case_result *cases, size_t graded)
{
    case_result *ignored = calloc(1, sizeof *ignored);
    if (ignored == NULL)
        contract_failed(__func__, "no memory");
    for (size_t i = 0; i < graded; i++) {
        const case_definition *d = r->cases[i].definition;
        if (cases[i].state == CASE_SKIPPED && d->variant == CASE_DOUBLE && !d->published &&
            concerns(found, r, i) && !grading_explained_enough(g))
            attempt_case(g, d, ignored);
    }
    free(ignored);
}

/* ---- telling ---- */

static void tell_mistake(const suspect *each, const weight *w, case_result *r)
{
    const mistake *m = each->fitting[0];
    snprintf(r->mistake, sizeof r->mistake, "%s", m->name);
    snprintf(r->mistake_text, sizeof r->mistake_text, "%s", m->text);
    snprintf(
        r->certainty, sizeof r->certainty,
        "%s: code with exactly this mistake gives the same results as yours in all %zu calls of %s "
        "(%zu of them wrong), and no other known mistake does",
        is_sure(w) ? "Certain" : "Likely", w->calls, each->called->name, w->wrong_calls);
}

/* Whether a case that failed is in float, while in double nothing was wrong. */
static bool is_right_in_double(const weight *w, const rubric_case *c)
{
    return w->calls > 0 && w->wrong_calls == 0 && c->definition->variant == CASE_FLOAT;
}

/* What to say then; nothing where no number was wrong, but the program slow. */
static const char *float_pattern(const case_result *r)
{
    return r->output_name[0] == '\0' ? ""
                                     : "It is right in double, but not in float: a sum that loses "
                                       "digits, or a number that float cannot hold.";
}

void diagnose(grading *g, const rubric *r, const mistake_list *all, case_result *cases,
              size_t graded)
{
    uint32_t seed = g->seed;
    suspects found = find_suspects(g, r, cases, graded);
    try_skipped(g, r, &found, cases, graded);
    for (size_t k = 0; k < found.count; k++)
        evidence_of_filled_outputs(g, found.list[k].called);
    try_all(g, r, all, &found);
    for (uint32_t round = 1; round <= ROUNDS; round++) {
        g->seed = seed + round * 7919;
        if (!draw_anew(g, r, &found, cases, graded))
            break;
        sift(g, &found);
    }
    g->seed = seed;
    for (size_t k = 0; k < found.count; k++) {
        suspect *each = &found.list[k];
        settle_by_other_operations(g, r, each);
        weight w = weigh(g->evidence, each->called);
        bool named = each->fitting_count == 1 && w.numbers + w.labels + w.not_finite > 1 &&
                     is_borne_out(g, r, each->called, each->fitting[0], &w);
        char pattern[PATTERN_TEXT] = "";
        if (!named && !grading_explained_enough(g))
            error_pattern(g, each->called, pattern);
        for (size_t i = 0; i < graded; i++) {
            if (!failed(&cases[i]) || strcmp(cases[i].failed_operation, each->called->name) != 0)
                continue;
            if (named)
                tell_mistake(each, &w, &cases[i]);
            else
                snprintf(cases[i].pattern, sizeof cases[i].pattern, "%s",
                         is_right_in_double(&w, &r->cases[i]) ? float_pattern(&cases[i]) : pattern);
        }
    }
}
