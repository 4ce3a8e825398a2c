/*
 * The result as JSON. Every text that comes from a submission passes through clean_text: valid
 * UTF-8 without control characters, so that no report has to fear it.
 */
#include "result.h"

#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomic_file.h"
#include "sentence.h"

/*
 * length bytes as a JSON text: control characters but newline and tab become '?', all of it ASCII
 * when it is not UTF-8.
 */
static json_t *clean_bytes(const char *bytes, size_t length)
{
    char *copy = calloc(length + 1, 1);
    if (copy == NULL)
        return json_null();
    memcpy(copy, bytes, length);
    for (size_t i = 0; i < length; i++) {
        bool wanted = copy[i] == '\n' || copy[i] == '\t';
        memset(copy + i, '?', wanted ? 0 : control_length(copy + i));
    }
    json_t *text = json_stringn(copy, length);
    if (text == NULL) {
        for (size_t i = 0; i < length; i++)
            if ((copy[i] & 0x80) != 0)
                copy[i] = '?';
        text = json_stringn(copy, length);
    }
    free(copy);
    return text;
}

static json_t *clean_text(const char *text)
{
    return clean_bytes(text, strlen(text));
}

/* The same for a text that is to stay one line, a name for example. */
static json_t *clean_line(const char *text)
{
    json_t *line = clean_text(text);
    char *copy = strdup(json_string_value(line));
    if (copy == NULL)
        return line;
    for (char *c = copy; (c = strpbrk(c, "\n\t")) != NULL;)
        *c = '?';
    json_string_set(line, copy);
    free(copy);
    return line;
}

typedef struct number_text {
    char text[40];
} number_text;

/* A number as a report shows it, with that many digits. */
static number_text number_as_text(double value, int digits)
{
    number_text t;
    if (judge_is_poison(value))
        snprintf(t.text, sizeof t.text, "never written");
    else if (isnan(value))
        snprintf(t.text, sizeof t.text, "NaN");
    else if (isinf(value))
        snprintf(t.text, sizeof t.text, value > 0 ? "infinite" : "minus infinite");
    else
        snprintf(t.text, sizeof t.text, "%.*g", digits, value);
    return t;
}

/* What came out and what should have, with as many digits as tell them apart. */
static void pair_as_text(const judgement *j, number_text *got, number_text *expected)
{
    int digits = 9;
    do {
        *got = number_as_text(j->got, digits);
        *expected = number_as_text(j->expected, digits);
    } while (strcmp(got->text, expected->text) == 0 && digits++ < 17);
}

json_t *result_points(double value)
{
    return json_real(round(value * 1e4) / 1e4);
}

static json_t *map_json(const judgement *j)
{
    json_t *rows = json_array();
    for (size_t r = 0; r < j->map_rows; r++) {
        char text[MAP_COLUMNS + 1];
        for (size_t c = 0; c < j->map_columns; c++)
            text[c] = (char)('0' + j->map[r * j->map_columns + c]);
        text[j->map_columns] = '\0';
        json_array_append_new(rows, json_string(text));
    }
    return rows;
}

static json_t *text_or_null(const char *text)
{
    return text[0] != '\0' ? clean_text(text) : json_null();
}

static json_t *output_json(const case_result *r)
{
    const judgement *j = &r->judgement;
    if (r->output_name[0] == '\0')
        return json_null();
    number_text got;
    number_text expected;
    pair_as_text(j, &got, &expected);
    return json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:s, s:s, s:f, s:o, s:o}", "name",
                     r->output_name, "place", j->place, "wrong", (json_int_t)j->wrong, "total",
                     (json_int_t)j->total, "unwritten", (json_int_t)j->unwritten, "not_finite",
                     (json_int_t)j->not_finite, "first_wrong", (json_int_t)j->index, "got",
                     got.text, "expected", expected.text, "largest_error", j->largest_error, "map",
                     map_json(j), "alike", text_or_null(j->alike));
}

json_t *case_result_json(const case_definition *d, const case_result *r)
{
    json_t *c = json_pack(
        "{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:s, s:s, s:s, s:o, s:o, "
        "s:o, s:b}",
        "name", d->name, "title", d->title, "status", case_state_name(r->state), "mistake",
        text_or_null(r->mistake), "mistake_text", text_or_null(r->mistake_text), "certainty",
        text_or_null(r->certainty), "pattern", text_or_null(r->pattern), "blame",
        text_or_null(r->blame), "grader_said", clean_text(r->message), "expectation",
        clean_text(r->expectation), "program_said", clean_text(r->program_said), "failed_operation",
        r->failed_operation, "visibility", d->published ? "public" : "hidden", "variant",
        variant_names[d->variant], "operation", r->operation, "called_with",
        clean_text(r->call_text), "output", output_json(r), "printed",
        clean_bytes(r->printed, r->printed_length), "printed_cut", r->printed_cut);
    json_object_set_new(c, "waits_for",
                        r->waits_for != NULL ? json_string(r->waits_for) : json_null());
    json_object_set_new(c, "message", sentence_of_case(c, (reader){true, true}));
    return c;
}

static json_t *case_json(const grade_record *record, size_t i)
{
    const rubric_case *rc = &record->rubric->cases[i];
    const case_result *r = &record->cases[i];
    json_t *c = earlier_keeps(&record->earlier, rc)
                    ? json_copy(earlier_case(&record->earlier, rc->definition->name))
                    : case_result_json(rc->definition, r);
    json_object_set_new(c, "question", json_string(record->rubric->questions[rc->question].name));
    json_object_set_new(c, "fraction", json_real(r->fraction));
    json_object_set_new(c, "score", result_points(r->fraction * rc->points));
    json_object_set_new(c, "max_score", result_points(rc->points));
    return c;
}

static json_t *timing_json(const grade_record *record, size_t i)
{
    const case_result *r = &record->cases[i];
    if (earlier_keeps(&record->earlier, &record->rubric->cases[i]))
        return json_incref(
            earlier_timing(&record->earlier, record->rubric->cases[i].definition->name));
    return json_pack("{s:f, s:f, s:f, s:I, s:f}", "seconds", r->seconds, "slowest_call_cpu_seconds",
                     r->cpu_seconds, "limit_cpu_seconds", r->limit_seconds, "peak_memory_bytes",
                     (json_int_t)r->peak_memory, "times_reference", r->speed_ratio);
}

static json_t *question_json(const grade_record *record, size_t q)
{
    const rubric *r = record->rubric;
    double score = 0;
    json_int_t cases = 0;
    json_int_t passed = 0;
    for (size_t i = 0; i < r->case_count; i++) {
        if (r->cases[i].question != q)
            continue;
        cases++;
        if (i >= record->graded)
            continue;
        passed += record->cases[i].state == CASE_PASSED;
        score += record->cases[i].fraction * r->cases[i].points;
    }
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:I, s:I}", "name", r->questions[q].name, "title",
                     r->questions[q].title, "score", result_points(score), "max_score",
                     result_points(r->questions[q].points - r->questions[q].waiting), "waiting",
                     result_points(r->questions[q].waiting), "cases_passed", passed, "cases",
                     cases);
}

static json_t *module_json(const grade_record *record, size_t i)
{
    const module_source *m = &record->submission->modules[i];
    const module_build *b = &record->builds[i];
    return json_pack("{s:s, s:b, s:b, s:o, s:o}", "name", m->name, "handed_in", b->handed_in,
                     "builds", b->builds, "note",
                     clean_line(b->handed_in ? m->problem : b->message), "compiler",
                     clean_text(b->handed_in ? b->message : ""));
}

/* The processor's name, read once. */
static json_t *processor(void)
{
    static char line[256];
    static const char *name;
    if (name != NULL)
        return clean_line(name);
    FILE *file = fopen("/proc/cpuinfo", "re");
    while (file != NULL && name == NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "model name", 10) == 0 && strchr(line, ':') != NULL) {
            line[strcspn(line, "\n")] = '\0';
            name = strchr(line, ':') + 2;
        }
    if (file != NULL)
        fclose(file);
    if (name == NULL)
        name = "unknown";
    return clean_line(name);
}

/*
 * The hashes of what judged each question; none while cases are missing, and where something
 * happened that is counted over all of them: then no question can be judged by itself.
 */
static json_t *questions_json(const grade_record *record)
{
    json_t *hashes = json_object();
    bool apart = record->graded == record->rubric->case_count && !record->grading->ran_out &&
                 !record->grading->explanations_cut;
    for (size_t q = 0; apart && q < record->rubric->question_count; q++)
        json_object_set_new(hashes, record->rubric->questions[q].name,
                            json_string(record->question_hashes[q].text));
    return hashes;
}

static json_t *environment_json(const grade_record *record)
{
    char layers[128];
    return json_pack("{s:o, s:s, s:s, s:o, s:s, s:o, s:s, s:s}", "questions_sha256",
                     questions_json(record), "course_sha256", record->hashes->course,
                     "judge_sha256", record->hashes->judge, "compiler",
                     record->compiler[0] != '\0' ? clean_line(record->compiler) : json_null(),
                     "blas", openblas_get_config(), "processor", processor(), "sandbox",
                     sandbox_layers_text(record->grading->layers, layers, sizeof layers),
                     "sandbox_complete", record->grading->layers == SANDBOX_ALL ? "yes" : "no");
}

/* The graded cases as JSON, each made once. */
static json_t *cases_json(grade_record *record)
{
    if (record->told == NULL)
        record->told = json_array();
    for (size_t i = json_array_size(record->told); i < record->graded; i++)
        json_array_append_new(record->told, case_json(record, i));
    return record->told;
}

void result_changed(grade_record *record)
{
    json_decref(record->told);
    record->told = NULL;
}

json_t *result_json(grade_record *record)
{
    const rubric *r = record->rubric;
    double score = 0;
    double seconds = 0;
    json_int_t faults = 0;
    json_t *questions = json_array();
    json_t *modules = json_array();
    json_t *timings = json_object();
    for (size_t i = 0; i < record->graded; i++) {
        json_object_set_new(timings, r->cases[i].definition->name, timing_json(record, i));
        score += record->cases[i].fraction * r->cases[i].points;
        seconds += record->cases[i].seconds;
        faults += record->cases[i].state == CASE_NOT_GRADED;
    }
    for (size_t i = 0; i < r->question_count; i++)
        json_array_append_new(questions, question_json(record, i));
    for (size_t i = 0; i < record->submission->count; i++)
        json_array_append_new(modules, module_json(record, i));
    return json_pack(
        "{s:i, s:I, s:s, s:I, s:o, s:o, s:o, s:b, s:b, s:I, s:I, s:I, s:{s:o, s:s}, s:o, s:o, s:O, "
        "s:o, s:{s:f, s:o}}",
        "schema", 2, "assignment", (json_int_t)r->assignment, "title", r->title, "seed",
        (json_int_t)record->grading->seed, "score", result_points(score), "max_score",
        result_points(rubric_points(r) - rubric_waiting(r)), "waiting",
        result_points(rubric_waiting(r)), "complete",
        record->graded == r->case_count && faults == 0, "explained",
        !record->grading->explanations_cut, "cases_graded", (json_int_t)record->graded,
        "cases_total", (json_int_t)r->case_count, "cases_not_graded_our_fault", faults,
        "submission", "name", clean_line(record->submission_name), "sha256",
        record->submission->hash, "questions", questions, "modules", modules, "cases",
        cases_json(record), "environment", environment_json(record), "timings", "seconds", seconds,
        "cases", timings);
}

bool result_write(const json_t *json, const char *path, error *e)
{
    atomic_file out;
    if (!atomic_file_open(&out, path, e))
        return false;
    if (json_dumpf(json, out.stream, JSON_INDENT(1) | JSON_REAL_PRECISION(12)) == 0)
        return atomic_file_commit(&out, e);
    atomic_file_abandon(&out);
    return error_set(e, "%s: the result could not be written", path);
}
