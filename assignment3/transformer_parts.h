/*
 * Given parts of transformer layers: layer normalization, the structs of weights and of what
 * forward passes keep, and their memory. transformer_layers.h says what they are for.
 *
 * N examples, T positions, E numbers per position, F hidden units of the feed-forward part, M
 * positions of a decoder's memory. A struct of weights also holds their gradients; then only its
 * tensors matter. What a ..._new makes is freed by its ..._clear.
 */
#ifndef ASSIGNMENT3_TRANSFORMER_PARTS_H
#define ASSIGNMENT3_TRANSFORMER_PARTS_H

#include "multi_head.h"
#include "tensor.h"

/* ---- layer normalization ---- */

/* Scale and shift. */
typedef struct layer_norm_weights {
    tensor *gamma, *beta; /* E */
} layer_norm_weights;

typedef struct layer_norm_cache {
    tensor *x;                  /* N x T x E: what was normalized */
    tensor *mean, *inverse_std; /* N T */
} layer_norm_cache;

/*
 * Normalizes the E numbers of each position: out = gamma (x - mean) / sqrt(variance + 1e-5) + beta.
 *
 * x      N x T x E   positions
 * w                  gamma and beta
 * out    N x T x E   receives the result; may be x itself
 * cache              receives a copy of x, and what else backward needs
 */
void layer_norm_forward(const tensor *x, const layer_norm_weights *w, tensor *out,
                        layer_norm_cache *cache);

/*
 * Its gradients.
 *
 * dout   N x T x E   upstream gradient
 * w                  as passed to forward
 * cache              as forward filled it
 * dx     N x T x E   receives the gradient with respect to x
 * dw                 receives the gradients with respect to gamma and beta
 */
void layer_norm_backward(const tensor *dout, const layer_norm_weights *w,
                         const layer_norm_cache *cache, tensor *dx, layer_norm_weights *dw);

/* ---- the feed-forward part ---- */

typedef struct feed_forward_weights {
    tensor *W1, *b1; /* E x F, F */
    tensor *W2, *b2; /* F x E, E */
} feed_forward_weights;

typedef struct feed_forward_cache {
    tensor *hidden; /* N x T x F: what goes into the GELU */
} feed_forward_cache;

/* Stops the program unless w, called name in function, is for E numbers per position. */
void check_feed_forward_weights(const char *function, const char *name,
                                const feed_forward_weights *w, size_t E);

/* ---- an encoder layer ---- */

typedef struct encoder_weights {
    multi_head_weights self;         /* its self-attention */
    feed_forward_weights feed;       /* its feed-forward part */
    layer_norm_weights norm1, norm2; /* after the one and after the other */
} encoder_weights;

typedef struct encoder_cache {
    multi_head_cache self;
    feed_forward_cache feed;
    layer_norm_cache norm1, norm2;
    tensor *y; /* N x T x E: what norm1 gave */
} encoder_cache;

enum { ENCODER_TENSORS = MULTI_HEAD_TENSORS + 8 };

/* The names of its tensors, in the order of encoder_weights_list: self_Wq, ..., beta2. */
extern const char *const encoder_weight_names[ENCODER_TENSORS];

/* Writes the tensors of w to list: those of self, feed, norm1 and norm2. */
void encoder_weights_list(const encoder_weights *w, tensor *list[ENCODER_TENSORS]);

/* New weights of zeros for E numbers per position, F hidden units and that many heads. */
encoder_weights encoder_weights_new(size_t E, size_t F, size_t heads)
    __attribute__((warn_unused_result));

/* Frees the tensors of w. */
void encoder_weights_clear(encoder_weights *w);

/* Stops the program unless w, called name in function, is for E numbers per position. */
void check_encoder_weights(const char *function, const char *name, const encoder_weights *w,
                           size_t E);

/* A cache for N examples of T positions, and w's sizes. */
encoder_cache encoder_cache_new(size_t N, size_t T, const encoder_weights *w)
    __attribute__((warn_unused_result));

/* Frees the tensors of cache. */
void encoder_cache_clear(encoder_cache *cache);

/*
 * Stops the program unless cache, called name in function, has the shapes that
 * encoder_cache_new gives it for the same N, T and w.
 */
void check_encoder_cache(const char *function, const char *name, const encoder_cache *cache,
                         size_t N, size_t T, const encoder_weights *w);

/* ---- a decoder layer ---- */

typedef struct decoder_weights {
    multi_head_weights self;                /* its self-attention */
    multi_head_weights cross;               /* its attention to the memory */
    feed_forward_weights feed;              /* its feed-forward part */
    layer_norm_weights norm1, norm2, norm3; /* after each of them */
} decoder_weights;

typedef struct decoder_cache {
    multi_head_cache self, cross;
    feed_forward_cache feed;
    layer_norm_cache norm1, norm2, norm3;
    tensor *y; /* N x T x E: what norm1 gave */
    tensor *z; /* N x T x E: what norm2 gave */
} decoder_cache;

enum { DECODER_TENSORS = 2 * MULTI_HEAD_TENSORS + 10 };

/* The names of its tensors, in the order of decoder_weights_list: self_Wq, ..., beta3. */
extern const char *const decoder_weight_names[DECODER_TENSORS];

/* Writes the tensors of w to list: those of self, cross, feed, norm1, norm2 and norm3. */
void decoder_weights_list(const decoder_weights *w, tensor *list[DECODER_TENSORS]);

/* New weights of zeros for E numbers per position, F hidden units and that many heads. */
decoder_weights decoder_weights_new(size_t E, size_t F, size_t heads)
    __attribute__((warn_unused_result));

/* Frees the tensors of w. */
void decoder_weights_clear(decoder_weights *w);

/* Stops the program unless w, called name in function, is for E numbers per position. */
void check_decoder_weights(const char *function, const char *name, const decoder_weights *w,
                           size_t E);

/* A cache for N examples of T positions, a memory of M positions, and w's sizes. */
decoder_cache decoder_cache_new(size_t N, size_t T, size_t M, const decoder_weights *w)
    __attribute__((warn_unused_result));

/* Frees the tensors of cache. */
void decoder_cache_clear(decoder_cache *cache);

/*
 * Stops the program unless cache, called name in function, has the shapes that
 * decoder_cache_new gives it for the same N, T, M and w.
 */
void check_decoder_cache(const char *function, const char *name, const decoder_cache *cache,
                         size_t N, size_t T, size_t M, const decoder_weights *w);

#endif
