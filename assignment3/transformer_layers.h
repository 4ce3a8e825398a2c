/*
 * The layers of a transformer: positions, GELU, the feed-forward part, and encoder and decoder
 * layers, which are built of these and of attention.h.
 *
 *             encoder layer                       decoder layer
 *
 *         x ---------.                        x ---------.
 *         |          |                        |          |
 *    self-attention  |                   self-attention  |        (under a causal mask)
 *         |          |                        |          |
 *        (+) <-------'                       (+) <-------'
 *        norm1                               norm1
 *         y ---------.                        y ---------.
 *         |          |                        |          |
 *    feed forward    |           memory --> cross-attention
 *         |          |                        |          |
 *        (+) <-------'                       (+) <-------'
 *        norm2                               norm2
 *        out                                  z ---------.
 *                                             |          |
 *                                        feed forward    |
 *                                             |          |
 *                                            (+) <-------'
 *                                            norm3
 *                                            out
 *
 * transformer_parts.h has the structs, and layer_norm_forward and _backward, which are given.
 * Outputs are overwritten, whatever they held before, and do not overlap inputs.
 *
 * Source: Vaswani et al., "Attention is all you need", 2017; CS231n assignment 3.
 */
#ifndef ASSIGNMENT3_TRANSFORMER_LAYERS_H
#define ASSIGNMENT3_TRANSFORMER_LAYERS_H

#include "tensor.h"
#include "transformer_parts.h"

/*
 * A table of numbers that tell positions apart. Attention does not see the order of a sequence:
 * row t of this table is added to what stands at position t.
 *
 *   table[t,j] = sin(t * 10000^(-j / E))          for even j
 *   table[t,j] = cos(t * 10000^(-(j - 1) / E))    for odd j
 *
 * Positions and columns count from 0. t may be over 1000: compute the angle in double, since in
 * float a large angle has too few digits left.
 *
 * table  T x E   receives the numbers
 */
void positional_encoding(tensor *table);

/*
 * The Gaussian error linear unit, a smooth relative of the ReLU:
 *
 *   out = x Phi(x)     Phi(x) = (1 + erf(x / sqrt(2))) / 2
 *
 * Phi(x) is the probability that a standard normal number is below x. This is the exact form, by
 * erf of the C library, and not the approximation by tanh. Finite for every finite x.
 *
 * x    any shape     inputs
 * out  shape of x    receives the results
 *
 * Source: Hendrycks and Gimpel, "Gaussian error linear units", 2016.
 */
void gelu_forward(const tensor *x, tensor *out);

/*
 * Its gradient: dx = dout (Phi(x) + x phi(x)), with the normal density phi(x) = exp(-x^2 / 2) /
 * sqrt(2 pi).
 *
 * dout  any shape       upstream gradient
 * x     shape of dout   input of the forward pass
 * dx    shape of dout   receives the gradient with respect to x
 */
void gelu_backward(const tensor *dout, const tensor *x, tensor *dx);

/*
 * The feed-forward part, at every position by itself: out = gelu(x W1 + b1) W2 + b2.
 *
 * x      N x T x E   positions
 * w                  W1 E x F, b1 F, W2 F x E, b2 E
 * out    N x T x E   receives the result
 * cache              hidden, N x T x F, receives x W1 + b1: the GELU's input is all that backward
 *                    needs
 */
void feed_forward(const tensor *x, const feed_forward_weights *w, tensor *out,
                  feed_forward_cache *cache);

/*
 * Its gradients.
 *
 * dout   N x T x E   upstream gradient
 * x, w               inputs of the forward pass
 * cache              as forward filled it
 * dx     N x T x E   receives the gradient with respect to x
 * dw                 its tensors, of w's shapes, receive the gradients with respect to the weights
 */
void feed_forward_backward(const tensor *dout, const tensor *x, const feed_forward_weights *w,
                           const feed_forward_cache *cache, tensor *dx, feed_forward_weights *dw);

/*
 * An encoder layer. Normalization comes after each sum (post-norm); there is no dropout.
 *
 *   y   = norm1(x + self_attention(x, x, x))
 *   out = norm2(y + feed_forward(y))
 *
 * x      N x T x E   positions
 * mask   T x T       as in attention_forward; may be NULL
 * w                  the weights of its parts
 * out    N x T x E   receives the result
 * cache              its tensors receive what backward needs
 */
void encoder_layer_forward(const tensor *x, const tensor *mask, const encoder_weights *w,
                           tensor *out, encoder_cache *cache);

/*
 * Its gradients. x and y are each used more than once: the gradients of all uses add up.
 *
 * dout   N x T x E   upstream gradient
 * x, w               inputs of the forward pass
 * cache              as forward filled it
 * dx     N x T x E   receives the gradient with respect to x
 * dw                 its tensors, of w's shapes, receive the gradients with respect to the weights
 */
void encoder_layer_backward(const tensor *dout, const tensor *x, const encoder_weights *w,
                            const encoder_cache *cache, tensor *dx, encoder_weights *dw);

/*
 * A decoder layer: between the two parts of an encoder layer it looks at a memory, such as a
 * picture, all of which every position may see.
 *
 *   y   = norm1(x + self_attention(x, x, x))              under mask
 *   z   = norm2(y + cross_attention(y, memory, memory))     without a mask
 *   out = norm3(z + feed_forward(z))
 *
 * x       N x T x E   positions
 * memory  N x M x E   what the cross-attention looks at, M at least 1
 * mask    T x T       for the self-attention only; may be NULL
 * w                   the weights of its parts
 * out     N x T x E   receives the result
 * cache               its tensors receive what backward needs
 */
void decoder_layer_forward(const tensor *x, const tensor *memory, const tensor *mask,
                           const decoder_weights *w, tensor *out, decoder_cache *cache);

/*
 * Its gradients. The memory is both key and value of the cross-attention.
 *
 * dout     N x T x E   upstream gradient
 * x, memory, w         inputs of the forward pass
 * cache                as forward filled it
 * dx       N x T x E   receives the gradient with respect to x
 * dmemory  N x M x E   receives the gradient with respect to memory
 * dw                   its tensors, of w's shapes, receive the gradients with respect to them
 */
void decoder_layer_backward(const tensor *dout, const tensor *x, const tensor *memory,
                            const decoder_weights *w, const decoder_cache *cache, tensor *dx,
                            tensor *dmemory, decoder_weights *dw);

#endif
