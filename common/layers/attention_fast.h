/*
 * Scaled dot-product attention, fast: the given counterpart of the functions that students write.
 * Heads are divided among the threads that parallel.h allows.
 * Source: Vaswani and others, "Attention is all you need", 2017; CS231n assignment 3.
 *
 * N examples and H heads; S queries, T keys with a value each; d numbers in a query, key or value.
 */
#ifndef COMMON_ATTENTION_FAST_H
#define COMMON_ATTENTION_FAST_H

#include "tensor.h"

/*
 * For each example and head:
 *
 *   weights[s,t] = softmax over t of (q[s] . k[t] / sqrt(d)), where mask[s,t] is not 0; else 0
 *   out[s] = sum over t of weights[s,t] * drop[s,t] * v[t]
 *
 * q        N x H x S x d  queries, d at least 1
 * k, v     N x H x T x d  keys and values, T at least 1
 * mask     S x T          which keys a query sees: at least one; NULL: all
 * drop     N x H x S x T  factors of dropout, 0 or 1 / keep, that the caller drew; NULL: all 1
 * out      N x H x S x d  receives the result
 * weights  N x H x S x T  receives the weights before dropout, which backward needs
 */
void fast_attention_forward(const tensor *q, const tensor *k, const tensor *v, const tensor *mask,
                            const tensor *drop, tensor *out, tensor *weights);

/*
 * Its gradients. Keys that mask hides have weights of 0, and get no gradient from that query.
 *
 * dout     N x H x S x d  upstream gradient
 * q, k, v, drop           as passed to forward
 * weights  N x H x S x T  as forward filled it
 * dq       N x H x S x d  receives the gradient with respect to q
 * dk, dv   N x H x T x d  receive those with respect to k and v
 */
void fast_attention_backward(const tensor *dout, const tensor *q, const tensor *k, const tensor *v,
                             const tensor *weights, const tensor *drop, tensor *dq, tensor *dk,
                             tensor *dv);

#endif
