/*
 * Text in pictures: a small bitmap font of our own, and montages with words under the images.
 *
 * A character is 5 x 7 pixels, the next one begins 6 further right, the next line 9 further down.
 * The font has ASCII's 32 to 126; any other byte is drawn as '?'.
 */
#ifndef COMMON_TEXT_IMAGE_H
#define COMMON_TEXT_IMAGE_H

#include "image.h"

enum { GLYPH_WIDTH = 5, GLYPH_HEIGHT = 7, GLYPH_ADVANCE = 6, TEXT_LINE = 9 };

/*
 * Draws text into picture as one line, its upper left corner in row top and column left, every
 * channel of its pixels 0 (black) to 255 (white), as shade says. What is outside is cut off.
 */
void image_draw_text(image *picture, size_t top, size_t left, const char *text, uint8_t shade);

/*
 * How many bytes of text its first line takes when at most columns (1 or more) characters fit in
 * one: up to a line end, else whole words, else as much of a long word as fits. *next receives
 * where the next line begins, after the spaces or the line end between, or NULL when this is the
 * last.
 */
size_t text_line_length(const char *text, size_t columns, const char **next);

/* The number of lines that text takes so; 0 for the empty one. columns is 1 or more. */
size_t text_line_count(const char *text, size_t columns);

/*
 * A montage of count images with words under each, black on white, row by row in the given number
 * of columns (1 or more).
 *
 * X is count x C x H x W (C is 1 or 3), whose values from low to high become 0 to 255, each pixel
 * factor x factor pixels large; texts holds count texts, broken into lines to fit, at their line
 * ends too. All images have the same room for their words. Where X is NULL there are no images, but
 * the texts alone, and lines of 32 characters. The picture is RGB.
 */
image image_captioned_montage(const tensor *X, const char *const *texts, size_t count,
                              size_t columns, size_t factor, real low, real high)
    __attribute__((warn_unused_result));

#endif
