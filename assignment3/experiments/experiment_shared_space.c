/*
 * Pictures and sentences in one space: two nets, one for pictures of scenes and one for the words
 * of sentences, learn to point the same way. The sentences are taken as bags of words: how often
 * each word occurs, in no order.
 *
 * What to look for: a class needs no training, only a sentence; is that so for shapes in a colour
 * in which none was ever seen? similarities.png has pictures as rows and their sentences as
 * columns. retrieved.png has the pictures that are nearest to a sentence; since words have no order
 * here, left and right cannot be told apart. In components.png each picture stands above what the
 * net sees in it: the three directions in which its places differ most are red, green and blue.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adam.h"
#include "classifier.h"
#include "contract.h"
#include "experiment.h"
#include "picture_data.h"
#include "plan_net.h"
#include "progress.h"
#include "scene_sentences.h"
#include "scenes.h"
#include "shared_space.h"
#include "text_image.h"

enum {
    BATCH = 128,
    D = 64,
    CELLS = 16, /* the places of the picture net's second layer, in a row */
    CELL = SCENE_SIDE / CELLS,
    CHANNELS = 32,
    LOOKED_AT = 5, /* the layer that gives them */
    REGIONS = SCENE_COLOURS + 1,
    PAIRS = SCENE_COLOURS * SCENE_SHAPES
};

static const char *const colours[] = {"red",    "green",  "blue",  "yellow",
                                      "orange", "purple", "white", "black"};
static const char *const shapes[] = {"circle", "square", "triangle", "cross", "ring", "diamond"};

/* Both nets, and what they learn from. */
typedef struct towers {
    net pictures, texts;
    scene_set train, test;
    vocabulary words;
    size_t *used, used_count; /* the training scenes without a pair that is kept out */
} towers;

/* ---- data ---- */

/* One shape of each colour is kept out of the training. */
static bool is_kept_out(const scene_object *o)
{
    return (size_t)o->shape == (size_t)o->colour % SCENE_SHAPES;
}

static void choose_scenes(towers *t)
{
    t->used = calloc(t->train.count, sizeof *t->used);
    if (t->used == NULL)
        contract_failed(__func__, "no memory");
    for (size_t i = 0; i < t->train.count; i++) {
        const scene *s = &t->train.scenes[i];
        bool kept_out = false;
        for (size_t k = 0; k < s->count; k++)
            kept_out = kept_out || is_kept_out(&s->objects[k]);
        if (!kept_out)
            t->used[t->used_count++] = i;
    }
}

/* Copies scene number n of set, from -1 to 1, to row of X. */
static void take_scene(const scene_set *set, size_t n, tensor *X, size_t row)
{
    for (size_t i = 0; i < SCENE_PIXELS; i++)
        X->data[row * SCENE_PIXELS + i] = (real)set->pixels[n * SCENE_PIXELS + i] / (real)127.5 - 1;
}

/* Counts the words, length of them, in row of counts, rows x vocabulary; no special ones. */
static void count_words(const vocabulary *v, const uint32_t *words, size_t length, tensor *counts,
                        size_t row)
{
    real *place = counts->data + row * v->count;
    memset(place, 0, v->count * sizeof *place);
    for (size_t i = 0; i < length; i++)
        if (words[i] != v->null && words[i] != v->start && words[i] != v->end)
            place[words[i]] += 1;
}

static void count_words_of(const vocabulary *v, const char *sentence, tensor *counts, size_t row)
{
    uint32_t words[SCENES_LENGTH];
    sentence_encode(v, sentence, words, SCENES_LENGTH);
    count_words(v, words, SCENES_LENGTH, counts, row);
}

/* ---- the nets ---- */

static net new_picture_net(random_state *random)
{
    layer_plan plan;
    layer_plan_begin(&plan, 3, SCENE_SIDE, SCENE_SIDE);
    for (size_t filters = CHANNELS / 2; filters <= 2 * CHANNELS; filters *= 2) {
        plan_conv(&plan, filters, 3, (conv_shape){1, 1});
        plan_relu(&plan);
        plan_max_pool(&plan, 2);
    }
    plan_reshape(&plan, plan.shape[0] * plan.shape[1] * plan.shape[2], 1, 1);
    plan_affine(&plan, D);
    return net_of_plan(&plan, random);
}

static net new_text_net(size_t words, random_state *random)
{
    layer_plan plan;
    layer_plan_begin(&plan, words, 1, 1);
    plan_affine(&plan, 2 * D);
    plan_relu(&plan);
    plan_affine(&plan, D);
    return net_of_plan(&plan, random);
}

/* One step of training, on pairs of a scene and one of its sentences; returns the loss. */
static double step(experiment *x, towers *t, double tau, optimizer both[2])
{
    tensor *X = tensor_new_2d(BATCH, SCENE_PIXELS), *counts = tensor_new_2d(BATCH, t->words.count);
    tensor *images = tensor_new_2d(BATCH, D), *texts = tensor_new_2d(BATCH, D);
    tensor *dimages = tensor_new_2d(BATCH, D), *dtexts = tensor_new_2d(BATCH, D);
    for (size_t i = 0; i < BATCH; i++) {
        size_t n = t->used[random_integer(&x->random, t->used_count)];
        size_t sentence = SENTENCES_PER_SCENE * n + random_integer(&x->random, SENTENCES_PER_SCENE);
        take_scene(&t->train, n, X, i);
        count_words(&t->words, t->train.sentences->words + sentence * SCENES_LENGTH, SCENES_LENGTH,
                    counts, i);
    }
    t->pictures.forward(t->pictures.self, X, images);
    t->texts.forward(t->texts.self, counts, texts);
    double loss = clip_loss(images, texts, (real)tau, dimages, dtexts);
    net_clear_gradients(&t->pictures);
    net_clear_gradients(&t->texts);
    t->pictures.backward(t->pictures.self, dimages, NULL);
    t->texts.backward(t->texts.self, dtexts, NULL);
    for (size_t i = 0; i < 2; i++)
        optimizer_step(&both[i]);
    tensor *const all[] = {X, counts, images, texts, dimages, dtexts};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
    return loss;
}

static void train(experiment *x, towers *t, double rate, double tau, size_t steps)
{
    const update_settings settings = adam_settings(rate, 0.9);
    optimizer both[] = {
        optimizer_new(t->pictures.parameters, t->pictures.parameter_count, &rule_adam, &settings),
        optimizer_new(t->texts.parameters, t->texts.parameter_count, &rule_adam, &settings)};
    double *losses = calloc(steps, sizeof *losses), start = experiment_seconds();
    if (losses == NULL)
        contract_failed(__func__, "no memory");
    progress bar = progress_start("Both nets", steps);
    for (size_t i = 0; i < steps; i++) {
        losses[i] = step(x, t, tau, both);
        for (size_t k = 0; k < 2; k++)
            optimizer_decay(&both[k], pow(0.1, 1 / (double)steps));
        progress_update(&bar, i + 1);
    }
    progress_finish(&bar);
    printf("Loss %.3f, after %zu steps %.3f, in %.1f s\n", losses[0], steps,
           mean_of_last(losses, steps, 20), experiment_seconds() - start);
    experiment_result(x, "loss", mean_of_last(losses, steps, 20));
    plot *p = plot_new("Loss", "step", "loss");
    plot_line(p, NULL, NULL, losses, steps);
    plot_horizontal(p, "chance", log(BATCH));
    experiment_plot(x, p, "training.png");
    free(losses);
    for (size_t i = 0; i < 2; i++)
        optimizer_clear(&both[i]);
}

/* ---- what the space is good for ---- */

/* The vectors of all test scenes. */
static tensor *picture_vectors(towers *t)
{
    tensor *vectors = tensor_new_2d(t->test.count, D), *X = tensor_new_2d(1, SCENE_PIXELS);
    for (size_t n = 0; n < t->test.count; n++) {
        tensor place = tensor_rows(vectors, n, 1);
        take_scene(&t->test, n, X, 0);
        t->pictures.forward(t->pictures.self, X, &place);
    }
    tensor_free(X);
    return vectors;
}

/* The vectors of "a red circle" and so on: colour by colour, in each shape by shape. */
static tensor *pair_vectors(towers *t)
{
    tensor *counts = tensor_new_2d(PAIRS, t->words.count), *vectors = tensor_new_2d(PAIRS, D);
    for (size_t i = 0; i < PAIRS; i++) {
        char sentence[64];
        snprintf(sentence, sizeof sentence, "a %s %s", colours[i / SCENE_SHAPES],
                 shapes[i % SCENE_SHAPES]);
        count_words_of(&t->words, sentence, counts, i);
    }
    t->texts.forward(t->texts.self, counts, vectors);
    tensor_free(counts);
    return vectors;
}

/* Colour and shape of scenes of one object, by their nearest sentence; of pairs kept out or not. */
static void classify_scenes(experiment *x, towers *t, const tensor *vectors, bool kept_out,
                            const char *const names[2])
{
    tensor *texts = pair_vectors(t);
    labels *predicted = labels_new(t->test.count);
    size_t count = 0, right_colour = 0, right_shape = 0;
    zero_shot_classify(vectors, texts, predicted);
    for (size_t n = 0; n < t->test.count; n++) {
        const scene_object *o = &t->test.scenes[n].objects[0];
        if (t->test.scenes[n].kind != SCENE_ONE || is_kept_out(o) != kept_out)
            continue;
        count++;
        right_colour += predicted->data[n] / SCENE_SHAPES == (size_t)o->colour;
        right_shape += predicted->data[n] % SCENE_SHAPES == (size_t)o->shape;
    }
    double many = (double)(count > 0 ? count : 1);
    double colour = (double)right_colour / many, shape = (double)right_shape / many;
    printf("%s, %zu pictures of one object: colour right %.3f, shape %.3f\n",
           kept_out ? "Pairs that were never seen" : "Pairs that were seen", count, colour, shape);
    experiment_result(x, names[0], colour);
    experiment_result(x, names[1], shape);
    tensor_free(texts);
    labels_free(predicted);
}

/* The vector of a sentence, in row 0 of vector. */
static void sentence_vector(towers *t, const char *sentence, tensor *vector)
{
    tensor *counts = tensor_new_2d(1, t->words.count);
    count_words_of(&t->words, sentence, counts, 0);
    t->texts.forward(t->texts.self, counts, vector);
    tensor_free(counts);
}

/* The share of test scenes' own sentences that are true of the picture that is nearest to them. */
static void retrieve_all(experiment *x, towers *t, const tensor *vectors)
{
    size_t right = 0, first = 0;
    tensor *vector = tensor_new_2d(1, D);
    labels *found = labels_new(5);
    for (size_t n = 0; n < t->test.count; n++) {
        char text[SCENE_SENTENCE_BYTES];
        const uint32_t *words = t->test.sentences->words + n * SENTENCES_PER_SCENE * SCENES_LENGTH;
        sentence_text(&t->words, words, SCENES_LENGTH, text, sizeof text);
        sentence_vector(t, text, vector);
        tensor query = tensor_row(vector, 0);
        retrieve(&query, vectors, found);
        for (size_t i = 0; i < found->count; i++) {
            bool is_true = scene_sentence_is_true(&t->test.scenes[found->data[i]], text);
            right += is_true;
            first += is_true && i == 0;
        }
    }
    double share = (double)right / (double)(5 * t->test.count);
    printf("Retrieved by sentences: true of the nearest picture %.3f, of the nearest five %.3f\n",
           (double)first / (double)t->test.count, share);
    experiment_result(x, "retrieved_true", share);
    tensor_free(vector);
    labels_free(found);
}

/* ---- pictures ---- */

/* Rows of the nearest pictures to a few sentences. */
static void show_retrieved(experiment *x, towers *t, const tensor *vectors)
{
    enum { QUERIES = 4, FOUND = 5 };
    static const char *const queries[QUERIES] = {"a red circle", "two blue squares",
                                                 "a green ring inside a large yellow square",
                                                 "a white cross left of a black triangle"};
    const char *texts[QUERIES * FOUND];
    tensor *all = tensor_new_4d((size_t)QUERIES * FOUND, 3, SCENE_SIDE, SCENE_SIDE);
    tensor *vector = tensor_new_2d(1, D);
    labels *found = labels_new(FOUND);
    for (size_t q = 0; q < QUERIES; q++) {
        sentence_vector(t, queries[q], vector);
        tensor query = tensor_row(vector, 0);
        retrieve(&query, vectors, found);
        for (size_t i = 0; i < FOUND; i++) {
            take_scene(&t->test, found->data[i], all, q * FOUND + i);
            texts[q * FOUND + i] = i == 0 ? queries[q] : "";
        }
    }
    image picture = image_captioned_montage(all, texts, (size_t)QUERIES * FOUND, FOUND, 4, -1, 1);
    experiment_picture(x, &picture, 1, "retrieved.png");
    tensor_free(all);
    tensor_free(vector);
    labels_free(found);
}

/* The similarities of the first test scenes and their first sentences. */
static void show_similarities(experiment *x, towers *t, const tensor *vectors)
{
    enum { SHOWN = 24 };
    tensor *texts = tensor_new_2d(SHOWN, D), *S = tensor_new_2d(SHOWN, SHOWN);
    tensor *counts = tensor_new_2d(SHOWN, t->words.count), some = tensor_rows(vectors, 0, SHOWN);
    for (size_t n = 0; n < SHOWN; n++)
        count_words(&t->words, t->test.sentences->words + n * SENTENCES_PER_SCENE * SCENES_LENGTH,
                    SCENES_LENGTH, counts, n);
    t->texts.forward(t->texts.self, counts, texts);
    cosine_similarities(&some, texts, S);
    image picture = image_heat_map(S, true);
    experiment_picture(x, &picture, 12, "similarities.png");
    tensor *const all[] = {texts, S, counts};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
}

/*
 * What the picture net sees at each place of count scenes of set: seen, count CELLS CELLS x
 * CHANNELS, and truth, the colour that covers the place's middle, plus 1, or 0 where none does.
 */
static void look_at(towers *t, const scene_set *set, size_t count, tensor *seen, labels *truth)
{
    tensor *X = tensor_new_2d(1, SCENE_PIXELS), *out = tensor_new_2d(1, D);
    const size_t places = (size_t)CELLS * CELLS;
    for (size_t n = 0; n < count; n++) {
        take_scene(set, n, X, 0);
        t->pictures.forward(t->pictures.self, X, out);
        tensor maps = net_of_plan_result(&t->pictures, LOOKED_AT - 1);
        for (size_t i = 0; i < places; i++) {
            const double row = (double)(i / CELLS * CELL) + CELL / 2.0;
            const double column = (double)(i % CELLS * CELL) + CELL / 2.0;
            for (size_t c = 0; c < CHANNELS; c++)
                seen->data[(n * places + i) * CHANNELS + c] = maps.data[c * places + i];
            truth->data[n * places + i] = 0;
            for (size_t k = set->scenes[n].count; k-- > 0;)
                if (scene_object_covers(&set->scenes[n].objects[k], row, column))
                    truth->data[n * places + i] = 1 + (uint32_t)set->scenes[n].objects[k].colour;
        }
    }
    tensor_free(X);
    tensor_free(out);
}

static void show_components(experiment *x, towers *t)
{
    enum { SHOWN = 10 };
    const size_t places = (size_t)CELLS * CELLS;
    tensor *seen = tensor_new_2d(SHOWN * places, CHANNELS), *mean = tensor_new_1d(CHANNELS);
    tensor *components = tensor_new_2d(3, CHANNELS), *rgb = tensor_new_2d(SHOWN * places, 3);
    tensor *all = tensor_new_4d((size_t)2 * SHOWN, 3, SCENE_SIDE, SCENE_SIDE);
    labels *truth = labels_new(SHOWN * places);
    look_at(t, &t->test, SHOWN, seen, truth);
    principal_components(seen, mean, components);
    component_colours(seen, mean, components, rgb);
    for (size_t n = 0; n < SHOWN; n++) {
        take_scene(&t->test, n, all, n);
        for (size_t i = 0; i < SCENE_PIXELS; i++) {
            size_t c = i / (SCENE_SIDE * SCENE_SIDE), row = i / SCENE_SIDE % SCENE_SIDE;
            size_t place = row / CELL * CELLS + i % SCENE_SIDE / CELL;
            all->data[(SHOWN + n) * SCENE_PIXELS + i] =
                2 * rgb->data[(n * places + place) * 3 + c] - 1;
        }
    }
    image picture = image_montage(all, SHOWN, 2, -1, 1);
    experiment_picture(x, &picture, 2, "components.png");
    tensor *const used[] = {seen, mean, components, rgb, all};
    for (size_t i = 0; i < sizeof used / sizeof *used; i++)
        tensor_free(used[i]);
    labels_free(truth);
}

/* A linear classifier of places, trained on a few scenes: which colour is there, if any? */
static void segment(experiment *x, towers *t)
{
    enum { FEW = 50 };
    const size_t places = (size_t)FEW * CELLS * CELLS;
    tensor *seen = tensor_new_2d(places, CHANNELS);
    labels *truth = labels_new(places), *predicted = labels_new(places);
    look_at(t, &t->train, FEW, seen, truth);
    net probe = linear_classifier(x, seen, truth, REGIONS, 0.05);
    look_at(t, &t->test, FEW, seen, truth);
    classify(&probe, REGIONS, seen, predicted);
    double iou = mean_iou(predicted, truth, REGIONS);
    printf("Regions of %zu new scenes by colour: mean IoU %.3f, right %.3f\n", (size_t)FEW, iou,
           labels_accuracy(predicted, truth));
    experiment_result(x, "mean_iou", iou);
    tensor_free(seen);
    labels_free(truth);
    labels_free(predicted);
    net_of_plan_clear(&probe);
}

int main(int argc, char **argv)
{
    experiment x = experiment_start("shared_space", argc, argv);
    double rate = experiment_value(&x, "RATE", 1e-3), tau = experiment_value(&x, "TAU", 0.1);
    size_t steps = (size_t)experiment_value(&x, "STEPS", x.quick ? 60 : 1500);
    experiment_takes_data(&x, (const char *const[]){"scenes", NULL});
    experiment_all_asked(&x);
    towers t = {.train = scenes_make(SCENES_TRAIN, x.quick ? 2000 : SCENES_IN_TRAIN),
                .test = scenes_make(SCENES_TEST, x.quick ? 300 : SCENES_IN_TEST),
                .words = scenes_vocabulary()};
    choose_scenes(&t);
    t.pictures = new_picture_net(&x.random);
    t.texts = new_text_net(t.words.count, &x.random);
    printf("%zu of %zu scenes are without the pairs of colour and shape that are kept out\n",
           t.used_count, t.train.count);
    train(&x, &t, rate, tau, steps);
    tensor *vectors = picture_vectors(&t);
    classify_scenes(&x, &t, vectors, false, (const char *const[]){"colour_seen", "shape_seen"});
    classify_scenes(&x, &t, vectors, true, (const char *const[]){"colour_new", "shape_new"});
    retrieve_all(&x, &t, vectors);
    show_retrieved(&x, &t, vectors);
    show_similarities(&x, &t, vectors);
    show_components(&x, &t);
    segment(&x, &t);
    experiment_finish(&x);
    tensor_free(vectors);
    net_of_plan_clear(&t.pictures);
    net_of_plan_clear(&t.texts);
    scene_set_clear(&t.train);
    scene_set_clear(&t.test);
    vocabulary_clear(&t.words);
    free(t.used);
    return 0;
}
