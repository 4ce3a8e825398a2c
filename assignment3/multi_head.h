/*
 * Given parts of multi-head attention: its weights, and what its forward pass keeps for the
 * backward pass. attention.h says what they are for.
 */
#ifndef ASSIGNMENT3_MULTI_HEAD_H
#define ASSIGNMENT3_MULTI_HEAD_H

#include "tensor.h"

/*
 * The weights of an attention layer of E numbers per position. The same struct holds their
 * gradients; then only the tensors matter, not heads.
 */
typedef struct multi_head_weights {
    tensor *Wq, *bq; /* E x E, E: from query to q */
    tensor *Wk, *bk; /* E x E, E: from key to k */
    tensor *Wv, *bv; /* E x E, E: from value to v */
    tensor *Wo, *bo; /* E x E, E: from the joined heads to the result */
    size_t heads;    /* H, a divisor of E */
} multi_head_weights;

/* What multi_head_forward keeps for multi_head_backward. */
typedef struct multi_head_cache {
    tensor *q;       /* N x H x S x E/H */
    tensor *k, *v;   /* N x H x T x E/H */
    tensor *weights; /* N x H x S x T: the attention weights, before drop */
    tensor *joined;  /* N x S x E: the heads' results, side by side */
} multi_head_cache;

enum { MULTI_HEAD_TENSORS = 8 };

/* New weights of zeros for E numbers per position and that many heads, freed by ..._clear. */
multi_head_weights multi_head_weights_new(size_t E, size_t heads)
    __attribute__((warn_unused_result));

/* Frees the tensors of w. */
void multi_head_weights_clear(multi_head_weights *w);

/* Writes the tensors of w to list, in the order of the struct: Wq, bq, Wk, bk, Wv, bv, Wo, bo. */
void multi_head_weights_list(const multi_head_weights *w, tensor *list[MULTI_HEAD_TENSORS]);

/*
 * Stops the program unless the tensors of w, called name in function, have the shapes for E numbers
 * per position.
 */
void check_multi_head_weights(const char *function, const char *name, const multi_head_weights *w,
                              size_t E);

/*
 * A new cache for N examples of S queries and T keys, E numbers per position and that many heads,
 * freed by ..._clear.
 */
multi_head_cache multi_head_cache_new(size_t N, size_t S, size_t T, size_t E, size_t heads)
    __attribute__((warn_unused_result));

/* Frees the tensors of cache. */
void multi_head_cache_clear(multi_head_cache *cache);

/*
 * Stops the program unless cache, called name in function, has the shapes that
 * multi_head_cache_new(N, S, T, E, heads) gives it.
 */
void check_multi_head_cache(const char *function, const char *name, const multi_head_cache *cache,
                            size_t N, size_t S, size_t T, size_t E, size_t heads);

#endif
