/*
 * Style transfer: pictures of scenes, painted like pictures of stripes, strokes and tiles. Nothing
 * is trained but the pictures themselves, by the gradient with respect to their pixels.
 *
 * What to look for: each row of style.png has the content, the style, the content in that style,
 * the style alone, begun with noise, and the content alone, begun with noise. What of a picture is
 * in its Gram matrices, and what is not? steps.png shows how the third column came to be. Raise
 * STYLE until the content gets lost, and REG, the weight of the total variation, until edges do.
 *
 * With DATA=squeezenet DIR=FOLDER the features are those of a net that was trained on photographs;
 * else of random filters, which need no file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adam.h"
#include "contract.h"
#include "experiment.h"
#include "picture_data.h"
#include "picture_extractor.h"
#include "progress.h"
#include "scenes.h"
#include "style_transfer.h"

enum { STYLES = 3, COLUMNS = 5, MOST_LAYERS = 13, MOMENTS = 6, SQUEEZENET_USED = 8 };

/* Which layers are compared. */
typedef struct choice {
    size_t content_layer, style_count;
    size_t style_layers[MOST_LAYERS];
} choice;

/* How a picture is changed: Adam's rate, weights of style and variation, steps. */
typedef struct painting {
    double rate, style, variation;
    size_t steps;
} painting;

/* ---- the pictures ---- */

/* Sets pixel i of picture, 1 x 3 x side x side. */
static void set_pixel(tensor *picture, size_t i, const double rgb[3])
{
    for (size_t c = 0; c < 3; c++)
        picture->data[c * (picture->size / 3) + i] = (real)rgb[c];
}

/* Scene number n of set, each of its pixels enlarged to fill side x side. */
static void paint_content(const scene_set *set, size_t n, tensor *picture)
{
    size_t side = picture->shape[2];
    const uint8_t *pixels = set->pixels + n * SCENE_PIXELS;
    for (size_t i = 0; i < picture->size; i++) {
        size_t c = i / (side * side), row = i / side % side, column = i % side;
        size_t from = (c * SCENE_SIDE + row * SCENE_SIDE / side) * SCENE_SIDE;
        picture->data[i] = (real)pixels[from + column * SCENE_SIDE / side] / 255;
    }
}

/* Wavy stripes of two colours, aslant. */
static void paint_stripes(random_state *random, tensor *picture)
{
    static const double light[] = {0.95, 0.85, 0.3}, dark[] = {0.1, 0.2, 0.55};
    size_t side = picture->shape[2];
    double phase = 6 * random_uniform(random);
    for (size_t i = 0; i < side * side; i++) {
        double row = (double)(i / side), column = (double)(i % side);
        double wave = sin((row + column) / 3 + 2 * sin(row / 9 + phase));
        set_pixel(picture, i, wave > 0 ? light : dark);
    }
}

/* Short strokes of warm colours, one over the other. */
static void paint_strokes(random_state *random, tensor *picture)
{
    size_t side = picture->shape[2];
    tensor_fill(picture, (real)0.8);
    for (size_t stroke = 0; stroke < side * side / 20; stroke++) {
        double y = random_uniform(random) * (double)side;
        double x = random_uniform(random) * (double)side;
        double slope = 0.6 * random_normal(random);
        double tone = random_uniform(random);
        const double rgb[] = {0.5 + 0.5 * tone, 0.7 * tone * tone, 0.15 + 0.2 * (1 - tone)};
        for (int at = -5; at <= 5; at++)
            for (int thick = 0; thick < 2; thick++) {
                double row = y + slope * at + thick, column = x + at;
                if (row >= 0 && column >= 0 && row < (double)side && column < (double)side)
                    set_pixel(picture, (size_t)row * side + (size_t)column, rgb);
            }
    }
}

/* Tiles of 8 pixels, blue and green, with white joints. */
static void paint_tiles(random_state *random, tensor *picture)
{
    enum { TILE = 8, MOST_TILES = 64 };
    static const double white[] = {0.95, 0.95, 0.9};
    size_t side = picture->shape[2];
    double tones[MOST_TILES];
    for (size_t i = 0; i < MOST_TILES; i++)
        tones[i] = random_uniform(random);
    for (size_t i = 0; i < side * side; i++) {
        size_t row = i / side, column = i % side;
        double tone = tones[(row / TILE * 7 + column / TILE * 13) % MOST_TILES];
        const double rgb[] = {0.1, 0.3 + 0.5 * tone, 0.8 - 0.5 * tone};
        set_pixel(picture, i, row % TILE == 0 || column % TILE == 0 ? white : rgb);
    }
}

/* ---- targets ---- */

/* The features of content at the content layer, and Gram matrices of style; for one picture. */
typedef struct goals {
    tensor *content;
    tensor *styles[MOST_LAYERS];
    real style_weights[MOST_LAYERS];
    style_targets targets; /* of these */
} goals;

/*
 * Weights make the losses shares: 1 is as far from the content as a picture without features, and
 * from the style, at all layers, as one whose Gram matrices are zeros.
 */
static void goals_make(goals *g, feature_extractor *net, const choice *c, const tensor *content,
                       const tensor *style)
{
    *g = (goals){.content = tensor_new_like(net->features[c->content_layer])};
    net->forward(net->self, style);
    for (size_t i = 0; i < c->style_count; i++) {
        const tensor *features = net->features[c->style_layers[i]];
        size_t C = features->shape[1];
        g->styles[i] = tensor_new_3d(1, C, C);
        gram_matrix(features, true, g->styles[i]);
        g->style_weights[i] =
            (real)(1 / ((double)c->style_count * tensor_sum_of_squares(g->styles[i])));
    }
    net->forward(net->self, content);
    tensor_copy(net->features[c->content_layer], g->content);
    g->targets = (style_targets){.content_layer = c->content_layer,
                                 .content = g->content,
                                 .content_weight = (real)(1 / tensor_sum_of_squares(g->content)),
                                 .style_count = c->style_count,
                                 .style_layers = c->style_layers,
                                 .styles = g->styles,
                                 .style_weights = g->style_weights};
}

static void goals_clear(goals *g)
{
    tensor_free(g->content);
    for (size_t i = 0; i < MOST_LAYERS; i++)
        tensor_free(g->styles[i]);
}

/* The goals of g with their weights multiplied; style_weights receives as many as there are. */
static style_targets weighted(const goals *g, double content, double style, double variation,
                              real *style_weights)
{
    style_targets t = g->targets;
    t.content_weight *= (real)content;
    for (size_t i = 0; i < t.style_count; i++)
        style_weights[i] = (real)style * g->style_weights[i];
    t.style_weights = style_weights;
    t.variation_weight = (real)(variation / (double)g->content->size);
    return t;
}

/* ---- painting ---- */

/*
 * Changes canvas by steps down the gradient, the last tenth of them small, within 0..1.
 * moments, if not NULL, receives MOMENTS pictures, and losses, if not NULL, a loss per step.
 */
static void paint(feature_extractor *net, const style_targets *targets, const painting *how,
                  tensor *canvas, tensor *moments, double *losses)
{
    tensor *gradient = tensor_new_like(canvas);
    const parameter pixels = {"pixels", canvas, gradient};
    const update_settings settings = adam_settings(how->rate, 0.9);
    optimizer o = optimizer_new(&pixels, 1, &rule_adam, &settings);
    progress bar = progress_start("Painting", how->steps);
    for (size_t step = 0; step < how->steps; step++) {
        if (step == how->steps * 9 / 10)
            optimizer_decay(&o, 0.1);
        double loss = style_transfer_step(net, canvas, targets, gradient);
        if (losses != NULL)
            losses[step] = loss;
        optimizer_step(&o);
        for (size_t i = 0; i < canvas->size; i++)
            canvas->data[i] = fmin(fmax(canvas->data[i], 0), 1);
        for (size_t m = 0; m < MOMENTS && moments != NULL; m++)
            if (step == m * (how->steps - 1) / (MOMENTS - 1)) {
                tensor from = tensor_row(canvas, 0), to = tensor_row(moments, m);
                tensor_copy(&from, &to);
            }
        progress_update(&bar, step + 1);
    }
    progress_finish(&bar);
    optimizer_clear(&o);
    tensor_free(gradient);
}

/* The share of the style and of the content that canvas is away from g. */
static void distances(feature_extractor *net, const goals *g, const tensor *canvas, double *content,
                      double *style)
{
    real weights[MOST_LAYERS];
    tensor *gradient = tensor_new_like(canvas);
    style_targets only = weighted(g, 1, 0, 0, weights);
    *content = style_transfer_step(net, canvas, &only, gradient);
    only = weighted(g, 0, 1, 0, weights);
    *style = style_transfer_step(net, canvas, &only, gradient);
    tensor_free(gradient);
}

/*
 * Fills a row of COLUMNS pictures, of which content and style are there, and MOMENTS of how the
 * third came to be. shares receives: the result's distance to content and style, and the content
 * picture's to the style.
 */
static void paint_row(experiment *x, feature_extractor *net, const choice *c, const painting *how,
                      tensor *row, tensor *moments, double *losses, double shares[3])
{
    goals g;
    real weights[MOST_LAYERS];
    double none;
    tensor content = tensor_rows(row, 0, 1), style = tensor_rows(row, 1, 1);
    tensor both = tensor_rows(row, 2, 1), texture = tensor_rows(row, 3, 1);
    tensor inverted = tensor_rows(row, 4, 1);
    goals_make(&g, net, c, &content, &style);
    style_targets t = weighted(&g, 1, how->style, how->variation, weights);
    tensor_copy(&content, &both);
    paint(net, &t, how, &both, moments, losses);
    distances(net, &g, &content, &none, &shares[2]);
    distances(net, &g, &both, &shares[0], &shares[1]);
    t = weighted(&g, 0, how->style, 0, weights);
    tensor_fill_uniform(&texture, &x->random, 0, 1);
    paint(net, &t, how, &texture, NULL, NULL);
    t = weighted(&g, 1, 0, 0, weights);
    tensor_fill_uniform(&inverted, &x->random, 0, 1);
    paint(net, &t, how, &inverted, NULL, NULL);
    goals_clear(&g);
}

/* The extractor that x's data name, and which of its layers are compared. */
static feature_extractor *open_extractor(experiment *x, size_t *side, choice *c)
{
    error e;
    if (strcmp(x->data, "squeezenet") != 0) {
        *side = x->quick ? 64 : 96;
        *c = (choice){1, FILTER_SIZES, {0, 1, 2, 3, 4}};
        return filter_extractor_new(&x->random, *side);
    }
    *side = x->quick ? 96 : 192;
    *c = (choice){3, 4, {1, 4, 6, 7}};
    const char *folder = x->directory != NULL ? x->directory : "datasets/squeezenet";
    feature_extractor *net = squeezenet_new(folder, SQUEEZENET_USED, *side, &e);
    if (net == NULL) {
        fprintf(stderr, "%s: %s\n", x->name, e.text);
        exit(1);
    }
    return net;
}

/* Content and style of row number s: a test scene, and one of the three styles. */
static void paint_givens(experiment *x, const scene_set *scenes, size_t s, tensor *row)
{
    static void (*const painters[STYLES])(random_state *, tensor *) = {paint_stripes, paint_strokes,
                                                                       paint_tiles};
    tensor content = tensor_rows(row, 0, 1), style = tensor_rows(row, 1, 1);
    paint_content(scenes, s, &content);
    painters[s](&x->random, &style);
}

/* Paints a row for each of the first count styles, and saves and says what came of it. */
static void paint_all(experiment *x, feature_extractor *net, const choice *c, const painting *how,
                      size_t side, size_t count)
{
    static const char *const names[STYLES] = {"stripes", "strokes", "tiles"};
    scene_set scenes = scenes_make(SCENES_TEST, count);
    tensor *all = tensor_new_4d(count * COLUMNS, 3, side, side);
    tensor *moments = tensor_new_4d(count * MOMENTS, 3, side, side);
    double *losses = calloc(how->steps, sizeof *losses), worst = 0;
    if (losses == NULL)
        contract_failed(__func__, "no memory");
    plot *p = plot_new("Loss", "step", "loss");
    for (size_t s = 0; s < count; s++) {
        double shares[3], start = experiment_seconds();
        tensor row = tensor_rows(all, s * COLUMNS, COLUMNS);
        tensor came = tensor_rows(moments, s * MOMENTS, MOMENTS);
        paint_givens(x, &scenes, s, &row);
        paint_row(x, net, c, how, &row, &came, losses, shares);
        printf("%s: the style is %.3f away, at first %.3f; the content %.3f; in %.1f s\n", names[s],
               shares[1], shares[2], shares[0], experiment_seconds() - start);
        worst = fmax(worst, shares[1] / shares[2]);
        plot_line(p, names[s], NULL, losses, how->steps);
    }
    plot_logarithmic(p, false, true);
    experiment_plot(x, p, "loss.png");
    image picture = image_montage(all, COLUMNS, 4, 0, 1);
    experiment_picture(x, &picture, 1, "style.png");
    picture = image_montage(moments, MOMENTS, 4, 0, 1);
    experiment_picture(x, &picture, 1, "steps.png");
    experiment_result(x, "style_left", worst);
    free(losses);
    tensor_free(all);
    tensor_free(moments);
    scene_set_clear(&scenes);
}

int main(int argc, char **argv)
{
    experiment x = experiment_start("style", argc, argv);
    size_t side;
    choice c;
    painting how = {.rate = experiment_value(&x, "RATE", 0.05),
                    .style = experiment_value(&x, "STYLE", 1),
                    .variation = experiment_value(&x, "REG", 1e-2),
                    .steps = (size_t)experiment_value(&x, "STEPS", x.quick ? 40 : 200)};
    experiment_takes_data(&x, (const char *const[]){"scenes", "squeezenet", NULL});
    experiment_all_asked(&x);
    feature_extractor *net = open_extractor(&x, &side, &c);
    paint_all(&x, net, &c, &how, side, x.quick ? 1 : STYLES);
    experiment_finish(&x);
    picture_extractor_free(net);
    return 0;
}
