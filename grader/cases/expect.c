/* Expectations. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "attempt_state.h"
#include "contract.h"

/*
 * Notes whether an expectation of the group held; one that did not makes the group wrong for good.
 */
static void note(attempt *a, const char *group, bool holds)
{
    size_t i = 0;
    while (i < a->group_count && strcmp(a->groups[i].name, group) != 0)
        i++;
    if (i == a->group_count) {
        if (i == MAX_GROUPS)
            contract_failed("case", "%s: more than %d groups", a->definition->name, MAX_GROUPS);
        snprintf(a->groups[i].name, sizeof a->groups[i].name, "%s", group);
        a->groups[i].holds = true;
        a->group_count++;
    }
    a->groups[i].holds &= holds;
    if (!holds)
        attempt_note_wrong(a);
}

static void note_judgement(attempt *a, const char *name, const judgement *j)
{
    if (!j->passed && a->result->output_name[0] == '\0') {
        snprintf(a->result->output_name, sizeof a->result->output_name, "%s", name);
        a->result->judgement = *j;
    }
    note(a, name, j->passed);
}

/* Notes it of an expectation that a sentence tells of, which stays where it is the first. */
static void note_sentence(attempt *a, const char *group, bool holds, const char *sentence)
{
    char text[CASE_MESSAGE];
    if (!holds && !attempt_found_wrong(a)) {
        snprintf(text, sizeof text, "%s: %s", a->called->name, sentence);
        attempt_keep_message(a->result, text);
    }
    note(a, group, holds);
}

static void judge_output(attempt *a, const char *name, const binding *expected, double tolerance)
{
    judgement j;
    const binding *subject = bindings_find(&a->got, name);
    if (subject == NULL)
        contract_failed("case", "%s: no output is called %s", a->called->name, name);
    if (subject->tensor != NULL)
        judge_tensor(name, subject->tensor, expected->tensor, tolerance, &j);
    else if (subject->length > 0)
        judge_words(name, subject->labels, expected->labels, subject->length, &j);
    else if (subject->labels != NULL)
        judge_labels(name, subject->labels, expected->labels, &j);
    else
        judge_number(name, subject->number, expected->number, tolerance, &j);
    note_judgement(a, name, &j);
}

static double tolerance_of(const attempt *a)
{
    return a->definition->variant == CASE_FLOAT ? a->called->tolerance_float
                                                : a->called->tolerance_double;
}

void expect_close_within(attempt *a, const char *name, double tolerance)
{
    if (a->ended)
        return;
    const binding *expected = bindings_find(&a->reference, name);
    if (expected == NULL)
        contract_failed("case", "%s: the reference has no output %s", a->called->name, name);
    judge_output(a, name, expected, tolerance);
}

void expect_close(attempt *a, const char *name)
{
    if (!a->ended)
        expect_close_within(a, name, tolerance_of(a));
}

void expect_tensor(attempt *a, const char *name, const tensor *expected, double tolerance)
{
    judgement j;
    if (a->ended)
        return;
    judge_tensor(name, got(a, name), expected, tolerance, &j);
    note_judgement(a, name, &j);
}

void expect_captions(attempt *a, const char *name, const captions *expected)
{
    judgement j;
    const labels words = {.count = expected->count * expected->length, .data = expected->words};
    if (a->ended)
        return;
    judge_words(name, got_labels(a, name), &words, expected->length, &j);
    note_judgement(a, name, &j);
}

void expect_number(attempt *a, const char *name, double expected, double tolerance)
{
    judgement j;
    if (a->ended)
        return;
    judge_number(name, got_number(a, name), expected, tolerance, &j);
    note_judgement(a, name, &j);
}

void expect(attempt *a, const char *group, bool holds, const char *format, ...)
{
    char message[CASE_MESSAGE - WIRE_NAME];
    if (a->ended)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    note_sentence(a, group, holds, message);
}

void require(attempt *a, bool holds, const char *format, ...)
{
    if (a->ended || holds)
        return;
    va_list arguments;
    va_start(arguments, format);
    char message[CASE_MESSAGE - WIRE_NAME];
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    attempt_end(a, CASE_FAILED, "%s: %s", a->called->name, message);
}
