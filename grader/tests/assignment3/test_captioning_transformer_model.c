/* A captioning transformer: its memory, its list of parameters, and what it says when trained. */
#include "captioning_transformer_model.h"

#include "checks/check_support.h"
#include "tests/suite.h"

static const captioning_transformer_settings settings = {
    .D = 3, .E = 6, .F = 8, .V = 7, .heads = 2, .layer_count = 2, .start_word = 1, .end_word = 2};

START_TEST(test_captioning_transformer_parameters_are_its_tensors_with_their_gradients)
{
    trainable_captioning_transformer t = trainable_captioning_transformer_new(&settings);
    const parameter *all = t.list.parameters;
    ck_assert_uint_eq(t.list.count, 5 + 2 * DECODER_TENSORS);
    for (size_t i = 0; i < t.list.count; i++) {
        ck_assert(tensor_same_shape(all[i].value, all[i].gradient));
        ck_assert_ptr_ne(all[i].value, all[i].gradient);
    }
    ck_assert_str_eq(all[0].name, "W_embed");
    ck_assert_str_eq(all[3].name, "layer0_self_Wq");
    ck_assert_ptr_eq(all[3 + DECODER_TENSORS].value, t.net.layers[1].self.Wq);
    ck_assert_str_eq(all[2 + 2 * DECODER_TENSORS].name, "layer1_beta3");
    ck_assert_ptr_eq(all[t.list.count - 1].gradient, t.gradients.b_vocab);
    trainable_captioning_transformer_clear(&t);
    ck_assert_ptr_null(t.net.W_embed);
    ck_assert_ptr_null(t.list.parameters);
}
END_TEST

START_TEST(test_a_captioning_transformer_learns_three_sentences)
{
    const captions *sentences =
        kept_captions(3, 5, (const uint32_t[]){1, 3, 4, 2, 0, 1, 4, 5, 6, 2, 1, 6, 2, 0, 0});
    captions *said = kept_captions(3, 4, NULL);
    trainable_captioning_transformer t = trainable_captioning_transformer_new(&settings);
    random_state r;
    random_seed(&r, 231);
    captioning_transformer_init(&t.net, &r);
    tensor *features = kept_normal(&r, 0, 1, SHAPE(3, 3));
    for (size_t step = 0; step < 3000; step++) {
        captioning_transformer_loss(&t.net, features, sentences, &t.gradients);
        for (size_t i = 0; i < t.list.count; i++)
            tensor_add_scaled(t.list.parameters[i].gradient, (real)-0.1,
                              t.list.parameters[i].value);
    }
    captioning_transformer_sample(&t.net, features, said);
    expect_captions("said", said,
                    kept_captions(3, 4, (const uint32_t[]){3, 4, 2, 0, 4, 5, 6, 2, 6, 2, 0, 0}));
    trainable_captioning_transformer_clear(&t);
}
END_TEST

START_TEST(test_a_captioning_transformer_says_the_smallest_of_equal_words)
{
    captions *said = kept_captions(2, 3, NULL);
    trainable_captioning_transformer t = trainable_captioning_transformer_new(&settings);
    tensor *features = keep(tensor_new_2d(2, 3));
    t.net.b_vocab->data[3] = 1;
    t.net.b_vocab->data[5] = 1;
    captioning_transformer_sample(&t.net, features, said);
    expect_captions("said", said, kept_captions(2, 3, (const uint32_t[]){3, 3, 3, 3, 3, 3}));
    trainable_captioning_transformer_clear(&t);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("captioning_transformer_model");
    tcase_add_test(tests,
                   test_captioning_transformer_parameters_are_its_tensors_with_their_gradients);
    tcase_add_test(tests, test_a_captioning_transformer_learns_three_sentences);
    tcase_add_test(tests, test_a_captioning_transformer_says_the_smallest_of_equal_words);
    return run_suite("captioning_transformer_model", tests);
}
