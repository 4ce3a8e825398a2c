/*
 * SimCLR: a net that learns without labels. Two views of one picture shall give vectors of one
 * direction, views of different pictures shall not.
 *
 * left and right are N x D: row n of each comes from a view of picture n, so these two are a pair.
 * z stands for all M = 2N rows, those of left and then those of right; s_ik is the cosine
 * similarity of z's rows i and k:
 *
 *   s(a, b) = (a . b) / (|a| |b|)        between -1 and 1, whatever the lengths
 *
 * Row i has one partner, p(i), the other view of its picture, and its loss asks to find it among
 * all rows but itself:
 *
 *   l(i) = -log(exp(s_ip(i) / tau) / sum over k != i of exp(s_ik / tau))
 *   L    = 1/(2N) * sum over the 2N rows of l(i)
 *
 * The partner stays in the sum; only i itself is left out. tau is the temperature, over 0: the
 * smaller, the more the most similar rows count. No row is all zeros. Outputs are overwritten.
 *
 * Every function stops the program on a wrong shape. Source: Chen et al., "A simple framework for
 * contrastive learning of visual representations", 2020; CS231n assignment 3.
 */
#ifndef ASSIGNMENT3_SIMCLR_H
#define ASSIGNMENT3_SIMCLR_H

#include "net.h"
#include "tensor.h"

/* Returns the cosine similarity of the vectors a and b, D numbers each, by the formula above. */
real cosine_similarity(const tensor *a, const tensor *b);

/*
 * The similarity of each pair: out[n] = s(left[n,:], right[n,:]).
 *
 * left, right  N x D   a pair in each row
 * out          N x 1   receives the similarities
 */
void positive_similarities(const tensor *left, const tensor *right, tensor *out);

/*
 * The similarities of all rows: S[i,k] = s(z[i,:], z[k,:]). The diagonal is 1. Write it as one
 * product of matrices.
 *
 * z  M x D   any rows
 * S  M x M   receives the similarities
 */
void similarity_matrix(const tensor *z, tensor *S);

/*
 * The loss L, with loops over the rows as the formula stands, without gradients.
 *
 * left, right  N x D   a pair in each row
 * tau                  the temperature, at least 0.1
 *
 * Returns L.
 */
real simclr_loss_naive(const tensor *left, const tensor *right, real tau);

/*
 * The same loss L by one product of matrices, and its gradients. tau may be as small as 0.001,
 * where exp(s / tau) overflows. A row's length does not change L, so its gradient is orthogonal to
 * the row. For row i with the direction u = z_i / |z_i| and g, the gradient with respect to u:
 *
 *   dz_i = (g - (g . u) u) / |z_i|
 *
 * left, right    N x D   a pair in each row
 * tau                    the temperature
 * dleft, dright  N x D   receive the gradients with respect to left and right
 *
 * Returns L.
 */
real simclr_loss(const tensor *left, const tensor *right, real tau, tensor *dleft, tensor *dright);

/*
 * The loss of a minibatch of pairs of views, and its gradients with respect to the parameters of
 * the one net that sees all views, both left and right. Updates no parameter.
 *
 * encoder                    the net; the gradients of its parameters receive those of L. What they
 *                            held before does not matter. Its backward pass belongs to its last
 *                            forward pass (net.h)
 * left_images, right_images  N x any shape: two views of each of N pictures
 * D                          how many numbers the net gives per picture
 * tau                        the temperature
 *
 * Returns L.
 */
real simclr_step(net *encoder, const tensor *left_images, const tensor *right_images, size_t D,
                 real tau);

/*
 * Classifies vectors by their k most similar neighbours among vectors with labels. Each of these
 * gives exp(s / tau) votes to its class, s being its similarity to the query. The class with the
 * most votes wins, the smaller of equal ones.
 *
 * bank         M x D   vectors with labels
 * bank_labels  M       their classes; any numbers below 65536
 * queries      Q x D   vectors to be classified
 * k                    how many neighbours vote, 1 to M; of equally similar ones the first
 * tau                  the temperature of the votes, at least 0.02
 * predicted    Q       receives the classes
 */
void weighted_knn_predict(const tensor *bank, const labels *bank_labels, const tensor *queries,
                          size_t k, real tau, labels *predicted);

#endif
