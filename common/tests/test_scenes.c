/*
 * The made captioning set: always the same, laid out as announced, with sentences that are true,
 * and with the figures that a first version of it, in another language, had.
 */
#include "scenes.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "expected_stop.h"
#include "parallel.h"
#include "scene_features.h"
#include "scene_sentences.h"
#include "suite.h"

enum { LENGTH = SCENES_LENGTH, FEW = 60, PLANE = SCENE_SIDE * SCENE_SIDE };

static void expect_same(const scene_set *a, const scene_set *b, size_t count)
{
    size_t rows = count * SENTENCES_PER_SCENE;
    ck_assert_mem_eq(a->pixels, b->pixels, count * SCENE_PIXELS);
    ck_assert_mem_eq(a->sentences->words, b->sentences->words, rows * LENGTH * sizeof(uint32_t));
    ck_assert_mem_eq(a->features->data, b->features->data, count * SCENE_FEATURES * sizeof(real));
    for (size_t i = 0; i < count; i++)
        ck_assert(a->scenes[i].kind == b->scenes[i].kind &&
                  a->scenes[i].objects[0].x == b->scenes[i].objects[0].x);
}

START_TEST(test_scenes_are_the_same_bytes_for_any_number_of_threads)
{
    scene_set one = scenes_make(SCENES_TRAIN, FEW);
    for (int threads = 2; threads <= 5; threads += 3) {
        parallel_set_threads(threads);
        scene_set many = scenes_make(SCENES_TRAIN, FEW);
        expect_same(&one, &many, FEW);
        scene_set_clear(&many);
    }
    scene_set_clear(&one);
}
END_TEST

START_TEST(test_a_scene_is_the_same_however_many_are_made_with_it)
{
    scene_set few = scenes_make(SCENES_TEST, 7), more = scenes_make(SCENES_TEST, FEW);
    expect_same(&few, &more, 7);
    scene_set_clear(&few);
    scene_set_clear(&more);
    few = scenes_make(SCENES_TEST, 0);
    ck_assert_uint_eq(few.sentences->count, 0);
    scene_set_clear(&few);
}
END_TEST

START_TEST(test_no_part_begins_with_the_scenes_of_another)
{
    scene_set sets[SCENE_PARTS];
    for (size_t p = 0; p < SCENE_PARTS; p++)
        sets[p] = scenes_make((scene_part)p, FEW);
    for (size_t i = 0; i < FEW; i++)
        for (size_t j = 0; j < FEW; j++)
            for (size_t p = 1; p < SCENE_PARTS; p++)
                ck_assert_mem_ne(sets[p].pixels + i * SCENE_PIXELS,
                                 sets[p - 1].pixels + j * SCENE_PIXELS, SCENE_PIXELS);
    for (size_t p = 0; p < SCENE_PARTS; p++)
        scene_set_clear(&sets[p]);
}
END_TEST

/* Whether all of o lies in the picture. */
static bool whole(const scene_object *o)
{
    return o->x - o->radius >= 0 && o->x + o->radius <= SCENE_SIDE && o->y - o->radius >= 0 &&
           o->y + o->radius <= SCENE_SIDE;
}

static void check_places(const scene *s)
{
    const scene_object *o = s->objects;
    double dx = o[1].x - o[0].x, dy = o[1].y - o[0].y;
    for (size_t i = 0; i < s->count; i++)
        ck_assert(whole(&o[i]));
    ck_assert(s->kind != SCENE_BESIDE ||
              (dx >= 13 && fabs(o[0].y - 16) <= 3 && fabs(o[1].y - 16) <= 3));
    ck_assert(s->kind != SCENE_ABOVE ||
              (dy >= 13 && fabs(o[0].x - 16) <= 3 && fabs(o[1].x - 16) <= 3));
    ck_assert(s->kind != SCENE_INSIDE || (dx == 0 && dy == 0 && !o[0].large && o[1].large));
    ck_assert(s->kind != SCENE_ALIKE || (dy == 0 && fabs(dx - (s->count == 3 ? 10.5 : 14)) < 1e-9));
}

START_TEST(test_drawn_scenes_have_the_kinds_and_places_announced)
{
    enum { COUNT = 4000 };
    static const double shares[SCENE_KINDS] = {0.30, 0.25, 0.25, 0.10, 0.10};
    double kinds[SCENE_KINDS] = {0}, shapes[SCENE_SHAPES] = {0}, colours[SCENE_COLOURS] = {0};
    random_state r;
    random_seed(&r, 7);
    for (size_t i = 0; i < COUNT; i++) {
        scene s = scene_draw(&r);
        const scene_object *o = s.objects;
        check_places(&s);
        bool same = o[0].shape == o[1].shape && o[0].colour == o[1].colour;
        ck_assert(s.count == 1 || same == (s.kind == SCENE_ALIKE));
        ck_assert(s.gray >= 96 && s.gray <= 160);
        kinds[s.kind] += 1. / COUNT;
        shapes[o->shape] += 1. / COUNT;
        colours[o->colour] += 1. / COUNT;
    }
    for (size_t k = 0; k < SCENE_KINDS; k++) /* four standard deviations */
        ck_assert_double_eq_tol(kinds[k], shares[k], 4 * sqrt(0.25 / COUNT));
    for (size_t k = 0; k < SCENE_SHAPES; k++)
        ck_assert_double_ge(shapes[k], 0.1);
    for (size_t k = 0; k < SCENE_COLOURS; k++)
        ck_assert_double_ge(colours[k], 0.1);
}
END_TEST

/* A scene of one object in the middle, of that shape, colour and radius. */
static scene middle(scene_shape shape, scene_colour colour, double radius)
{
    scene s = {.kind = SCENE_ONE, .count = 1, .gray = 128};
    s.objects[0] = (scene_object){.shape = shape,
                                  .colour = colour,
                                  .large = radius > 5,
                                  .x = 15.87,
                                  .y = 16.21,
                                  .radius = radius};
    memcpy(s.objects[0].rgb, scene_palette[colour], sizeof s.objects[0].rgb);
    return s;
}

/* The mean of the bytes of a picture's channel c in rows top .. bottom - 1, columns likewise. */
static double mean_of(const uint8_t *pixels, size_t c, size_t top, size_t bottom, size_t left,
                      size_t right)
{
    double sum = 0;
    for (size_t i = top; i < bottom; i++)
        for (size_t j = left; j < right; j++)
            sum += pixels[c * PLANE + i * SCENE_SIDE + j];
    return sum / (double)((bottom - top) * (right - left));
}

START_TEST(test_a_painted_object_has_its_colour_its_area_and_gray_around_it)
{
    static const double areas[SCENE_SHAPES] = {3.1416, 3.0276, 1.7456, 2.2576, 2.1913, 2};
    uint8_t pixels[SCENE_PIXELS];
    random_state r;
    random_seed(&r, 1);
    for (size_t shape = 0; shape < SCENE_SHAPES; shape++) {
        scene s = middle((scene_shape)shape, COLOUR_ORANGE, 9);
        scene_paint(&s, &r, pixels);
        ck_assert_double_eq_tol(mean_of(pixels, 2, 0, 6, 0, 32), 128, 2);
        double share = (128 - mean_of(pixels, 2, 0, 32, 0, 32)) / (128 - 30);
        ck_assert_double_eq_tol(share * PLANE / 81, areas[shape], 0.06);
        if (shape != SHAPE_RING)
            for (size_t c = 0; c < 3; c++)
                ck_assert_double_eq_tol(mean_of(pixels, c, 14, 18, 14, 18),
                                        scene_palette[COLOUR_ORANGE][c], 6);
    }
}
END_TEST

START_TEST(test_every_word_of_the_grammar_is_in_the_vocabulary)
{
    static const char words[] =
        "there is this here are a picture of we see an one two three small little large big red "
        "green blue yellow orange purple white black circle disc square box cross plus triangle "
        "ring diamond shape circles discs squares boxes crosses pluses triangles rings diamonds "
        "shapes left right to the above over below under inside in and";
    vocabulary v = scenes_vocabulary();
    uint32_t row[80];
    ck_assert_uint_eq(v.count, 61);
    ck_assert(v.null == 0 && v.start == 1 && v.end == 2 && v.unk == 3);
    sentence_encode(&v, words, row, 80);
    bool seen[61] = {false};
    for (size_t t = 0; t < 80; t++)
        seen[row[t]] = true;
    for (size_t i = 0; i < 61; i++)
        ck_assert_msg(seen[i] == (i != v.unk), "%s", v.words[i]);
    for (size_t i = 5; i < 61; i++)
        ck_assert_int_lt(strcmp(v.words[i - 1], v.words[i]), 0);
    vocabulary_clear(&v);
}
END_TEST

/* ---- what sentences mean ---- */

/* A small red circle left of a large blue ring. */
static scene beside(void)
{
    return (scene){.kind = SCENE_BESIDE,
                   .count = 2,
                   .objects = {{.shape = SHAPE_CIRCLE, .colour = COLOUR_RED},
                               {.shape = SHAPE_RING, .colour = COLOUR_BLUE, .large = true}}};
}

/* Three small black squares. */
static scene row_of_three(void)
{
    const scene_object o = {.shape = SHAPE_SQUARE, .colour = COLOUR_BLACK};
    return (scene){.kind = SCENE_ALIKE, .count = 3, .objects = {o, o, o}};
}

static const struct {
    const char *text;
    bool grammatical, of_beside, of_three;
} sentences[] = {
    {"a circle", true, true, false},
    {"an orange circle", true, false, false},
    {"a orange circle", false, false, false},
    {"an red circle", false, false, false},
    {"there is one crimson disc", true, true, false},
    {"there is a <UNK> disc", true, true, false},
    {"here is a large <UNK> shape", true, true, false},
    {"a green <UNK> disc", false, false, false},
    {"we see a small ring", true, false, false},
    {"a picture of a small red circle to the left of a large blue ring", true, true, false},
    {"this is a ring to the right of a disc", true, true, false},
    {"a ring right of a disc", true, true, false},
    {"a ring left of a disc", true, false, false},
    {"a ring above a disc", true, false, false},
    {"a disc in a ring", true, false, false},
    {"a disc is left of a big navy ring", true, true, false},
    {"there is a disc is left of a ring", false, false, false},
    {"a ring and a circle", true, true, false},
    {"a circle and a circle", true, false, false},
    {"a shape and a red shape", true, true, false},
    {"two shapes", true, true, false},
    {"three shapes", true, false, true},
    {"there are three little black boxes", true, false, true},
    {"this is three squares", false, false, false},
    {"here are a square", false, false, false},
    {"two squares", true, false, false},
    {"a square", true, false, false},
    {"three square", false, false, false},
    {"a squares", false, false, false},
    {"a red small circle", false, false, false},
    {"two squares and a circle", false, false, false},
    {"a circle and two squares", false, false, false},
    {"a circle left a ring", false, false, false},
    {"a circle left of", false, false, false},
    {"there is", false, false, false},
    {"circle", false, false, false},
    {"a circle a circle", false, false, false},
    {"a unbelievably-long-word-that-nobody-knows", false, false, false},
    {"", false, false, false},
};

START_TEST(test_a_sentence_is_of_the_grammar_and_true_or_not)
{
    const scene two = beside(), three = row_of_three();
    const char *text = sentences[_i].text;
    ck_assert_msg(scene_sentence_is_grammatical(text) == sentences[_i].grammatical, "%s", text);
    ck_assert_msg(scene_sentence_is_true(&two, text) == sentences[_i].of_beside, "%s", text);
    ck_assert_msg(scene_sentence_is_true(&three, text) == sentences[_i].of_three, "%s", text);
}
END_TEST

START_TEST(test_a_sentence_of_very_many_words_is_not_of_the_grammar)
{
    char text[2001] = "";
    for (size_t i = 0; i < 1000; i++)
        memcpy(text + 2 * i, "a ", 3);
    ck_assert(!scene_sentence_is_grammatical(text));
}
END_TEST

/* ---- the set as a whole ---- */

typedef char sentence[SCENE_SENTENCE_BYTES];

/* All sentences of set as texts, to free. */
static sentence *texts_of(const scene_set *set)
{
    vocabulary v = scenes_vocabulary();
    sentence *texts = calloc(set->sentences->count, sizeof *texts);
    ck_assert_ptr_nonnull(texts);
    for (size_t i = 0; i < set->sentences->count; i++)
        sentence_text(&v, set->sentences->words + i * LENGTH, LENGTH, texts[i], sizeof *texts);
    vocabulary_clear(&v);
    return texts;
}

START_TEST(test_own_sentences_are_true_and_those_of_other_scenes_seldom)
{
    scene_set set = scenes_make(SCENES_VALIDATION, SCENES_IN_VALIDATION);
    sentence *texts = texts_of(&set);
    size_t tried = 0, found_true = 0;
    for (size_t i = 0; i < set.sentences->count; i++) {
        size_t own = i / SENTENCES_PER_SCENE;
        EXPECT_IN_LOOP(scene_sentence_is_true(&set.scenes[own], texts[i]), "%s", texts[i]);
        for (size_t k = 1; k < set.count; k += 13, tried++)
            found_true += scene_sentence_is_true(&set.scenes[(own + k) % set.count], texts[i]);
    }
    ck_assert_double_eq_tol((double)found_true / (double)tried, 0.014, 0.005);
    free(texts);
    scene_set_clear(&set);
}
END_TEST

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static size_t count_distinct(sentence *sorted, size_t count)
{
    size_t distinct = count > 0;
    for (size_t i = 1; i < count; i++)
        distinct += strcmp(sorted[i - 1], sorted[i]) != 0;
    return distinct;
}

START_TEST(test_the_set_has_the_figures_of_its_first_version)
{
    scene_set train = scenes_make(SCENES_TRAIN, SCENES_IN_TRAIN);
    scene_set validation = scenes_make(SCENES_VALIDATION, SCENES_IN_VALIDATION);
    sentence *texts = texts_of(&train), *others = texts_of(&validation);
    const size_t count = train.sentences->count, other_count = validation.sentences->count;
    double words = 0, unknown = 0, again = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t *row = train.sentences->words + i * LENGTH;
        size_t t = 1;
        for (; row[t] != 2; t++)
            unknown += row[t] == 3;
        EXPECT_IN_LOOP(row[0] == 1 && t >= 3 && t <= 16, "sentence %zu", i);
        words += (double)(t - 1);
        while (++t < LENGTH)
            EXPECT_IN_LOOP(row[t] == 0, "sentence %zu", i);
    }
    qsort(texts, count, sizeof *texts, by_text);
    for (size_t i = 0; i < other_count; i++)
        again += bsearch(others[i], texts, count, sizeof *texts, by_text) != NULL;
    ck_assert_double_eq_tol(words / (double)count, 7.9, 0.1);
    ck_assert_double_eq_tol(unknown / words, 0.0009, 0.0003);
    ck_assert_double_eq_tol((double)count_distinct(texts, count), 26859, 1000);
    ck_assert_double_eq_tol(again / (double)other_count, 0.39, 0.04);
    free(texts);
    free(others);
    scene_set_clear(&train);
    scene_set_clear(&validation);
}
END_TEST

/* ---- features ---- */

START_TEST(test_features_of_a_plain_picture_are_its_colour_and_no_edges)
{
    uint8_t pixels[SCENE_PIXELS];
    real features[SCENE_FEATURES];
    memset(pixels, 120, sizeof pixels);
    for (size_t i = 8; i < 16; i++) /* all of cell 1, 2: palette green */
        for (size_t j = 16; j < 24; j++)
            for (size_t c = 0; c < 3; c++)
                pixels[c * PLANE + i * SCENE_SIDE + j] = (uint8_t)scene_palette[COLOUR_GREEN][c];
    scene_features(pixels, features);
    const real *green = features + (size_t)(1 * 4 + 2) * 24, *far = features + (size_t)3 * 4 * 24;
    ck_assert_double_ge((double)green[COLOUR_GREEN], 0.9);
    for (size_t k = 0; k < 24; k++)
        ck_assert_double_eq_tol((double)far[k], 0, 0.01);
    double edges[16] = {0};
    for (size_t k = 0; k < 16; k++)
        for (size_t cell = 0; cell < 16; cell++)
            edges[k] += (double)features[cell * 24 + 8 + k];
    for (size_t k = 0; k < 16; k += 4) /* right, down, left, up alike; nothing else but corners */
        ck_assert(edges[k] > 0.1 && fabs(edges[k] - edges[0]) < 1e-5 && edges[k + 1] < 0.02);
}
END_TEST

START_TEST(test_features_show_the_colour_of_a_single_object)
{
    scene_set set = scenes_make(SCENES_VALIDATION, SCENES_IN_VALIDATION);
    size_t singles = 0, right = 0;
    for (size_t i = 0; i < set.count; i++) {
        tensor *sums = tensor_new_1d(SCENE_COLOURS);
        for (size_t k = 0; k < (size_t)16 * SCENE_COLOURS; k++)
            sums->data[k % SCENE_COLOURS] +=
                set.features->data[i * SCENE_FEATURES + k / SCENE_COLOURS * 24 + k % SCENE_COLOURS];
        if (set.scenes[i].kind == SCENE_ONE) {
            singles++;
            right += tensor_argmax(sums) == (size_t)set.scenes[i].objects[0].colour;
        }
        tensor_free(sums);
    }
    ck_assert_double_ge((double)right / (double)singles, 0.97);
    scene_set_clear(&set);
}
END_TEST

static void with_too_many(void)
{
    scene_set set = scenes_make(SCENES_TEST, SCENES_IN_TEST + 1);
    scene_set_clear(&set);
}

START_TEST(test_scenes_stop_when_more_are_asked_for_than_there_are)
{
    static const expected_stop stop = {with_too_many,
                                       "scenes_make: 1001 scenes asked for, there are 1000"};
    run_to_stop(&stop);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("scenes");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, test_scenes_are_the_same_bytes_for_any_number_of_threads);
    tcase_add_test(tests, test_a_scene_is_the_same_however_many_are_made_with_it);
    tcase_add_test(tests, test_no_part_begins_with_the_scenes_of_another);
    tcase_add_test(tests, test_drawn_scenes_have_the_kinds_and_places_announced);
    tcase_add_test(tests, test_a_painted_object_has_its_colour_its_area_and_gray_around_it);
    tcase_add_test(tests, test_every_word_of_the_grammar_is_in_the_vocabulary);
    tcase_add_loop_test(tests, test_a_sentence_is_of_the_grammar_and_true_or_not, 0,
                        sizeof sentences / sizeof *sentences);
    tcase_add_test(tests, test_a_sentence_of_very_many_words_is_not_of_the_grammar);
    tcase_add_test(tests, test_own_sentences_are_true_and_those_of_other_scenes_seldom);
    tcase_add_test(tests, test_the_set_has_the_figures_of_its_first_version);
    tcase_add_test(tests, test_features_of_a_plain_picture_are_its_colour_and_no_edges);
    tcase_add_test(tests, test_features_show_the_colour_of_a_single_object);
    tcase_add_exit_test(tests, test_scenes_stop_when_more_are_asked_for_than_there_are,
                        STOPPED_WELL);
    return run_suite("scenes", tests);
}
