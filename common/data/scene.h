/*
 * Scenes: small made pictures of one to three coloured objects, of which everything is known.
 *
 * A scene says what is in a picture; a picture of it is 3 x 32 x 32 bytes. Objects are flat shapes
 * with smooth edges on one gray, with some noise on everything. scene_sentences.h describes scenes
 * in words and says which sentences are true of them; scenes.h makes the whole set.
 */
#ifndef COMMON_SCENE_H
#define COMMON_SCENE_H

#include "random.h"

enum { SCENE_SIDE = 32, SCENE_PIXELS = 3 * SCENE_SIDE * SCENE_SIDE, SCENE_MOST_OBJECTS = 3 };

typedef enum scene_kind {
    SCENE_ONE,    /* a single object */
    SCENE_BESIDE, /* two: the first is left of the second */
    SCENE_ABOVE,  /* two: the first is above the second */
    SCENE_INSIDE, /* two: the first, small, is inside the second, large */
    SCENE_ALIKE,  /* two or three small ones of the same shape and colour in a row */
    SCENE_KINDS
} scene_kind;

typedef enum scene_shape {
    SHAPE_CIRCLE,
    SHAPE_SQUARE,
    SHAPE_TRIANGLE,
    SHAPE_CROSS,
    SHAPE_RING,
    SHAPE_DIAMOND,
    SCENE_SHAPES
} scene_shape;

typedef enum scene_colour {
    COLOUR_RED,
    COLOUR_GREEN,
    COLOUR_BLUE,
    COLOUR_YELLOW,
    COLOUR_ORANGE,
    COLOUR_PURPLE,
    COLOUR_WHITE,
    COLOUR_BLACK,
    SCENE_COLOURS
} scene_colour;

typedef struct scene_object {
    scene_shape shape;
    scene_colour colour;
    bool large;
    double x, y, radius; /* in pixels; the picture's upper left corner is 0, 0 */
    double rgb[3];       /* 0 .. 255: the colour's own, a little off */
} scene_object;

typedef struct scene {
    scene_kind kind;
    size_t count; /* 1 to SCENE_MOST_OBJECTS */
    scene_object objects[SCENE_MOST_OBJECTS];
    double gray; /* of the background */
} scene;

/* R, G and B of each colour, 0 .. 255. */
extern const double scene_palette[SCENE_COLOURS][3];

/*
 * Draws a scene from r: the kind (one object 30 %, beside 25 %, above 25 %, inside 10 %, alike
 * 10 %), then the objects, which differ in shape or colour unless they are alike, and the gray.
 */
scene scene_draw(random_state *r);

/* Whether o covers the point of the picture y below its upper edge and x right of its left one. */
bool scene_object_covers(const scene_object *o, double y, double x);

/*
 * Paints s into pixels, SCENE_PIXELS bytes, three planes of 32 x 32: edges are smooth by 4 x 4
 * samples per pixel; noise of deviation 6, drawn from r, lies on everything.
 */
void scene_paint(const scene *s, random_state *r, uint8_t *pixels);

#endif
