/* The rubric is checked against the cases at start-up. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rubric.h"
#include "tests/suite.h"

/* Three cases of this test's own; they are never tried. */
CASE(first_case, "the first")
{
    (void)a;
}

CASE(second_case, "the second", .needs = "first_case")
{
    (void)a;
}

static rubric r;
static error e;

static bool loads(const char *text)
{
    char path[] = "/tmp/test-rubric-XXXXXX";
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    bool loaded = rubric_load(path, &r, &e);
    unlink(path);
    return loaded;
}

#define RUBRIC(cases, points)                                                                      \
    "{\"assignment\": 1, \"title\": \"T\", "                                                       \
    "\"questions\": [{\"name\": \"Q1\", \"title\": \"Q\", \"modules\": [\"knn\"], "                \
    "\"points\": " points ", \"cases\": {" cases "}}]}"

START_TEST(test_a_rubric_gives_each_case_its_points)
{
    ck_assert_msg(loads(RUBRIC("\"first_case\": 2, \"second_case\": 1.5", "3.5")), "%s", e.text);
    ck_assert_uint_eq(r.case_count, 2);
    ck_assert_double_eq(rubric_points(&r), 3.5);
    ck_assert_uint_eq(rubric_find(&r, "second_case"), 1);
}
END_TEST

START_TEST(test_points_that_do_not_add_up_are_refused)
{
    ck_assert(!loads(RUBRIC("\"first_case\": 2, \"second_case\": 1", "4")));
    ck_assert_ptr_nonnull(strstr(e.text, "Q1"));
}
END_TEST

START_TEST(test_a_case_without_points_is_refused)
{
    ck_assert(!loads(RUBRIC("\"first_case\": 2", "2")));
    ck_assert_ptr_nonnull(strstr(e.text, "second_case"));
    ck_assert(!loads(RUBRIC("\"first_case\": 2, \"second_case\": 0", "2")));
}
END_TEST

START_TEST(test_an_unknown_or_doubled_case_is_refused)
{
    ck_assert(!loads(RUBRIC("\"no_such_case\": 2", "2")));
    ck_assert_ptr_nonnull(strstr(e.text, "no_such_case"));
    ck_assert(!loads(RUBRIC("\"first_case\": 2, \"first_case\": 2", "4")));
}
END_TEST

START_TEST(test_a_prerequisite_comes_first)
{
    ck_assert(!loads(RUBRIC("\"second_case\": 2, \"first_case\": 2", "4")));
    ck_assert_ptr_nonnull(strstr(e.text, "before"));
}
END_TEST

START_TEST(test_broken_json_is_refused_with_its_line)
{
    ck_assert(!loads("{\n\"assignment\": oops"));
    ck_assert_ptr_nonnull(strstr(e.text, ":2:"));
}
END_TEST

START_TEST(test_a_case_waits_for_the_one_that_failed)
{
    static case_definition third = {.name = "third", .title = "t", .needs = "second_case"};
    case_result *results = calloc(3, sizeof *results);
    ck_assert_ptr_nonnull(results);
    results[0].state = CASE_FAILED;
    case_register(&third);
    ck_assert_msg(loads(RUBRIC("\"first_case\": 2, \"second_case\": 2, \"third\": 1", "5")), "%s",
                  e.text);
    ck_assert(!rubric_case_may_be_tried(&r, 1, results));
    ck_assert_str_eq(results[1].waits_for, "first_case");
    ck_assert(!rubric_case_may_be_tried(&r, 2, results));
    ck_assert_str_eq(results[2].waits_for, "first_case");
    free(results);
}
END_TEST

START_TEST(test_a_published_case_earns_only_beside_a_hidden_one)
{
    static case_definition alone = {.name = "alone", .title = "t", .published = true};
    static case_definition beside = {
        .name = "beside", .title = "t", .published = true, .needs = "first_case"};
    const char *cases = RUBRIC("\"first_case\": 2, \"second_case\": 2, \"beside\": 1", "5");
    case_result *results = calloc(3, sizeof *results);
    ck_assert_ptr_nonnull(results);
    results[0].state = CASE_FAILED;
    case_register(&beside);
    ck_assert_msg(loads(cases), "%s", e.text);
    ck_assert(!rubric_case_may_be_tried(&r, 2, results));
    ck_assert_int_eq(results[2].state, CASE_SKIPPED);
    free(results);
    case_register(&alone);
    ck_assert(!loads(RUBRIC("\"first_case\": 2, \"second_case\": 2, \"alone\": 1", "5")));
    ck_assert_ptr_nonnull(strstr(e.text, "hidden"));
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("rubric");
    tcase_add_test(cases, test_a_rubric_gives_each_case_its_points);
    tcase_add_test(cases, test_points_that_do_not_add_up_are_refused);
    tcase_add_test(cases, test_a_case_without_points_is_refused);
    tcase_add_test(cases, test_an_unknown_or_doubled_case_is_refused);
    tcase_add_test(cases, test_a_prerequisite_comes_first);
    tcase_add_test(cases, test_a_case_waits_for_the_one_that_failed);
    tcase_add_test(cases, test_a_published_case_earns_only_beside_a_hidden_one);
    tcase_add_test(cases, test_broken_json_is_refused_with_its_line);
    return run_suite("rubric", cases);
}
