/* Rescoring. */
#include "rescore.h"

#include <string.h>

#include "path.h"
#include "result.h"

static json_t *case_called(const json_t *result, const char *name)
{
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(result, "cases"), i, one)
        if (strcmp(json_string_value(json_object_get(one, "name")), name) == 0)
            return one;
    return NULL;
}

/*
 * The question of a result for one of the rubric, whose cases go from the result to cases, with
 * their new points; adds to *score. NULL where a case is missing.
 */
static json_t *question_of(const json_t *question, const json_t *result, json_t *cases,
                           double *score)
{
    const char *name;
    json_t *value;
    double sum = 0;
    json_int_t count = 0;
    json_int_t passed = 0;
    json_object_foreach(json_object_get(question, "cases"), name, value) {
        json_t *one = case_called(result, name);
        if (one == NULL || !json_is_real(json_object_get(one, "fraction")))
            return NULL;
        double worth = json_number_value(value);
        double share = json_real_value(json_object_get(one, "fraction"));
        json_object_set(one, "question", json_object_get(question, "name"));
        json_object_set_new(one, "score", result_points(share * worth));
        json_object_set_new(one, "max_score", result_points(worth));
        json_array_append(cases, one);
        const char *status = json_string_value(json_object_get(one, "status"));
        passed += status != NULL && strcmp(status, "passed") == 0;
        count++;
        sum += share * worth;
    }
    *score += sum;
    return json_pack("{s:O, s:O, s:o, s:o, s:o, s:I, s:I}", "name",
                     json_object_get(question, "name"), "title", json_object_get(question, "title"),
                     "score", result_points(sum), "max_score",
                     result_points(json_number_value(json_object_get(question, "points"))),
                     "waiting", result_points(0), "cases_passed", passed, "cases", count);
}

static bool rescore_by(json_t *result, const json_t *points, const char *course_hash)
{
    size_t i;
    json_t *question;
    double score = 0;
    double most = 0;
    bool fits = true;
    json_t *cases = json_array();
    json_t *questions = json_array();
    json_array_foreach(json_object_get(points, "questions"), i, question) {
        json_t *told = fits ? question_of(question, result, cases, &score) : NULL;
        fits = told != NULL && json_array_append_new(questions, told) == 0;
        most += json_number_value(json_object_get(question, "points"));
    }
    fits = fits && json_array_size(cases) == json_array_size(json_object_get(result, "cases"));
    json_object_set_new(result, "cases", cases);
    json_object_set_new(result, "questions", questions);
    json_object_set_new(result, "score", result_points(score));
    json_object_set_new(result, "max_score", result_points(most));
    json_object_set(result, "title", json_object_get(points, "title"));
    json_object_set_new(json_object_get(result, "environment"), "course_sha256",
                        json_string(course_hash));
    return fits;
}

bool rescore(json_t *result, const course *c, const char *course_hash)
{
    json_error_t why;
    path_text path = path_of("%s/grader/assignment%u/rubric.json", c->root.text, c->assignment);
    json_t *points = json_load_file(path.text, 0, &why);
    bool done = points != NULL && rescore_by(result, points, course_hash);
    json_decref(points);
    return done;
}
