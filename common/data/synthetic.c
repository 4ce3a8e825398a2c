/* Making the synthetic data set. */
#include "synthetic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomic_file.h"
#include "cifar10.h"
#include "contract.h"

enum { SIDE = CIFAR10_SIDE, PLANE = SIDE * SIDE, TEXTURE = 5, WAVES = 4, STAMPS = 6 };

static const uint32_t CLASS_SEED = 231; /* of the patterns */

/* How strong the parts are, in gray levels. */
static const double PATTERN = 8;
static const double NEGATIVE = 0.25; /* of the images have their pattern turned round */
static const double BACKGROUND = 36;
static const double STAMP = 26;
static const double NOISE = 24;

typedef struct class_pattern {
    double whole[CIFAR10_PIXELS];
    double texture[3 * TEXTURE * TEXTURE];
} class_pattern;

/* Adds a few waves of low frequency, drawn from r, to the 3 x 32 x 32 numbers of image. */
static void add_waves(random_state *r, double strength, double *image)
{
    for (size_t wave = 0; wave < WAVES; wave++) {
        double fx = 0.35 * random_normal(r);
        double fy = 0.35 * random_normal(r);
        double phase = 6.28 * random_uniform(r);
        double colour[3];
        for (size_t c = 0; c < 3; c++)
            colour[c] = strength * random_normal(r) / sqrt((double)WAVES);
        for (size_t y = 0; y < SIDE; y++)
            for (size_t x = 0; x < SIDE; x++) {
                double height = cos(fx * (double)x + fy * (double)y + phase);
                for (size_t c = 0; c < 3; c++)
                    image[c * PLANE + y * SIDE + x] += colour[c] * height;
            }
    }
}

static void make_patterns(class_pattern *patterns)
{
    random_state r;
    random_seed(&r, CLASS_SEED);
    for (size_t c = 0; c < CIFAR10_CLASSES; c++) {
        memset(patterns[c].whole, 0, sizeof patterns[c].whole);
        add_waves(&r, PATTERN, patterns[c].whole);
        for (size_t i = 0; i < 3 * TEXTURE * TEXTURE; i++)
            patterns[c].texture[i] = STAMP * (random_uniform(&r) < 0.5 ? -1 : 1);
    }
}

/* Stamps the texture on a few random places. */
static void add_texture(random_state *r, const double *texture, double *image)
{
    for (size_t stamp = 0; stamp < STAMPS; stamp++) {
        size_t top = random_integer(r, SIDE - TEXTURE + 1);
        size_t left = random_integer(r, SIDE - TEXTURE + 1);
        for (size_t c = 0; c < 3; c++)
            for (size_t y = 0; y < TEXTURE; y++)
                for (size_t x = 0; x < TEXTURE; x++)
                    image[c * PLANE + (top + y) * SIDE + left + x] +=
                        texture[(c * TEXTURE + y) * TEXTURE + x];
    }
}

static void make_image(random_state *r, const class_pattern *pattern, uint8_t *pixels)
{
    double image[CIFAR10_PIXELS] = {0};
    double sign = random_uniform(r) < NEGATIVE ? -1 : 1;
    add_waves(r, BACKGROUND, image);
    add_texture(r, pattern->texture, image);
    for (size_t i = 0; i < CIFAR10_PIXELS; i += 4) {
        uint32_t bits = random_u32(r); /* a byte a pixel is enough for noise */
        for (size_t k = 0; k < 4; k++, bits >>= 8) {
            double noise = NOISE * ((bits & 255) / 127.5 - 1) * 1.7;
            double value = 128 + image[i + k] + sign * pattern->whole[i + k] + noise;
            pixels[i + k] = (uint8_t)fmin(255, fmax(0, value + 0.5));
        }
    }
}

bool synthetic_make(dataset *d, size_t count, uint32_t seed, error *e)
{
    random_state r;
    *d = (dataset){.channels = 3,
                   .height = SIDE,
                   .width = SIDE,
                   .class_count = CIFAR10_CLASSES,
                   .class_names = cifar10_class_names};
    class_pattern *patterns = malloc(CIFAR10_CLASSES * sizeof *patterns);
    if (patterns == NULL)
        return error_set(e, "no memory for the synthetic data set");
    bool made = dataset_allocate(d, count, e);
    make_patterns(patterns);
    random_seed(&r, seed);
    for (size_t i = 0; made && i < count; i++) {
        d->classes[i] = (uint8_t)random_integer(&r, CIFAR10_CLASSES);
        make_image(&r, &patterns[d->classes[i]], d->pixels + i * CIFAR10_PIXELS);
    }
    free(patterns);
    return made;
}

bool synthetic_load(dataset *train, dataset *test, error *e)
{
    return synthetic_make(train, SYNTHETIC_TRAIN, 1, e) &&
           synthetic_make(test, SYNTHETIC_TEST, 2, e);
}

bool synthetic_write(const dataset *d, const char *path, error *e)
{
    atomic_file out;
    if (dataset_dimension(d) != CIFAR10_PIXELS)
        contract_failed(__func__, "images have %zu numbers, should have %d", dataset_dimension(d),
                        CIFAR10_PIXELS);
    if (!atomic_file_open(&out, path, e))
        return false;
    for (size_t i = 0; i < d->count; i++) {
        fwrite(&d->classes[i], 1, 1, out.stream);
        fwrite(d->pixels + i * CIFAR10_PIXELS, 1, CIFAR10_PIXELS, out.stream);
    }
    return atomic_file_commit(&out, e);
}
