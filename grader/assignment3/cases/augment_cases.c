/* Hidden cases of augmentation. */
#include "attempt.h"

/* A picture of C channels whose sides differ, and another size, h x w, for the result. */
static void give_picture(attempt *a, size_t C)
{
    size_t H = draw_size(a, 4, 8);
    size_t W = draw_size(a, 9, 12);
    give_uniform(a, "image", sizes3(C, H, W), 0, 1);
}

static void ask_for(attempt *a, size_t rows, size_t columns)
{
    give_size(a, 'I', rows);
    give_size(a, 'J', columns);
}

static void give_box(attempt *a, double top, double left, double height, double width)
{
    give_number(a, "top", top);
    give_number(a, "left", left);
    give_number(a, "height", height);
    give_number(a, "width", width);
}

/* A box inside of the picture, with sides that are no whole numbers. */
static void draw_inner_box(attempt *a)
{
    double top = draw_number(a, 0, 1.5);
    double left = draw_number(a, 0, 3);
    double height = draw_number(a, 1.5, 2.5);
    double width = draw_number(a, 3, 6);
    give_box(a, top, left, height, width);
}

CASE(crop_resize_any_shape, "boxes inside of a picture, enlarged and made smaller")
{
    for (size_t round = 0; round < 4; round++) {
        give_picture(a, 2 + round % 2);
        draw_inner_box(a);
        size_t rows = draw_size(a, 2, 3);
        size_t columns = draw_size(a, 4, 9);
        ask_for(a, rows + 3 * (round % 2), columns);
        call(a, "crop_resize");
        expect_close(a, "out");
    }
}

CASE(crop_resize_edges, "a box over the edges, and the whole picture",
     .needs = "crop_resize_any_shape", .stays = "pixels beyond the edge, and no change at all")
{
    give_picture(a, 3);
    give_box(a, -2.3, -1.7, 14.2, 17.9);
    ask_for(a, 9, 11);
    call(a, "crop_resize");
    expect_close(a, "out");
    const tensor *image = given(a, "image");
    give_box(a, 0, 0, (double)image->shape[1], (double)image->shape[2]);
    ask_for(a, image->shape[1], image->shape[2]);
    call(a, "crop_resize");
    expect_close(a, "out");
}

CASE(flip_horizontal_any_shape, "a mirrored picture")
{
    give_picture(a, 3);
    call(a, "flip_horizontal");
    expect_close(a, "out");
}

CASE(to_gray_any_shape, "gray pictures, of three channels and of one")
{
    give_picture(a, 3);
    call(a, "to_gray");
    expect_close(a, "out");
    give_picture(a, 1);
    call(a, "to_gray");
    expect_close(a, "out");
}

static void give_factors(attempt *a, double low, double high)
{
    double brightness = draw_number(a, low, high);
    double contrast = draw_number(a, low, high);
    double saturation = draw_number(a, low, high);
    give_number(a, "brightness", brightness);
    give_number(a, "contrast", contrast);
    give_number(a, "saturation", saturation);
}

CASE(jitter_colours_any_factors, "brightness, contrast and saturation, weak and strong")
{
    for (size_t round = 0; round < 3; round++) {
        give_picture(a, 3);
        give_factors(a, round < 2 ? 0.6 : 1.5, round < 2 ? 1.4 : 3);
        call(a, "jitter_colours");
        expect_close(a, "out");
    }
}

CASE(jitter_colours_gray, "the colours of a gray picture, and factors of 0 and 1",
     .needs = "jitter_colours_any_factors", .stays = "pictures of one channel")
{
    give_picture(a, 1);
    give_factors(a, 0.6, 1.4);
    call(a, "jitter_colours");
    expect_close(a, "out");
    give_picture(a, 3);
    give_factors(a, 1, 1);
    give_number(a, "saturation", 0);
    call(a, "jitter_colours");
    expect_close(a, "out");
}

static void give_settings(attempt *a, double probability)
{
    give_number(a, "least_area", 0.3);
    give_number(a, "flip", probability);
    give_number(a, "jitter", probability);
    give_number(a, "strength", 0.4);
    give_number(a, "gray", probability / 2);
    give_number(a, "seed", (double)draw_size(a, 0, 1000000));
}

static void check_pair(attempt *a, size_t channels, double probability)
{
    give_picture(a, channels);
    give_settings(a, probability);
    ask_for(a, 5, 3);
    call(a, "augment_pair");
    expect_close(a, "left");
    expect_close(a, "right");
}

CASE(augment_pair_any_draw, "two views, each of a draw of its own")
{
    for (size_t round = 0; round < 6; round++)
        check_pair(a, 3, round < 4 ? 0.6 : 1);
    check_pair(a, 1, 0.6);
}

CASE(augment_memory, "no memory error in augmentation", .variant = CASE_SANITIZED)
{
    check_pair(a, 3, 1);
    give_picture(a, 2);
    draw_inner_box(a);
    ask_for(a, 1, 1);
    call(a, "crop_resize");
    expect_close(a, "out");
}
