/*
 * Exponentials, tanh and sigmoids, fast: of whole tensors, and as the ends of the recurrent cells
 * that students write. Elements are divided among the threads that parallel.h allows.
 *
 * Errors are below 2 ulp (the distance of the true result's two neighbours), in float and double.
 * Source: CS231n assignment 3; Hochreiter and Schmidhuber, "Long short-term memory", 1997.
 */
#ifndef COMMON_ELEMENTWISE_FAST_H
#define COMMON_ELEMENTWISE_FAST_H

#include "tensor.h"

/*
 * out = e^x, out = tanh(x) and out = 1 / (1 + e^-x), element by element, for any numbers, infinite
 * ones too; NaN stays. Sigmoids under 1.3e-38 (in double 2.5e-308) are 0.
 *
 * x    any shape
 * out  the same shape   receives the result; may be x itself
 */
void fast_exp(const tensor *x, tensor *out);
void fast_tanh(const tensor *x, tensor *out);
void fast_sigmoid(const tensor *x, tensor *out);

/*
 * h = tanh(h + b), in one pass: the end of a recurrent step, after its products.
 *
 * b  H       biases
 * h  N x H   holds the sum of the products, and receives the hidden state
 */
void fast_bias_tanh(const tensor *b, tensor *h);

/*
 * One step of a recurrent net: next_h = tanh(x Wx + prev_h Wh + b).
 *
 * x       N x D   the step's input
 * prev_h  N x H   the hidden state after the step before
 * Wx, Wh, b       weights, D x H and H x H, and H biases
 * next_h  N x H   receives the hidden state after this step; is neither x nor prev_h
 */
void fast_rnn_step_forward(const tensor *x, const tensor *prev_h, const tensor *Wx,
                           const tensor *Wh, const tensor *b, tensor *next_h);

/*
 * The gates and states of an LSTM in one pass, after its products. The columns of gates and b are
 * those of the input, forget and output gate and of the candidate, i, f, o and g, H each.
 *
 *   i, f, o = sigmoid(gates + b);  g = tanh(gates + b)
 *   next_c = f * prev_c + i * g;   next_h = o * tanh(next_c)
 *
 * b       4 H       biases
 * prev_c  N x H     the cell state after the step before
 * gates   N x 4 H   holds the sum of the products, and receives i, f, o and g
 * next_c  N x H     receives the cell state; is not prev_c
 * next_h  N x H     receives the hidden state
 */
void fast_lstm_gates_forward(const tensor *b, const tensor *prev_c, tensor *gates, tensor *next_c,
                             tensor *next_h);

/*
 * The gradients of that pass.
 *
 * dnext_h, dnext_c  N x H     upstream gradients
 * prev_c, next_c    N x H     as passed to forward, and as it filled it
 * gates             N x 4 H   as forward filled it
 * dgates            N x 4 H   receives the gradient with respect to the sum of products and biases;
 *                             is not gates
 * dprev_c           N x H     receives the gradient with respect to prev_c; may be dnext_c
 */
void fast_lstm_gates_backward(const tensor *dnext_h, const tensor *dnext_c, const tensor *prev_c,
                              const tensor *next_c, const tensor *gates, tensor *dgates,
                              tensor *dprev_c);

/*
 * One step of an LSTM: fast_lstm_gates_forward of x Wx + prev_h Wh.
 *
 * x       N x D           the step's input
 * prev_h, prev_c  N x H   the states after the step before
 * Wx, Wh, b               weights, D x 4 H and H x 4 H, and 4 H biases
 * gates   N x 4 H         receives i, f, o and g
 * next_c, next_h  N x H   receive the states after this step; next_c is not prev_c
 */
void fast_lstm_step_forward(const tensor *x, const tensor *prev_h, const tensor *prev_c,
                            const tensor *Wx, const tensor *Wh, const tensor *b, tensor *gates,
                            tensor *next_c, tensor *next_h);

#endif
