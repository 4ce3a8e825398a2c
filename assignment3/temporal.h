/*
 * Given layers of sequences: the affine layer at every step, and the loss of the words that a net
 * says.
 *
 * Source: CS231n assignment 3, temporal_affine and temporal_softmax_loss.
 */
#ifndef ASSIGNMENT3_TEMPORAL_H
#define ASSIGNMENT3_TEMPORAL_H

#include "captions.h"
#include "tensor.h"

/*
 * The same affine layer at every step: out[n,t] = x[n,t] w + b. Captioners use it for the scores of
 * the V words of a vocabulary, M = V.
 *
 * x    N x T x D   sequences
 * w    D x M       weights
 * b    M           biases
 * out  N x T x M   receives the result
 */
void temporal_affine_forward(const tensor *x, const tensor *w, const tensor *b, tensor *out);

/*
 * Its gradients. w and b serve all steps of all examples: dw and db are sums over n and t.
 *
 * dout  N x T x M   upstream gradient
 * x     N x T x D   input of the forward pass
 * w     D x M       weights
 * dx    N x T x D   receives the gradient with respect to x
 * dw    D x M       receives the gradient with respect to w
 * db    M           receives the gradient with respect to b
 */
void temporal_affine_backward(const tensor *dout, const tensor *x, const tensor *w, tensor *dx,
                              tensor *dw, tensor *db);

/*
 * The cross-entropy loss of the words of N sentences:
 *
 *   L = 1/N * sum over n, t with words[n,t] != null_word of
 *       -log( exp(scores[n,t,words[n,t]]) / sum over v of exp(scores[n,t,v]) )
 *
 * So it is the loss of a sentence on average, and longer sentences cost more. A place that should
 * be <NULL> does not count: its dscores are 0. Scores may be as large as 1e4.
 *
 * scores     N x T x V   the score of each word of the vocabulary at each place
 * words      N x T       the words that should be said there, 0 to V - 1
 * null_word              the number of <NULL>
 * dscores    N x T x V   receives the gradient of L with respect to scores; may be scores itself,
 *                        which it then overwrites; NULL: no gradient
 *
 * Returns L.
 */
real temporal_softmax_loss(const tensor *scores, const captions *words, uint32_t null_word,
                           tensor *dscores);

#endif
