/* Drawing scenes: which objects there are, and where. scene_paint.c makes them visible. */
#include "scene.h"

const double scene_palette[SCENE_COLOURS][3] = {
    {220, 40, 40},  {40, 170, 60},  {50, 80, 220},   {235, 220, 50},
    {245, 140, 30}, {150, 60, 190}, {245, 245, 245}, {20, 20, 20},
};

static double between(random_state *r, double low, double high)
{
    return low + (high - low) * random_uniform(r);
}

static scene_kind draw_kind(random_state *r)
{
    static const double upto[SCENE_KINDS] = {0.30, 0.55, 0.80, 0.90, 1};
    double u = random_uniform(r);
    size_t kind = 0;
    while (u >= upto[kind])
        kind++;
    return (scene_kind)kind;
}

/* Any shape and colour, small or large; where it is comes later. */
static scene_object draw_object(random_state *r)
{
    scene_object o = {.shape = (scene_shape)random_integer(r, SCENE_SHAPES)};
    o.colour = (scene_colour)random_integer(r, SCENE_COLOURS);
    o.large = random_uniform(r) < 0.5;
    o.radius = o.large ? between(r, 6.5, 7.5) : between(r, 3.5, 4.5);
    return o;
}

static void draw_two(scene *s, random_state *r)
{
    s->count = 2;
    s->objects[0] = draw_object(r);
    do
        s->objects[1] = draw_object(r);
    while (s->objects[1].shape == s->objects[0].shape &&
           s->objects[1].colour == s->objects[0].colour);
}

/* A coordinate, 0 .. 32, at which an object of that radius is whole. */
static double place_for(random_state *r, double radius)
{
    return between(r, radius + 0.1, SCENE_SIDE - radius - 0.1);
}

static void draw_one(scene *s, random_state *r)
{
    scene_object *o = s->objects;
    s->count = 1;
    *o = draw_object(r);
    o->x = place_for(r, o->radius);
    o->y = place_for(r, o->radius);
}

/* Two objects along one axis: their coordinates on it, and across it, near the middle. */
static void draw_along(scene *s, random_state *r, double along[2], double across[2])
{
    draw_two(s, r);
    along[0] = between(r, 7.6, 9.5);
    along[1] = between(r, 22.5, 24.4);
    for (size_t i = 0; i < 2; i++)
        across[i] = SCENE_SIDE / 2. + between(r, -3, 3);
}

static void draw_beside(scene *s, random_state *r)
{
    scene_object *o = s->objects;
    double x[2], y[2];
    draw_along(s, r, x, y);
    for (size_t i = 0; i < 2; i++) {
        o[i].x = x[i];
        o[i].y = y[i];
    }
}

static void draw_above(scene *s, random_state *r)
{
    scene_object *o = s->objects;
    double x[2], y[2];
    draw_along(s, r, y, x);
    for (size_t i = 0; i < 2; i++) {
        o[i].x = x[i];
        o[i].y = y[i];
    }
}

/* What a small object is inside of: something with room in it. */
static scene_object draw_container(random_state *r)
{
    static const scene_shape roomy[] = {SHAPE_CIRCLE, SHAPE_SQUARE, SHAPE_DIAMOND};
    scene_object o = {.shape = roomy[random_integer(r, 3)], .large = true};
    o.colour = (scene_colour)random_integer(r, SCENE_COLOURS);
    o.radius = between(r, 7.5, 9);
    o.x = place_for(r, o.radius);
    o.y = place_for(r, o.radius);
    return o;
}

static void draw_inside(scene *s, random_state *r)
{
    scene_object *inner = &s->objects[0], *outer = &s->objects[1];
    s->count = 2;
    *outer = draw_container(r);
    do
        *inner = draw_object(r);
    while (inner->shape == SHAPE_RING || inner->colour == outer->colour);
    inner->large = false;
    inner->radius = between(r, 3, 3.8);
    inner->x = outer->x;
    inner->y = outer->y;
}

static void draw_alike(scene *s, random_state *r)
{
    scene_object o = draw_object(r);
    o.large = false;
    o.radius = between(r, 3.5, 4.5);
    s->count = 2 + random_integer(r, 2);
    double apart = s->count == 3 ? 10.5 : 14;
    double slack = s->count == 3 ? 0.9 : 3;
    double middle = SCENE_SIDE / 2. + between(r, -slack, slack);
    o.y = place_for(r, o.radius);
    for (size_t i = 0; i < s->count; i++) {
        o.x = middle + apart * ((double)i - (double)(s->count - 1) / 2);
        s->objects[i] = o;
    }
}

static void draw_rgb(scene_object *o, random_state *r)
{
    for (size_t c = 0; c < 3; c++)
        o->rgb[c] = fmin(255, fmax(0, scene_palette[o->colour][c] + between(r, -12, 12)));
}

scene scene_draw(random_state *r)
{
    static void (*const draw[SCENE_KINDS])(scene *, random_state *) = {
        draw_one, draw_beside, draw_above, draw_inside, draw_alike};
    scene s = {.kind = draw_kind(r)};
    draw[s.kind](&s, r);
    for (size_t i = 0; i < s.count; i++)
        draw_rgb(&s.objects[i], r);
    s.gray = between(r, 96, 160);
    return s;
}
