/* What is done to a picture, drawn. augmentation.h says what may be drawn. */
#include "augmentation.h"

augment_settings usual_augmentation(void)
{
    return (augment_settings){.least_area = 0.08,
                              .most_area = 1,
                              .least_aspect = 3.0 / 4,
                              .most_aspect = 4.0 / 3,
                              .flip = 0.5,
                              .jitter = 0.8,
                              .strength = 0.4,
                              .gray = 0.2};
}

static double between(double low, double high, random_state *random)
{
    return low + (high - low) * random_uniform(random);
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

/* Twice as wide is as likely as twice as high: the aspect's logarithm is uniform. */
static crop_box draw_box(const augment_settings *s, double H, double W, random_state *random)
{
    double area = between(s->least_area, s->most_area, random) * H * W;
    double aspect = exp(between(log(s->least_aspect), log(s->most_aspect), random));
    double height = smaller(sqrt(area / aspect), H);
    double width = smaller(sqrt(area * aspect), W);
    double top = between(0, H - height, random);
    double left = between(0, W - width, random);
    return (crop_box){(real)top, (real)left, (real)height, (real)width};
}

static real draw_factor(double strength, random_state *random)
{
    return (real)between(1 - strength, 1 + strength, random);
}

augmentation draw_augmentation(const augment_settings *settings, size_t H, size_t W,
                               random_state *random)
{
    augmentation drawn = {.box = draw_box(settings, (double)H, (double)W, random)};
    drawn.flip = random_uniform(random) < settings->flip;
    drawn.jitter = random_uniform(random) < settings->jitter;
    drawn.factors.brightness = draw_factor(settings->strength, random);
    drawn.factors.contrast = draw_factor(settings->strength, random);
    drawn.factors.saturation = draw_factor(settings->strength, random);
    drawn.gray = random_uniform(random) < settings->gray;
    return drawn;
}
