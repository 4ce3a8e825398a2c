/*
 * Captions by a transformer: 50 sentences memorized, then all of them with the whole net, without
 * the positional table, without the causal mask, and with a memory of several rows.
 *
 * What to look for: in losses.png the net without a mask is better than the others, since each
 * word sees the one that it is to say. When it speaks, there is none to see: compare the shares of
 * true sentences. Without the table the net knows which words were said, but not in which order,
 * except by what the mask leaves visible.
 *
 * Most of what is false is said about two objects, whose colours and shapes get mixed up. Over a
 * memory of one position the cross-attention is 1: every word sees the same of the picture. The net
 * "by cells" has 16 rows of memory, one for each cell of the picture, so that a word can look at
 * the cell that it speaks of.
 *
 * In attention.png a row is a word, a column a word that it looks at, white much and black little;
 * nothing is above the diagonal. In cells.png a column is a cell, line by line from the upper left
 * one. table.png is the positional table, a row per place: its columns change fast on the left,
 * slowly on the right.
 */
#include <stdio.h>

#include "open_transformer.h"
#include "scene_features.h"
#include "text_image.h"
#include "transformer_layers.h"

enum { MOST_WEIGHTS = 8, CELLS = SCENE_CELLS * SCENE_CELLS, WORD_NUMBERS = 64 };

static void overfit(experiment *x, const caption_data *data)
{
    const caption_training how = {.rate = 1e-3, .decay = 1, .batch = 25, .epochs = 100};
    const transformer_sizes course = {256, 2048, 2, 2, 1, 0.02}, small = {64, 256, 2, 2, 1, 0.02};
    open_transformer o;
    caption_result result;
    caption_set few = draw_sentences(x, &data->train.set, 50);
    open_transformer_make(&o, x, data, x->quick ? &small : &course);
    talker t = open_transformer_talker(&o, "transformer");
    train_talker(x, &t, &few, &how, "50 sentences", &result);
    double last = last_losses(&result, 2);
    double places = (double)few.sentences->length - 1;
    printf("Divided by all %.0f places, as the course divides it: %.4f\n", places, last / places);
    experiment_result(x, "overfit_loss", last);
    show_sentences(x, &t, data, &few, "overfit_sentences.png");
    caption_result_clear(&result);
    open_transformer_clear(&o);
    caption_subset_clear(&few);
}

/*
 * Draws, as file, how much the words of the first validation sentence look at one another, or at
 * the rows of the memory, head by head.
 */
static void show_attention(const experiment *x, const caption_data *data, const open_transformer *o,
                           bool at_memory, const char *file)
{
    enum { FACTOR = 12, TEXT_BYTES = 64 };
    const caption_set *set = &data->validation.set;
    const captioning_transformer *net = &o->t.net;
    size_t heads = net->layers[0].self.heads, count = net->layer_count * heads, T = 0;
    const uint32_t *sentence = set->sentences->words; /* the first one */
    char all[256], texts[MOST_WEIGHTS][TEXT_BYTES];
    const char *list[MOST_WEIGHTS];
    while (T < set->sentences->length && sentence[T] != net->end_word)
        T++;
    captions words = {1, T, set->sentences->words};
    tensor features = tensor_rows(set->features, set->image_idxs->data[0], 1);
    size_t columns = at_memory ? o->rows : T;
    tensor *weights = tensor_new_4d(net->layer_count, heads, T, columns);
    open_transformer_attention(o, &features, &words, at_memory ? NULL : weights,
                               at_memory ? weights : NULL);
    for (size_t i = 0; i < count; i++) {
        snprintf(texts[i], TEXT_BYTES, "layer %zu head %zu", i / heads + 1, i % heads + 1);
        list[i] = texts[i];
    }
    printf("%s: <START> %s\n", file,
           sentence_text(&data->vocabulary, sentence, set->sentences->length, all, sizeof all));
    tensor images = tensor_reshaped(weights, 4, (size_t[]){count, 1, T, columns});
    image picture = image_captioned_montage(&images, list, count, heads, FACTOR, 0, 1);
    experiment_picture(x, &picture, 1, file);
    tensor_free(weights);
}

static void show_table(const experiment *x, size_t T, size_t E)
{
    tensor *table = tensor_new_2d(T, E);
    positional_encoding(table);
    image picture = image_heat_map(table, true);
    experiment_picture(x, &picture, 8, "table.png");
    tensor_free(table);
}

/* What can be set of the nets that learn all sentences. */
typedef struct net_settings {
    size_t hidden, epochs;
    double rate, scale;
} net_settings;

/* A net of the comparison. */
typedef struct variant {
    const char *name, *result;
    bool without_table, without_mask, by_cells;
} variant;

/* Trains the net v on set, adds its line to p, and draws what it says and looks at. */
static void train_one(experiment *x, const caption_data *data, const caption_set *set,
                      const net_settings *s, const variant *v, plot *p)
{
    const transformer_sizes sizes = {WORD_NUMBERS, s->hidden, 4, 2, v->by_cells ? CELLS : 1,
                                     s->scale};
    const caption_training how = {
        .rate = s->rate, .decay = 1, .linear = true, .batch = 25, .epochs = s->epochs};
    open_transformer o;
    caption_result result;
    experiment_seed_again(x);
    open_transformer_make(&o, x, data, &sizes);
    o.without_table = v->without_table;
    o.without_mask = v->without_mask;
    talker t = open_transformer_talker(&o, v->name);
    train_talker(x, &t, set, &how, "all sentences", &result);
    double share = share_of_true_sentences(&t, data, &data->validation, x->quick ? 100 : 500, NULL);
    if (data->validation.scenes != NULL)
        printf("%s: true sentences about new scenes: %.3f\n", t.name, share);
    experiment_result(x, v->result, share);
    plot_points(p, v->name, NULL, result.loss_history, result.iteration_count);
    if (!v->without_table && !v->without_mask) {
        show_sentences(x, &t, data, set, v->by_cells ? "sentences_by_cells.png" : "sentences.png");
        show_attention(x, data, &o, v->by_cells, v->by_cells ? "cells.png" : "attention.png");
    }
    caption_result_clear(&result);
    open_transformer_clear(&o);
}

static void compare(experiment *x, const caption_data *data, const caption_set *set,
                    const net_settings *s)
{
    static const variant variants[] = {
        {"transformer", "true_sentences", false, false, false},
        {"without table", "true_without_table", true, false, false},
        {"without mask", "true_without_mask", false, true, false},
        {"by cells", "true_by_cells", false, false, true},
    };
    bool has_cells = data->train.scenes != NULL && set->features->shape[1] == SCENE_FEATURES;
    plot *p = plot_new("all sentences", "step", "loss per sentence");
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++)
        if (has_cells || !variants[i].by_cells)
            train_one(x, data, set, s, &variants[i], p);
    experiment_plot(x, p, "losses.png");
    show_table(x, set->sentences->length - 1, WORD_NUMBERS);
}

int main(int argc, char **argv)
{
    experiment x = experiment_start("transformer", argc, argv);
    caption_data data;
    caption_set part = {0};
    const net_settings s = {.hidden = (size_t)experiment_value(&x, "HIDDEN", 256),
                            .epochs = (size_t)experiment_value(&x, "EPOCHS", x.quick ? 1 : 5),
                            .rate = experiment_value(&x, "RATE", 2e-3),
                            .scale = experiment_value(&x, "SCALE", 0.1)};
    load_captions(&x, &data);
    overfit(&x, &data);
    if (x.quick)
        part = draw_sentences(&x, &data.train.set, 3000);
    compare(&x, &data, x.quick ? &part : &data.train.set, &s);
    experiment_finish(&x);
    caption_subset_clear(&part);
    caption_data_clear(&data);
    return 0;
}
