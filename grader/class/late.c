/* The rule for late submissions. The book's view "grade" reckons with it. */
#include "late.h"

#include <stdlib.h>
#include <string.h>

/* The number called key in rule, into *value, which keeps what it has when there is none. */
static bool read_number(const json_t *rule, const char *path, const char *key, double most,
                        double *value, error *e)
{
    const json_t *number = json_object_get(rule, key);
    if (number == NULL)
        return true;
    *value = json_number_value(number);
    return (json_is_number(number) && *value >= 0 && *value <= most) ||
           error_set(e, "%s: %s should be a number from 0 to %g", path, key, most);
}

static bool known_keys_only(json_t *rule, const char *path, error *e)
{
    const char *key;
    json_t *value;
    json_object_foreach(rule, key, value) {
        if (strcmp(key, "percent_a_day") != 0 && strcmp(key, "grace_minutes") != 0 &&
            strcmp(key, "most_percent") != 0)
            return error_set(e,
                             "%s: %.100s: there are percent_a_day, grace_minutes and most_percent",
                             path, key);
    }
    return true;
}

static bool set_rule(const book *b, json_t *rule, const char *path, error *e)
{
    double percent = 0;
    double most = 100;
    double minutes = 0;
    if (!json_is_object(rule) || json_object_get(rule, "percent_a_day") == NULL)
        return error_set(e, "%s: should be like {\"percent_a_day\": 10, \"most_percent\": 50}",
                         path);
    if (!known_keys_only(rule, path, e) ||
        !read_number(rule, path, "percent_a_day", 100, &percent, e) ||
        !read_number(rule, path, "most_percent", 100, &most, e) ||
        !read_number(rule, path, "grace_minutes", 100000, &minutes, e))
        return false;
    json_t *whole = json_pack("{s:f, s:f, s:f}", "percent_a_day", percent, "most_percent", most,
                              "grace_minutes", minutes);
    char *text = json_dumps(whole, JSON_SORT_KEYS);
    bool set = text != NULL && book_set(b, "late", text, e);
    free(text);
    json_decref(whole);
    return set;
}

bool late_rule_set(const book *b, const char *path, error *e)
{
    json_error_t why;
    json_t *rule = json_load_file(path, 0, &why);
    if (rule == NULL)
        return error_set(e, "%s: %s", path, why.text);
    bool set = set_rule(b, rule, path, e);
    json_decref(rule);
    return set;
}
