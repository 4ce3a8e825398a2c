/* Promises of augment.c. */
#include "augment.h"
#include "view_checks.h"

/* A picture of C x H x W with numbers of 0 to 1. */
static tensor *picture(size_t C, size_t H, size_t W)
{
    random_state r;
    random_seed(&r, 231);
    tensor *image = keep(tensor_new_3d(C, H, W));
    tensor_fill_uniform(image, &r, 0, 1);
    return image;
}

static crop_box whole_of(const tensor *image)
{
    return (crop_box){.height = image->shape[1], .width = image->shape[2]};
}

/* ---- crop_resize ---- */

static void expect_published_crop(size_t index)
{
    published_case *c = published("crop_resize", index);
    tensor *image = input_of(c, "image");
    tensor *out = kept_output(SHAPE(image->shape[0], (size_t)published_input_number(c, "rows"),
                                    (size_t)published_input_number(c, "columns")));
    crop_box box = {(real)published_input_number(c, "top"), (real)published_input_number(c, "left"),
                    (real)published_input_number(c, "height"),
                    (real)published_input_number(c, "width")};
    crop_resize(image, box, out);
    expect_figures("out", out, c);
    published_case_close(c);
}

START_TEST(test_crop_resize_gives_the_computed_figures)
{
    hint("Row i looks at top + (i + 1/2) height / h - 1/2: pixel centres, not corners.");
    expect_published_crop(0);
    expect_published_crop(1);
}
END_TEST

START_TEST(test_crop_resize_of_the_whole_is_the_picture)
{
    tensor *image = picture(2, 5, 7), *out = kept_output(SHAPE(2, 5, 7));
    crop_resize(image, whole_of(image), out);
    expect_close("out", out, image, 1e-12);
}
END_TEST

START_TEST(test_crop_resize_enlarges)
{
    tensor *image = matrix(1, 2, (const double[]){0, 1}), *out = kept_output(SHAPE(1, 1, 4));
    tensor row = tensor_reshaped(image, 3, (const size_t[]){1, 1, 2});
    crop_resize(&row, whole_of(&row), out);
    hint("The centres of four pixels over two lie at -1/4, 1/4, 3/4 and 5/4; the first and the "
         "last are kept inside, at 0 and 1.");
    expect_values("out", out, (const double[]){0, 0.25, 0.75, 1}, 1e-12);
}
END_TEST

START_TEST(test_crop_resize_mixes_the_four_pixels_around)
{
    tensor *image = matrix(2, 2, (const double[]){0, 1, 10, 31}),
           *out = kept_output(SHAPE(1, 1, 1));
    tensor square = tensor_reshaped(image, 3, (const size_t[]){1, 2, 2});
    crop_resize(&square, whole_of(&square), out);
    hint("One pixel of the whole looks at the middle of the four: it is their mean.");
    expect_values("out", out, (const double[]){10.5}, 1e-12);
}
END_TEST

START_TEST(test_crop_resize_keeps_inside_the_picture)
{
    tensor *image = picture(1, 3, 4), *out = kept_output(SHAPE(1, 2, 2));
    crop_resize(image, (crop_box){.top = -20, .left = 10, .height = 4, .width = 6}, out);
    real corner = image->data[3];
    hint("A box far above and to the right sees the upper right corner only.");
    expect_values("out", out, (const double[]){corner, corner, corner, corner}, 1e-12);
}
END_TEST

/* ---- flip and gray ---- */

START_TEST(test_flip_horizontal_reverses_columns)
{
    tensor *image = keep(tensor_new_3d(2, 2, 3)), *out = kept_output(SHAPE(2, 2, 3));
    tensor_fill_linspace(image, 0, 11);
    flip_horizontal(image, out);
    expect_values("out", out, (const double[]){2, 1, 0, 5, 4, 3, 8, 7, 6, 11, 10, 9}, 0);
}
END_TEST

START_TEST(test_flip_horizontal_twice_changes_nothing)
{
    tensor *image = picture(3, 4, 5), *once = kept_output(SHAPE(3, 4, 5));
    tensor *twice = kept_output(SHAPE(3, 4, 5));
    flip_horizontal(image, once);
    flip_horizontal(once, twice);
    expect_close("out", twice, image, 0);
}
END_TEST

START_TEST(test_to_gray_weighs_the_three_colours)
{
    tensor *image = keep(tensor_new_3d(3, 1, 3)), *out = kept_output(SHAPE(3, 1, 3));
    for (size_t c = 0; c < 3; c++)
        image->data[c * 3 + c] = 1; /* a red pixel, a green one, a blue one */
    to_gray(image, out);
    hint("Green counts most: 0.299 R + 0.587 G + 0.114 B, in every channel.");
    expect_values("out", out,
                  (const double[]){0.299, 0.587, 0.114, 0.299, 0.587, 0.114, 0.299, 0.587, 0.114},
                  1e-7);
}
END_TEST

START_TEST(test_to_gray_of_one_channel_is_the_picture)
{
    tensor *image = picture(1, 3, 4), *out = kept_output(SHAPE(1, 3, 4));
    to_gray(image, out);
    expect_close("out", out, image, 0);
}
END_TEST

/* ---- jitter_colours ---- */

START_TEST(test_jitter_colours_gives_the_computed_figures)
{
    published_case *c = published("jitter_colours", 0);
    tensor *image = input_of(c, "image"), *out = keep(output_like(image));
    colour_factors f = {(real)published_input_number(c, "brightness"),
                        (real)published_input_number(c, "contrast"),
                        (real)published_input_number(c, "saturation")};
    jitter_colours(image, f, out);
    hint("Brightness, then contrast, then saturation, each cut to 0..1.");
    expect_figures("out", out, c);
    published_case_close(c);
}
END_TEST

START_TEST(test_jitter_colours_by_ones_changes_nothing)
{
    tensor *image = picture(3, 4, 5), *out = keep(output_like(image));
    jitter_colours(image, (colour_factors){1, 1, 1}, out);
    expect_close("out", out, image, 1e-12);
}
END_TEST

START_TEST(test_jitter_colours_without_contrast_is_the_mean_gray)
{
    tensor *image = matrix(1, 4, (const double[]){0, 0.2, 0.3, 0.7});
    tensor one = tensor_reshaped(image, 3, (const size_t[]){1, 2, 2});
    tensor *out = kept_output(SHAPE(1, 2, 2));
    jitter_colours(&one, (colour_factors){1, 0, 1}, out);
    hint("Contrast is about the mean gray of the picture, here 0.3.");
    expect_values("out", out, (const double[]){0.3, 0.3, 0.3, 0.3}, 1e-12);
}
END_TEST

START_TEST(test_jitter_colours_without_saturation_is_gray)
{
    tensor *image = picture(3, 4, 5), *out = keep(output_like(image));
    tensor *gray = keep(output_like(image));
    jitter_colours(image, (colour_factors){1, 1, 0}, out);
    to_gray(image, gray);
    hint("Saturation is about the gray of each pixel.");
    expect_close("out", out, gray, 1e-12);
}
END_TEST

START_TEST(test_jitter_colours_cuts_after_each_change)
{
    tensor *image = matrix(1, 2, (const double[]){0.8, 0.4});
    tensor one = tensor_reshaped(image, 3, (const size_t[]){1, 1, 2});
    tensor *out = kept_output(SHAPE(1, 1, 2));
    jitter_colours(&one, (colour_factors){2, 0.5, 1}, out);
    hint("Twice 0.8 is cut to 1 before the contrast is changed: 1 and 0.8 have the mean 0.9.");
    expect_values("out", out, (const double[]){0.95, 0.85}, 1e-12);
    jitter_colours(&one, (colour_factors){1, 10, 1}, out);
    hint("Strong contrast ends at 0 and 1.");
    expect_values("out", out, (const double[]){1, 0}, 1e-12);
}
END_TEST

/* ---- augment_pair ---- */

/* The view of image that a draw describes, by the functions above. */
static tensor *view_by_hand(const tensor *image, const augmentation *drawn, const size_t *shape)
{
    tensor *view = kept_output(3, shape);
    crop_resize(image, drawn->box, view);
    if (drawn->flip)
        flip_horizontal(keep(tensor_new_copy(view)), view);
    if (drawn->jitter)
        jitter_colours(keep(tensor_new_copy(view)), drawn->factors, view);
    if (drawn->gray)
        to_gray(keep(tensor_new_copy(view)), view);
    return view;
}

/* Compares the pairs of several seeds with views by hand. */
static void expect_pairs(size_t C, const augment_settings *settings)
{
    const size_t shape[] = {C, 4, 3};
    tensor *image = picture(C, 6, 7), *copy = keep(tensor_new_copy(image));
    for (uint32_t seed = 0; seed < 8; seed++) {
        random_state r, same;
        random_seed(&r, seed);
        random_seed(&same, seed);
        tensor *left = kept_output(3, shape), *right = kept_output(3, shape);
        augment_pair(image, settings, &r, left, right);
        augmentation first = draw_augmentation(settings, 6, 7, &same);
        expect_close("left", left, view_by_hand(image, &first, shape), 1e-12);
        augmentation second = draw_augmentation(settings, 6, 7, &same);
        expect_close("right", right, view_by_hand(image, &second, shape), 1e-12);
    }
    expect_unchanged("image", image, copy);
}

START_TEST(test_augment_pair_draws_twice)
{
    augment_settings settings = usual_augmentation();
    hint("left has the first draw, right the second; crop, flip, jitter, gray.");
    expect_pairs(3, &settings);
}
END_TEST

START_TEST(test_augment_pair_does_all_in_order)
{
    augment_settings settings = usual_augmentation();
    settings.flip = settings.jitter = settings.gray = 1;
    hint("Here each draw flips, jitters and makes gray, in this order.");
    expect_pairs(3, &settings);
}
END_TEST

START_TEST(test_augment_pair_of_gray_pictures)
{
    augment_settings settings = usual_augmentation();
    expect_pairs(1, &settings);
}
END_TEST

START_TEST(test_augment_pair_without_changes_is_the_picture_twice)
{
    augment_settings settings = {
        .least_area = 1, .most_area = 1, .least_aspect = 1.25, .most_aspect = 1.25};
    tensor *image = picture(3, 4, 5), *left = keep(output_like(image));
    tensor *right = keep(output_like(image));
    random_state r;
    random_seed(&r, 1);
    augment_pair(image, &settings, &r, left, right);
    expect_close("left", left, image, 1e-12);
    expect_close("right", right, image, 1e-12);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"crop_resize", test_crop_resize_gives_the_computed_figures},
        {"crop_resize", test_crop_resize_of_the_whole_is_the_picture},
        {"crop_resize", test_crop_resize_enlarges},
        {"crop_resize", test_crop_resize_mixes_the_four_pixels_around},
        {"crop_resize", test_crop_resize_keeps_inside_the_picture},
        {"flip_horizontal", test_flip_horizontal_reverses_columns},
        {"flip_horizontal", test_flip_horizontal_twice_changes_nothing},
        {"to_gray", test_to_gray_weighs_the_three_colours},
        {"to_gray", test_to_gray_of_one_channel_is_the_picture},
        {"jitter_colours", test_jitter_colours_gives_the_computed_figures},
        {"jitter_colours", test_jitter_colours_by_ones_changes_nothing},
        {"jitter_colours", test_jitter_colours_without_contrast_is_the_mean_gray},
        {"jitter_colours", test_jitter_colours_without_saturation_is_gray},
        {"jitter_colours", test_jitter_colours_cuts_after_each_change},
        {"augment_pair", test_augment_pair_draws_twice},
        {"augment_pair", test_augment_pair_does_all_in_order},
        {"augment_pair", test_augment_pair_of_gray_pictures},
        {"augment_pair", test_augment_pair_without_changes_is_the_picture_twice},
    };
    return check_module("augment", promises, sizeof promises / sizeof *promises);
}
