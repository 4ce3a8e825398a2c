/* Minibatches and subsets of sentences: which are drawn, and whose features come with them. */
#include "caption_set.h"

#include "expected_stop.h"
#include "suite.h"

enum { N = 12, T = 3, PICTURES = 4, D = 2 };

/* Sentence i: words 10 i, 10 i + 1, 10 i + 2, of picture (7 i) % 4; picture p: features p, -p. */
static caption_set make(void)
{
    caption_set s = {captions_new(N, T), labels_new(N), tensor_new_2d(PICTURES, D)};
    for (size_t i = 0; i < N; i++) {
        s.image_idxs->data[i] = (uint32_t)(7 * i % PICTURES);
        for (size_t t = 0; t < T; t++)
            s.sentences->words[i * T + t] = (uint32_t)(10 * i + t);
    }
    for (size_t p = 0; p < PICTURES; p++) {
        s.features->data[p * D] = (real)p;
        s.features->data[p * D + 1] = -(real)p;
    }
    return s;
}

static void free_set(caption_set *s)
{
    tensor_free(s->features);
    caption_subset_clear(s);
}

static void expect_sentence(const captions *c, size_t row, size_t sentence)
{
    for (size_t t = 0; t < T; t++)
        ck_assert_uint_eq(c->words[row * T + t], 10 * sentence + t);
}

START_TEST(test_a_minibatch_is_what_random_choice_draws_with_the_features_of_its_pictures)
{
    enum { B = 40 };
    caption_set s = make();
    random_state r, copy;
    size_t drawn[B];
    random_seed(&r, 231);
    copy = r;
    random_choice(&copy, N, B, true, drawn);
    tensor *features = tensor_new_2d(B, D);
    captions *sentences = captions_new(B, T);
    labels *pictures = labels_new(B);
    caption_minibatch(&s, &r, features, sentences, pictures);
    for (size_t i = 0; i < B; i++) {
        size_t picture = 7 * drawn[i] % PICTURES;
        expect_sentence(sentences, i, drawn[i]);
        ck_assert_uint_eq(pictures->data[i], picture);
        ck_assert(features->data[i * D] == (real)picture);
        ck_assert(features->data[i * D + 1] == -(real)picture);
    }
    ck_assert_uint_eq(random_u32(&r), random_u32(&copy));
    caption_minibatch(&s, &r, features, sentences, NULL);
    tensor_free(features);
    captions_free(sentences);
    labels_free(pictures);
    free_set(&s);
}
END_TEST

START_TEST(test_a_subset_has_the_sentences_asked_for_and_the_same_features)
{
    caption_set s = make();
    caption_set part = caption_subset(&s, (size_t[]){11, 0, 11}, 3);
    check_caption_set("f", "part", &part);
    expect_sentence(part.sentences, 0, 11);
    expect_sentence(part.sentences, 1, 0);
    expect_sentence(part.sentences, 2, 11);
    ck_assert_uint_eq(part.image_idxs->data[0], 1);
    ck_assert_uint_eq(part.image_idxs->data[1], 0);
    ck_assert_ptr_eq(part.features, s.features);
    caption_subset_clear(&part);
    free_set(&s);
}
END_TEST

static void with_a_sentence_that_is_not_there(void)
{
    caption_set s = make();
    s = caption_subset(&s, (size_t[]){N}, 1);
}

static void with_a_picture_that_is_not_there(void)
{
    caption_set s = make();
    s.image_idxs->data[3] = PICTURES;
    check_caption_set("f", "s", &s);
}

static void with_a_batch_of_another_length(void)
{
    caption_set s = make();
    random_state r;
    random_seed(&r, 1);
    caption_minibatch(&s, &r, tensor_new_2d(5, D), captions_new(5, T + 1), NULL);
}

static void with_a_batch_of_other_features(void)
{
    caption_set s = make();
    random_state r;
    random_seed(&r, 1);
    caption_minibatch(&s, &r, tensor_new_2d(4, D), captions_new(5, T), NULL);
}

static const expected_stop stops[] = {
    {with_a_sentence_that_is_not_there, "caption_subset: sentence 12 asked for, there are 12"},
    {with_a_picture_that_is_not_there, "f: image_idxs[3] is 4, should be below 4"},
    {with_a_batch_of_another_length,
     "caption_minibatch: sentences holds 5 x 4 words, should hold 5 x 3"},
    {with_a_batch_of_other_features,
     "caption_minibatch: features has shape 4 x 2, should have 5 x 2"},
};

START_TEST(test_what_does_not_fit_stops)
{
    run_to_stop(&stops[_i]);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("caption_set");
    tcase_add_test(tests,
                   test_a_minibatch_is_what_random_choice_draws_with_the_features_of_its_pictures);
    tcase_add_test(tests, test_a_subset_has_the_sentences_asked_for_and_the_same_features);
    tcase_add_loop_exit_test(tests, test_what_does_not_fit_stops, STOPPED_WELL, 0,
                             sizeof stops / sizeof *stops);
    return run_suite("caption_set", tests);
}
