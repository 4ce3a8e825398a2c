/*
 * Long short-term memory (LSTM): a recurrent net with a second state, the cell c, which a step
 * changes only by adding to it and by scaling it down. So gradients reach far back in time.
 *
 *   a = x[t] Wx + h[t-1] Wh + b                 N x 4H; its columns are four blocks of H
 *   i = sigmoid(a[:, 0 .. H-1])                 input gate: how much of the candidate comes in
 *   f = sigmoid(a[:, H .. 2H-1])                forget gate: how much of the old cell stays
 *   o = sigmoid(a[:, 2H .. 3H-1])               output gate: how much of the cell shows in h
 *   g = tanh(a[:, 3H .. 4H-1])                  candidate: what could come in
 *   c[t] = f * c[t-1] + i * g                   * is elementwise
 *   h[t] = o * tanh(c[t])
 *
 * recurrent.h has the weights' struct, and functions that copy single steps of a sequence. Outputs
 * are overwritten, whatever they held before.
 *
 * Source: Hochreiter and Schmidhuber, "Long short-term memory", 1997; CS231n assignment 3.
 */
#ifndef ASSIGNMENT3_LSTM_H
#define ASSIGNMENT3_LSTM_H

#include "recurrent.h"
#include "tensor.h"

/* What lstm_forward keeps of all steps for lstm_backward. */
typedef struct lstm_cache {
    tensor *gates; /* N x T x 4H: i, f, o and g, after their sigmoids and tanh */
    tensor *c;     /* N x T x H: the cell after each step */
} lstm_cache;

/*
 * One step, as above. Elements of a may be as large as 1e3 in magnitude: all results are finite.
 *
 * x       N x D    the step's input
 * prev_h  N x H    the hidden state after the step before
 * prev_c  N x H    the cell after the step before
 * w                Wx D x 4H, Wh H x 4H, b 4H
 * next_h  N x H    receives the hidden state after this step
 * next_c  N x H    receives the cell after this step
 * gates   N x 4H   receives i, f, o and g side by side, which backward needs
 */
void lstm_step_forward(const tensor *x, const tensor *prev_h, const tensor *prev_c,
                       const recurrent_weights *w, tensor *next_h, tensor *next_c, tensor *gates);

/*
 * The gradients of one step. next_c affects the loss in two ways: by dnext_c, and through next_h.
 *
 * dnext_h  N x H    upstream gradient of next_h
 * dnext_c  N x H    upstream gradient of next_c, without what comes through next_h
 * x        N x D    input of the forward pass
 * prev_h   N x H    likewise
 * prev_c   N x H    likewise
 * next_c   N x H    output of the forward pass
 * gates    N x 4H   likewise
 * w                 as passed to forward
 * dx       N x D    receives the gradient with respect to x
 * dprev_h  N x H    receives the gradient with respect to prev_h
 * dprev_c  N x H    receives the gradient with respect to prev_c
 * dw                its tensors, of w's shapes, receive the gradients with respect to Wx, Wh and b
 */
void lstm_step_backward(const tensor *dnext_h, const tensor *dnext_c, const tensor *x,
                        const tensor *prev_h, const tensor *prev_c, const tensor *next_c,
                        const tensor *gates, const recurrent_weights *w, tensor *dx,
                        tensor *dprev_h, tensor *dprev_c, recurrent_weights *dw);

/*
 * All T steps. Step 0 starts from h0 and from a cell of zeros; every other step starts from the
 * states that the step before left.
 *
 * x      N x T x D   sequences, T at least 1
 * h0     N x H       the first hidden state
 * w                  Wx D x 4H, Wh H x 4H, b 4H
 * h      N x T x H   receives the hidden states: h[:,t] is the state after step t
 * cache              its tensors receive the values for backward
 */
void lstm_forward(const tensor *x, const tensor *h0, const recurrent_weights *w, tensor *h,
                  lstm_cache *cache);

/*
 * The gradients of all steps. Both h and c carry a gradient back from step t + 1 to step t; the
 * loss sees c only through h, so nothing comes back to the cell of the last step.
 *
 * dh     N x T x H   upstream gradient of each h[:,t], without what comes back from step t + 1
 * x      N x T x D   input of the forward pass
 * h0     N x H       likewise
 * h      N x T x H   output of the forward pass
 * cache              as forward filled it
 * w                  as passed to forward
 * dx     N x T x D   receives the gradient with respect to x
 * dh0    N x H       receives the gradient with respect to h0
 * dw                 its tensors, of w's shapes, receive the gradients with respect to Wx, Wh and b
 */
void lstm_backward(const tensor *dh, const tensor *x, const tensor *h0, const tensor *h,
                   const lstm_cache *cache, const recurrent_weights *w, tensor *dx, tensor *dh0,
                   recurrent_weights *dw);

#endif
