/* Hidden cases of the image features. */
#include "attempt.h"

/*
 * An image for HOG. In the last column gx is 0 and the angle would lie just at an edge of the bins,
 * where two correct programs may differ in the last bit: it is made constant, so that its gradient
 * is 0.
 */
static void give_hog_image(attempt *a, size_t height, size_t width)
{
    tensor *image = give_uniform(a, "image", sizes3(3, height, width), 0, 255);
    for (size_t row = 0; row < 3 * height; row++)
        image->data[(row + 1) * width - 1] = 100;
    give_size(a, 'F', (height / 8) * (width / 8) * 9);
}

static void give_coloured_image(attempt *a, size_t bins)
{
    size_t H = draw_size(a, 3, 20);
    size_t W = draw_size(a, 3, 20);
    give_uniform(a, "image", sizes3(3, H, W), 0, 255);
    give_size(a, 'F', bins);
}

CASE(histogram_any_shape, "the hue histogram with ten bins, for any image")
{
    for (size_t round = 0; round < 3; round++) {
        give_coloured_image(a, 10);
        call(a, "color_histogram_hsv");
        expect_close(a, "histogram");
    }
}

CASE(histogram_any_bins, "the hue histogram with any number of bins",
     .needs = "histogram_any_shape",
     .stays = "it waits for histogram_any_shape; a constant in place of the number of bins")
{
    for (size_t round = 0; round < 3; round++) {
        give_coloured_image(a, draw_size(a, 1, 40));
        call(a, "color_histogram_hsv");
        expect_close(a, "histogram");
    }
}

enum { ROWS = 5 };

/*
 * Hues in the middle of the first three of six bins of 60 degrees, then gray and red, whose hue is
 * 0.
 */
CASE(histogram_known_colours, "the bins of colours whose hue is known",
     .stays = "colours that everybody can check by hand")
{
    static const double colours[ROWS][3] = {
        {200, 100, 0}, {100, 200, 0}, {0, 200, 100}, {77, 77, 77}, {200, 0, 0}};
    tensor *expected = tensor_new_1d(6);
    size_t width = draw_size(a, 4, 9);
    tensor *image = give_zeros(a, "image", sizes3(3, ROWS, width));
    for (size_t i = 0; i < ROWS * width; i++)
        for (size_t c = 0; c < 3; c++)
            image->data[c * ROWS * width + i] = colours[i / width][c];
    expected->data[0] = 0.6; /* orange, gray and red */
    expected->data[1] = 0.2;
    expected->data[2] = 0.2;
    give_size(a, 'F', 6);
    call(a, "color_histogram_hsv");
    expect_tensor(a, "histogram", expected, 1e-9);
    tensor_free(expected);
}

CASE(histogram_gray, "a gray image has hue 0 everywhere", .needs = "histogram_any_shape",
     .stays = "a picture without any colour, where 0 is divided by 0")
{
    tensor *image = give_uniform(a, "image", sizes3(3, 8, 9), 0, 255);
    for (size_t i = 0; i < 72; i++)
        image->data[72 + i] = image->data[144 + i] = image->data[i];
    give_size(a, 'F', draw_size(a, 5, 12));
    call(a, "color_histogram_hsv");
    expect_close(a, "histogram");
}

CASE(hog_any_image, "oriented gradients of a 32 x 32 image")
{
    for (size_t round = 0; round < 3; round++) {
        give_hog_image(a, 32, 32);
        if (round == 2) /* little contrast: differences below 1 */
            tensor_scale(given(a, "image"), 0.004);
        call(a, "hog_feature");
        expect_close(a, "feature");
    }
}

CASE(hog_unequal_sides, "oriented gradients of an image that is not square",
     .needs = "hog_any_image", .stays = "it waits for hog_any_image; height and width exchanged")
{
    give_hog_image(a, 16, 40);
    call(a, "hog_feature");
    expect_close(a, "feature");
    give_hog_image(a, 24, 8);
    call(a, "hog_feature");
    expect_close(a, "feature");
}

CASE(hog_odd_sizes, "pixels beyond the last whole cell are used only for differences",
     .needs = "hog_any_image", .stays = "it waits for hog_any_image; pixels beyond the last cell")
{
    size_t H = draw_size(a, 17, 23);
    size_t W = draw_size(a, 25, 31);
    give_hog_image(a, H, W);
    call(a, "hog_feature");
    expect_close(a, "feature");
}

CASE(features_memory, "no memory error in the features", .variant = CASE_SANITIZED)
{
    give_coloured_image(a, 7);
    call(a, "color_histogram_hsv");
    expect_close(a, "histogram");
    give_hog_image(a, 19, 11);
    call(a, "hog_feature");
    expect_close(a, "feature");
}
