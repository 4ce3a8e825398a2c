/* Error texts: one line, cut to fit, and nothing in it that a terminal would obey. */
#include "error.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"

START_TEST(test_error_set_formats_a_line_and_returns_false)
{
    error e = {{0}};
    memset(&e, 'x', sizeof e);
    ck_assert(!error_set(&e, "%s: %d bytes, should be %zu", "a.npy", -3, (size_t)80));
    ck_assert_str_eq(e.text, "a.npy: -3 bytes, should be 80");
}
END_TEST

START_TEST(test_error_set_replaces_what_was_there)
{
    error e = {{0}};
    error_set(&e, "a long first text");
    error_set(&e, "short");
    ck_assert_str_eq(e.text, "short");
}
END_TEST

START_TEST(test_error_set_cuts_a_text_that_does_not_fit)
{
    struct {
        error e;
        char beyond[8];
    } place = {.beyond = "beyond"};
    char name[2 * sizeof place.e.text];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    ck_assert(!error_set(&place.e, "file %s: missing", name));
    ck_assert_uint_eq(strlen(place.e.text), sizeof place.e.text - 1);
    ck_assert_ptr_eq(strstr(place.e.text, "file nnn"), place.e.text);
    ck_assert_str_eq(place.beyond, "beyond");
}
END_TEST

START_TEST(test_error_set_keeps_a_text_that_just_fits)
{
    error e = {{0}};
    char name[sizeof e.text];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    error_set(&e, "%s", name);
    ck_assert_str_eq(e.text, name);
}
END_TEST

START_TEST(test_error_set_makes_a_question_mark_of_every_control_character)
{
    for (int c = 1; c < 128; c++) {
        error e = {{0}};
        error_set(&e, "<%c>", c);
        char expected[] = {'<', (char)(c < ' ' || c == 127 ? '?' : c), '>', '\0'};
        ck_assert_msg(strcmp(e.text, expected) == 0, "character %d became %d", c, e.text[1]);
    }
}
END_TEST

START_TEST(test_error_set_makes_question_marks_of_control_characters_in_utf_8)
{
    error e = {{0}}; /* U+0080 to U+009F; U+009B begins a terminal's commands, as ESC [ does */
    for (int c = 0x80; c < 0xa0; c++) {
        error_set(&e, "<\xc2%c>", c);
        ck_assert_msg(strcmp(e.text, "<\?\?>") == 0, "U+%04X became %s", (unsigned)c, e.text);
    }
}
END_TEST

START_TEST(test_error_set_makes_question_marks_of_what_turns_the_writing_round)
{
    static const unsigned char turning[][4] = {{0xd8, 0x9c},       {0xe2, 0x80, 0x8e},
                                               {0xe2, 0x80, 0xa8}, {0xe2, 0x80, 0xae},
                                               {0xe2, 0x81, 0xa6}, {0xe2, 0x81, 0xa9}};
    for (size_t i = 0; i < sizeof turning / sizeof *turning; i++) {
        const char *text = (const char *)turning[i];
        error e = {{0}};
        error_set(&e, "<%s>", text);
        ck_assert_msg(strspn(e.text + 1, "?") == strlen(text), "number %zu stays", i);
    }
}
END_TEST

START_TEST(test_error_set_keeps_letters_beyond_ascii)
{
    /* À, U+00A0 and a Chinese character have bytes of 80 to 9F, or C2, but are not controls. */
    static const char text[] = "\xc3\x80\xc2\xa0\xe4\xbd\x9b\xe2\x80\x93\xe2\x81\xb0.npy";
    error e = {{0}};
    error_set(&e, "%s", text);
    ck_assert_str_eq(e.text, text);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("error");
    tcase_add_test(tests, test_error_set_formats_a_line_and_returns_false);
    tcase_add_test(tests, test_error_set_replaces_what_was_there);
    tcase_add_test(tests, test_error_set_cuts_a_text_that_does_not_fit);
    tcase_add_test(tests, test_error_set_keeps_a_text_that_just_fits);
    tcase_add_test(tests, test_error_set_makes_a_question_mark_of_every_control_character);
    tcase_add_test(tests, test_error_set_makes_question_marks_of_control_characters_in_utf_8);
    tcase_add_test(tests, test_error_set_makes_question_marks_of_what_turns_the_writing_round);
    tcase_add_test(tests, test_error_set_keeps_letters_beyond_ascii);
    return run_suite("error", tests);
}
