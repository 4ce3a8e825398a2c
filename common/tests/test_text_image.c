/* Text in pictures: the font, lines that fit, and montages with words. */
#include "text_image.h"

#include <string.h>

#include "expected_stop.h"
#include "glyphs.h"
#include "suite.h"

/* The ink of a picture as text, a line per row, to compare with. Holds 20 x 40 pixels. */
static const char *ink(const image *picture, uint8_t shade)
{
    static char text[20 * 41 + 1];
    size_t used = 0;
    for (size_t i = 0; i < picture->height; i++) {
        for (size_t j = 0; j < picture->width; j++) {
            bool same = true;
            for (size_t c = 0; c < picture->channels; c++)
                same &= picture->pixels[(i * picture->width + j) * picture->channels + c] == shade;
            text[used++] = same ? '#' : '.';
        }
        text[used++] = '\n';
    }
    text[used] = '\0';
    return text;
}

START_TEST(test_text_is_drawn_where_it_is_asked_for)
{
    image picture = image_new(9, 14, 3);
    image_draw_text(&picture, 1, 2, "Hi", 200);
    ck_assert_str_eq(ink(&picture, 200), "..............\n"
                                         "..#...#...#...\n"
                                         "..#...#.......\n"
                                         "..#...#..##...\n"
                                         "..#####...#...\n"
                                         "..#...#...#...\n"
                                         "..#...#...#...\n"
                                         "..#...#..###..\n"
                                         "..............\n");
    image_clear(&picture);
}
END_TEST

START_TEST(test_text_beyond_the_picture_is_cut)
{
    image picture = image_new(3, 4, 1);
    image_draw_text(&picture, 0, 0, "LLLL", 255);
    ck_assert_str_eq(ink(&picture, 255), "#...\n#...\n#...\n");
    image_draw_text(&picture, 100, 0, "LLLL", 255);
    image_draw_text(&picture, 0, 100, "LLLL", 255);
    ck_assert_str_eq(ink(&picture, 255), "#...\n#...\n#...\n");
    image_clear(&picture);
}
END_TEST

static bool same_glyph(char a, char b)
{
    for (size_t i = 0; i < GLYPH_HEIGHT; i++)
        for (size_t j = 0; j < GLYPH_WIDTH; j++)
            if (glyph_has_ink(a, i, j) != glyph_has_ink(b, i, j))
                return false;
    return true;
}

START_TEST(test_no_two_characters_look_alike)
{
    for (int a = ' '; a <= '~'; a++)
        for (int b = ' '; b < a; b++)
            ck_assert_msg(!same_glyph((char)a, (char)b), "%c looks like %c", a, b);
}
END_TEST

START_TEST(test_a_character_that_the_font_lacks_looks_like_a_question_mark)
{
    static const char others[] = {0, 1, '\n', 31, 127, (char)128, (char)255};
    for (size_t i = 0; i < sizeof others; i++)
        ck_assert(same_glyph(others[i], '?'));
}
END_TEST

static const struct {
    const char *text;
    size_t columns;
    const char *lines[5];
} broken[] = {
    {"a red circle", 20, {"a red circle"}},
    {"a red circle", 12, {"a red circle"}},
    {"a red circle", 11, {"a red", "circle"}},
    {"a red circle", 5, {"a red", "circl", "e"}},
    {"a red circle", 1, {"a", "r", "e", "d", "c"}}, /* and so on */
    {"a   red", 4, {"a", "red"}},
    {"one\ntwo three", 9, {"one", "two three"}},
    {"one\n\ntwo", 9, {"one", "", "two"}},
    {"one\n", 9, {"one"}},
    {"one   ", 3, {"one"}},
    {"", 3, {0}},
};

START_TEST(test_text_is_broken_at_spaces_where_it_can_be)
{
    const char *next = broken[_i].text[0] != '\0' ? broken[_i].text : NULL;
    size_t count = 0;
    while (count < 5 && next != NULL) {
        const char *line = next;
        size_t length = text_line_length(line, broken[_i].columns, &next);
        ck_assert_ptr_nonnull(broken[_i].lines[count]);
        ck_assert_uint_eq(length, strlen(broken[_i].lines[count]));
        ck_assert_mem_eq(line, broken[_i].lines[count], length);
        count++;
    }
    ck_assert(count == 5 || broken[_i].lines[count] == NULL);
    ck_assert(count == 5 || text_line_count(broken[_i].text, broken[_i].columns) == count);
}
END_TEST

/* The bytes of the pixel in row i and column j. */
static const uint8_t *at(const image *picture, size_t i, size_t j)
{
    return picture->pixels + (i * picture->width + j) * picture->channels;
}

/* Whether a row of picture has any black in columns left .. right - 1. */
static bool has_black(const image *picture, size_t row, size_t left, size_t right)
{
    bool black = false;
    for (size_t j = left; j < right; j++)
        black |= at(picture, row, j)[0] == 0;
    return black;
}

START_TEST(test_a_captioned_montage_has_each_image_above_its_own_words)
{
    static const char *const texts[] = {"T", "TT TT", "T"};
    tensor *X = tensor_new_4d(3, 3, 2, 5); /* of 10 x 25 pixels, with room for 4 characters */
    for (size_t i = 0; i < X->size; i++)
        X->data[i] = (real)(i / 30 + 1); /* image n is n + 1 everywhere */
    image picture = image_captioned_montage(X, texts, 3, 2, 5, 0, 4);
    ck_assert_uint_eq(picture.channels, 3);
    ck_assert_uint_eq(picture.width, 4 + 2 * (25 + 4));
    ck_assert_uint_eq(picture.height, 4 + 2 * (10 + 2 + 2 * TEXT_LINE + 4)); /* two lines each */
    ck_assert_uint_eq(at(&picture, 4, 4)[0], 64);
    ck_assert_uint_eq(at(&picture, 13, 28)[2], 64);
    ck_assert_uint_eq(at(&picture, 4, 33)[1], 128);
    ck_assert_uint_eq(at(&picture, 4 + 34, 4)[0], 191);
    ck_assert_uint_eq(at(&picture, 4 + 34, 33)[0], 255); /* there is no fourth */
    ck_assert(has_black(&picture, 16, 4, 9) && !has_black(&picture, 16, 9, 29));
    ck_assert(has_black(&picture, 16, 33, 44) && has_black(&picture, 25, 33, 44));
    ck_assert(!has_black(&picture, 25, 4, 29));
    ck_assert(has_black(&picture, 16 + 34, 4, 9));
    image_clear(&picture);
    tensor_free(X);
}
END_TEST

START_TEST(test_a_montage_of_gray_images_and_one_of_texts_alone)
{
    static const char *const texts[] = {"a sentence of more than thirty-two characters", ""};
    tensor *X = tensor_new_4d(2, 1, 3, 3);
    tensor_fill(X, 1);
    image picture = image_captioned_montage(X, (const char *const[]){"", ""}, 2, 2, 1, 0, 1);
    ck_assert_uint_eq(picture.height, 4 + 3 + 2 + 4);
    ck_assert_uint_eq(at(&picture, 4, 4)[1], 255);
    image_clear(&picture);
    tensor_free(X);
    picture = image_captioned_montage(NULL, texts, 2, 1, 1, 0, 1);
    ck_assert_uint_eq(picture.width, 8 + 32 * GLYPH_ADVANCE);
    ck_assert_uint_eq(picture.height, 4 + 2 * (2 * TEXT_LINE + 4));
    ck_assert(has_black(&picture, 6, 4, 100) && has_black(&picture, 15, 4, 100));
    image_clear(&picture);
}
END_TEST

static void with_too_few_texts(void)
{
    image picture = image_captioned_montage(tensor_new_4d(2, 1, 3, 3), (const char *const[]){""}, 1,
                                            1, 1, 0, 1);
    image_clear(&picture);
}

static void with_no_columns(void)
{
    const char *next;
    text_line_length("a", 0, &next);
}

static const expected_stop stops[] = {
    {with_too_few_texts,
     "image_captioned_montage: 1 texts for 2 images in 1 columns make no picture"},
    {with_no_columns, "text_line_length: columns is 0, should be 1 or more"},
};

START_TEST(test_what_makes_no_picture_stops)
{
    run_to_stop(&stops[_i]);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("text_image");
    tcase_add_test(tests, test_text_is_drawn_where_it_is_asked_for);
    tcase_add_test(tests, test_text_beyond_the_picture_is_cut);
    tcase_add_test(tests, test_no_two_characters_look_alike);
    tcase_add_test(tests, test_a_character_that_the_font_lacks_looks_like_a_question_mark);
    tcase_add_loop_test(tests, test_text_is_broken_at_spaces_where_it_can_be, 0,
                        sizeof broken / sizeof *broken);
    tcase_add_test(tests, test_a_captioned_montage_has_each_image_above_its_own_words);
    tcase_add_test(tests, test_a_montage_of_gray_images_and_one_of_texts_alone);
    tcase_add_loop_exit_test(tests, test_what_makes_no_picture_stops, STOPPED_WELL, 0,
                             sizeof stops / sizeof *stops);
    return run_suite("text_image", tests);
}
