/*
 * Attention: each position of a sequence looks at all positions of another one (or of its own) and
 * takes a weighted mean of what it finds there.
 *
 *   q - query: what a position looks for         k - key: what a position offers to be found by
 *   v - value: what it gives when it is found
 *
 * S is the number of queries, T that of keys and values, d the numbers of each. Outputs are
 * overwritten, whatever they held before. Outputs do not overlap inputs, but inputs may be one and
 * the same tensor.
 *
 * Source: Vaswani et al., "Attention is all you need", 2017; CS231n assignment 3.
 */
#ifndef ASSIGNMENT3_ATTENTION_H
#define ASSIGNMENT3_ATTENTION_H

#include "multi_head.h"
#include "tensor.h"

/*
 * Scaled dot-product attention, of N examples with H heads each; every example and every head is
 * computed by itself:
 *
 *   scores[s,t]  = (sum over i of q[s,i] k[t,i]) / sqrt(d)
 *   weights[s,:] = softmax(scores[s,:]) over those t that query s may see
 *   out[s,:]     = sum over t of weights[s,t] drop[s,t] v[t,:]
 *
 * A key that query s may not see has the weight 0. Scores may be as large as 1e4 in magnitude.
 *
 * q        N x H x S x d   queries
 * k        N x H x T x d   keys
 * v        N x H x T x d   values
 * mask     S x T           1: query s may see key t; 0: it may not. Each row has a 1. All examples
 *                          and heads share it. NULL: every query may see every key
 * drop     N x H x S x T   dropout, drawn by the caller: factors 0 or 1 / keep. NULL: none
 * out      N x H x S x d   receives the results
 * weights  N x H x S x T   receives the softmax's weights, without drop; backward needs them
 *
 * Stops the program on a wrong shape, and if a row of mask has no 1.
 */
void attention_forward(const tensor *q, const tensor *k, const tensor *v, const tensor *mask,
                       const tensor *drop, tensor *out, tensor *weights);

/*
 * Its gradients. In the softmax each weight depends on all scores of its row:
 *
 *   dscores[s,t] = weights[s,t] (dweights[s,t] - sum over j of weights[s,j] dweights[s,j])
 *
 * A mask is not needed here: where it has a 0, the weight is 0.
 *
 * dout     N x H x S x d   upstream gradient
 * q, k, v                  inputs of the forward pass
 * weights  N x H x S x T   output of the forward pass
 * drop     N x H x S x T   as passed to forward; may be NULL
 * dq       N x H x S x d   receives the gradient with respect to q
 * dk       N x H x T x d   receives the gradient with respect to k
 * dv       N x H x T x d   receives the gradient with respect to v
 */
void attention_backward(const tensor *dout, const tensor *q, const tensor *k, const tensor *v,
                        const tensor *weights, const tensor *drop, tensor *dq, tensor *dk,
                        tensor *dv);

/*
 * Cuts the E numbers of each position into H heads of E/H neighbouring numbers:
 *
 *   out[n,h,s,i] = x[n, s, h * E/H + i]
 *
 * x    N x S x E          E is a multiple of H
 * out  N x H x S x E/H    receives the heads; its shape says what H is
 */
void split_heads(const tensor *x, tensor *out);

/*
 * The way back: out[n, s, h * E/H + i] = x[n,h,s,i].
 *
 * x    N x H x S x E/H   heads
 * out  N x S x E         receives them side by side
 */
void merge_heads(const tensor *x, tensor *out);

/*
 * The mask of a sequence in which no position may look ahead: mask[s,t] is 1 if t <= s, else 0. So
 * the first position sees only itself, and the last one sees all.
 *
 * mask  T x T   receives ones and zeros
 */
void causal_mask(tensor *mask);

/*
 * Multi-head attention: H attentions side by side, each on its own E/H numbers of what three affine
 * layers make of the inputs, and a fourth affine layer that mixes their results.
 *
 *   q = split_heads(query Wq + bq)   k = split_heads(key Wk + bk)   v = split_heads(value Wv + bv)
 *   out = merge_heads(attention(q, k, v)) Wo + bo
 *
 * In self-attention query, key and value are one tensor; in cross-attention key and value are one
 * tensor, and query is another.
 *
 * query  N x S x E        what looks
 * key    N x T x E        where it looks
 * value  N x T x E        what it gets
 * w                       Wq, Wk, Wv and Wo E x E, their biases E; heads is a divisor of E
 * mask   S x T            as in attention_forward; may be NULL
 * drop   N x H x S x T    likewise
 * out    N x S x E        receives the result
 * cache                   its tensors receive what backward needs: q, k, v and the attention
 *                         weights of all heads, and the merged heads (joined)
 */
void multi_head_forward(const tensor *query, const tensor *key, const tensor *value,
                        const multi_head_weights *w, const tensor *mask, const tensor *drop,
                        tensor *out, multi_head_cache *cache);

/*
 * Its gradients. The gradients with respect to query, key and value are three, also where the three
 * are one tensor: then the caller adds them up.
 *
 * dout    N x S x E         upstream gradient
 * query, key, value, w      inputs of the forward pass
 * drop    N x H x S x T     as passed to forward; may be NULL
 * cache                     as forward filled it
 * dquery  N x S x E         receives the gradient with respect to query
 * dkey    N x T x E         receives the gradient with respect to key
 * dvalue  N x T x E         receives the gradient with respect to value
 * dw                        its tensors, of w's shapes, receive the gradients with respect to the
 *                           weights; dw->heads is not used
 *
 * The gradient with respect to bk is 0, up to rounding: bk adds the same number to all scores of a
 * row, and a softmax does not see what all its scores have in common.
 */
void multi_head_backward(const tensor *dout, const tensor *query, const tensor *key,
                         const tensor *value, const multi_head_weights *w, const tensor *drop,
                         const multi_head_cache *cache, tensor *dquery, tensor *dkey,
                         tensor *dvalue, multi_head_weights *dw);

#endif
