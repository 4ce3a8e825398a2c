/*
 * A computational graph: operations compute values, remember their inputs, and pass gradients back.
 *
 * It has three levels, as in the big frameworks: operations, modules that own parameters, and a
 * sequence of modules.
 *
 *   graph g = {0};
 *   node *x = graph_leaf(&g, X, NULL);
 *   node *scores = sequential_forward(&g, net, count, x);
 *   node *loss = graph_softmax_loss(&g, scores, y);
 *   graph_backward(&g, loss);            the gradients are in net's dW and db, and in x->gradient
 *   graph_clear(&g);
 *
 * Source: CS231n, lecture "Backpropagation and neural networks"; notes, "Backpropagation,
 * intuitions".
 */
#ifndef ASSIGNMENT2_GRAPH_H
#define ASSIGNMENT2_GRAPH_H

#include "graph_memory.h"
#include "random.h"

/*
 * Each of these adds a node to g whose value is computed at once from its inputs' values, and whose
 * backward function adds to every input's gradient the node's own gradient times the derivative of
 * the value with respect to that input. Two inputs of an elementwise operation have one shape, that
 * of the value; they may be the same node.
 */

/* a + b; the gradient passes to both inputs unchanged. */
node *graph_add(graph *g, node *a, node *b);

/* a * b, elementwise; a gets the gradient times b, and b gets the gradient times a. */
node *graph_multiply(graph *g, node *a, node *b);

/* The larger of a and b, elementwise; the larger one gets the gradient, a if they are equal. */
node *graph_maximum(graph *g, node *a, node *b);

/* 1 / (1 + exp(-a)), elementwise; finite for every a. */
node *graph_sigmoid(graph *g, node *a);

/* max(0, a), elementwise; the gradient passes where a is over 0. */
node *graph_relu(graph *g, node *a);

/* The matrix product of a, n x k, and b, k x m. */
node *graph_matmul(graph *g, node *a, node *b);

/* x W + b for x of N x d1 x ... x dk, each example flattened to D numbers, W of D x M, b of M. */
node *graph_affine(graph *g, node *x, node *W, node *b);

/*
 * The convolution of x, N x C x H x W, by filters w, F x C x HH x WW, with biases b, F, whose
 * windows move as shape says (conv.h).
 */
node *graph_conv(graph *g, node *x, node *w, node *b, conv_shape shape);

/* The max pooling of x, N x C x H x W, by windows of that shape (conv.h). */
node *graph_max_pool(graph *g, node *x, pool_shape shape);

/*
 * The mean cross-entropy loss of scores, N x C, whose correct classes are y: a single number,
 *
 *   loss = -1/N * sum over i of log(exp(scores[i,y_i]) / sum over k of exp(scores[i,k]))
 *
 * finite for scores of any size. y is read only during the call.
 */
node *graph_softmax_loss(graph *g, node *scores, const labels *y);

/*
 * Fills the gradient of every node of g with the gradient of loss, a node of g with a single
 * number, with respect to that node's value. Earlier contents of the gradients do not matter. A
 * node that loss does not depend on gets zeros; a node that is used several times gets the sum of
 * the gradients from each use.
 */
void graph_backward(graph *g, node *loss);

/*
 * Draws new parameters for m, an affine module or a convolution: W in row-major order by
 * tensor_fill_normal with mean 0 and standard deviation sqrt(2 / fan_in) from random, where fan_in
 * is D, or C * HH * WW; b becomes 0. Other modules have no parameters and draw nothing.
 * Source: He et al., "Delving deep into rectifiers", 2015.
 */
void module_init(module *m, random_state *random);

/*
 * Applies the module m to x and adds the operation to g: an affine layer, a convolution, a ReLU or
 * a max pooling. The gradients of its parameters are m's dW and db. Returns the output's node.
 */
node *module_forward(graph *g, const module *m, node *x);

/*
 * Applies count modules to x, one after the other, and adds their operations to g. Returns the last
 * output's node, x itself if count is 0.
 */
node *sequential_forward(graph *g, const module *modules, size_t count, node *x);

#endif
