/* The table that `make grade` prints. */
#include <stdio.h>
#include <string.h>

#include "result.h"

static const char *colour_of(const char *status, bool colour)
{
    if (!colour)
        return "";
    if (strcmp(status, "passed") == 0)
        return "\033[32m";
    if (strcmp(status, "partial") == 0)
        return "\033[33m";
    return strcmp(status, "failed") == 0 ? "\033[31m" : "\033[90m";
}

static const char *text(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value != NULL ? value : "";
}

static double number(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static void print_modules(const json_t *result)
{
    size_t i;
    size_t handed_in = 0;
    json_t *m;
    json_array_foreach(json_object_get(result, "modules"), i, m)
        handed_in += json_is_true(json_object_get(m, "handed_in"));
    if (handed_in == 0) {
        printf("None of the modules was handed in; the first one should be %s.c\n",
               text(json_array_get(json_object_get(result, "modules"), 0), "name"));
        return;
    }
    json_array_foreach(json_object_get(result, "modules"), i, m) {
        if (json_is_false(json_object_get(m, "handed_in")))
            printf("%s; its functions count as not implemented\n", text(m, "note"));
        else if (json_is_false(json_object_get(m, "builds")))
            printf("%s.c does not build; the stub was graded in its place:\n%s\n", text(m, "name"),
                   text(m, "compiler"));
        if (json_is_true(json_object_get(m, "handed_in")) && text(m, "note")[0] != '\0')
            printf("%s\n", text(m, "note"));
    }
}

/* "1 case", "3 cases". */
static const char *cases_text(size_t count, char text[32])
{
    snprintf(text, 32, "%zu case%s", count, count == 1 ? "" : "s");
    return text;
}

/* Prints a text of several lines, those after the first as far to the right as explanations. */
static void print_lines(const char *lines)
{
    for (; *lines != '\0'; lines++)
        if (*lines == '\n')
            printf("\n                    ");
        else
            putchar(*lines);
    putchar('\n');
}

/* Why a case failed, where that is known and has not been told of the question yet. */
static void print_explanation(const json_t *c, char *told, size_t size)
{
    const char *mistake = text(c, "mistake");
    const char *sentence = mistake[0] != '\0' ? text(c, "mistake_text") : text(c, "pattern");
    size_t used = strlen(told);
    if (sentence[0] == '\0')
        return;
    if (strstr(told, sentence) != NULL) {
        printf("                      the same as above%s%s\n", mistake[0] != '\0' ? ": " : "",
               mistake);
        return;
    }
    printf("                      %s%s%s\n", mistake, mistake[0] != '\0' ? ": " : "", sentence);
    if (used + strlen(sentence) < size)
        snprintf(told + used, size - used, "%s", sentence);
}

/* One line a case that did not pass; cases of one question that are stubs in one line together. */
static void print_cases(const json_t *result, const char *question, bool colour)
{
    size_t i;
    size_t stubs = 0;
    size_t saved = 0;
    const char *blamed = "";
    char cases[32];
    json_t *c;
    char told[4096] = "";
    json_array_foreach(json_object_get(result, "cases"), i, c) {
        const char *status = text(c, "status");
        if (strcmp(text(c, "question"), question) != 0)
            continue;
        if (text(c, "blame")[0] != '\0') {
            blamed = text(c, "blame");
            saved++;
        }
        if (strcmp(status, "passed") == 0)
            continue;
        if (strcmp(status, "not implemented") == 0) {
            stubs++;
            continue;
        }
        printf("      %s%-15s%s %s (%s): ", colour_of(status, colour), status,
               colour ? "\033[0m" : "", text(c, "title"), text(c, "name"));
        print_lines(text(c, "message"));
        print_explanation(c, told, sizeof told);
    }
    if (saved > 0)
        printf("      %s better with the reference's %s in place of yours: the fault is in your "
               "%s.c\n",
               cases_text(saved, cases), blamed, blamed);
    if (stubs > 0)
        printf("      %s need functions that are not implemented yet\n", cases_text(stubs, cases));
}

/* What is seen here, where hidden cases wait: they are not in a student's tree. */
static void print_waiting(const json_t *result)
{
    double waiting = number(result, "waiting");
    double seen = number(result, "max_score");
    if (waiting > 0)
        printf(
            "Only %g of %g points can be seen here, those of the published cases. `make check` is "
            "the tool for daily work;\nthe other %g points are graded once, after you hand in.\n",
            seen, seen + waiting, waiting);
}

static void print_incomplete(const json_t *result)
{
    if (json_is_false(json_object_get(result, "complete")))
        printf("This result is not complete: %.0f of %.0f cases were tried, and %.0f of them could "
               "not be graded because of a problem on our side.\nThis is not a score; ask the "
               "course staff.\n",
               number(result, "cases_graded"), number(result, "cases_total"),
               number(result, "cases_not_graded_our_fault"));
}

void report_terminal(const json_t *result, bool colour)
{
    size_t i;
    json_t *q;
    print_modules(result);
    printf("%s, seed %.0f\n", text(result, "title"), number(result, "seed"));
    json_array_foreach(json_object_get(result, "questions"), i, q) {
        if (number(q, "cases") == 0)
            continue;
        printf("  %-3s %-32s %6.2f of %3g points   %2.0f of %2.0f cases\n", text(q, "name"),
               text(q, "title"), number(q, "score"), number(q, "max_score"),
               number(q, "cases_passed"), number(q, "cases"));
        print_cases(result, text(q, "name"), colour);
    }
    printf("  total                                %6.2f of %3g points\n", number(result, "score"),
           number(result, "max_score"));
    print_waiting(result);
    print_incomplete(result);
}
