/*
 * Patterns in the numbers. Each is a guess that all wrong calls have to bear out; the first one
 * that they do is told.
 */
#include "error_numbers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract.h"
#include "error_pattern.h"

static const double CLOSE = 1e-6; /* how near a factor is to be to what it is called */

/* ---- patterns in the numbers of one output ---- */

/* An output of one call as a plain vector, with what was expected. */
typedef struct pair {
    recorded_call *call;
    const tensor *got, *expected; /* NULL for a number */
    double got_number, expected_number;
} pair;

static size_t pair_size(const pair *p)
{
    return p->got != NULL ? p->got->size : 1;
}

static double got_at(const pair *p, size_t i)
{
    return p->got != NULL ? (double)p->got->data[i] : p->got_number;
}

static double expected_at(const pair *p, size_t i)
{
    return p->expected != NULL ? (double)p->expected->data[i] : p->expected_number;
}

static double largest_expected(const pair *p)
{
    double largest = 0;
    for (size_t i = 0; i < pair_size(p); i++)
        largest = fmax(largest, fabs(expected_at(p, i)));
    return largest;
}

/* The number k with got = k * expected everywhere, or NaN where there is none. */
static double factor_of(const pair *p)
{
    double across = 0;
    double square = 0;
    double slack = CLOSE * fmax(largest_expected(p), 1e-300);
    for (size_t i = 0; i < pair_size(p); i++) {
        across += got_at(p, i) * expected_at(p, i);
        square += expected_at(p, i) * expected_at(p, i);
    }
    double k = across / square;
    for (size_t i = 0; i < pair_size(p); i++)
        if (!(fabs(got_at(p, i) - k * expected_at(p, i)) <= slack * fmax(1, fabs(k))))
            return NAN;
    return k;
}

/* The number that is added everywhere, or NaN where there is none. */
static double offset_of(const pair *p)
{
    double offset = got_at(p, 0) - expected_at(p, 0);
    double slack = CLOSE * fmax(largest_expected(p), fabs(offset));
    for (size_t i = 0; i < pair_size(p); i++)
        if (!(fabs(got_at(p, i) - expected_at(p, i) - offset) <= slack))
            return NAN;
    return offset;
}

static bool is_near(double value, double wanted)
{
    return fabs(value - wanted) <= CLOSE * fmax(1e-9, fabs(wanted));
}

static bool is_transposed(const pair *p)
{
    if (p->got == NULL || p->got->rank != 2)
        return false;
    size_t rows = p->got->shape[0];
    size_t columns = p->got->shape[1];
    double slack = CLOSE * fmax(largest_expected(p), 1e-300);
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++)
            if (!(fabs(got_at(p, c * rows + r) - expected_at(p, r * columns + c)) <= slack))
                return false;
    return true;
}

typedef enum part { FIRST_ROW, LAST_ROW, FIRST_COLUMN, LAST_COLUMN, PARTS } part;

/*
 * Whether no element outside of that part is wrong; outside counts those that there are.
 */
static bool only_wrong_in(const pair *p, part where, size_t *outside)
{
    if (p->got == NULL || p->got->size == 0)
        return false;
    size_t columns = p->got->rank > 1 ? p->got->size / p->got->shape[0] : 1;
    size_t rows = p->got->size / columns;
    double slack = 1e-9 * fmax(largest_expected(p), 1e-300);
    for (size_t i = 0; i < p->got->size; i++) {
        bool wrong = !(fabs(got_at(p, i) - expected_at(p, i)) <= slack);
        size_t row = i / columns;
        size_t column = i % columns;
        bool inside = where == FIRST_ROW      ? row == 0
                      : where == LAST_ROW     ? row == rows - 1
                      : where == FIRST_COLUMN ? column == 0
                                              : column == columns - 1;
        if (wrong && !inside)
            return false;
        *outside += !inside;
    }
    return true;
}

/* ---- the same in all wrong calls ---- */

enum { MAX_PAIRS = 64 };

typedef struct pairs {
    const char *name;
    size_t count;
    pair list[MAX_PAIRS];
} pairs;

static bool is_wrong(const pair *p)
{
    double slack = p->call->called->tolerance_double * fmax(largest_expected(p), 1e-300);
    for (size_t i = 0; i < pair_size(p); i++)
        if (!(fabs(got_at(p, i) - expected_at(p, i)) <= slack))
            return true;
    return false;
}

/* Every call's output called name that is wrong; labels are left out. */
static pairs wrong_outputs(const evidence *s, const declaration *called, const char *name)
{
    pairs found = {.name = name};
    for (size_t i = 0; i < s->count && found.count < MAX_PAIRS; i++) {
        recorded_call *c = &s->calls[i];
        binding *got = bindings_find(&c->got, name);
        binding *expected = bindings_find(&c->expected, name);
        if (c->called != called || got == NULL || expected == NULL || got->labels != NULL)
            continue;
        pair p = {c, got->tensor, expected->tensor, got->number, expected->number};
        if (is_wrong(&p))
            found.list[found.count++] = p;
    }
    return found;
}

/* Which size, by its letter in the signature, the factor is in all calls; power is 1 or -1. */
static char size_that_is_the_factor(const pairs *wrong, int power)
{
    for (const char *letter = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"; *letter != '\0'; letter++) {
        bool all = true;
        bool varies = false;
        for (size_t i = 0; i < wrong->count && all; i++) {
            size_t size = wrong->list[i].call->state.letters[(unsigned char)*letter];
            all = size > 0 &&
                  is_near(factor_of(&wrong->list[i]), power > 0 ? (double)size : 1 / (double)size);
            varies |= size != 1;
        }
        if (all && varies)
            return *letter;
    }
    return '\0';
}

/* "the number of rows of X": the meaning of a size's letter in the signature. */
static void describe_size(const declaration *called, char letter, char *text, size_t size)
{
    static const char *const names[] = {"rows", "columns", "slices"};
    const parsed_signature *signature = called->parsed;
    snprintf(text, size, "%c", letter);
    for (size_t i = 0; i < signature->count; i++) {
        const declared_argument *argument = &signature->arguments[i];
        const char *found = memchr(argument->sizes, letter, argument->rank);
        if (found == NULL || argument->kind != WIRE_INPUT_TENSOR || found - argument->sizes > 2)
            continue;
        snprintf(text, size, "%c, the number of %s of %s", letter, names[found - argument->sizes],
                 argument->name);
        return;
    }
}

/* Whether what was expected varies: of equal numbers any is a multiple of any, by chance. */
static bool is_informative(const pairs *wrong)
{
    double first = expected_at(&wrong->list[0], 0);
    for (size_t i = 0; i < wrong->count; i++)
        for (size_t k = 0; k < pair_size(&wrong->list[i]); k++)
            if (!is_near(expected_at(&wrong->list[i], k), first))
                return true;
    return false;
}

/* Right to some digits, but not to those that its precision has. */
static bool tell_few_digits(const pairs *wrong, char *text)
{
    const double nearly = 1e-5;
    for (size_t i = 0; i < wrong->count; i++) {
        const pair *p = &wrong->list[i];
        double slack = nearly * fmax(largest_expected(p), 1e-300);
        for (size_t k = 0; k < pair_size(p); k++)
            if (!(fabs(got_at(p, k) - expected_at(p, k)) <= slack))
                return false;
    }
    snprintf(
        text, PATTERN_TEXT,
        "%s is right to five digits or more, but not to fifteen: look for float, expf, logf, a "
        "constant with too few digits, or a small number that is added but not in the formula.",
        wrong->name);
    return true;
}

static bool tell_factor(const declaration *called, const pairs *wrong, char *text)
{
    double first = factor_of(&wrong->list[0]);
    bool constant = isfinite(first) && (is_informative(wrong) || fabs(first) < 1e-12);
    for (size_t i = 1; i < wrong->count; i++)
        constant &= is_near(factor_of(&wrong->list[i]), first);
    char what[96];
    char letter;
    if (constant && is_near(first, -1))
        snprintf(text, PATTERN_TEXT, "%s has the wrong sign everywhere.", wrong->name);
    else if (constant && fabs(first) < 1e-12)
        snprintf(text, PATTERN_TEXT, "%s is 0 everywhere.", wrong->name);
    else if (constant && wrong->count > 1)
        snprintf(text, PATTERN_TEXT, "%s is %.3g times what it should be, everywhere.", wrong->name,
                 first);
    else if ((letter = size_that_is_the_factor(wrong, 1)) != '\0') {
        describe_size(called, letter, what, sizeof what);
        snprintf(text, PATTERN_TEXT, "%s is too large by a factor of %s.", wrong->name, what);
    } else if ((letter = size_that_is_the_factor(wrong, -1)) != '\0') {
        describe_size(called, letter, what, sizeof what);
        snprintf(text, PATTERN_TEXT, "%s is too small by a factor of %s.", wrong->name, what);
    }
    return text[0] != '\0';
}

/* Whether all that is missing is what the output held before the call, an input called "before". */
static bool tell_overwritten(const pairs *wrong, char *text)
{
    for (size_t i = 0; i < wrong->count; i++) {
        bindings *inputs = &wrong->list[i].call->state.inputs;
        const binding *before = bindings_find(inputs, "before");
        if (before == NULL || !is_near(offset_of(&wrong->list[i]), -before->number))
            return false;
    }
    snprintf(text, PATTERN_TEXT,
             "The earlier contents of %s are lost: add to it instead of overwriting it.",
             wrong->name);
    return true;
}

static bool tell_offset(const pairs *wrong, char *text)
{
    double first = offset_of(&wrong->list[0]);
    if (!isfinite(first) || wrong->count < 2 || !is_informative(wrong))
        return false;
    for (size_t i = 1; i < wrong->count; i++)
        if (!(fabs(offset_of(&wrong->list[i]) - first) <= CLOSE * fabs(first)))
            return false;
    snprintf(text, PATTERN_TEXT, "%s is too %s by %.3g, everywhere.", wrong->name,
             first > 0 ? "large" : "small", fabs(first));
    return true;
}

static bool tell_transposition(const pairs *wrong, char *text)
{
    for (size_t i = 0; i < wrong->count; i++)
        if (!is_transposed(&wrong->list[i]))
            return false;
    snprintf(text, PATTERN_TEXT, "%s is transposed: rows and columns are exchanged.", wrong->name);
    return true;
}

static bool tell_part(const pairs *wrong, char *text)
{
    static const char *const names[PARTS] = {"first row", "last row", "first column",
                                             "last column"};
    for (part where = 0; where < PARTS; where++) {
        size_t held = 0;
        size_t outside = 0;
        for (size_t i = 0; i < wrong->count; i++)
            held += only_wrong_in(&wrong->list[i], where, &outside);
        if (held < wrong->count || outside == 0)
            continue;
        snprintf(text, PATTERN_TEXT, "Only the %s of %s is wrong; the others are right.",
                 names[where], wrong->name);
        return true;
    }
    return false;
}

/* ---- regularization ---- */

/* What the reference gives for the output p is of, without regularization. */
static bool without_regularization(grading *g, const pair *p, const char *strength,
                                   const char *name, bindings *out)
{
    recorded_call *c = malloc(sizeof *c);
    if (c == NULL)
        contract_failed(__func__, "no memory");
    *c = *p->call;
    c->state.inputs = (bindings){0};
    bindings_copy(&p->call->state.inputs, &c->state.inputs);
    bindings_find(&c->state.inputs, strength)->number = 0;
    bool answered = g->reference_worker[0] != NULL &&
                    evidence_replay(c, g->reference_worker[0], out) &&
                    bindings_find(out, name) != NULL;
    bindings_clear(&c->state.inputs);
    free(c);
    return answered;
}

/* How often the regularization's share is in the output of p: got = data + k * share; or NaN. */
static double regularization_factor(grading *g, const pair *p, const char *strength,
                                    const char *name)
{
    bindings out = {0};
    double k = NAN;
    double across = 0;
    double square = 0;
    if (!without_regularization(g, p, strength, name, &out))
        goto done;
    const binding *data = bindings_find(&out, name);
    for (size_t i = 0; i < pair_size(p); i++) {
        double base = data->tensor != NULL ? (double)data->tensor->data[i] : data->number;
        double share = expected_at(p, i) - base;
        across += (got_at(p, i) - base) * share;
        square += share * share;
    }
    k = across / square;
    for (size_t i = 0; i < pair_size(p); i++) {
        double base = data->tensor != NULL ? (double)data->tensor->data[i] : data->number;
        double fitted = base + k * (expected_at(p, i) - base);
        if (!(fabs(got_at(p, i) - fitted) <= CLOSE * fmax(largest_expected(p), 1e-300)))
            k = NAN;
    }
done:
    bindings_clear(&out);
    return k;
}

/*
 * How often what is there without regularization is in the output of p: got = k * data + share; or
 * NaN.
 */
static double data_factor(grading *g, const pair *p, const char *strength, const char *name)
{
    bindings out = {0};
    double k = NAN;
    double across = 0;
    double square = 0;
    if (!without_regularization(g, p, strength, name, &out))
        goto done;
    const binding *data = bindings_find(&out, name);
    for (size_t i = 0; i < pair_size(p); i++) {
        double base = data->tensor != NULL ? (double)data->tensor->data[i] : data->number;
        across += (got_at(p, i) - (expected_at(p, i) - base)) * base;
        square += base * base;
    }
    k = across / square;
    for (size_t i = 0; i < pair_size(p); i++) {
        double base = data->tensor != NULL ? (double)data->tensor->data[i] : data->number;
        double fitted = k * base + (expected_at(p, i) - base);
        if (!(fabs(got_at(p, i) - fitted) <= CLOSE * fmax(largest_expected(p), 1e-300)))
            k = NAN;
    }
done:
    bindings_clear(&out);
    return k;
}

/* The input that says how strong the regularization is; NULL where there is none. */
static const char *strength_of(const pairs *wrong)
{
    bindings *inputs = &wrong->list[0].call->state.inputs;
    return bindings_find(inputs, "reg") != NULL        ? "reg"
           : bindings_find(inputs, "strength") != NULL ? "strength"
                                                       : NULL;
}

static bool tell_data_factor(grading *g, const pairs *wrong, char *text)
{
    const char *strength = strength_of(wrong);
    if (strength == NULL || wrong->count < 2 || !is_informative(wrong))
        return false;
    double first = data_factor(g, &wrong->list[0], strength, wrong->name);
    for (size_t i = 1; i < wrong->count; i++)
        if (!(fabs(data_factor(g, &wrong->list[i], strength, wrong->name) - first) <= 1e-4))
            return false;
    if (!isfinite(first))
        return false;
    bool decadic = fabs(first - 0.4342945) < 1e-4; /* log10(e) */
    snprintf(text, PATTERN_TEXT,
             "Without its regularization, %s is %.3g times what it should be%s.", wrong->name,
             first, decadic ? ": log10 in place of the natural logarithm?" : "");
    return true;
}

static bool tell_regularization(grading *g, const pairs *wrong, char *text)
{
    const char *strength = strength_of(wrong);
    if (strength == NULL || wrong->count < 2)
        return false;
    double first = regularization_factor(g, &wrong->list[0], strength, wrong->name);
    for (size_t i = 1; i < wrong->count; i++)
        if (!(fabs(regularization_factor(g, &wrong->list[i], strength, wrong->name) - first) <=
              1e-4))
            return false;
    if (!isfinite(first))
        return false;
    if (fabs(first) < 1e-4)
        snprintf(text, PATTERN_TEXT, "%s is right except for the regularization, which is missing.",
                 wrong->name);
    else
        snprintf(
            text, PATTERN_TEXT,
            "%s is right except for the regularization, which is %.3g times what it should be.",
            wrong->name, first);
    return true;
}

/* ---- all outputs of an operation ---- */

/* A pattern in the numbers of one output. */
typedef bool (*teller)(grading *g, const declaration *called, const pairs *wrong, char *text);

static bool tell_numbers(grading *g, const declaration *called, const pairs *wrong, char *text)
{
    return tell_few_digits(wrong, text) || tell_factor(called, wrong, text) ||
           tell_regularization(g, wrong, text) || tell_data_factor(g, wrong, text) ||
           tell_overwritten(wrong, text) || tell_offset(wrong, text) ||
           tell_transposition(wrong, text);
}

static bool tell_place(grading *g, const declaration *called, const pairs *wrong, char *text)
{
    (void)g;
    (void)called;
    return tell_part(wrong, text);
}

static bool tell_of_outputs(grading *g, const declaration *called, teller tell, char *text)
{
    const parsed_signature *signature = called->parsed;
    for (size_t i = 0; i < signature->count; i++) {
        const declared_argument *argument = &signature->arguments[i];
        if (argument->kind != WIRE_OUTPUT_TENSOR && argument->kind != WIRE_OUTPUT_NUMBER)
            continue;
        pairs wrong = wrong_outputs(g->evidence, called, argument->name);
        if (wrong.count > 0 && tell(g, called, &wrong, text))
            return true;
    }
    return false;
}

bool error_numbers_tell_place(grading *g, const declaration *called, char *text)
{
    return tell_of_outputs(g, called, tell_place, text);
}

bool error_numbers_tell_values(grading *g, const declaration *called, char *text)
{
    return tell_of_outputs(g, called, tell_numbers, text);
}
