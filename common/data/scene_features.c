/* Colours and edges of a scene's picture, by cells. */
#include "scene_features.h"

#include <string.h>

enum { SIDE = SCENE_SIDE, PLANE = SIDE * SIDE, CELL = SIDE / SCENE_CELLS };
enum { PER_CELL = SCENE_COLOURS + SCENE_DIRECTIONS };

static const float SOFTNESS = 2000; /* of the squared distance between two colours */

/* The numbers of the cell in which the pixel in row i and column j lies. */
static real *cell_of(real *features, size_t i, size_t j)
{
    return features + (i / CELL * SCENE_CELLS + j / CELL) * PER_CELL;
}

/* The median of the gray of the rim's pixels: their sum of R, G and B, over 3. */
static float background_of(const uint8_t *pixels)
{
    size_t counts[3 * 255 + 1] = {0}, rim = 0, passed = 0, sum = 0;
    for (size_t i = 0; i < SIDE; i++)
        for (size_t j = 0; j < SIDE; j += i == 0 || i == SIDE - 1 ? 1 : SIDE - 1) {
            const uint8_t *pixel = pixels + i * SIDE + j;
            counts[pixel[0] + pixel[PLANE] + pixel[2 * PLANE]]++;
            rim++;
        }
    while ((passed += counts[sum]) <= rim / 2)
        sum++;
    return (float)sum / 3;
}

/* How near a pixel is to a colour: exp(-|pixel - colour|^2 / 2000). */
static float nearness(const float *pixel, const float *colour)
{
    float distance = 0;
    for (size_t c = 0; c < 3; c++)
        distance += (pixel[c] - colour[c]) * (pixel[c] - colour[c]);
    return exp(-distance / SOFTNESS);
}

/* The nine colours: the palette, and the background's gray. */
static void fill_colours(float gray, float colours[SCENE_COLOURS + 1][3])
{
    for (size_t k = 0; k <= SCENE_COLOURS; k++)
        for (size_t c = 0; c < 3; c++)
            colours[k][c] = k < SCENE_COLOURS ? (float)scene_palette[k][c] : gray;
}

/* Adds the shares of the colours to the cells, and writes what is no background to mask. */
static void add_colours(const uint8_t *pixels, real *features, float *mask)
{
    float colours[SCENE_COLOURS + 1][3], near[SCENE_COLOURS + 1];
    fill_colours(background_of(pixels), colours);
    for (size_t at = 0; at < PLANE; at++) {
        const float pixel[] = {pixels[at], pixels[PLANE + at], pixels[2 * PLANE + at]};
        real *cell = cell_of(features, at / SIDE, at % SIDE);
        float sum = FLT_MIN; /* a pixel far from all colours has none */
        for (size_t k = 0; k <= SCENE_COLOURS; k++)
            sum += near[k] = nearness(pixel, colours[k]);
        for (size_t k = 0; k < SCENE_COLOURS; k++)
            cell[k] += (real)(near[k] / sum / (CELL * CELL));
        mask[at] = 1 - near[SCENE_COLOURS] / sum;
    }
}

/* Deals length out to the two directions that angle, in radians, lies between. */
static void add_edge(float length, float angle, real *directions)
{
    const float turn = 6.2831853F;
    float place = (angle / turn + 1) * SCENE_DIRECTIONS;
    float below = floor(place);
    size_t first = (size_t)below;
    directions[first % SCENE_DIRECTIONS] += (real)(length * (1 - (place - below)));
    directions[(first + 1) % SCENE_DIRECTIONS] += (real)(length * (place - below));
}

/* Adds the edges of mask, by central differences, to the cells. */
static void add_edges(const float *mask, real *features)
{
    for (size_t i = 1; i + 1 < SIDE; i++)
        for (size_t j = 1; j + 1 < SIDE; j++) {
            const float *m = mask + i * SIDE + j;
            float right = m[1] - m[-1], down = m[SIDE] - m[-SIDE];
            float length = sqrt(right * right + down * down) / (CELL * CELL);
            if (length > 0)
                add_edge(length, atan2(down, right), cell_of(features, i, j) + SCENE_COLOURS);
        }
}

void scene_features(const uint8_t *pixels, real *features)
{
    float mask[PLANE];
    memset(features, 0, SCENE_FEATURES * sizeof *features);
    add_colours(pixels, features, mask);
    add_edges(mask, features);
}
