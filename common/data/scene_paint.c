/* Making scenes visible: how much of each pixel an object covers, and noise. */
#include "scene.h"

enum { SAMPLES = 4, PLANE = SCENE_SIDE * SCENE_SIDE };

static const double NOISE = 6;

/* Whether the point dx right of and dy below its centre is in a shape of radius 1. */
static bool covers(scene_shape shape, double dx, double dy)
{
    double across = fabs(dx), along = fabs(dy);
    double square = dx * dx + dy * dy; /* of the distance */
    switch (shape) {
    case SHAPE_CIRCLE:
        return square <= 1;
    case SHAPE_SQUARE:
        return fmax(across, along) <= 0.87;
    case SHAPE_TRIANGLE: /* the point is up */
        return dy <= 0.75 && across <= 0.57 * (dy + 1);
    case SHAPE_CROSS:
        return fmax(across, along) <= 1 && fmin(across, along) <= 0.34;
    case SHAPE_RING:
        return square <= 1 && square >= 0.55 * 0.55;
    default: /* diamond */
        return across + along <= 1;
    }
}

bool scene_object_covers(const scene_object *o, double y, double x)
{
    return covers(o->shape, (x - o->x) / o->radius, (y - o->y) / o->radius);
}

/* The share, 0 to 1, of the pixel in row i and column j that o covers. */
static double coverage(const scene_object *o, size_t i, size_t j)
{
    size_t inside = 0;
    for (size_t k = 0; k < SAMPLES; k++)
        for (size_t l = 0; l < SAMPLES; l++) {
            double y = (double)i + ((double)k + 0.5) / SAMPLES;
            double x = (double)j + ((double)l + 0.5) / SAMPLES;
            inside += scene_object_covers(o, y, x);
        }
    return (double)inside / (SAMPLES * SAMPLES);
}

/* The first pixel, or with 1 for past the one after the last, that reaches to place in a row. */
static size_t pixel_of(double place, size_t past)
{
    double pixel = floor(place) + (double)past;
    return (size_t)fmin(SCENE_SIDE, fmax(0, pixel));
}

/* Lays o over image, 3 x 32 x 32 numbers. */
static void paint_object(const scene_object *o, double *image)
{
    size_t top = pixel_of(o->y - o->radius, 0), bottom = pixel_of(o->y + o->radius, 1);
    size_t left = pixel_of(o->x - o->radius, 0), right = pixel_of(o->x + o->radius, 1);
    for (size_t i = top; i < bottom; i++)
        for (size_t j = left; j < right; j++) {
            double share = coverage(o, i, j);
            for (size_t c = 0; c < 3; c++) {
                double *value = &image[c * PLANE + i * SCENE_SIDE + j];
                *value += share * (o->rgb[c] - *value);
            }
        }
}

void scene_paint(const scene *s, random_state *r, uint8_t *pixels)
{
    double image[SCENE_PIXELS];
    for (size_t i = 0; i < SCENE_PIXELS; i++)
        image[i] = s->gray;
    for (size_t i = s->count; i-- > 0;) /* what is inside comes last */
        paint_object(&s->objects[i], image);
    for (size_t i = 0; i < SCENE_PIXELS; i++) {
        double value = image[i] + NOISE * random_normal(r);
        pixels[i] = (uint8_t)fmin(255, fmax(0, value + 0.5));
    }
}
