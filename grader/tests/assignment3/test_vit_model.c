/* A vision transformer's memory and its list of parameters: with them plain SGD can train one. */
#include "vit_model.h"

#include "checks/check_support.h"
#include "tests/suite.h"

static const vit_settings settings = {
    .channels = 1, .size = 2, .E = 6, .F = 8, .heads = 2, .layer_count = 2, .classes = 3};

START_TEST(test_vit_parameters_are_its_tensors_with_their_gradients)
{
    trainable_vit t = trainable_vit_new(&settings);
    const parameter *all = t.list.parameters;
    ck_assert_uint_eq(t.list.count, 4 + 2 * ENCODER_TENSORS);
    for (size_t i = 0; i < t.list.count; i++) {
        ck_assert(tensor_same_shape(all[i].value, all[i].gradient));
        ck_assert_ptr_ne(all[i].value, all[i].gradient);
    }
    ck_assert_str_eq(all[0].name, "W_patch");
    ck_assert_str_eq(all[1 + 2 * ENCODER_TENSORS].name, "layer1_beta2");
    ck_assert_ptr_eq(all[2 + ENCODER_TENSORS].value, t.net.layers[1].self.Wq);
    ck_assert_ptr_eq(all[t.list.count - 1].gradient, t.gradients.b_head);
    trainable_vit_clear(&t);
    ck_assert_ptr_null(t.net.W_patch);
}
END_TEST

START_TEST(test_a_vit_learns_six_pictures)
{
    trainable_vit t = trainable_vit_new(&settings);
    random_state r;
    random_seed(&r, 231);
    vit_init(&t.net, &r);
    tensor *images = kept_normal(&r, 0, 1, SHAPE(6, 1, 4, 6)), *scores = kept_output(SHAPE(6, 3));
    labels *y = labels_of(6, (const uint32_t[]){0, 1, 2, 0, 1, 2}), *predicted = output_labels(6);
    for (size_t step = 0; step < 1000; step++) {
        vit_loss(&t.net, images, y, &t.gradients);
        for (size_t i = 0; i < t.list.count; i++)
            tensor_add_scaled(t.list.parameters[i].gradient, (real)-0.2,
                              t.list.parameters[i].value);
    }
    vit_scores(&t.net, images, scores);
    tensor_argmax_rows(scores, predicted);
    expect_labels("predicted", predicted, y);
    labels_free(y);
    labels_free(predicted);
    trainable_vit_clear(&t);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("vit_model");
    tcase_add_test(tests, test_vit_parameters_are_its_tensors_with_their_gradients);
    tcase_add_test(tests, test_a_vit_learns_six_pictures);
    return run_suite("vit_model", tests);
}
