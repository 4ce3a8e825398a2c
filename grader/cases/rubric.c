/* Reading the rubric with jansson, and checking it against the cases. */
#include "rubric.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

static bool copy_text(const char *path, json_t *object, const char *key, char *text, size_t size,
                      error *e)
{
    const char *value = json_string_value(json_object_get(object, key));
    if (value == NULL || value[0] == '\0' || strlen(value) >= size)
        return error_set(e, "%s: \"%s\" is missing, no text, or too long", path, key);
    snprintf(text, size, "%s", value);
    return true;
}

static const case_definition *find_case(const char *name)
{
    for (const case_definition *c = case_first(); c != NULL; c = c->next)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

static bool has_hidden_cases(void)
{
    for (const case_definition *c = case_first(); c != NULL; c = c->next)
        if (!c->published)
            return true;
    return false;
}

size_t rubric_find(const rubric *r, const char *name)
{
    for (size_t i = 0; i < r->case_count; i++)
        if (strcmp(r->cases[i].definition->name, name) == 0)
            return i;
    return r->case_count;
}

size_t rubric_question_of(const rubric *r, const char *module)
{
    for (size_t i = 0; i < r->module_count; i++)
        if (strcmp(r->modules[i].name, module) == 0)
            return r->modules[i].question;
    return MAX_QUESTIONS;
}

bool rubric_case_may_be_tried(const rubric *r, size_t i, case_result *cases)
{
    const char *needs = r->cases[i].definition->needs;
    size_t earlier = needs != NULL ? rubric_find(r, needs) : r->case_count;
    if (earlier == r->case_count) /* a student's tree lacks the hidden case */
        return true;
    const case_result *before = &cases[earlier];
    if (before->state == CASE_PASSED || before->state == CASE_PARTIAL)
        return true;
    cases[i] =
        (case_result){.state = before->state == CASE_FAILED ? CASE_SKIPPED : before->state,
                      .waits_for = before->waits_for != NULL ? before->waits_for
                                                             : r->cases[earlier].definition->name};
    snprintf(cases[i].message, sizeof cases[i].message, "waits for \"%s\"",
             r->cases[earlier].definition->title);
    return false;
}

static void join_questions(rubric *r, size_t a, size_t b)
{
    size_t first = r->questions[a].family;
    size_t second = r->questions[b].family;
    for (size_t q = 0; q < r->question_count; q++)
        if (r->questions[q].family == first || r->questions[q].family == second)
            r->questions[q].family = first < second ? first : second;
}

void rubric_join(rubric *r, const char *module, const char *other)
{
    size_t a = rubric_question_of(r, module);
    size_t b = rubric_question_of(r, other);
    if (a != MAX_QUESTIONS && b != MAX_QUESTIONS)
        join_questions(r, a, b);
}

bool rubric_are_joined(const rubric *r, const char *module, const char *other)
{
    size_t a = rubric_question_of(r, module);
    size_t b = rubric_question_of(r, other);
    return a != MAX_QUESTIONS && b != MAX_QUESTIONS &&
           r->questions[a].family == r->questions[b].family;
}

double rubric_points(const rubric *r)
{
    double points = 0;
    for (size_t i = 0; i < r->question_count; i++)
        points += r->questions[i].points;
    return points;
}

double rubric_waiting(const rubric *r)
{
    double points = 0;
    for (size_t i = 0; i < r->question_count; i++)
        points += r->questions[i].waiting;
    return points;
}

static bool read_case(const char *path, rubric *r, size_t question, const char *name, json_t *value,
                      error *e)
{
    const case_definition *definition = find_case(name);
    if (definition == NULL)
        return error_set(e, "%s: there is no case called %s", path, name);
    if (rubric_find(r, name) < r->case_count)
        return error_set(e, "%s: %s counts twice", path, name);
    if (!json_is_number(value) || !(json_number_value(value) > 0))
        return error_set(e, "%s: the points of %s are not a number above 0", path, name);
    if (definition->published && definition->needs == NULL)
        return error_set(e, "%s: %s is published, so it must need a hidden case", path, name);
    if (definition->needs != NULL && rubric_find(r, definition->needs) == r->case_count &&
        !(definition->published && !has_hidden_cases()))
        return error_set(e, "%s: %s needs %s, which should come before it", path, name,
                         definition->needs);
    if (r->case_count == MAX_CASES)
        return error_set(e, "%s: more than %d cases", path, MAX_CASES);
    if (definition->needs != NULL && rubric_find(r, definition->needs) < r->case_count)
        join_questions(r, question, r->cases[rubric_find(r, definition->needs)].question);
    r->cases[r->case_count++] = (rubric_case){
        .definition = definition, .question = question, .points = json_number_value(value)};
    return true;
}

static bool read_modules(const char *path, rubric *r, size_t question, json_t *array, error *e)
{
    size_t i;
    json_t *value;
    json_array_foreach(array, i, value) {
        const char *name = json_string_value(value);
        if (name == NULL || strlen(name) >= sizeof r->modules[0].name ||
            r->module_count == MAX_MODULES)
            return error_set(e, "%s: \"modules\" of %s has an entry that is not a short text", path,
                             r->questions[question].name);
        r->modules[r->module_count].question = question;
        snprintf(r->modules[r->module_count++].name, sizeof r->modules[0].name, "%s", name);
    }
    return i > 0 || error_set(e, "%s: %s has no \"modules\"", path, r->questions[question].name);
}

static bool read_question(const char *path, rubric *r, json_t *object, error *e)
{
    const char *name;
    json_t *value;
    double sum = 0;
    if (r->question_count == MAX_QUESTIONS)
        return error_set(e, "%s: more than %d questions", path, MAX_QUESTIONS);
    size_t index = r->question_count++;
    rubric_question *q = &r->questions[index];
    q->family = index;
    if (!copy_text(path, object, "name", q->name, sizeof q->name, e) ||
        !copy_text(path, object, "title", q->title, sizeof q->title, e) ||
        !read_modules(path, r, index, json_object_get(object, "modules"), e))
        return false;
    q->points = json_number_value(json_object_get(object, "points"));
    q->waiting = json_number_value(json_object_get(object, "waiting"));
    q->costly = json_is_string(json_object_get(object, "costly"));
    sum = q->waiting;
    json_object_foreach(json_object_get(object, "cases"), name, value) {
        if (!read_case(path, r, index, name, value, e))
            return false;
        sum += json_number_value(value);
    }
    if (fabs(sum - q->points) > 1e-9)
        return error_set(e, "%s: the cases of %s give %g points, the question %g", path, q->name,
                         sum, q->points);
    return true;
}

static bool every_case_counts(const char *path, const rubric *r, error *e)
{
    for (const case_definition *c = case_first(); c != NULL; c = c->next)
        if (rubric_find(r, c->name) == r->case_count)
            return error_set(e, "%s: the case %s has no points", path, c->name);
    return true;
}

bool rubric_load(const char *path, rubric *r, error *e)
{
    json_error_t parse_error;
    size_t i;
    json_t *question;
    *r = (rubric){0};
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &parse_error);
    if (root == NULL)
        return error_set(e, "%s:%d: %s", path, parse_error.line, parse_error.text);
    r->assignment = (unsigned)json_integer_value(json_object_get(root, "assignment"));
    bool loaded = copy_text(path, root, "title", r->title, sizeof r->title, e);
    json_array_foreach(json_object_get(root, "questions"), i, question)
        loaded = loaded && read_question(path, r, question, e);
    loaded = loaded && every_case_counts(path, r, e);
    json_decref(root);
    return loaded;
}
