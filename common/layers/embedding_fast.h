/*
 * Word embedding, fast: the given counterpart of the functions that students write. Places in the
 * sentences, or words of the vocabulary, are divided among the threads that parallel.h allows.
 * Source: CS231n assignment 3.
 */
#ifndef COMMON_EMBEDDING_FAST_H
#define COMMON_EMBEDDING_FAST_H

#include "captions.h"
#include "tensor.h"

/*
 * Looks up the words of N sentences: out[n,t] is row words[n,t] of W.
 *
 * words  N x T       word numbers, 0 to V - 1
 * W      V x E       one row of E numbers per word of the vocabulary
 * out    N x T x E   receives the rows
 */
void fast_embedding_forward(const captions *words, const tensor *W, tensor *out);

/*
 * The gradient with respect to W, whose rows of words that do not occur are 0:
 *
 *   dW[v] = sum over all n, t with words[n,t] = v of dout[n,t]
 *
 * It is added up in the order of the sentences, so that its bits do not depend on the threads.
 *
 * dout   N x T x E   upstream gradient
 * words  N x T       as passed to forward
 * dW     V x E       receives the gradient with respect to W
 */
void fast_embedding_backward(const tensor *dout, const captions *words, tensor *dW);

#endif
