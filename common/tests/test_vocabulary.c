/* Vocabularies: numbers and words, files, and sentences as text and back. */
#include "vocabulary.h"

#include <check.h>
#include <string.h>

#include "scratch_folder.h"
#include "suite.h"

static const char *const words[] = {"<NULL>", "<START>", "<END>", "<UNK>", "zebra", "a", "red"};
enum { COUNT = sizeof words / sizeof *words, LENGTH = 7 };

static vocabulary make(void)
{
    vocabulary v;
    error e = {{0}};
    ck_assert_msg(vocabulary_make(&v, "test", words, COUNT, &e), "%s", e.text);
    return v;
}

START_TEST(test_vocabulary_finds_each_word_and_unk_for_others)
{
    vocabulary v = make();
    for (uint32_t i = 0; i < COUNT; i++)
        ck_assert_uint_eq(vocabulary_find(&v, words[i]), i);
    ck_assert_uint_eq(vocabulary_find(&v, "blue"), 3);
    ck_assert_uint_eq(vocabulary_find(&v, ""), 3);
    ck_assert_uint_eq(vocabulary_find(&v, "zebras"), 3);
    ck_assert(v.null == 0 && v.start == 1 && v.end == 2 && v.unk == 3);
    vocabulary_clear(&v);
    vocabulary_clear(&v);
}
END_TEST

START_TEST(test_vocabulary_is_the_same_after_a_file)
{
    vocabulary v = make(), back;
    error e = {{0}};
    const char *path = scratch_path("vocab.txt");
    ck_assert_msg(vocabulary_save(&v, path, &e), "%s", e.text);
    ck_assert_msg(vocabulary_load(&back, path, &e), "%s", e.text);
    ck_assert_uint_eq(back.count, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        ck_assert_str_eq(back.words[i], words[i]);
    vocabulary_clear(&v);
    vocabulary_clear(&back);
}
END_TEST

START_TEST(test_vocabulary_may_have_its_special_words_anywhere)
{
    static const char text[] = "a\n<END>\n<UNK>\nred\n<START>\n<NULL>"; /* no last line end */
    vocabulary v;
    error e = {{0}};
    ck_assert_msg(vocabulary_load(&v, write_scratch("v", text, sizeof text - 1), &e), "%s", e.text);
    ck_assert(v.count == 6 && v.null == 5 && v.start == 4 && v.end == 1 && v.unk == 2);
    vocabulary_clear(&v);
}
END_TEST

static const struct {
    const char *text, *says;
} bad[] = {
    {"", "the word <NULL> is missing"},
    {"<NULL>\n<START>\n<UNK>\na\n", "the word <END> is missing"},
    {"<NULL>\n<START>\n<END>\n<UNK>\na\nb\na\n", "the word a occurs twice"},
    {"<NULL>\n<START>\n<END>\n<UNK>\n\na\n", "word 4 is empty or has a space in it"},
    {"<NULL>\n<START>\n<END>\n<UNK>\ntwo words\n", "word 4 is empty or has a space in it"},
    {"<NULL>\r\n<START>\r\n<END>\r\n<UNK>\r\n", "word 0 is empty or has a space in it"},
};

START_TEST(test_a_bad_vocabulary_gets_a_line_that_names_the_file)
{
    vocabulary v;
    error e = {{0}};
    const char *path = write_scratch("bad", bad[_i].text, strlen(bad[_i].text));
    ck_assert(!vocabulary_load(&v, path, &e));
    ck_assert_msg(strncmp(e.text, path, strlen(path)) == 0 && strstr(e.text, bad[_i].says), "%s",
                  e.text);
    ck_assert(v.words == NULL && v.count == 0);
}
END_TEST

START_TEST(test_a_vocabulary_that_is_missing_or_binary_is_refused)
{
    vocabulary v;
    error e = {{0}};
    ck_assert(!vocabulary_load(&v, scratch_path("none"), &e));
    ck_assert_ptr_nonnull(strstr(e.text, "none"));
    ck_assert(!vocabulary_load(&v, write_scratch("binary", "a\0b\n", 4), &e));
    ck_assert_ptr_nonnull(strstr(e.text, "no vocabulary"));
}
END_TEST

START_TEST(test_sentence_text_is_the_words_between_start_and_end)
{
    vocabulary v = make();
    char text[64], cut[8];
    static const uint32_t row[LENGTH] = {1, 5, 6, 4, 2, 6, 0}, bare[] = {5, 0, 99};
    ck_assert_str_eq(sentence_text(&v, row, LENGTH, text, sizeof text), "a red zebra");
    ck_assert_str_eq(sentence_text(&v, bare, 3, text, sizeof text), "a ?");
    ck_assert_str_eq(sentence_text(&v, row, 1, text, sizeof text), "");
    ck_assert_str_eq(sentence_text(&v, row, LENGTH, cut, sizeof cut), "a red z");
    vocabulary_clear(&v);
}
END_TEST

START_TEST(test_sentence_encode_stands_between_start_and_end_and_nulls_follow)
{
    vocabulary v = make();
    uint32_t row[LENGTH];
    static const uint32_t short_row[LENGTH] = {1, 5, 3, 4, 2, 0, 0},
                          cut_row[LENGTH] = {1, 5, 5, 6, 6, 4, 2}, empty[LENGTH] = {1, 2};
    sentence_encode(&v, "a blue  zebra", row, LENGTH);
    ck_assert_mem_eq(row, short_row, sizeof row);
    sentence_encode(&v, "a a red red zebra zebra red", row, LENGTH);
    ck_assert_mem_eq(row, cut_row, sizeof row);
    sentence_encode(&v, "", row, LENGTH);
    ck_assert_mem_eq(row, empty, sizeof row);
    vocabulary_clear(&v);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("vocabulary");
    tcase_add_test(tests, test_vocabulary_finds_each_word_and_unk_for_others);
    tcase_add_test(tests, test_vocabulary_is_the_same_after_a_file);
    tcase_add_test(tests, test_vocabulary_may_have_its_special_words_anywhere);
    tcase_add_loop_test(tests, test_a_bad_vocabulary_gets_a_line_that_names_the_file, 0,
                        sizeof bad / sizeof *bad);
    tcase_add_test(tests, test_a_vocabulary_that_is_missing_or_binary_is_refused);
    tcase_add_test(tests, test_sentence_text_is_the_words_between_start_and_end);
    tcase_add_test(tests, test_sentence_encode_stands_between_start_and_end_and_nulls_follow);
    if (!make_scratch_folder())
        return 1;
    int status = run_suite("vocabulary", tests);
    remove_scratch_folder();
    return status;
}
