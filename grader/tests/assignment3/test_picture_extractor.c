/* The extractors of the style experiment: what their layers see, and the way back to the pixels. */
#include "experiments/picture_extractor.h"

#include <stdio.h>
#include <string.h>

#include "checks/check_support.h"
#include "npy.h"
#include "tests/scratch_folder.h"
#include "tests/suite.h"

enum { SIDE = 48, PROBES = 12 };

/* The sum of squares of all features over 2, whose gradient with respect to them is themselves. */
static double half_of_squares(const tensor *image, void *context)
{
    const feature_extractor *net = context;
    double sum = 0;
    net->forward(net->self, image);
    for (size_t l = 0; l < net->layer_count; l++)
        sum += tensor_sum_of_squares(net->features[l]) / 2;
    return sum;
}

static void expect_gradient_of(feature_extractor *net)
{
    random_state random;
    random_seed(&random, 231);
    tensor *image = keep(tensor_new_4d(1, 3, SIDE, SIDE)), *dimage = keep(output_like(image));
    tensor_fill_uniform(image, &random, 0, 1);
    (void)half_of_squares(image, net);
    for (size_t l = 0; l < net->layer_count; l++)
        tensor_copy(net->features[l], net->gradients[l]);
    net->backward(net->self, dimage);
    double worst =
        gradient_check_sparse(half_of_squares, net, image, dimage, PROBES, 1e-6, &random, NULL);
    ck_assert_msg(worst < 1e-5, "the gradient is off by %g", worst);
}

START_TEST(test_filter_extractor_has_the_gradient_of_its_layers)
{
    random_state random;
    random_seed(&random, 1);
    feature_extractor *net = filter_extractor_new(&random, SIDE);
    expect_gradient_of(net);
    picture_extractor_free(net);
}
END_TEST

START_TEST(test_filter_extractor_sees_nothing_inside_a_flat_picture)
{
    random_state random;
    random_seed(&random, 1);
    feature_extractor *net = filter_extractor_new(&random, SIDE);
    tensor *image = keep(tensor_new_4d(1, 3, SIDE, SIDE));
    tensor_fill(image, 0.7);
    net->forward(net->self, image);
    ck_assert_uint_eq(net->layer_count, FILTER_SIZES);
    for (size_t l = 0; l < net->layer_count; l++)
        for (size_t f = 0; f < FILTERS; f++) {
            size_t middle = (f * SIDE + SIDE / 2) * SIDE + SIDE / 2;
            ck_assert_double_lt(net->features[l]->data[middle], 1e-12);
        }
    picture_extractor_free(net);
}
END_TEST

/* ---- SqueezeNet, with weights that are drawn ---- */

static void write_array(random_state *random, const char *name, size_t F, size_t C, size_t size)
{
    error e;
    char file[64];
    tensor *w = tensor_new_4d(F, C, size, size), *b = tensor_new_1d(F);
    tensor_fill_normal(w, random, 0, sqrt(2. / (double)(C * size * size)));
    tensor_fill_normal(b, random, 0.1, 0.1);
    snprintf(file, sizeof file, "features.%s.weight.npy", name);
    ck_assert(npy_save(scratch_path(file), w, &e));
    snprintf(file, sizeof file, "features.%s.bias.npy", name);
    ck_assert(npy_save(scratch_path(file), b, &e));
    tensor_free(w);
    tensor_free(b);
}

/* Files of the layers 0 to 4: a convolution, a ReLU, a pool and two fire layers. */
static void write_weights(void)
{
    random_state random;
    random_seed(&random, 5);
    write_array(&random, "0", 64, 3, 3);
    for (size_t l = 3; l <= 4; l++) {
        char name[32];
        snprintf(name, sizeof name, "%zu.squeeze", l);
        write_array(&random, name, 16, l == 3 ? 64 : 128, 1);
        snprintf(name, sizeof name, "%zu.expand1x1", l);
        write_array(&random, name, 64, 16, 1);
        snprintf(name, sizeof name, "%zu.expand3x3", l);
        write_array(&random, name, 64, 16, 3);
    }
}

START_TEST(test_squeezenet_has_the_gradient_of_its_layers)
{
    error e;
    write_weights();
    feature_extractor *net = squeezenet_new(scratch_folder, 5, SIDE, &e);
    ck_assert_ptr_nonnull(net);
    ck_assert_uint_eq(net->features[4]->shape[1], 128);
    ck_assert_uint_eq(net->features[4]->shape[2], 11);
    expect_gradient_of(net);
    picture_extractor_free(net);
}
END_TEST

START_TEST(test_squeezenet_names_the_file_that_is_missing_or_wrong)
{
    error e;
    write_weights();
    ck_assert_ptr_null(squeezenet_new(scratch_folder, 13, SIDE, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "features.6.squeeze.weight.npy"));
    random_state random;
    random_seed(&random, 5);
    write_array(&random, "4.squeeze", 15, 128, 1);
    ck_assert_ptr_null(squeezenet_new(scratch_folder, 5, SIDE, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "features.4.squeeze.weight.npy: is no array"));
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("picture_extractor");
    if (!make_scratch_folder())
        return EXIT_FAILURE;
    tcase_add_test(tests, test_filter_extractor_has_the_gradient_of_its_layers);
    tcase_add_test(tests, test_filter_extractor_sees_nothing_inside_a_flat_picture);
    tcase_add_test(tests, test_squeezenet_has_the_gradient_of_its_layers);
    tcase_add_test(tests, test_squeezenet_names_the_file_that_is_missing_or_wrong);
    int result = run_suite("picture_extractor", tests);
    remove_scratch_folder();
    return result;
}
