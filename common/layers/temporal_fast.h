/*
 * The loss of the words that a net says, fast, and the layer that scores them. Rows of scores are
 * divided among the threads that parallel.h allows.
 * Source: CS231n assignment 3, temporal_affine and temporal_softmax_loss.
 */
#ifndef COMMON_TEMPORAL_FAST_H
#define COMMON_TEMPORAL_FAST_H

#include "captions.h"
#include "tensor.h"

/*
 * The cross-entropy loss of the words of N sentences:
 *
 *   L = 1/N * sum over n, t with words[n,t] != null_word of
 *       -log( exp(scores[n,t,words[n,t]]) / sum over v of exp(scores[n,t,v]) )
 *
 * A place that should be <NULL> does not count: its dscores are 0. Scores may be as large as 1e4.
 *
 * scores     N x T x V   the score of each word of the vocabulary at each place
 * words      N x T       the words that should be said there, 0 to V - 1
 * null_word              the number of <NULL>
 * dscores    N x T x V   receives the gradient of L with respect to scores; may be scores itself,
 *                        which it then overwrites; NULL: no gradient
 *
 * Returns L, which is 0 without sentences.
 */
real fast_temporal_softmax_loss(const tensor *scores, const captions *words, uint32_t null_word,
                                tensor *dscores);

/*
 * That loss of scores[n,t] = x[n,t] w + b, with all its gradients. A block of scores goes from its
 * product to its gradient, and into those of x and w, while it is in the cache.
 *
 * x          N x T x D   what the net says at each place
 * w, b                   weights D x V, and V biases
 * words, null_word       as above
 * dscores    N x T x V   receives the gradient with respect to the scores, which it held before
 * dx         N x T x D   receives the gradient with respect to x
 * dw, db                 D x V and V: receive those with respect to w and b
 *
 * Returns the loss.
 */
real fast_vocabulary_loss(const tensor *x, const tensor *w, const tensor *b, const captions *words,
                          uint32_t null_word, tensor *dscores, tensor *dx, tensor *dw, tensor *db);

#endif
