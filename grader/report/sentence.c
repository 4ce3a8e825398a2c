/* Composing sentences, and quoting. */
#include "sentence.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract.h"

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static double number_of(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

/* ---- quoting ---- */

/* Bytes of the character of a text in UTF-8 at c. */
static size_t character_length(const char *c)
{
    size_t length = 1;
    while ((c[length] & 0xc0) == 0x80)
        length++;
    return length;
}

/*
 * Bytes of what goes into one line of a quotation of line, which ends at end: all of it, or up to
 * QUOTE_WIDTH characters, at a blank where there is one in the second half.
 */
static size_t quoted_length(const char *line, const char *end)
{
    size_t column = 0;
    const char *blank = NULL;
    const char *c = line;
    for (; c < end && column < QUOTE_WIDTH; c += character_length(c), column++)
        if (*c == ' ' && column > QUOTE_WIDTH / 2)
            blank = c;
    return (size_t)((c < end && blank != NULL ? blank + 1 : c) - line);
}

static void write_quoted(FILE *out, const char *text)
{
    const char *end = text;
    for (bool first = true; first || *end == '\n'; first = false) {
        const char *line = first ? text : end + 1;
        end = line + strcspn(line, "\n");
        do {
            size_t length = quoted_length(line, end);
            fprintf(out, "%s  | %.*s", first ? "" : "\n", (int)length, line);
            line += length;
            first = false;
        } while (line < end);
    }
}

json_t *quoted_text(const char *text)
{
    char *bytes = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&bytes, &length);
    if (out == NULL)
        contract_failed(__func__, "no memory");
    size_t kept = strlen(text);
    while (kept > 0 && text[kept - 1] == '\n')
        kept--;
    char *trimmed = strndup(text, kept);
    if (trimmed == NULL)
        contract_failed(__func__, "no memory");
    for (char *tab = trimmed; (tab = strchr(tab, '\t')) != NULL;)
        *tab = ' ';
    if (kept > 0)
        write_quoted(out, trimmed);
    free(trimmed);
    fclose(out);
    json_t *quoted = json_stringn(bytes, length);
    free(bytes);
    return quoted;
}

/* ---- sentences ---- */

/* "th", "st", "nd", "rd" */
static const char *ordinal_ending(int number)
{
    static const char *const endings[] = {"th", "st", "nd", "rd"};
    int last = number % 10;
    return last <= 3 && number / 10 % 10 != 1 ? endings[last] : "th";
}

/* ", should be 3", and for numbers that look the same in which digit they differ. */
static void write_expected(FILE *out, const json_t *output)
{
    const char *expected = text_of(output, "expected");
    double wanted = strtod(expected, NULL);
    double apart = fabs(strtod(text_of(output, "got"), NULL) - wanted) / fabs(wanted);
    fprintf(out, ", should be %s", expected);
    if (apart > 0 && apart < 1e-6) {
        int digit = 1 + (int)ceil(-log10(apart));
        fprintf(out, " (they differ in the %d%s digit)", digit, ordinal_ending(digit));
    }
}

static void write_judgement(FILE *out, const json_t *c, const json_t *output, reader r)
{
    double wrong = number_of(output, "wrong");
    double total = number_of(output, "total");
    fprintf(out, "%s: ", text_of(c, "failed_operation"));
    if (strcmp(text_of(c, "variant"), "sanitized") == 0)
        fputs("no memory error, but a wrong value: ", out);
    fputs(text_of(output, "place"), out);
    if (strcmp(text_of(output, "got"), "never written") == 0)
        fputs(" was never written, or was added to before it was set", out);
    else
        fprintf(out, " is %s", text_of(output, "got"));
    if (r.sees_expected && strcmp(text_of(output, "got"), "never written") != 0)
        write_expected(out, output);
    if (total > 1)
        fprintf(out, "; %.0f of %.0f elements %s wrong%s", wrong, total, wrong == 1 ? "is" : "are",
                number_of(output, "unwritten") == total ? ", none was written"
                : number_of(output, "not_finite") == wrong && wrong > 1
                    ? ", all of them NaN or infinite"
                    : "");
}

json_t *sentence_of_case(const json_t *c, reader r)
{
    char *bytes = NULL;
    size_t length = 0;
    const json_t *output = json_object_get(c, "output");
    FILE *out = open_memstream(&bytes, &length);
    if (out == NULL)
        contract_failed(__func__, "no memory");
    if (text_of(c, "grader_said")[0] != '\0')
        fprintf(out, "%s%s", text_of(c, "grader_said"),
                r.sees_expected ? text_of(c, "expectation") : "");
    else if (json_is_object(output))
        write_judgement(out, c, output, r);
    if (text_of(c, "program_said")[0] != '\0' && !r.sees_program)
        fputs(" (its output is not shown here: it may contain the inputs)", out);
    else if (text_of(c, "program_said")[0] != '\0') {
        json_t *said = quoted_text(text_of(c, "program_said"));
        fprintf(out, "; the program says:\n%s", json_string_value(said));
        json_decref(said);
    }
    fclose(out);
    json_t *sentence = json_stringn(bytes, length);
    free(bytes);
    return sentence;
}
