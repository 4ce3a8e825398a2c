/* Memory, parameters and speech of the captioning transformer. Given: nothing to write here. */
#include "captioning_transformer_model.h"

#include <stdlib.h>

#include "contract.h"
#include "recurrent.h"

enum { AROUND_THE_LAYERS = 5 };

static captioning_transformer net_new(const captioning_transformer_settings *s)
{
    captioning_transformer net = {.W_embed = tensor_new_2d(s->V, s->E),
                                  .W_proj = tensor_new_2d(s->D, s->E),
                                  .b_proj = tensor_new_1d(s->E),
                                  .layer_count = s->layer_count,
                                  .layers = calloc(s->layer_count, sizeof *net.layers),
                                  .W_vocab = tensor_new_2d(s->E, s->V),
                                  .b_vocab = tensor_new_1d(s->V),
                                  .null_word = s->null_word,
                                  .start_word = s->start_word,
                                  .end_word = s->end_word};
    if (net.layers == NULL)
        contract_failed(__func__, "there is no memory for %zu layers", s->layer_count);
    for (size_t i = 0; i < s->layer_count; i++)
        net.layers[i] = decoder_weights_new(s->E, s->F, s->heads);
    return net;
}

static void net_clear(captioning_transformer *net)
{
    tensor *const all[] = {net->W_embed, net->W_proj, net->b_proj, net->W_vocab, net->b_vocab};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
    for (size_t i = 0; i < net->layer_count; i++)
        decoder_weights_clear(&net->layers[i]);
    free(net->layers);
    *net = (captioning_transformer){0};
}

static void list_parameters(trainable_captioning_transformer *t)
{
    const captioning_transformer *net = &t->net, *gradients = &t->gradients;
    t->list = parameter_list_new(AROUND_THE_LAYERS + DECODER_TENSORS * net->layer_count);
    parameter_list_add(&t->list, "W_embed", net->W_embed, gradients->W_embed);
    parameter_list_add(&t->list, "W_proj", net->W_proj, gradients->W_proj);
    parameter_list_add(&t->list, "b_proj", net->b_proj, gradients->b_proj);
    for (size_t i = 0; i < net->layer_count; i++) {
        tensor *values[DECODER_TENSORS], *of_layer[DECODER_TENSORS];
        decoder_weights_list(&net->layers[i], values);
        decoder_weights_list(&gradients->layers[i], of_layer);
        parameter_list_add_layer(&t->list, i, DECODER_TENSORS, decoder_weight_names, values,
                                 of_layer);
    }
    parameter_list_add(&t->list, "W_vocab", net->W_vocab, gradients->W_vocab);
    parameter_list_add(&t->list, "b_vocab", net->b_vocab, gradients->b_vocab);
}

trainable_captioning_transformer
trainable_captioning_transformer_new(const captioning_transformer_settings *settings)
{
    trainable_captioning_transformer t = {.net = net_new(settings), .gradients = net_new(settings)};
    list_parameters(&t);
    return t;
}

void trainable_captioning_transformer_clear(trainable_captioning_transformer *t)
{
    net_clear(&t->net);
    net_clear(&t->gradients);
    parameter_list_clear(&t->list);
}

/* The word that follows each sentence of words, into next. */
static void next_words(const captioning_transformer *net, const tensor *features,
                       const captions *words, labels *next)
{
    size_t N = words->count, T = words->length, V = net->W_vocab->shape[1];
    tensor *scores = tensor_new_3d(N, T, V), *last = tensor_new_2d(N, V);
    captioning_transformer_scores(net, features, words, scores);
    sequence_get(scores, T - 1, last);
    tensor_argmax_rows(last, next);
    tensor_free(scores);
    tensor_free(last);
}

/* <START> and the first t words of each sentence. */
static captions *words_so_far(const captions *sentences, size_t t, uint32_t start_word)
{
    captions *words = captions_new(sentences->count, t + 1);
    for (size_t n = 0; n < sentences->count; n++) {
        words->words[n * (t + 1)] = start_word;
        for (size_t i = 0; i < t; i++)
            words->words[n * (t + 1) + i + 1] = sentences->words[n * sentences->length + i];
    }
    return words;
}

/* Whether sentence n has an <END> among its first t words. */
static bool has_ended(const captions *sentences, size_t n, size_t t, uint32_t end_word)
{
    for (size_t i = 0; i < t; i++)
        if (sentences->words[n * sentences->length + i] == end_word)
            return true;
    return false;
}

void captioning_transformer_sample(const captioning_transformer *net, const tensor *features,
                                   captions *sentences)
{
    if (sentences == NULL)
        contract_failed(__func__, "sentences is NULL");
    check_rank(__func__, "features", features, 2);
    check_captions(__func__, "sentences", sentences, features->shape[0], sentences->length,
                   SIZE_MAX);
    labels *next = labels_new(sentences->count);
    for (size_t t = 0; t < sentences->length; t++) {
        captions *words = words_so_far(sentences, t, net->start_word);
        next_words(net, features, words, next);
        captions_free(words);
        for (size_t n = 0; n < sentences->count; n++)
            sentences->words[n * sentences->length + t] =
                has_ended(sentences, n, t, net->end_word) ? net->null_word : next->data[n];
    }
    labels_free(next);
}
