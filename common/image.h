/*
 * Pictures: PNG files in and out (libpng), montages of many images, heat maps.
 */
#ifndef COMMON_IMAGE_H
#define COMMON_IMAGE_H

#include "error.h"
#include "tensor.h"

/* An 8-bit picture: height x width x channels bytes, row by row; 1 channel is gray, 3 are R, G, B. */
typedef struct image {
    size_t height, width, channels;
    uint8_t *pixels;
} image;

/* A black picture of the given size; channels is 1 or 3. Stops the program when there is no memory. */
image image_new(size_t height, size_t width, size_t channels);

/* Frees what picture holds and empties it. */
void image_clear(image *picture);

/* Reads the PNG file path into *picture, as gray or RGB of 8 bits. False and e on failure, with picture empty. */
bool image_load_png(const char *path, image *picture, error *e) __attribute__((warn_unused_result));

/* Writes picture to path as PNG, by way of a temporary name. False and e on failure. */
bool image_save_png(const char *path, const image *picture, error *e)
    __attribute__((warn_unused_result));

/* A copy of picture with every pixel repeated factor times in both directions (1 or more). */
image image_enlarged(const image *picture, size_t factor);

/*
 * A montage of the images X, N x C x H x W (C is 1 or 3), values low .. high mapped to 0 .. 255 and cut, in the given number of
 * columns with padding pixels of white between them.
 */
image image_montage(const tensor *X, size_t columns, size_t padding, real low, real high);

/*
 * The course's visualize_grid: the images X, N x C x H x W, in a square of ceil(sqrt(N)) columns with padding black pixels between
 * them, each image scaled by its own smallest and largest value to 0 .. 255.
 * Source: CS231n assignments, vis_utils.
 */
image image_visualize_grid(const tensor *X, size_t padding);

/*
 * The matrix t as a picture, one pixel an element, from the smallest value (black, or dark blue) to the largest (white, or
 * yellow): gray, or in colours that differ in brightness too when colour is true. NaN is drawn red.
 */
image image_heat_map(const tensor *t, bool colour);

#endif
