/* Published cases: every form that a value may have, and every way in which a file can be wrong. */
#include "published_case.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "contract.h"
#include "suite.h"

static const char good[] =
    "{\"source\": \"made up\", \"cases\": ["
    "{\"function\": \"f\", \"max_rel_error\": 1e-8, \"inputs\": {"
    "  \"x\": {\"linspace\": [-1, 1], \"shape\": [1, 3, 3]},"
    "  \"turned\": {\"linspace\": [0, 5], \"shape\": [2, 3], \"then\": \"transpose to (3, 2)\"},"
    "  \"nested\": [[[1, 2.5]], [[3, -4e-1]]], \"y\": [0, 5, 1], \"reg\": 0.5, \"pad\": 2,"
    "  \"ragged\": [[1, 2], [3]], \"deep\": [[[[[[[1]]]]]]], \"odd\": [1, \"two\"],"
    "  \"bent\": {\"linspace\": [0, 5], \"shape\": [2, 3], \"then\": \"transpose to (2, 3)\"},"
    "  \"empty\": {\"linspace\": [0, 5], \"shape\": []}, \"half\": {\"shape\": [2]},"
    "  \"word\": \"abc\", \"minus\": [1, -1], \"words\": [[1, 4, 0], [2, 0, 0]]},"
    " \"expected\": {\"out\": [1, 2, 3], \"loss\": 3.4702243556, \"said\": [[3], [7]]}},"
    "{\"function\": \"g\", \"max_rel_error\": 1, \"inputs\": {}, \"expected\": {}},"
    "{\"function\": \"f\", \"max_rel_error\": 1e-10, \"inputs\": {\"reg\": 7}, \"expected\": {}}]}";

static char path[] = "/tmp/test-published-XXXXXX";

static void write_file(const char *text)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

static published_case *open_good(size_t index)
{
    error e;
    write_file(good);
    published_case *c = published_case_open(path, "f", index, &e);
    ck_assert_msg(c != NULL, "%s", e.text);
    return c;
}

START_TEST(test_published_input_fills_a_linspace_row_by_row)
{
    published_case *c = open_good(0);
    tensor *x = published_input(c, "x");
    ck_assert_uint_eq(x->rank, 3);
    ck_assert(x->shape[0] == 1 && x->shape[1] == 3 && x->shape[2] == 3);
    for (size_t i = 0; i < 9; i++)
        ck_assert_double_eq((double)x->data[i], -1 + 0.25 * (double)i);
    tensor_free(x);
    published_case_close(c);
}
END_TEST

START_TEST(test_published_input_transposes_where_the_case_says_so)
{
    published_case *c = open_good(0);
    tensor *x = published_input(c, "turned");
    static const double expected[] = {0, 3, 1, 4, 2, 5};
    ck_assert(x->rank == 2 && x->shape[0] == 3 && x->shape[1] == 2);
    for (size_t i = 0; i < 6; i++)
        ck_assert_double_eq((double)x->data[i], expected[i]);
    tensor_free(x);
    published_case_close(c);
}
END_TEST

START_TEST(test_published_input_reads_nested_arrays)
{
    published_case *c = open_good(0);
    tensor *x = published_input(c, "nested");
    const real expected[] = {1, (real)2.5, 3, (real)-0.4};
    ck_assert(x->rank == 3 && x->shape[0] == 2 && x->shape[1] == 1 && x->shape[2] == 2);
    for (size_t i = 0; i < 4; i++)
        ck_assert(x->data[i] == expected[i]);
    tensor_free(x);
    published_case_close(c);
}
END_TEST

START_TEST(test_published_case_gives_labels_numbers_and_expected_values)
{
    published_case *c = open_good(0);
    labels *y = published_input_labels(c, "y");
    tensor *out = published_expected(c, "out");
    ck_assert(y->count == 3 && y->data[0] == 0 && y->data[1] == 5 && y->data[2] == 1);
    ck_assert(out->rank == 1 && out->shape[0] == 3 && out->data[2] == 3);
    ck_assert_double_eq(published_input_number(c, "reg"), 0.5);
    ck_assert_double_eq(published_input_number(c, "pad"), 2);
    ck_assert_double_eq(published_expected_number(c, "loss"), 3.4702243556);
    ck_assert_double_eq(published_tolerance(c), 1e-8);
    labels_free(y);
    tensor_free(out);
    published_case_close(c);
}
END_TEST

START_TEST(test_published_case_gives_captions_sentence_by_sentence)
{
    static const uint32_t expected[] = {1, 4, 0, 2, 0, 0};
    published_case *c = open_good(0);
    captions *words = published_input_captions(c, "words");
    captions *said = published_expected_captions(c, "said");
    ck_assert(words->count == 2 && words->length == 3);
    ck_assert_mem_eq(words->words, expected, sizeof expected);
    ck_assert(said->count == 2 && said->length == 1 && said->words[1] == 7);
    captions_free(words);
    captions_free(said);
    published_case_close(c);
}
END_TEST

START_TEST(test_published_case_open_counts_the_cases_of_one_function)
{
    published_case *c = open_good(1);
    ck_assert_double_eq(published_input_number(c, "reg"), 7);
    ck_assert_double_eq(published_tolerance(c), 1e-10);
    published_case_close(c);
}
END_TEST

START_TEST(test_published_case_open_rejects_broken_files)
{
    static const char *const texts[] = {
        "",
        "[]",
        "{\"cases\": 3}",
        "{\"cases\": []}",
        "{\"cases\": [{\"function\": \"g\"}]}",
        "{\"cases\": [{\"function\": \"f\"}]}",
        "{\"cases\": [{\"function\": \"f\", \"inputs\": {}, \"expected\": {}}]}",
        "{\"cases\": [{\"function\": \"f\", \"inputs\": [], \"expected\": {}, "
        "\"max_rel_error\": 1}]}",
        "{\"cases\": [{\"function\": \"f\", \"inputs\": {}, \"expected\": {}, "
        "\"max_rel_error\": 1}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        error e = {{0}};
        write_file(texts[i]);
        ck_assert_msg(published_case_open(path, "f", 0, &e) == NULL, "accepted: %s", texts[i]);
        ck_assert_msg(strstr(e.text, path) == e.text, "does not name the file: %s", e.text);
    }
}
END_TEST

START_TEST(test_published_case_open_names_what_is_not_there)
{
    error e;
    write_file(good);
    ck_assert_ptr_null(published_case_open(path, "f", 2, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "no case 2 for the function \"f\""));
    ck_assert_ptr_null(published_case_open("/nonexistent.json", "f", 0, &e));
    ck_assert_ptr_eq(strstr(e.text, "/nonexistent.json: cannot read"), e.text);
}
END_TEST

/* Ends a test's process well when the message names the file, and what was asked for. */
static const char *wanted_name;
static void expect_message(contract_event event, const char *text)
{
    bool named = strstr(text, path) != NULL && strstr(text, wanted_name) != NULL;
    if (event != CONTRACT_BROKEN || !named)
        fprintf(stderr, "wrong message: %s\n", text);
    _exit(event == CONTRACT_BROKEN && named ? 42 : 1);
}

static const struct misuse {
    enum { AS_TENSOR, AS_LABELS, AS_CAPTIONS, AS_NUMBER, AS_EXPECTED } as;
    const char *name;
} misuses[] = {
    {AS_TENSOR, "missing"},  {AS_LABELS, "missing"}, {AS_NUMBER, "missing"}, {AS_EXPECTED, "x"},
    {AS_TENSOR, "reg"},      {AS_TENSOR, "ragged"},  {AS_TENSOR, "deep"},    {AS_TENSOR, "odd"},
    {AS_TENSOR, "bent"},     {AS_TENSOR, "empty"},   {AS_TENSOR, "half"},    {AS_TENSOR, "word"},
    {AS_LABELS, "minus"},    {AS_LABELS, "reg"},     {AS_LABELS, "odd"},     {AS_NUMBER, "y"},
    {AS_NUMBER, "word"},     {AS_EXPECTED, "loss"},  {AS_CAPTIONS, "reg"},   {AS_CAPTIONS, "y"},
    {AS_CAPTIONS, "ragged"}, {AS_CAPTIONS, "x"},
};

START_TEST(test_published_case_stops_on_a_name_or_kind_that_is_not_there)
{
    const struct misuse *m = &misuses[_i];
    published_case *c = open_good(0);
    wanted_name = m->name;
    contract_set_handler(expect_message);
    if (m->as == AS_TENSOR)
        tensor_free(published_input(c, m->name));
    else if (m->as == AS_LABELS)
        labels_free(published_input_labels(c, m->name));
    else if (m->as == AS_CAPTIONS)
        captions_free(published_input_captions(c, m->name));
    else if (m->as == AS_NUMBER)
        published_input_number(c, m->name);
    else
        tensor_free(published_expected(c, m->name));
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("published_case");
    tcase_add_test(tests, test_published_input_fills_a_linspace_row_by_row);
    tcase_add_test(tests, test_published_input_transposes_where_the_case_says_so);
    tcase_add_test(tests, test_published_input_reads_nested_arrays);
    tcase_add_test(tests, test_published_case_gives_labels_numbers_and_expected_values);
    tcase_add_test(tests, test_published_case_gives_captions_sentence_by_sentence);
    tcase_add_test(tests, test_published_case_open_counts_the_cases_of_one_function);
    tcase_add_test(tests, test_published_case_open_rejects_broken_files);
    tcase_add_test(tests, test_published_case_open_names_what_is_not_there);
    tcase_add_loop_exit_test(tests, test_published_case_stops_on_a_name_or_kind_that_is_not_there,
                             42, 0, sizeof misuses / sizeof *misuses);
    int file = mkstemp(path);
    if (file < 0 || close(file) != 0)
        return 1;
    int status = run_suite("published_case", tests);
    unlink(path);
    return status;
}
