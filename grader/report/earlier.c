/* Keeping what an earlier grading found. */
#include "earlier.h"

#include <string.h>

/* Whether both results say the same of name, below object or, for NULL, at the top. */
static bool agree(const json_t *a, const json_t *b, const char *object, const char *name)
{
    if (object != NULL) {
        a = json_object_get(a, object);
        b = json_object_get(b, object);
    }
    return json_object_get(a, name) != NULL &&
           json_equal(json_object_get(a, name), json_object_get(b, name));
}

/* Whether the earlier result is whole, and of the same program, seed and machine as now. */
static bool is_comparable(const json_t *earlier_one, const json_t *now)
{
    static const char *const same[][2] = {
        {NULL, "schema"},        {NULL, "assignment"},         {NULL, "seed"},
        {NULL, "modules"},       {"submission", "sha256"},     {"environment", "compiler"},
        {"environment", "blas"}, {"environment", "processor"}, {"environment", "sandbox"}};
    bool comparable = json_is_true(json_object_get(earlier_one, "complete"));
    for (size_t i = 0; i < sizeof same / sizeof *same && comparable; i++)
        comparable = agree(earlier_one, now, same[i][0], same[i][1]);
    return comparable;
}

static case_state state_called(const char *name)
{
    case_state state = CASE_PASSED;
    while (state < CASE_NOT_GRADED && strcmp(case_state_name(state), name) != 0)
        state++;
    return state;
}

/* Takes over what the sums of a result go by; false when the case is not there whole. */
static bool take_case(const earlier *e, const char *name, case_result *r)
{
    const json_t *one = earlier_case(e, name);
    const char *status = json_string_value(json_object_get(one, "status"));
    const json_t *fraction = json_object_get(one, "fraction");
    if (status == NULL || !json_is_number(fraction) || earlier_timing(e, name) == NULL)
        return false;
    *r = (case_result){.state = state_called(status), .fraction = json_number_value(fraction)};
    r->seconds = json_number_value(json_object_get(earlier_timing(e, name), "seconds"));
    return true;
}

bool earlier_open(const char *path, const json_t *now, const rubric *r, const question_hash *hashes,
                  case_result *cases, earlier *e)
{
    json_error_t ignored;
    bool keeps_any = false;
    *e = (earlier){.result = json_load_file(path, 0, &ignored)};
    const json_t *theirs =
        json_object_get(json_object_get(e->result, "environment"), "questions_sha256");
    bool comparable = e->result != NULL && is_comparable(e->result, now);
    for (size_t q = 0; q < r->question_count && comparable; q++) {
        const char *hash = json_string_value(json_object_get(theirs, r->questions[q].name));
        e->keeps[q] = hash != NULL && hash[0] != '\0' && strcmp(hash, hashes[q].text) == 0;
        keeps_any |= e->keeps[q];
    }
    for (size_t i = 0; i < r->case_count && keeps_any; i++)
        if (e->keeps[r->cases[i].question])
            keeps_any = take_case(e, r->cases[i].definition->name, &cases[i]);
    if (!keeps_any)
        earlier_close(e);
    return keeps_any;
}

bool earlier_keeps(const earlier *e, const rubric_case *c)
{
    return e->keeps[c->question];
}

json_t *earlier_case(const earlier *e, const char *name)
{
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(e->result, "cases"), i, one) {
        const char *called = json_string_value(json_object_get(one, "name"));
        if (called != NULL && strcmp(called, name) == 0)
            return one;
    }
    return NULL;
}

json_t *earlier_timing(const earlier *e, const char *name)
{
    return json_object_get(json_object_get(json_object_get(e->result, "timings"), "cases"), name);
}

void earlier_close(earlier *e)
{
    json_decref(e->result);
    *e = (earlier){.result = NULL};
}
