/* Jitter and blur: what they move, what they keep. */
#include "image_regularizers.h"

#include <math.h>

#include "checks/check_support.h"
#include "tests/suite.h"

enum { N = 2, C = 3, H = 5, W = 7 };

static tensor *images(void)
{
    random_state r;
    random_seed(&r, 231);
    return kept_normal(&r, 1, 1, SHAPE(N, C, H, W));
}

START_TEST(test_jitter_moves_rows_and_columns_round)
{
    tensor *before = images(), *after = images();
    jitter_images(after, 2, -3);
    for (size_t c = 0; c < N * C; c++)
        for (size_t i = 0; i < H; i++)
            for (size_t j = 0; j < W; j++)
                ck_assert(after->data[(c * H + (i + 2) % H) * W + (j + W - 3) % W] ==
                          before->data[(c * H + i) * W + j]);
}
END_TEST

START_TEST(test_jitter_there_and_back_changes_nothing)
{
    tensor *before = images(), *after = images();
    jitter_images(after, 4, -6);
    jitter_images(after, -4, 6);
    for (size_t i = 0; i < before->size; i++)
        ck_assert(after->data[i] == before->data[i]);
}
END_TEST

START_TEST(test_blur_leaves_one_colour_as_it_is)
{
    tensor *t = keep(tensor_new_4d(1, 1, H, W));
    tensor_fill(t, 3);
    blur_images(t, 0.5);
    for (size_t i = 0; i < t->size; i++)
        ck_assert(fabs((double)t->data[i] - 3) < 1e-6);
}
END_TEST

START_TEST(test_blur_of_a_point_is_a_gaussian)
{
    tensor *t = keep(tensor_new_4d(1, 1, 9, 9));
    const double sigma = 0.7;
    double sum = 0;
    t->data[4 * 9 + 4] = 1;
    blur_images(t, sigma);
    for (int d = -4; d <= 4; d++)
        sum += exp(-d * d / (2 * sigma * sigma));
    for (int i = 0; i < 9; i++)
        for (int j = 0; j < 9; j++) {
            double distance = (i - 4) * (i - 4) + (j - 4) * (j - 4);
            double expected = exp(-distance / (2 * sigma * sigma)) / (sum * sum);
            ck_assert(fabs((double)t->data[i * 9 + j] - expected) < 2e-4);
        }
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("image_regularizers");
    tcase_add_test(tests, test_jitter_moves_rows_and_columns_round);
    tcase_add_test(tests, test_jitter_there_and_back_changes_nothing);
    tcase_add_test(tests, test_blur_leaves_one_colour_as_it_is);
    tcase_add_test(tests, test_blur_of_a_point_is_a_gaussian);
    return run_suite("image_regularizers", tests);
}
