/*
 * Given parts of the captioning transformer: its memory, the list of its parameters for an
 * optimizer, and how it speaks.
 *
 *   trainable_captioning_transformer t = trainable_captioning_transformer_new(&settings);
 *   captioning_transformer_init(&t.net, &random);
 *   captioning_transformer_loss(&t.net, features, sentences, &t.gradients);
 *   trainable_captioning_transformer_clear(&t);
 */
#ifndef ASSIGNMENT3_CAPTIONING_TRANSFORMER_MODEL_H
#define ASSIGNMENT3_CAPTIONING_TRANSFORMER_MODEL_H

#include "captioning_transformer.h"
#include "parameter_list.h"

/* What a captioning transformer is made of. */
typedef struct captioning_transformer_settings {
    size_t D;           /* numbers per picture */
    size_t E;           /* numbers per word */
    size_t F;           /* hidden units of the feed-forward parts */
    size_t V;           /* words of the vocabulary, with the three special ones */
    size_t heads;       /* a divisor of E */
    size_t layer_count; /* at least 1 */
    uint32_t null_word, start_word, end_word;
} captioning_transformer_settings;

/* A captioning transformer, and room for its gradients. */
typedef struct trainable_captioning_transformer {
    captioning_transformer net;
    captioning_transformer gradients; /* the shapes of net */
    parameter_list list;              /* all parameters, see below */
} trainable_captioning_transformer;

/*
 * Both of the sizes that settings has, all zeros; freed by ..._clear. The list holds W_embed,
 * W_proj and b_proj, then the parameters of layer 0 (layer0_self_Wq and so on, in the order of
 * decoder_weights_list), of layer 1 and so on, and W_vocab and b_vocab at its end.
 */
trainable_captioning_transformer
trainable_captioning_transformer_new(const captioning_transformer_settings *settings)
    __attribute__((warn_unused_result));

/* Frees what t holds. */
void trainable_captioning_transformer_clear(trainable_captioning_transformer *t);

/*
 * Says a sentence about each picture, as captioner_sample does: begins with <START>, takes at each
 * step the word with the largest score (of several the one with the smallest number) and gives it
 * to the net as the next input. A sentence does not hold the <START>; after its first <END> it
 * holds <NULL> only. Each step computes the scores of all words so far anew.
 *
 * net                  parameters
 * features   N x D     one row per picture
 * sentences  N x T     receives the words
 */
void captioning_transformer_sample(const captioning_transformer *net, const tensor *features,
                                   captions *sentences);

#endif
