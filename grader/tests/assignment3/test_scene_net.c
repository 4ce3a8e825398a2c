/* Features of scenes by a net that learns what is in them. */
#include "experiments/scene_net.h"

#include <math.h>
#include <stdlib.h>

#include "scenes.h"
#include "tests/suite.h"

enum { FEW = 40, SHORT = 2, LONG = 20 };

/* The first few scenes of a part, with features that are to be replaced. */
static caption_part few_scenes(scene_part which)
{
    scene_set made = scenes_make(which, FEW);
    return (caption_part){.set = {.sentences = made.sentences, .features = made.features},
                          .pixels = made.pixels,
                          .scenes = made.scenes};
}

static double accuracy_after(size_t steps, caption_data *data)
{
    experiment x = {.name = "test"};
    random_seed(&x.random, 231);
    *data = (caption_data){.train = few_scenes(SCENES_TRAIN),
                           .validation = few_scenes(SCENES_VALIDATION),
                           .test = few_scenes(SCENES_TEST)};
    learn_scene_features(&x, data, steps);
    ck_assert_str_eq(x.result_names[0], "scene_net_accuracy");
    return x.results[0];
}

START_TEST(test_a_net_that_trains_longer_says_more_of_new_scenes)
{
    caption_data little, more;
    double early = accuracy_after(SHORT, &little), late = accuracy_after(LONG, &more);
    ck_assert_double_gt(late, 0.35); /* of 2 to 9 answers each: chance is 0.23 */
    ck_assert_double_gt(late, early + 0.05);
    caption_data_clear(&little);
    caption_data_clear(&more);
}
END_TEST

START_TEST(test_every_picture_gets_its_features_centred_and_scaled_by_the_training_pictures)
{
    caption_data data;
    (void)accuracy_after(1, &data);
    const tensor *seen = data.train.set.features;
    ck_assert_uint_eq(seen->shape[0], FEW);
    ck_assert_uint_eq(seen->shape[1], SCENE_NET_FEATURES);
    ck_assert_uint_eq(data.test.set.features->shape[1], SCENE_NET_FEATURES);
    for (size_t j = 0; j < SCENE_NET_FEATURES; j++) {
        double sum = 0, squares = 0;
        for (size_t i = 0; i < FEW; i++) {
            double value = seen->data[i * SCENE_NET_FEATURES + j];
            sum += value;
            squares += value * value;
        }
        ck_assert_double_lt(fabs(sum), 1e-6);
        ck_assert(squares == 0 || fabs(squares - FEW) < 1e-6); /* 0: the ReLU gave nothing else */
    }
    caption_data_clear(&data);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("scene net");
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, test_a_net_that_trains_longer_says_more_of_new_scenes);
    tcase_add_test(
        cases, test_every_picture_gets_its_features_centred_and_scaled_by_the_training_pictures);
    return run_suite("scene_net", cases);
}
