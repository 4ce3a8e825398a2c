/*
 * Given parts of the captioner: its memory, and the list of its parameters for an optimizer.
 *
 *   trainable_captioner t = trainable_captioner_new(&settings);
 *   captioner_init(&t.net, &random);
 *   trainable_captioner_parameters(&t, parameters);
 *   captioner_loss(&t.net, features, sentences, &t.gradients);
 *   trainable_captioner_clear(&t);
 */
#ifndef ASSIGNMENT3_CAPTIONER_MODEL_H
#define ASSIGNMENT3_CAPTIONER_MODEL_H

#include "captioner.h"
#include "solver.h"

enum { CAPTIONER_PARAMETER_COUNT = 8 };

/* What a captioner is made of. */
typedef struct captioner_settings {
    captioner_cell cell;
    size_t D; /* numbers per picture */
    size_t E; /* numbers per word */
    size_t H; /* hidden units */
    size_t V; /* words of the vocabulary, with the three special ones */
    uint32_t null_word, start_word, end_word;
} captioner_settings;

/* A captioner, and room for its gradients. */
typedef struct trainable_captioner {
    captioner net;
    captioner gradients; /* the shapes of net */
} trainable_captioner;

/* Both of the sizes that settings has, all zeros; freed by trainable_captioner_clear. */
trainable_captioner trainable_captioner_new(const captioner_settings *settings)
    __attribute__((warn_unused_result));

/* Frees what t holds. */
void trainable_captioner_clear(trainable_captioner *t);

/*
 * Writes the parameters of t with their gradients to parameters: W_embed, W_proj, b_proj, Wx, Wh,
 * b, W_vocab and b_vocab, in this order. t must outlive the list.
 */
void trainable_captioner_parameters(const trainable_captioner *t,
                                    parameter parameters[CAPTIONER_PARAMETER_COUNT]);

#endif
