/*
 * What the hidden cases of attention and of the layers give and expect, each for the attempt a:
 * masks, dropout, weights.
 */
#ifndef GRADER_ASSIGNMENT3_ATTENTION_INPUTS_H
#define GRADER_ASSIGNMENT3_ATTENTION_INPUTS_H

#include "attempt.h"

/* Whether a mask, and whether dropout, is used; where not, the function gets NULL. */
typedef struct attention_use {
    bool mask, drop;
} attention_use;

/* Gives mask, S x T: ones and zeros without a pattern, with a 1 in each row; NULL unless used. */
void give_mask(attempt *a, size_t S, size_t T, bool used);

/* Gives drop of that shape, N x H x S x T: factors 0 or 1 / keep; NULL unless used. */
void give_drop(attempt *a, sizes shape, bool used);

/*
 * Gives the weights of attention with several heads, called Wq, bq ... bo behind prefix, for E
 * numbers per position; with layers over 0 those of all layers.
 */
void give_head_weights(attempt *a, const char *prefix, size_t E, size_t layers);

/* To how many digits of dbq's largest element dbk has to be 0, in double and in float. */
enum { DOUBLE_DIGITS = 9, FLOAT_DIGITS = 4 };

/*
 * Expects the gradients of such weights, called dWq ... behind prefix: "d" and the weight's name.
 * That of bk is 0 but for rounding, to so many digits of that of bq.
 */
void expect_head_gradients(attempt *a, const char *prefix, int digits);

/*
 * The same for the attention called prefix to a memory of one position: a softmax over one key is
 * 1, so that nothing reaches Wq, bq, Wk and bk. Those gradients have to be 0, to so many digits of
 * that of bv.
 */
void expect_gradients_of_one_key(attempt *a, const char *prefix, int digits);

/*
 * N examples of T positions of E numbers; F hidden units; a memory of M positions. With layers over
 * 0 each weight is a tensor that holds that of all layers, with a first dimension for them.
 */
typedef struct layer_sizes {
    size_t N, T, M, E, F, heads, layers;
} layer_sizes;

/* Sizes that all differ, for a single layer, with three heads of two or three numbers. */
layer_sizes draw_layer_sizes(attempt *a);

/* Gives the weights of the feed-forward part, of sizes s. */
void give_feed_weights(attempt *a, layer_sizes s);

/* Gives gamma1, beta1 and so on of count layer normalizations, of sizes s. */
void give_norms(attempt *a, size_t count, layer_sizes s);

/* Expects the gradients of the feed-forward part's weights. */
void expect_feed_gradients(attempt *a);

/* Expects those of count layer normalizations. */
void expect_norm_gradients(attempt *a, size_t count);

/* Requires that the outputs of those count names, a net's new biases and shifts, are all 0. */
void require_zeros(attempt *a, const char *const *names, size_t count);

#endif
