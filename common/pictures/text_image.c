/* Text in pictures: lines of characters, and montages with words under the images. */
#include "text_image.h"

#include <string.h>

#include "contract.h"
#include "glyphs.h"

enum { GAP = 4, TEXT_ALONE = 32 * GLYPH_ADVANCE };

static void draw_pixel(image *picture, size_t row, size_t column, uint8_t shade)
{
    if (row < picture->height && column < picture->width)
        memset(picture->pixels + (row * picture->width + column) * picture->channels, shade,
               picture->channels);
}

static void draw_character(image *picture, size_t top, size_t left, char character, uint8_t shade)
{
    for (size_t i = 0; i < GLYPH_HEIGHT; i++)
        for (size_t j = 0; j < GLYPH_WIDTH; j++)
            if (glyph_has_ink(character, i, j))
                draw_pixel(picture, top + i, left + j, shade);
}

/* The first length bytes of text, as one line. */
static void draw_line(image *picture, size_t top, size_t left, const char *text, size_t length,
                      uint8_t shade)
{
    for (size_t k = 0; k < length; k++)
        draw_character(picture, top, left + k * GLYPH_ADVANCE, text[k], shade);
}

void image_draw_text(image *picture, size_t top, size_t left, const char *text, uint8_t shade)
{
    draw_line(picture, top, left, text, strlen(text), shade);
}

/* ---- lines ---- */

size_t text_line_length(const char *text, size_t columns, const char **next)
{
    if (columns < 1)
        contract_failed(__func__, "columns is 0, should be 1 or more");
    size_t length = strcspn(text, "\n");
    const char *rest = text + length + (text[length] == '\n');
    if (length > columns) {
        length = columns;
        while (length > 0 && text[length] != ' ')
            length--;
        if (length == 0) /* one word, longer than the line */
            length = columns;
        rest = text + length + strspn(text + length, " ");
        while (length > 0 && text[length - 1] == ' ')
            length--;
    }
    *next = *rest == '\0' ? NULL : rest;
    return length;
}

size_t text_line_count(const char *text, size_t columns)
{
    size_t count = 0;
    while (text != NULL && *text != '\0') {
        const char *line = text;
        text_line_length(line, columns, &text);
        count++;
    }
    return count;
}

static void draw_lines(image *picture, size_t top, size_t left, const char *text, size_t columns)
{
    while (text != NULL && *text != '\0') {
        const char *line = text;
        size_t length = text_line_length(line, columns, &text);
        draw_line(picture, top, left, line, length, 0);
        top += TEXT_LINE;
    }
}

/* ---- montages ---- */

/* Sizes in pixels of each image with its words, and the characters in a line of them. */
typedef struct cell {
    size_t width, image_height, height, line;
} cell;

static cell cell_for(const tensor *X, const char *const *texts, size_t count, size_t factor)
{
    cell c = {.width = TEXT_ALONE};
    size_t lines = 0;
    if (X != NULL) {
        c.width = factor * X->shape[3];
        c.image_height = factor * X->shape[2] + GAP / 2;
    }
    c.line = (c.width + 1) / GLYPH_ADVANCE; /* the last character needs no gap after it */
    c.line = c.line > 0 ? c.line : 1;
    for (size_t n = 0; n < count; n++) {
        size_t here = text_line_count(texts[n], c.line);
        lines = here > lines ? here : lines;
    }
    c.height = c.image_height + lines * TEXT_LINE;
    return c;
}

/* Copies picture, gray or RGB, into the RGB picture into, its corner at row top, column left. */
static void lay(const image *picture, image *into, size_t top, size_t left)
{
    for (size_t i = 0; i < picture->height; i++)
        for (size_t j = 0; j < picture->width; j++) {
            const uint8_t *from = picture->pixels + (i * picture->width + j) * picture->channels;
            uint8_t *to = into->pixels + ((top + i) * into->width + left + j) * into->channels;
            for (size_t c = 0; c < 3; c++)
                to[c] = from[picture->channels == 3 ? c : 0];
        }
}

static void draw_tile(const tensor *X, size_t n, size_t factor, real low, real high, image *into,
                      size_t top, size_t left)
{
    tensor one = tensor_rows(X, n, 1);
    image small = image_montage(&one, 1, 0, low, high);
    image large = image_enlarged(&small, factor);
    lay(&large, into, top, left);
    image_clear(&small);
    image_clear(&large);
}

image image_captioned_montage(const tensor *X, const char *const *texts, size_t count,
                              size_t columns, size_t factor, real low, real high)
{
    if (X != NULL)
        check_rank(__func__, "X", X, 4);
    if (count < 1 || columns < 1 || (X != NULL && (X->shape[0] != count || factor < 1)))
        contract_failed(__func__, "%zu texts for %zu images in %zu columns make no picture", count,
                        X != NULL ? X->shape[0] : 0, columns);
    cell c = cell_for(X, texts, count, factor);
    size_t rows = (count + columns - 1) / columns;
    image picture = image_new(GAP + rows * (c.height + GAP), GAP + columns * (c.width + GAP), 3);
    memset(picture.pixels, 255, picture.height * picture.width * 3);
    for (size_t n = 0; n < count; n++) {
        size_t top = GAP + n / columns * (c.height + GAP);
        size_t left = GAP + n % columns * (c.width + GAP);
        if (X != NULL)
            draw_tile(X, n, factor, low, high, &picture, top, left);
        draw_lines(&picture, top + c.image_height, left, texts[n], c.line);
    }
    return picture;
}
