/*
 * Pictures: PNG files in and out (libpng), montages of many images, heat maps.
 */
#ifndef COMMON_IMAGE_H
#define COMMON_IMAGE_H

#include "error.h"
#include "tensor.h"

/*
 * An 8-bit picture: height x width x channels bytes, row by row; 1 channel is gray, 3 are R, G, B.
 */
typedef struct image {
    size_t height, width, channels;
    uint8_t *pixels;
} image;

/* image_load_png refuses pictures with more pixels than this, or more in one direction. */
enum { IMAGE_MAX_PIXELS = 1 << 26, IMAGE_MAX_SIDE = 1 << 15 };

/*
 * A black picture of the given height, width and channels (1 or 3). Stops the program on another
 * number of channels and when there is no memory.
 */
image image_new(size_t height, size_t width, size_t channels) __attribute__((warn_unused_result));

/* Frees what picture holds and empties it. */
void image_clear(image *picture);

/*
 * Reads the PNG file path into *picture: gray files as gray, all others as RGB; 16 bits are scaled
 * to 8 and transparency is left out. Returns false, fills e and leaves picture empty when the file
 * cannot be read, is no PNG, is truncated or broken, or is too large.
 */
bool image_load_png(const char *path, image *picture, error *e) __attribute__((warn_unused_result));

/* Writes picture to path as PNG, by way of a temporary name. False and e on failure. */
bool image_save_png(const char *path, const image *picture, error *e)
    __attribute__((warn_unused_result));

/* A copy of picture with every pixel repeated factor times in both directions (1 or more). */
image image_enlarged(const image *picture, size_t factor) __attribute__((warn_unused_result));

/*
 * A montage of the images X, N x C x H x W (C is 1 or 3), row by row in the given number of columns
 * (1 or more), with padding pixels of white between them and white where the last row has none.
 * Values from low to high become 0 to 255, rounded; those outside are cut, NaN becomes 0.
 */
image image_montage(const tensor *X, size_t columns, size_t padding, real low, real high)
    __attribute__((warn_unused_result));

/*
 * The course's visualize_grid: the images X, N x C x H x W (C is 1 or 3), in a square of
 * ceil(sqrt(N)) columns and as many rows, with padding black pixels between them, each image scaled
 * from its own smallest and largest value to 0 and 255. An image of one value is black.
 * Source: CS231n assignments, vis_utils.
 */
image image_visualize_grid(const tensor *X, size_t padding) __attribute__((warn_unused_result));

/*
 * The matrix t as a picture, one pixel per element, from the smallest finite value to the largest:
 * black to white, or dark blue to yellow if colour is true (see colour_map.h). NaN is red; infinite
 * values take the colour of their end of the scale. The picture is RGB.
 */
image image_heat_map(const tensor *t, bool colour) __attribute__((warn_unused_result));

#endif
