/* Pictures: what a PNG file gives back, what broken ones give, where montages put each pixel. */
#include "image.h"

#include <check.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "colour_map.h"
#include "suite.h"

static char folder[] = "/tmp/test-image-XXXXXX";
static char path[64];

/* A picture of noise, so that a swapped row or channel cannot hide. */
static image noise(size_t height, size_t width, size_t channels)
{
    image picture = image_new(height, width, channels);
    for (size_t i = 0; i < height * width * channels; i++)
        picture.pixels[i] = (uint8_t)((i * 2654435761u) >> 13);
    return picture;
}

static void check_same(const image *a, const image *b)
{
    ck_assert_uint_eq(a->height, b->height);
    ck_assert_uint_eq(a->width, b->width);
    ck_assert_uint_eq(a->channels, b->channels);
    ck_assert_mem_eq(a->pixels, b->pixels, a->height * a->width * a->channels);
}

static void save(const image *picture)
{
    error e;
    ck_assert_msg(image_save_png(path, picture, &e), "%s", e.text);
}

static image load(void)
{
    error e;
    image picture;
    ck_assert_msg(image_load_png(path, &picture, &e), "%s", e.text);
    return picture;
}

static void check_refused(const char *words)
{
    error e;
    image picture;
    bool loaded = image_load_png(path, &picture, &e);
    ck_assert_msg(!loaded, "a broken file was read");
    ck_assert_ptr_null(picture.pixels);
    ck_assert_msg(strstr(e.text, path) == e.text, "does not name the file: %s", e.text);
    ck_assert_msg(strstr(e.text, words) != NULL, "%s", e.text);
}

static void write_bytes(const void *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
    fclose(file);
}

static size_t read_bytes(unsigned char *bytes, size_t size)
{
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    size_t length = fread(bytes, 1, size, file);
    fclose(file);
    ck_assert_uint_lt(length, size);
    return length;
}

START_TEST(test_image_png_gives_back_what_was_saved)
{
    const size_t sizes[][3] = {{1, 1, 1}, {5, 7, 3}, {40, 3, 1}, {3, 64, 3}};
    for (size_t i = 0; i < 4; i++) {
        image picture = noise(sizes[i][0], sizes[i][1], sizes[i][2]);
        save(&picture);
        image again = load();
        check_same(&picture, &again);
        image_clear(&picture);
        image_clear(&again);
    }
}
END_TEST

/* A PNG file of 2 x 4 pixels in any of the format's kinds, from rows as they lie in the file. */
static void write_png(int depth, int kind, int interlacing, unsigned char rows[2][32])
{
    FILE *file = fopen(path, "wb");
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    png_init_io(png, file);
    png_set_IHDR(png, info, 4, 2, depth, kind, interlacing, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    png_color palette[4] = {{1, 2, 3}, {40, 50, 60}, {7, 8, 9}, {255, 254, 253}};
    png_byte transparency[2] = {0, 128};
    png_color_16 clear_gray = {.gray = 3};
    if (kind == PNG_COLOR_TYPE_PALETTE) {
        png_set_PLTE(png, info, palette, 4);
        png_set_tRNS(png, info, transparency, 2, NULL);
    } else if (kind == PNG_COLOR_TYPE_GRAY) {
        png_set_tRNS(png, info, NULL, 0, &clear_gray);
    }
    png_write_info(png, info);
    png_write_image(png, (png_bytep[]){rows[0], rows[1]});
    if (interlacing != PNG_INTERLACE_NONE)
        ck_assert_int_eq(png_set_interlace_handling(png), 7);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    fclose(file);
}

static void check_pixels(size_t channels, const uint8_t *expected)
{
    image picture = load();
    ck_assert(picture.height == 2 && picture.width == 4);
    ck_assert_uint_eq(picture.channels, channels);
    ck_assert_mem_eq(picture.pixels, expected, 8 * channels);
    image_clear(&picture);
}

START_TEST(test_image_load_png_makes_8_bit_gray_of_any_gray)
{
    const uint8_t expected_2_bits[] = {0, 85, 170, 255, 255, 255, 0, 0};
    unsigned char two_bits[2][32] = {{0x1b}, {0xf0}}; /* 0 1 2 3, 3 3 0 0 */
    write_png(2, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, two_bits);
    check_pixels(1, expected_2_bits);

    const uint8_t expected_16_bits[] = {0, 1, 128, 255, 9, 9, 9, 9};
    unsigned char sixteen[2][32] = {{0, 0, 1, 1, 128, 128, 255, 255}, {9, 9, 9, 9, 9, 9, 9, 9}};
    write_png(16, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, sixteen);
    check_pixels(1, expected_16_bits);

    const uint8_t expected_alpha[] = {10, 20, 30, 40, 50, 60, 70, 80};
    unsigned char alpha[2][32] = {{10, 0, 20, 9, 30, 255, 40, 3}, {50, 1, 60, 2, 70, 3, 80, 4}};
    write_png(8, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_INTERLACE_NONE, alpha);
    check_pixels(1, expected_alpha);
}
END_TEST

START_TEST(test_image_load_png_makes_8_bit_rgb_of_any_colours)
{
    const uint8_t expected_palette[] = {1,   2,   3,   40,  50,  60,  7, 8, 9, 255, 254, 253,
                                        255, 254, 253, 255, 254, 253, 1, 2, 3, 1,   2,   3};
    unsigned char palette[2][32] = {{0x1b}, {0xf0}};
    write_png(2, PNG_COLOR_TYPE_PALETTE, PNG_INTERLACE_NONE, palette);
    check_pixels(3, expected_palette);

    unsigned char rgba[2][32];
    uint8_t expected_rgba[24];
    for (size_t i = 0; i < 8; i++)
        for (size_t c = 0; c < 4; c++) {
            rgba[i / 4][i % 4 * 4 + c] = (unsigned char)(i * 17 + c * 5);
            if (c < 3)
                expected_rgba[i * 3 + c] = (uint8_t)(i * 17 + c * 5);
        }
    write_png(8, PNG_COLOR_TYPE_RGB_ALPHA, PNG_INTERLACE_NONE, rgba);
    check_pixels(3, expected_rgba);
    write_png(8, PNG_COLOR_TYPE_RGB_ALPHA, PNG_INTERLACE_ADAM7, rgba);
    check_pixels(3, expected_rgba);
}
END_TEST

START_TEST(test_image_load_png_rejects_a_file_cut_anywhere)
{
    unsigned char bytes[2048];
    image picture = noise(9, 11, 3);
    save(&picture);
    size_t length = read_bytes(bytes, sizeof bytes);
    for (size_t cut = 0; cut < length; cut++) {
        write_bytes(bytes, cut);
        check_refused("PNG file");
    }
    image_clear(&picture);
}
END_TEST

START_TEST(test_image_load_png_rejects_a_file_with_a_wrong_bit_anywhere)
{
    unsigned char bytes[2048];
    image picture = noise(6, 5, 1);
    save(&picture);
    size_t length = read_bytes(bytes, sizeof bytes);
    for (size_t i = 0; i < 8 * length; i++) {
        bytes[i / 8] ^= (unsigned char)(1 << i % 8);
        write_bytes(bytes, length);
        check_refused("PNG file");
        bytes[i / 8] ^= (unsigned char)(1 << i % 8);
    }
    image_clear(&picture);
}
END_TEST

START_TEST(test_image_load_png_says_what_is_no_png_and_what_is_not_there)
{
    write_bytes("GIF89a, they said", 17);
    check_refused("is not a PNG file");
    unlink(path);
    check_refused("cannot open the picture");
}
END_TEST

/* A file of some sixty bytes that claims width x height pixels, with a right checksum. */
static void write_claim(png_uint_32 width, png_uint_32 height)
{
    FILE *file = fopen(path, "wb");
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    png_init_io(png, file);
    png_set_IHDR(png, info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    png_write_chunk(png, (png_const_bytep) "IDAT", (png_const_bytep) "x", 1);
    png_destroy_write_struct(&png, &info);
    fclose(file);
}

START_TEST(test_image_load_png_rejects_a_huge_picture_before_it_takes_the_memory)
{
    write_claim(30000, 30000);
    check_refused("too many");
    write_claim(1, IMAGE_MAX_SIDE + 1);
    check_refused("PNG file");
    write_claim(1000000, 1);
    check_refused("PNG file");
}
END_TEST

START_TEST(test_image_save_png_says_where_it_could_not_write)
{
    error e;
    image picture = noise(2, 2, 1);
    ck_assert(!image_save_png("/dev/null/picture.png", &picture, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "/dev/null/picture.png"));
    image empty = image_new(0, 0, 1);
    unlink(path);
    ck_assert(!image_save_png(path, &empty, &e));
    ck_assert_int_ne(access(path, F_OK), 0);
    image_clear(&picture);
    image_clear(&empty);
}
END_TEST

START_TEST(test_image_enlarged_repeats_each_pixel)
{
    image small = noise(3, 4, 3), large = image_enlarged(&small, 5);
    ck_assert(large.height == 15 && large.width == 20 && large.channels == 3);
    for (size_t i = 0; i < 15; i++)
        for (size_t j = 0; j < 20; j++)
            ck_assert_mem_eq(large.pixels + (i * 20 + j) * 3,
                             small.pixels + (i / 5 * 4 + j / 5) * 3, 3);
    image_clear(&small);
    image_clear(&large);
}
END_TEST

/* Five images of 3 x 2 x 2: image n is 40 n + 10 c + 2 i + j at channel c, row i, column j. */
static tensor *five_images(void)
{
    tensor *X = tensor_new_4d(5, 3, 2, 2);
    for (size_t k = 0; k < X->size; k++) {
        size_t n = k / 12, c = k / 4 % 3;
        X->data[k] = (real)(40 * n + 10 * c + k % 4);
    }
    return X;
}

START_TEST(test_image_montage_puts_images_row_by_row_on_white)
{
    tensor *X = five_images();
    image picture = image_montage(X, 3, 1, 0, 255); /* 2 rows of 3, 1 between */
    ck_assert(picture.height == 5 && picture.width == 8 && picture.channels == 3);
    for (size_t i = 0; i < 5; i++)
        for (size_t j = 0; j < 8; j++)
            for (size_t c = 0; c < 3; c++) {
                size_t n = i / 3 * 3 + j / 3;
                bool inside = i % 3 < 2 && j % 3 < 2 && n < 5;
                size_t expected = inside ? 40 * n + 10 * c + 2 * (i % 3) + j % 3 : 255;
                ck_assert_uint_eq(picture.pixels[(i * 8 + j) * 3 + c], expected);
            }
    image_clear(&picture);
    tensor_free(X);
}
END_TEST

START_TEST(test_image_montage_cuts_what_is_out_of_range)
{
    tensor *X = tensor_new_4d(1, 1, 1, 8);
    const real values[] = {-3, -1, 0, (real)0.999, 1, 2, (real)NAN, (real)INFINITY};
    const uint8_t expected[] = {0, 0, 128, 255, 255, 255, 0, 255};
    memcpy(X->data, values, sizeof values);
    image picture = image_montage(X, 1, 0, -1, 1);
    ck_assert_mem_eq(picture.pixels, expected, 8);
    image_clear(&picture);
    tensor_free(X);
}
END_TEST

START_TEST(test_image_visualize_grid_scales_each_image_by_itself)
{
    tensor *X = five_images(); /* each from 40 n to 40 n + 23 */
    for (size_t k = 48; k < 60; k++)
        X->data[k] = 7;                         /* the last one has one value only */
    image picture = image_visualize_grid(X, 2); /* 3 x 3, since 2 x 2 < 5 */
    ck_assert(picture.height == 10 && picture.width == 10);
    for (size_t i = 0; i < 10; i++)
        for (size_t j = 0; j < 10; j++)
            for (size_t c = 0; c < 3; c++) {
                size_t n = i / 4 * 3 + j / 4;
                bool inside = i % 4 < 2 && j % 4 < 2 && n < 4;
                double expected = inside ? 255 * (double)(10 * c + 2 * (i % 4) + j % 4) / 23 : 0;
                ck_assert_double_eq_tol(picture.pixels[(i * 10 + j) * 3 + c], expected, 0.5001);
            }
    image_clear(&picture);
    tensor_free(X);
}
END_TEST

START_TEST(test_image_heat_map_runs_from_the_smallest_to_the_largest_and_nan_is_red)
{
    tensor *t = tensor_new_2d(2, 3);
    const real values[] = {-1, 3, 1, (real)NAN, (real)INFINITY, (real)-INFINITY};
    memcpy(t->data, values, sizeof values);
    const uint8_t grays[] = {0,   0, 0, 255, 255, 255, 128, 128, 128,
                             255, 0, 0, 255, 255, 255, 0,   0,   0};
    image gray = image_heat_map(t, false), colours = image_heat_map(t, true);
    ck_assert(gray.height == 2 && gray.width == 3 && gray.channels == 3);
    ck_assert_mem_eq(gray.pixels, grays, sizeof grays);
    const uint8_t expected[] = {0x44, 0x01, 0x54, 0xfd, 0xe7, 0x25, 0x21, 0x90, 0x8c,
                                255,  0,    0,    0xfd, 0xe7, 0x25, 0x44, 0x01, 0x54};
    ck_assert_mem_eq(colours.pixels, expected, sizeof expected);
    image_clear(&gray);
    image_clear(&colours);
    tensor_free(t);
}
END_TEST

START_TEST(test_colour_map_grows_brighter_all_the_way)
{
    double before = -1;
    for (int i = 0; i <= 200; i++) {
        rgb c = colour_map_at(i / 200.0);
        double luma = 0.2126 * c.red + 0.7152 * c.green + 0.0722 * c.blue;
        ck_assert_double_gt(luma, before - 0.5); /* a byte's rounding */
        ck_assert(i % 10 != 0 || luma > before);
        before = luma;
    }
    ck_assert_uint_eq(colour_map_at(-1).red, colour_map[0].red);
    ck_assert_uint_eq(colour_map_at(2).red, colour_map[COLOUR_MAP_STOPS - 1].red);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("image");
    tcase_add_test(tests, test_image_png_gives_back_what_was_saved);
    tcase_add_test(tests, test_image_load_png_makes_8_bit_gray_of_any_gray);
    tcase_add_test(tests, test_image_load_png_makes_8_bit_rgb_of_any_colours);
    tcase_add_test(tests, test_image_load_png_rejects_a_file_cut_anywhere);
    tcase_add_test(tests, test_image_load_png_rejects_a_file_with_a_wrong_bit_anywhere);
    tcase_add_test(tests, test_image_load_png_says_what_is_no_png_and_what_is_not_there);
    tcase_add_test(tests, test_image_load_png_rejects_a_huge_picture_before_it_takes_the_memory);
    tcase_add_test(tests, test_image_save_png_says_where_it_could_not_write);
    tcase_add_test(tests, test_image_enlarged_repeats_each_pixel);
    tcase_add_test(tests, test_image_montage_puts_images_row_by_row_on_white);
    tcase_add_test(tests, test_image_montage_cuts_what_is_out_of_range);
    tcase_add_test(tests, test_image_visualize_grid_scales_each_image_by_itself);
    tcase_add_test(tests, test_image_heat_map_runs_from_the_smallest_to_the_largest_and_nan_is_red);
    tcase_add_test(tests, test_colour_map_grows_brighter_all_the_way);
    if (mkdtemp(folder) == NULL)
        return 1;
    snprintf(path, sizeof path, "%s/picture.png", folder);
    int status = run_suite("image", tests);
    unlink(path);
    return rmdir(folder) == 0 ? status : 1; /* nothing may be left behind */
}
