/* Promises of features.c. */
#include "check_support.h"
#include "features.h"

/* An image of one row: pixel i has the colour colours[i]. */
static tensor *row_of_colours(size_t count, const double (*colours)[3])
{
    tensor *image = tensor_new_3d(3, 1, count);
    for (size_t i = 0; i < count; i++)
        for (size_t plane = 0; plane < 3; plane++)
            image->data[plane * count + i] = (real)colours[i][plane];
    return image;
}

/* Fails the test unless the image, which is freed, has this histogram of so many bins. */
static void check_histogram(tensor *image, size_t bins, const double *expected)
{
    tensor *histogram = tensor_new_1d(bins);
    poison(histogram);
    color_histogram_hsv(image, histogram);
    expect_values("histogram", histogram, expected, 1e-12);
    tensor_free(histogram);
    tensor_free(image);
}

START_TEST(test_color_histogram_hsv_of_colours_that_everybody_knows)
{
    /* orange 30 degrees, green and a bit 150, blue and a bit 270, twice */
    static const double colours[][3] = {{200, 100, 0}, {0, 200, 100}, {100, 0, 200}, {50, 0, 100}};
    hint("The hues are 1/12, 5/12 and twice 9/12.");
    check_histogram(row_of_colours(4, colours), 3, (const double[]){0.25, 0.25, 0.5});
}
END_TEST

START_TEST(test_color_histogram_hsv_adds_1_to_negative_hues)
{
    static const double colours[][3] = {{200, 0, 100}};
    hint("A red with some blue: h = (0 - 100) / 200 / 6 is below 0, and becomes 11/12.");
    check_histogram(row_of_colours(1, colours), 4, (const double[]){0, 0, 0, 1});
}
END_TEST

START_TEST(test_color_histogram_hsv_puts_gray_into_the_first_bin)
{
    static const double colours[][3] = {{0, 0, 0}, {255, 255, 255}, {77, 77, 77}};
    hint("Gray has no hue: it counts as hue 0.");
    check_histogram(row_of_colours(3, colours), 5, (const double[]){1, 0, 0, 0, 0});
}
END_TEST

START_TEST(test_color_histogram_hsv_puts_an_edge_into_the_bin_above_it)
{
    static const double colours[][3] = {{200, 200, 0}, {0, 200, 200}, {200, 0, 200}, {0, 0, 200}};
    hint("The hues are 1/6, 3/6, 5/6 and 4/6, and a bin includes its lower edge.");
    check_histogram(row_of_colours(4, colours), 2, (const double[]){0.25, 0.75});
}
END_TEST

START_TEST(test_color_histogram_hsv_sums_to_1_with_any_number_of_bins)
{
    random_state r;
    random_seed(&r, 231);
    tensor *image = tensor_new_3d(3, 7, 5);
    tensor_fill_uniform(image, &r, 0, 255);
    for (size_t bins = 1; bins <= 25; bins += 6) {
        tensor *histogram = tensor_new_1d(bins);
        poison(histogram);
        color_histogram_hsv(image, histogram);
        expect_number("the sum of the histogram", tensor_sum(histogram), 1, 1e-12);
        tensor_free(histogram);
    }
    tensor_free(image);
}
END_TEST

/* A gray image of H x W whose level rises by right a column and by down a row. */
static tensor *slope(size_t H, size_t W, double right, double down)
{
    tensor *image = tensor_new_3d(3, H, W);
    for (size_t i = 0; i < image->size; i++) {
        size_t column = i % W;
        size_t row = i / W % H;
        image->data[i] = (real)(right * (double)column + down * (double)row + 100);
    }
    return image;
}

/* Computes the feature of the image, which is freed. */
static tensor *feature_of(tensor *image)
{
    size_t cells = (image->shape[1] / HOG_CELL) * (image->shape[2] / HOG_CELL);
    tensor *feature = tensor_new_1d(cells * HOG_ORIENTATIONS);
    poison(feature);
    hog_feature(image, feature);
    tensor_free(image);
    return feature;
}

/* 0.299 + 0.587 + 0.144: what a gray level of 1 weighs. */
static const double gray_weight = 1.03;

START_TEST(test_hog_feature_puts_a_slope_to_the_right_into_the_middle_bin)
{
    tensor *feature = feature_of(slope(9, 9, 2, 0));
    hint("gx is 2.06 and gy 0 everywhere: the angle is 90 degrees, which is in bin 4.");
    const double magnitude = 2 * gray_weight;
    expect_values("feature", feature, (const double[]){0, 0, 0, 0, magnitude, 0, 0, 0, 0}, 1e-10);
    tensor_free(feature);
}
END_TEST

START_TEST(test_hog_feature_measures_the_angle_from_both_differences)
{
    tensor *down = feature_of(slope(9, 9, 1, 2));
    tensor *up = feature_of(slope(9, 9, 2, -1));
    const double magnitude = sqrt(5) * gray_weight;
    hint("gy is twice gx: the angle is 63 + 90 degrees, in bin 7.");
    expect_values("feature", down, (const double[]){0, 0, 0, 0, 0, 0, 0, magnitude, 0}, 1e-10);
    hint("gy is minus half of gx: the angle is 90 - 27 degrees, in bin 3.");
    expect_values("feature", up, (const double[]){0, 0, 0, magnitude, 0, 0, 0, 0, 0}, 1e-10);
    tensor_free(down);
    tensor_free(up);
}
END_TEST

START_TEST(test_hog_feature_rounds_a_negative_angle_down)
{
    tensor *feature = feature_of(slope(9, 9, -1, -6));
    hint("gx -1 and gy -6 make an angle of 9.5 - 90 + 90 = -9.5 degrees or so: below 0, it falls "
         "into "
         "no bin. A conversion to int rounds -0.5 up to 0; floor does not.");
    expect_values("feature", feature, (const double[]){0, 0, 0, 0, 0, 0, 0, 0, 0}, 1e-10);
    tensor_free(feature);
}
END_TEST

START_TEST(test_hog_feature_drops_the_other_half_of_the_directions)
{
    tensor *feature = feature_of(slope(9, 9, -2, 1));
    hint("gx is negative: the angle is outside 0 to 180 degrees, and falls into no bin.");
    expect_values("feature", feature, (const double[]){0, 0, 0, 0, 0, 0, 0, 0, 0}, 1e-10);
    tensor_free(feature);
}
END_TEST

START_TEST(test_hog_feature_has_no_difference_beyond_the_last_column)
{
    tensor *feature = feature_of(slope(8, 8, 2, 0));
    hint("In the last of the 8 columns gx is 0, so only 7 of 8 columns count.");
    const double mean = 2 * gray_weight * 7 / 8;
    expect_values("feature", feature, (const double[]){0, 0, 0, 0, mean, 0, 0, 0, 0}, 1e-10);
    tensor_free(feature);
}
END_TEST

START_TEST(test_hog_feature_lists_the_cells_column_by_column)
{
    tensor *image = tensor_new_3d(3, 16, 24);
    for (size_t i = 0; i < 3; i++) /* one bright pixel in row 12, column 4: cell (1, 0) */
        image->data[i * 16 * 24 + 12 * 24 + 4] = 100;
    tensor *feature = feature_of(image);
    hint("The one edge is in the cell of row 1 and column 0, which is the second in the list.");
    for (size_t cell = 0; cell < 6; cell++) {
        double expected = cell == 1 ? 100 * gray_weight / 64 : 0;
        expect_number("the middle bin of a cell",
                      (double)feature->data[cell * HOG_ORIENTATIONS + 4], expected, 1e-10);
    }
    tensor_free(feature);
}
END_TEST

START_TEST(test_hog_feature_writes_every_element_of_any_image)
{
    random_state r;
    random_seed(&r, 231);
    tensor *image = tensor_new_3d(3, 19, 42);
    tensor_fill_uniform(image, &r, 0, 255);
    tensor *feature = feature_of(image);
    for (size_t i = 0; i < feature->size; i++)
        ck_assert_msg(feature->data[i] >= 0,
                      "feature[%zu] was never written, or is no sum of magnitudes: %g", i,
                      (double)feature->data[i]);
    tensor_free(feature);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"color_histogram_hsv", test_color_histogram_hsv_of_colours_that_everybody_knows},
        {"color_histogram_hsv", test_color_histogram_hsv_adds_1_to_negative_hues},
        {"color_histogram_hsv", test_color_histogram_hsv_puts_gray_into_the_first_bin},
        {"color_histogram_hsv", test_color_histogram_hsv_puts_an_edge_into_the_bin_above_it},
        {"color_histogram_hsv", test_color_histogram_hsv_sums_to_1_with_any_number_of_bins},
        {"hog_feature", test_hog_feature_puts_a_slope_to_the_right_into_the_middle_bin},
        {"hog_feature", test_hog_feature_measures_the_angle_from_both_differences},
        {"hog_feature", test_hog_feature_rounds_a_negative_angle_down},
        {"hog_feature", test_hog_feature_drops_the_other_half_of_the_directions},
        {"hog_feature", test_hog_feature_has_no_difference_beyond_the_last_column},
        {"hog_feature", test_hog_feature_lists_the_cells_column_by_column},
        {"hog_feature", test_hog_feature_writes_every_element_of_any_image},
    };
    return check_module("features", promises, sizeof promises / sizeof *promises);
}
