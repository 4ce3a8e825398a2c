/*
 * Layers, each a forward and a backward function. A backward function gets the upstream gradient
 * dout, which is the gradient of the loss with respect to the layer's output, and the inputs of the
 * forward pass; it computes the gradients with respect to the layer's inputs.
 * Source: CS231n notes, "Backpropagation".
 */
#ifndef ASSIGNMENT1_LAYERS_H
#define ASSIGNMENT1_LAYERS_H

#include "tensor.h"

/*
 * Affine (fully connected) layer: out = x w + b, where each example of x is flattened to D numbers.
 *
 * x    N x d1 x ... x dk   N examples, D = d1 * ... * dk
 * w    D x M               weights
 * b    M                   biases
 * out  N x M               receives the result
 */
void affine_forward(const tensor *x, const tensor *w, const tensor *b, tensor *out);

/*
 * Gradients of the affine layer.
 *
 * dout  N x M               upstream gradient
 * x     N x d1 x ... x dk   input of the forward pass
 * w     D x M               weights
 * dx    shape of x          receives the gradient with respect to x
 * dw    D x M               receives the gradient with respect to w
 * db    M                   receives the gradient with respect to b
 */
void affine_backward(const tensor *dout, const tensor *x, const tensor *w, tensor *dx, tensor *dw,
                     tensor *db);

/*
 * Rectified linear unit: out = max(0, x), elementwise.
 *
 * x    any shape    input
 * out  shape of x   receives the result
 */
void relu_forward(const tensor *x, tensor *out);

/*
 * Gradient of the ReLU: dx = dout where x > 0, else 0.
 *
 * dout  shape of x   upstream gradient
 * x     any shape    input of the forward pass
 * dx    shape of x   receives the gradient with respect to x
 */
void relu_backward(const tensor *dout, const tensor *x, tensor *dx);

/*
 * Hinge loss of given scores: L = 1/N * sum over i, over j != y[i] of max(0, x[i,j] - x[i,y[i]] +
 * 1).
 *
 * x    N x C   scores
 * y    N       labels, 0 to C - 1
 * dx   N x C   receives the gradient of L with respect to x
 *
 * Returns L.
 */
real svm_loss(const tensor *x, const labels *y, tensor *dx);

/*
 * Cross-entropy loss of given scores: L = 1/N * sum over i of -log( exp(x[i,y[i]]) / sum over j of
 * exp(x[i,j]) ). Scores may be as large as 1e4, and the correct class's probability may underflow
 * to 0: L must still equal the formula.
 *
 * x    N x C   scores
 * y    N       labels, 0 to C - 1
 * dx   N x C   receives the gradient of L with respect to x
 *
 * Returns L.
 */
real softmax_loss(const tensor *x, const labels *y, tensor *dx);

#endif
