/*
 * The characters of text_image.h, pixel by pixel.
 */
#ifndef COMMON_GLYPHS_H
#define COMMON_GLYPHS_H

#include <stdbool.h>
#include <stddef.h>

#include "text_image.h"

/*
 * Whether the pixel of character in row (below GLYPH_HEIGHT) and column (below GLYPH_WIDTH) has
 * ink. A character that the font does not have looks as '?' does.
 */
bool glyph_has_ink(char character, size_t row, size_t column);

#endif
