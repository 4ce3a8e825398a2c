/* Sentences about cases, and what each audience finds in them. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audience.h"
#include "result.h"
#include "sentence.h"
#include "tests/suite.h"

static const reader everybody = {false, false};
static const reader author = {true, true};

static const case_definition hidden = {.name = "hidden_case", .title = "a hidden case"};
static const case_definition sanitized = {
    .name = "memory_case", .title = "no memory error", .variant = CASE_SANITIZED};
static const case_definition public = {
    .name = "public_case", .title = "a public case", .published = true};

/* The sentence that r gets about d, of which r knows that result; valid until the next. */
static const char *sentence(const case_definition *d, const case_result *result, reader r)
{
    static char text[1000];
    json_t *c = case_result_json(d, result);
    json_t *said = sentence_of_case(c, r);
    snprintf(text, sizeof text, "%s", json_string_value(said));
    json_decref(said);
    json_decref(c);
    return text;
}

static case_result judged(double got, double expected)
{
    case_result r = {.state = CASE_FAILED, .failed_operation = "svm_loss", .output_name = "loss"};
    judge_number("loss", got, expected, 1e-12, &r.judgement);
    return r;
}

static bool contains(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

START_TEST(test_a_wrong_number_is_told_without_what_it_should_be)
{
    case_result r = judged(2.5, 3.75);
    ck_assert_str_eq(sentence(&hidden, &r, everybody), "svm_loss: loss is 2.5");
    ck_assert_str_eq(sentence(&hidden, &r, author), "svm_loss: loss is 2.5, should be 3.75");
}
END_TEST

START_TEST(test_a_wrong_label_is_told_without_what_it_should_be)
{
    case_result r = {.state = CASE_FAILED, .failed_operation = "knn", .output_name = "y"};
    labels *got = labels_new(2);
    labels *expected = labels_new(2);
    expected->data[1] = 7;
    judge_labels("y", got, expected, &r.judgement);
    ck_assert_str_eq(sentence(&hidden, &r, everybody), "knn: y[1] is 0; 1 of 2 elements is wrong");
    ck_assert_str_eq(sentence(&hidden, &r, author),
                     "knn: y[1] is 0, should be 7; 1 of 2 elements is wrong");
    labels_free(got);
    labels_free(expected);
}
END_TEST

START_TEST(test_numbers_that_are_none_are_words)
{
    case_result r = judged(-NAN, 1);
    ck_assert_str_eq(sentence(&hidden, &r, author), "svm_loss: loss is NaN, should be 1");
    r = judged(-INFINITY, 1);
    ck_assert_str_eq(sentence(&hidden, &r, author),
                     "svm_loss: loss is minus infinite, should be 1");
    r = judged(judge_poison(), 1);
    ck_assert_str_eq(sentence(&hidden, &r, author),
                     "svm_loss: loss was never written, or was added to before it was set");
}
END_TEST

START_TEST(test_two_numbers_never_look_equal)
{
    case_result r = judged(1.00000000002, 1.00000000001);
    ck_assert_str_eq(sentence(&hidden, &r, author),
                     "svm_loss: loss is 1.00000000002, should be 1.00000000001 (they differ in the "
                     "12th digit)");
}
END_TEST

START_TEST(test_a_memory_case_that_found_none_says_so)
{
    case_result r = judged(2, 3);
    ck_assert_str_eq(sentence(&sanitized, &r, everybody),
                     "svm_loss: no memory error, but a wrong value: loss is 2");
}
END_TEST

START_TEST(test_the_part_of_a_sentence_that_tells_what_was_expected_is_for_some)
{
    case_result r = {.message = "train: 12 % are right", .expectation = ", 90 % are easy"};
    ck_assert_str_eq(sentence(&hidden, &r, everybody), "train: 12 % are right");
    ck_assert_str_eq(sentence(&hidden, &r, author), "train: 12 % are right, 90 % are easy");
}
END_TEST

START_TEST(test_words_of_the_program_are_quoted)
{
    case_result r = {.message = "f broke a contract", .program_said = "secret\n  total 100.00"};
    ck_assert_str_eq(
        sentence(&hidden, &r, everybody),
        "f broke a contract (its output is not shown here: it may contain the inputs)");
    ck_assert_str_eq(sentence(&hidden, &r, author),
                     "f broke a contract; the program says:\n  | secret\n  |   total 100.00");
}
END_TEST

START_TEST(test_no_line_of_a_quotation_is_without_its_mark)
{
    char text[500];
    memset(text, '\t', sizeof text);
    snprintf(text + 400, sizeof text - 400, "total 100.00 of 100");
    json_t *quoted = quoted_text(text);
    const char *line = json_string_value(quoted);
    size_t lines = 0;
    for (; line != NULL; line = strchr(line, '\n')) {
        line += lines > 0;
        ck_assert(strncmp(line, "  | ", 4) == 0);
        ck_assert_uint_le(strcspn(line, "\n"), 4 + QUOTE_WIDTH);
        lines++;
    }
    ck_assert_uint_ge(lines, 1 + 418 / QUOTE_WIDTH);
    json_decref(quoted);
}
END_TEST

START_TEST(test_a_quotation_is_broken_at_blanks)
{
    char text[100];
    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = '\0';
    text[60] = ' ';
    json_t *quoted = quoted_text(text);
    ck_assert_uint_eq(strcspn(json_string_value(quoted), "\n"), 4 + 61);
    json_decref(quoted);
    quoted = quoted_text("\none\n\ntwo\n");
    ck_assert_str_eq(json_string_value(quoted), "  | \n  | one\n  | \n  | two");
    json_decref(quoted);
}
END_TEST

START_TEST(test_characters_that_turn_a_line_round_do_not_reach_a_quotation)
{
    static const unsigned char turning[] = {0xe2, 0x80, 0xae, 0};
    const char *turned = (const char *)turning;
    case_result r = {.printed_length = 0};
    r.printed_length =
        (size_t)snprintf(r.printed, sizeof r.printed, "a%s001 fo 001\x1b[2J\rb\n", turned);
    json_t *c = case_result_json(&hidden, &r);
    const char *printed = json_string_value(json_object_get(c, "printed"));
    ck_assert(!contains(printed, turned) && !contains(printed, "\x1b") && !contains(printed, "\r"));
    json_decref(c);
}
END_TEST

/* ---- audiences ---- */

/* All that the audience finds of a case of d that r became; valid until the next. */
static const char *seen(const case_definition *d, const case_result *r, const char *audience)
{
    static char found[8000];
    error e;
    json_t *detail =
        json_pack("{s:{s:s, s:s}, s:{s:s, s:s}}", "student", "public", "full", "hidden", "actual",
                  "short", "public", "verdict", "hidden", "verdict");
    json_t *result = json_pack("{s:[o]}", "cases", case_result_json(d, r));
    json_t *view = audience_view(result, detail, audience, &e);
    char *text = json_dumps(view, 0);
    snprintf(found, sizeof found, "%s", text);
    free(text);
    json_decref(detail);
    json_decref(result);
    json_decref(view);
    return found;
}

static case_result with_secrets(void)
{
    case_result r = judged(2.5, 31.4159);
    memcpy(r.printed, "printed 27.1828", 15);
    r.printed_length = 15;
    strcpy(r.program_said, "said 14.1421");
    strcpy(r.call_text, "reg = 17.3205");
    strcpy(r.expectation, "keep is 22.3606");
    return r;
}

START_TEST(test_a_student_finds_no_secret_of_a_hidden_case)
{
    static const char *const secrets[] = {"31.4159", "27.1828", "14.1421", "17.3205", "22.3606"};
    case_result r = with_secrets();
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        ck_assert(!contains(seen(&hidden, &r, "student"), secrets[i]));
        ck_assert(!contains(seen(&hidden, &r, "short"), secrets[i]));
    }
    ck_assert(contains(seen(&hidden, &r, "student"), "loss is 2.5"));
}
END_TEST

START_TEST(test_a_student_finds_all_of_a_public_case)
{
    case_result r = with_secrets();
    ck_assert(contains(seen(&public, &r, "student"), "should be 31.4159"));
    ck_assert(contains(seen(&public, &r, "student"), "  | printed 27.1828"));
    ck_assert(contains(seen(&public, &r, "student"), "  | said 14.1421"));
}
END_TEST

START_TEST(test_an_unknown_audience_is_told_which_there_are)
{
    error e;
    json_t *detail = json_pack("{s:{}}", "student");
    json_t *result = json_pack("{s:[]}", "cases");
    ck_assert_ptr_null(audience_view(result, detail, "dean", &e));
    ck_assert_str_eq(e.text, "there is no audience dean; there are student");
    json_decref(detail);
    json_decref(result);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("sentence");
    tcase_add_test(cases, test_a_wrong_number_is_told_without_what_it_should_be);
    tcase_add_test(cases, test_a_wrong_label_is_told_without_what_it_should_be);
    tcase_add_test(cases, test_numbers_that_are_none_are_words);
    tcase_add_test(cases, test_two_numbers_never_look_equal);
    tcase_add_test(cases, test_a_memory_case_that_found_none_says_so);
    tcase_add_test(cases, test_the_part_of_a_sentence_that_tells_what_was_expected_is_for_some);
    tcase_add_test(cases, test_words_of_the_program_are_quoted);
    tcase_add_test(cases, test_no_line_of_a_quotation_is_without_its_mark);
    tcase_add_test(cases, test_a_quotation_is_broken_at_blanks);
    tcase_add_test(cases, test_characters_that_turn_a_line_round_do_not_reach_a_quotation);
    tcase_add_test(cases, test_a_student_finds_no_secret_of_a_hidden_case);
    tcase_add_test(cases, test_a_student_finds_all_of_a_public_case);
    tcase_add_test(cases, test_an_unknown_audience_is_told_which_there_are);
    return run_suite("sentence", cases);
}
