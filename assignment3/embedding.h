/*
 * Word embedding: each word of a vocabulary has a vector of its own, a row of a matrix, which is
 * learned like any other weights.
 *
 * Source: CS231n assignment 3.
 */
#ifndef ASSIGNMENT3_EMBEDDING_H
#define ASSIGNMENT3_EMBEDDING_H

#include "captions.h"
#include "tensor.h"

/*
 * Looks up the words of N sentences: out[n,t] is row words[n,t] of W.
 *
 * words  N x T       word numbers, 0 to V - 1
 * W      V x E       one row of E numbers per word of the vocabulary
 * out    N x T x E   receives the rows
 */
void word_embedding_forward(const captions *words, const tensor *W, tensor *out);

/*
 * The gradient with respect to W:
 *
 *   dW[v] = sum over all n, t with words[n,t] = v of dout[n,t]
 *
 * so the row of a word that does not occur is 0. What dW held before does not matter. Words have no
 * gradient: they are numbers of rows, not quantities.
 *
 * dout   N x T x E   upstream gradient
 * words  N x T       as passed to forward
 * dW     V x E       receives the gradient with respect to W
 */
void word_embedding_backward(const tensor *dout, const captions *words, tensor *dW);

#endif
