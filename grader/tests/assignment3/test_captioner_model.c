/* A captioner's memory and its list of parameters: with them plain SGD can train one. */
#include "captioner_model.h"

#include "checks/check_support.h"
#include "tests/suite.h"

static const char *const names[CAPTIONER_PARAMETER_COUNT] = {
    "W_embed", "W_proj", "b_proj", "Wx", "Wh", "b", "W_vocab", "b_vocab"};

static captioner_settings settings_of(captioner_cell cell)
{
    return (captioner_settings){
        .cell = cell, .D = 3, .E = 4, .H = 8, .V = 7, .start_word = 1, .end_word = 2};
}

START_TEST(test_captioner_parameters_are_its_tensors_with_their_gradients)
{
    const captioner_settings settings = settings_of(_i == 0 ? CAPTIONER_RNN : CAPTIONER_LSTM);
    trainable_captioner t = trainable_captioner_new(&settings);
    parameter all[CAPTIONER_PARAMETER_COUNT];
    trainable_captioner_parameters(&t, all);
    ck_assert(t.net.end_word == 2 && t.net.w.b->shape[0] == (_i == 0 ? 8 : 32));
    for (size_t i = 0; i < CAPTIONER_PARAMETER_COUNT; i++) {
        ck_assert_str_eq(all[i].name, names[i]);
        ck_assert(tensor_same_shape(all[i].value, all[i].gradient));
        ck_assert_ptr_ne(all[i].value, all[i].gradient);
    }
    ck_assert_ptr_eq(all[4].value, t.net.w.Wh);
    ck_assert_ptr_eq(all[6].gradient, t.gradients.W_vocab);
    trainable_captioner_clear(&t);
    ck_assert_ptr_null(t.net.W_embed);
}
END_TEST

START_TEST(test_a_captioner_learns_three_sentences)
{
    const captioner_settings settings = settings_of(_i == 0 ? CAPTIONER_RNN : CAPTIONER_LSTM);
    const captions *sentences =
        kept_captions(3, 5, (const uint32_t[]){1, 3, 4, 2, 0, 1, 4, 5, 6, 2, 1, 6, 2, 0, 0});
    captions *said = kept_captions(3, 4, NULL);
    trainable_captioner t = trainable_captioner_new(&settings);
    parameter all[CAPTIONER_PARAMETER_COUNT];
    random_state r;
    random_seed(&r, 231);
    captioner_init(&t.net, &r);
    tensor *features = kept_normal(&r, 0, 1, SHAPE(3, 3));
    trainable_captioner_parameters(&t, all);
    for (size_t step = 0; step < 1000; step++) {
        captioner_loss(&t.net, features, sentences, &t.gradients);
        for (size_t i = 0; i < CAPTIONER_PARAMETER_COUNT; i++)
            tensor_add_scaled(all[i].gradient, (real)-0.3, all[i].value);
    }
    captioner_sample(&t.net, features, said);
    expect_captions("said", said,
                    kept_captions(3, 4, (const uint32_t[]){3, 4, 2, 0, 4, 5, 6, 2, 6, 2, 0, 0}));
    trainable_captioner_clear(&t);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("captioner_model");
    tcase_add_loop_test(tests, test_captioner_parameters_are_its_tensors_with_their_gradients, 0,
                        2);
    tcase_add_loop_test(tests, test_a_captioner_learns_three_sentences, 0, 2);
    return run_suite("captioner_model", tests);
}
