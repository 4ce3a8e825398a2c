/* Views of a result: nothing that a reader may not see is left in his. */
#include "audience.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "sentence.h"

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static void blank(json_t *object, const char *const *keys)
{
    for (; *keys != NULL; keys++)
        json_object_set_new(object, *keys, json_string(""));
}

static void remove_fields(json_t *object, const char *const *keys)
{
    for (; *keys != NULL; keys++)
        json_object_set_new(object, *keys, json_null());
}

static void quote(json_t *object, const char *key)
{
    json_object_set_new(object, key, quoted_text(text_of(object, key)));
}

static void show_all(json_t *c)
{
    json_object_set_new(c, "message", sentence_of_case(c, (reader){true, true}));
}

static void show_actual(json_t *c)
{
    reader r = {.sees_program = strcmp(text_of(c, "visibility"), "hidden") != 0};
    json_object_set_new(c, "message", sentence_of_case(c, r));
    blank(c, (const char *const[]){"called_with", "expectation", NULL});
    if (!r.sees_program)
        blank(c, (const char *const[]){"printed", "program_said", NULL});
    if (json_is_object(json_object_get(c, "output")))
        remove_fields(json_object_get(c, "output"),
                      (const char *const[]){"expected", "largest_error", "alike", NULL});
}

static void show_verdict(json_t *c)
{
    blank(c,
          (const char *const[]){"message", "grader_said", "expectation", "program_said",
                                "failed_operation", "called_with", "operation", "printed", NULL});
    remove_fields(c, (const char *const[]){"output", "pattern", "certainty", NULL});
}

/* Changes c to what is seen of it at level; false where that is nothing. */
static bool show(json_t *c, const char *level)
{
    if (strcmp(level, "full") == 0)
        show_all(c);
    else if (strcmp(level, "actual") == 0)
        show_actual(c);
    else if (strcmp(level, "verdict") == 0)
        show_verdict(c);
    else
        return false;
    quote(c, "printed");
    quote(c, "program_said");
    return true;
}

static const char *level_of(const json_t *levels, const json_t *c)
{
    const char *own = json_string_value(json_object_get(levels, text_of(c, "name")));
    return levels == NULL ? "full" : own != NULL ? own : text_of(levels, text_of(c, "visibility"));
}

static bool no_such_audience(const json_t *detail, const char *audience, error *e)
{
    char known[256] = "";
    const char *key;
    json_t *levels;
    json_object_foreach((json_t *)(uintptr_t)detail, key, levels) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", used > 0 ? ", " : "", key);
    }
    return error_set(e, "there is no audience %s; there are %s", audience, known);
}

json_t *audience_view(const json_t *result, const json_t *detail, const char *audience, error *e)
{
    const json_t *levels = json_object_get(detail, audience);
    json_t *seen = json_deep_copy(result);
    json_t *cases = json_array();
    json_t *each;
    size_t i;
    if (detail != NULL && !json_is_object(levels)) {
        no_such_audience(detail, audience, e);
        json_decref(seen);
        json_decref(cases);
        return NULL;
    }
    json_array_foreach(json_object_get(seen, "cases"), i, each)
        if (show(each, level_of(levels, each)))
            json_array_append(cases, each);
    json_object_set_new(seen, "cases", cases);
    json_array_foreach(json_object_get(seen, "modules"), i, each)
        quote(each, "compiler");
    json_object_set_new(seen, "audience", json_string(audience));
    return seen;
}
