/* Captions: their memory, and the line that a wrong one is stopped with. */
#include "captions.h"

#include "expected_stop.h"
#include "suite.h"

START_TEST(test_new_captions_hold_word_0_in_every_place)
{
    captions *c = captions_new(3, 5);
    ck_assert_uint_eq(c->count, 3);
    ck_assert_uint_eq(c->length, 5);
    for (size_t i = 0; i < 15; i++)
        ck_assert_uint_eq(c->words[i], 0);
    captions_free(c);
    captions_free(captions_new(0, 5));
    captions_free(NULL);
}
END_TEST

START_TEST(test_captions_of_the_right_size_with_words_of_the_vocabulary_pass)
{
    captions *c = captions_new(2, 3);
    c->words[5] = 6;
    check_captions("f", "words", c, 2, 3, 7);
    c->words[5] = UINT32_MAX;
    check_captions("f", "words", c, 2, 3, SIZE_MAX);
    captions_free(c);
}
END_TEST

static void with_another_length(void)
{
    check_captions("f", "words", captions_new(2, 3), 2, 4, 7);
}

static void with_a_word_too_large(void)
{
    captions *c = captions_new(2, 3);
    c->words[4] = 7;
    check_captions("f", "words", c, 2, 3, 7);
}

static void with_no_captions(void)
{
    check_captions("f", "words", NULL, 2, 3, 7);
}

static void with_too_many(void)
{
    captions_free(captions_new(SIZE_MAX / 2, 3));
}

static const expected_stop stops[] = {
    {with_another_length, "f: words holds 2 x 3 words, should hold 2 x 4"},
    {with_a_word_too_large, "f: words[1,1] is 7, should be below 7"},
    {with_no_captions, "f: words is NULL"},
    {with_too_many, "captions_new: no memory for 9223372036854775807 sentences of 3 words"},
};

START_TEST(test_captions_that_do_not_fit_stop)
{
    run_to_stop(&stops[_i]);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("captions");
    tcase_add_test(tests, test_new_captions_hold_word_0_in_every_place);
    tcase_add_test(tests, test_captions_of_the_right_size_with_words_of_the_vocabulary_pass);
    tcase_add_loop_exit_test(tests, test_captions_that_do_not_fit_stop, STOPPED_WELL, 0,
                             sizeof stops / sizeof *stops);
    return run_suite("captions", tests);
}
