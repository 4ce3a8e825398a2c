/* Pictures in memory: montages, heat maps. Their files are in image_png.c. */
#include "image.h"

#include <stdlib.h>
#include <string.h>

#include "colour_map.h"
#include "contract.h"

image image_new(size_t height, size_t width, size_t channels)
{
    size_t size;
    if (channels != 1 && channels != 3)
        contract_failed(__func__, "a picture has 1 or 3 channels, not %zu", channels);
    if (__builtin_mul_overflow(height, width, &size) || size > SIZE_MAX / 3 - 1)
        contract_failed(__func__, "%zu x %zu pixels are too many", height, width);
    uint8_t *pixels = calloc(size * channels + 1, 1);
    if (pixels == NULL)
        contract_failed(__func__, "no memory for %zu x %zu pixels", height, width);
    return (image){.height = height, .width = width, .channels = channels, .pixels = pixels};
}

void image_clear(image *picture)
{
    free(picture->pixels);
    *picture = (image){0};
}

/* Where the pixel in row i and column j begins. */
static uint8_t *pixel_at(const image *picture, size_t i, size_t j)
{
    return picture->pixels + (i * picture->width + j) * picture->channels;
}

image image_enlarged(const image *picture, size_t factor)
{
    if (factor < 1)
        contract_failed(__func__, "factor is 0, should be 1 or more");
    image large = image_new(picture->height * factor, picture->width * factor, picture->channels);
    for (size_t i = 0; i < large.height; i++)
        for (size_t j = 0; j < large.width; j++)
            memcpy(pixel_at(&large, i, j), pixel_at(picture, i / factor, j / factor),
                   picture->channels);
    return large;
}

/* Where value lies between low and high, 0 to 1; 0 for NaN, and when the two are one. */
static double fraction_of(real value, real low, real high)
{
    if (!(value > low))
        return 0;
    if (value >= high)
        return 1;
    return ((double)value - (double)low) / ((double)high - (double)low);
}

static uint8_t brightness(double fraction)
{
    return (uint8_t)(255 * fraction + 0.5);
}

/* The smallest and the largest of t's finite elements; both 0 when there is none. */
static void finite_range(const tensor *t, real *low, real *high)
{
    bool found = false;
    *low = *high = 0;
    for (size_t i = 0; i < t->size; i++) {
        real value = t->data[i];
        if (!isfinite(value))
            continue;
        *low = !found || value < *low ? value : *low;
        *high = !found || value > *high ? value : *high;
        found = true;
    }
}

/* A picture with room for rows x columns images of X's size, with padding pixels between them. */
static image new_grid(const char *function, const tensor *X, size_t rows, size_t columns,
                      size_t padding)
{
    check_rank(function, "X", X, 4);
    if (columns < 1 || X->shape[0] < 1)
        contract_failed(function, "%zu images in %zu columns make no picture", X->shape[0],
                        columns);
    return image_new(rows * (X->shape[2] + padding) - padding,
                     columns * (X->shape[3] + padding) - padding, X->shape[1]);
}

/* Draws X's image n, low to high as 0 to 255, with its corner at row top and column left. */
static void draw_tile(image *picture, const tensor *X, size_t n, size_t top, size_t left, real low,
                      real high)
{
    size_t channels = X->shape[1], height = X->shape[2], width = X->shape[3];
    const real *x = X->data + n * channels * height * width;
    for (size_t c = 0; c < channels; c++)
        for (size_t i = 0; i < height; i++)
            for (size_t j = 0; j < width; j++)
                pixel_at(picture, top + i, left + j)[c] =
                    brightness(fraction_of(x[(c * height + i) * width + j], low, high));
}

image image_montage(const tensor *X, size_t columns, size_t padding, real low, real high)
{
    size_t rows = columns > 0 ? (X->shape[0] + columns - 1) / columns : 0;
    image picture = new_grid(__func__, X, rows, columns, padding);
    memset(picture.pixels, 255, picture.height * picture.width * picture.channels);
    for (size_t n = 0; n < X->shape[0]; n++)
        draw_tile(&picture, X, n, n / columns * (X->shape[2] + padding),
                  n % columns * (X->shape[3] + padding), low, high);
    return picture;
}

image image_visualize_grid(const tensor *X, size_t padding)
{
    size_t columns = 1;
    while (columns * columns < X->shape[0])
        columns++;
    image picture = new_grid(__func__, X, columns, columns, padding);
    for (size_t n = 0; n < X->shape[0]; n++) {
        real low, high;
        tensor tile = tensor_row(X, n);
        finite_range(&tile, &low, &high);
        draw_tile(&picture, X, n, n / columns * (X->shape[2] + padding),
                  n % columns * (X->shape[3] + padding), low, high);
    }
    return picture;
}

image image_heat_map(const tensor *t, bool colour)
{
    check_rank(__func__, "t", t, 2);
    image picture = image_new(t->shape[0], t->shape[1], 3);
    real low, high;
    finite_range(t, &low, &high);
    for (size_t i = 0; i < t->size; i++) {
        double fraction = fraction_of(t->data[i], low, high);
        uint8_t gray = brightness(fraction);
        rgb shown = colour ? colour_map_at(fraction) : (rgb){gray, gray, gray};
        if (isnan(t->data[i]))
            shown = (rgb){255, 0, 0};
        memcpy(picture.pixels + 3 * i, (uint8_t[]){shown.red, shown.green, shown.blue}, 3);
    }
    return picture;
}
