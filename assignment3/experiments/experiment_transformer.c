/*
 * Captions by a transformer: 50 sentences memorized, then all of them with the whole net, without
 * the positional table, and without the causal mask.
 *
 * What to look for: in losses.png the net without a mask is better than both others, since each
 * word sees the one that it is to say. When it speaks, there is none to see: compare the shares of
 * true sentences. Without the table the net knows which words were said, but not in which order,
 * except by what the mask leaves visible. In attention.png a row is a word, a column a word
 * that it looks at, white much and black little; nothing is above the diagonal. The cross-attention
 * is not drawn: over a memory of one position it is 1. table.png is the positional table, a row per
 * place: its columns change fast on the left, slowly on the right.
 */
#include <stdio.h>

#include "open_transformer.h"
#include "text_image.h"
#include "transformer_layers.h"

enum { MOST_WEIGHTS = 8 };

static void overfit(experiment *x, const caption_data *data)
{
    const caption_training how = {.rate = 1e-3, .decay = 1, .batch = 25, .epochs = 100};
    const transformer_sizes course = {256, 2048, 2, 2}, small = {64, 256, 2, 2};
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

/* Draws how much the words of the first validation sentence look at one another, head by head. */
static void show_attention(const experiment *x, const caption_data *data, const open_transformer *o)
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
    tensor *weights = tensor_new_4d(net->layer_count, heads, T, T);
    open_transformer_attention(o, &features, &words, weights);
    for (size_t i = 0; i < count; i++) {
        snprintf(texts[i], TEXT_BYTES, "layer %zu head %zu", i / heads + 1, i % heads + 1);
        list[i] = texts[i];
    }
    printf("attention.png: <START> %s\n",
           sentence_text(&data->vocabulary, sentence, set->sentences->length, all, sizeof all));
    tensor images = tensor_reshaped(weights, 4, (size_t[]){count, 1, T, T});
    image picture = image_captioned_montage(&images, list, count, heads, FACTOR, 0, 1);
    experiment_picture(x, &picture, 1, "attention.png");
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
    double rate;
} net_settings;

static void compare(experiment *x, const caption_data *data, const caption_set *set,
                    const net_settings *s)
{
    static const char *const names[] = {"transformer", "without table", "without mask"};
    static const char *const results[] = {"true_sentences", "true_without_table",
                                          "true_without_mask"};
    const transformer_sizes sizes = {64, s->hidden, 4, 2};
    const caption_training how = {.rate = s->rate, .decay = 0.8, .batch = 50, .epochs = s->epochs};
    plot *p = plot_new("all sentences", "step", "loss per sentence");
    for (size_t i = 0; i < 3; i++) {
        open_transformer o;
        caption_result result;
        experiment_seed_again(x);
        open_transformer_make(&o, x, data, &sizes);
        o.without_table = i == 1;
        o.without_mask = i == 2;
        talker t = open_transformer_talker(&o, names[i]);
        train_talker(x, &t, set, &how, "all sentences", &result);
        double share =
            share_of_true_sentences(&t, data, &data->validation, x->quick ? 100 : 500, NULL);
        if (data->validation.scenes != NULL)
            printf("%s: true sentences about new scenes: %.3f\n", t.name, share);
        experiment_result(x, results[i], share);
        plot_points(p, names[i], NULL, result.loss_history, result.iteration_count);
        if (i == 0) {
            show_sentences(x, &t, data, set, "sentences.png");
            show_attention(x, data, &o);
        }
        caption_result_clear(&result);
        open_transformer_clear(&o);
    }
    experiment_plot(x, p, "losses.png");
    show_table(x, set->sentences->length - 1, sizes.E);
}

int main(int argc, char **argv)
{
    experiment x = experiment_start("transformer", argc, argv);
    caption_data data;
    caption_set part = {0};
    const net_settings s = {.hidden = (size_t)experiment_value(&x, "HIDDEN", 256),
                            .epochs = (size_t)experiment_value(&x, "EPOCHS", x.quick ? 2 : 4),
                            .rate = experiment_value(&x, "RATE", 2e-3)};
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
