/*
 * A captioning transformer: it looks at a picture and says a sentence, as the recurrent captioner
 * does, but all words of a sentence are computed at once. No state goes from word to word: each
 * word looks back at the words before it, and at the picture.
 *
 *   memory = features W_proj + b_proj                 the picture, a memory of length 1
 *   x      = word vectors + positional table          row (word t) of W_embed, plus row t
 *   x      = decoder layer(x, memory), layer_count times, under the causal mask
 *   scores = x W_vocab + b_vocab                      one score for each word that could follow
 *
 * Build it from the functions of transformer_layers.h, attention.h, embedding.h and temporal.h.
 *
 * Source: CS231n assignment 3, CaptioningTransformer.
 */
#ifndef ASSIGNMENT3_CAPTIONING_TRANSFORMER_H
#define ASSIGNMENT3_CAPTIONING_TRANSFORMER_H

#include "captions.h"
#include "random.h"
#include "tensor.h"
#include "transformer_parts.h"

/*
 * A transformer for features of D numbers and a vocabulary of V words, with E numbers per word. The
 * same struct holds its gradients; then only the tensors matter.
 */
typedef struct captioning_transformer {
    tensor *W_embed;           /* V x E: one row per word */
    tensor *W_proj, *b_proj;   /* D x E, E: from the features to the memory */
    size_t layer_count;        /* at least 1 */
    decoder_weights *layers;   /* layer_count of them; the words pass layer 0 first */
    tensor *W_vocab, *b_vocab; /* E x V, V: from a position to scores */
    uint32_t null_word, start_word, end_word; /* the numbers of <NULL>, <START> and <END> */
} captioning_transformer;

/*
 * Draws new parameters. Each matrix is filled in row-major order with 0.02 * random_normal(random),
 * in this order:
 *
 *   W_embed, W_proj;
 *   for each layer: Wq, Wk, Wv and Wo of self, the same of cross, then W1 and W2 of feed;
 *   W_vocab
 *
 * Biases and beta become 0, gamma becomes 1.
 *
 * net     its tensors exist and receive the numbers
 * random  the stream from which they are drawn
 */
void captioning_transformer_init(captioning_transformer *net, random_state *random);

/*
 * The scores of each next word. Those after word t depend on the picture and on words 0 .. t, and
 * not on later words.
 *
 * net                     parameters
 * features  N x D         one row per picture
 * words     N x T         word numbers, 0 to V - 1, T at least 1
 * scores    N x T x V     receives the score of each word as the one after word t
 */
void captioning_transformer_scores(const captioning_transformer *net, const tensor *features,
                                   const captions *words, tensor *scores);

/*
 * The loss on a minibatch of pictures with their sentences, and its gradients with respect to all
 * parameters, as that of the recurrent captioner. Words 0 .. T-1 go in, words 1 .. T should come
 * out.
 *
 *   L = 1/N * sum over n and t = 0 .. T-1 with sentences[n,t+1] != <NULL> of
 *       -log(probability of sentences[n,t+1] after words 0 .. t)
 *
 * net                      parameters
 * features    N x D        one row per picture
 * sentences   N x (T + 1)  word numbers, 0 to V - 1, T at least 1
 * gradients                its tensors, of net's shapes, receive the gradients; it has as many
 *                          layers as net; nothing else of it is read or written
 *
 * Returns L.
 */
real captioning_transformer_loss(const captioning_transformer *net, const tensor *features,
                                 const captions *sentences, captioning_transformer *gradients);

#endif
