/*
 * A recurrent captioner: a net that looks at a picture and says a sentence about it, word by word.
 *
 *   h0     = features W_proj + b_proj          the picture becomes the first hidden state
 *   x[t]   = row (word t) of W_embed           each word becomes a vector
 *   h[t]   = one step of the cell, of x[t] and h[t-1]
 *   scores = h[t] W_vocab + b_vocab            one score for each word that could follow
 *
 * Three words have a meaning of their own: a sentence begins with <START>, ends with <END>, and is
 * filled up with <NULL>. Build it from the functions of rnn.h, lstm.h, embedding.h and temporal.h;
 * the layers are yours or given, so this module is the wiring. There is no regularization.
 *
 * Source: CS231n assignment 3, CaptioningRNN; Vinyals et al., "Show and tell", 2015.
 */
#ifndef ASSIGNMENT3_CAPTIONER_H
#define ASSIGNMENT3_CAPTIONER_H

#include "captions.h"
#include "random.h"
#include "recurrent.h"
#include "tensor.h"

/* Which cell reads the words. It gives w's columns: H for the plain cell, 4 H for the LSTM. */
typedef enum captioner_cell { CAPTIONER_RNN, CAPTIONER_LSTM } captioner_cell;

/*
 * A captioner for features of D numbers and a vocabulary of V words, with E numbers per word and H
 * hidden units. The same struct holds its gradients; then only the tensors matter.
 */
typedef struct captioner {
    captioner_cell cell;
    tensor *W_embed;                          /* V x E: one row per word */
    tensor *W_proj, *b_proj;                  /* D x H, H: from the features to h0 */
    recurrent_weights w;                      /* Wx E x gH, Wh H x gH, b gH */
    tensor *W_vocab, *b_vocab;                /* H x V, V: from a hidden state to scores */
    uint32_t null_word, start_word, end_word; /* the numbers of <NULL>, <START> and <END> */
} captioner;

/*
 * Draws new parameters. Each matrix is filled in row-major order with random_normal(random), scaled
 * so that sums keep their size: divided by the square root of how many numbers each sum has. They
 * are drawn in this order:
 *
 *   W_embed with standard deviation 1 / 100    W_proj with 1 / sqrt(D)
 *   w.Wx with 1 / sqrt(E)                      w.Wh with 1 / sqrt(H)
 *   W_vocab with 1 / sqrt(H)
 *
 * The biases b_proj, w.b and b_vocab become 0.
 *
 * net     its tensors exist and receive the numbers
 * random  the stream from which they are drawn
 */
void captioner_init(captioner *net, random_state *random);

/*
 * The loss on a minibatch of pictures with their sentences, and its gradients with respect to all
 * parameters. Words 0 .. T-1 of a sentence go in, and words 1 .. T should come out: after each word
 * the net is asked for the next.
 *
 *   L = 1/N * sum over n and t = 0 .. T-1 with sentences[n,t+1] != <NULL> of
 *       -log(probability of sentences[n,t+1] after words 0 .. t)
 *
 * net                      parameters
 * features    N x D        one row per picture
 * sentences   N x (T + 1)  word numbers, 0 to V - 1, T at least 1
 * gradients                its tensors, of net's shapes, receive the gradients; nothing else of it
 *                          is read or written
 *
 * Returns L.
 */
real captioner_loss(const captioner *net, const tensor *features, const captions *sentences,
                    captioner *gradients);

/*
 * Says a sentence about each picture: begins with <START>, takes at each step the word with the
 * largest score (of several the one with the smallest number) and gives it to the net as the next
 * input. A sentence does not hold the <START>; after its first <END> it holds <NULL> only.
 *
 * net                  parameters
 * features   N x D     one row per picture
 * sentences  N x T     receives the words
 */
void captioner_sample(const captioner *net, const tensor *features, captions *sentences);

#endif
