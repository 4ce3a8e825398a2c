/*
 * Shared spaces: pictures and texts as vectors of one space, in which a picture and its text point
 * the same way (CLIP); and what the vectors of patches know of a picture without being told (DINO).
 *
 * s(a, b) = (a . b) / (|a| |b|) is the cosine similarity of two vectors. No row is all zeros, where
 * it is used. Outputs are overwritten, and do not overlap inputs. Every function stops the program
 * on a wrong shape.
 *
 * Source: Radford et al., "Learning transferable visual models from natural language supervision",
 * 2021; Caron et al., "Emerging properties in self-supervised vision transformers", 2021; CS231n
 * assignment 3.
 */
#ifndef ASSIGNMENT3_SHARED_SPACE_H
#define ASSIGNMENT3_SHARED_SPACE_H

#include "symmetric_eigen.h"
#include "tensor.h"

/*
 * The similarities of the rows of a to the rows of b: S[n,m] = s(a[n,:], b[m,:]).
 *
 * a  N x D
 * b  M x D
 * S  N x M   receives the similarities
 */
void cosine_similarities(const tensor *a, const tensor *b, tensor *S);

/*
 * The loss of a minibatch of pictures and their texts, row n of both belonging together, and its
 * gradients. With the similarities S, N x N, divided by the temperature tau as scores, each picture
 * is to find its text, and each text its picture:
 *
 *   rows    = 1/N * sum over n of -log(exp(S[n,n] / tau) / sum over m of exp(S[n,m] / tau))
 *   columns = 1/N * sum over n of -log(exp(S[n,n] / tau) / sum over m of exp(S[m,n] / tau))
 *   L       = (rows + columns) / 2
 *
 * tau may be as small as 0.001, where exp(S / tau) overflows. Through the division by the length:
 * for a row z of direction u = z / |z| and g, the gradient with respect to u, it is
 * (g - (g . u) u) / |z|.
 *
 * images, texts    N x D   vectors of pictures and of their texts
 * tau                      the temperature, over 0
 * dimages, dtexts  N x D   receive the gradients with respect to images and texts
 *
 * Returns L.
 */
real clip_loss(const tensor *images, const tensor *texts, real tau, tensor *dimages,
               tensor *dtexts);

/*
 * Classifies pictures by texts alone, one text per class: predicted[n] is the class whose text is
 * the most similar to picture n; the smaller of equally similar ones.
 *
 * images     N x D   vectors of pictures
 * texts      K x D   a vector per class
 * predicted  N       receives the classes, 0 to K - 1
 */
void zero_shot_classify(const tensor *images, const tensor *texts, labels *predicted);

/*
 * Finds the pictures that are the most similar to a query, the best first; of equally similar ones
 * the smaller index first.
 *
 * query    D       a vector, of a text or of a picture
 * images   N x D   vectors of pictures
 * indices  k       receives the rows of the k best; its count says what k is, at most N
 */
void retrieve(const tensor *query, const tensor *images, labels *indices);

/*
 * The directions in which the rows of X differ most: the eigenvectors, of the largest eigenvalues,
 * of the covariance
 *
 *   C = 1/N * sum over n of (X[n,:] - mean)^T (X[n,:] - mean)      D x D
 *
 * X           N x D       any rows
 * mean        D           receives the mean of the rows
 * components  count x D   receives one direction per row, of length 1, by falling eigenvalue; its
 *                         entry of the largest magnitude is positive. count is at most D
 */
void principal_components(const tensor *X, tensor *mean, tensor *components);

/*
 * Colours for rows: where each row lies along each direction, from 0, the smallest of all rows, to
 * 1, the largest. With p[n,j] = (X[n,:] - mean) . components[j,:] it is
 *
 *   colours[n,j] = (p[n,j] - min over i of p[i,j]) / (max over i of p[i,j] - min over i of p[i,j])
 *
 * X           N x D       rows
 * mean        D           as above
 * components  count x D   as above; three of them make red, green and blue
 * colours     N x count   receives numbers of 0 to 1; 0 where all rows lie at one place
 */
void component_colours(const tensor *X, const tensor *mean, const tensor *components,
                       tensor *colours);

/*
 * How well regions fit: for each class the pixels that both have, divided by the pixels that at
 * least one of them has (intersection over union), and of this the mean over those classes that
 * occur in predicted, in truth, or in both.
 *
 * predicted  N   a class per pixel, below classes; N is at least 1
 * truth      N   the right ones
 * classes        how many classes there are
 *
 * Returns the mean, 0 to 1.
 */
real mean_iou(const labels *predicted, const labels *truth, size_t classes);

#endif
