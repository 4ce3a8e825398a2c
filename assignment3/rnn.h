/*
 * A recurrent net: one layer that reads a sequence step by step and carries its hidden state along.
 *
 *   h[t] = tanh(x[t] Wx + h[t-1] Wh + b)          the same Wx, Wh and b at every step
 *
 * recurrent.h has the weights' struct, and functions that copy single steps of a sequence. Outputs
 * are overwritten, whatever they held before.
 *
 * Source: CS231n notes and lecture, "Recurrent neural networks"; assignment 3.
 */
#ifndef ASSIGNMENT3_RNN_H
#define ASSIGNMENT3_RNN_H

#include "recurrent.h"
#include "tensor.h"

/*
 * One step:
 *
 *   next_h = tanh(x Wx + prev_h Wh + b)
 *
 * x       N x D   the step's input
 * prev_h  N x H   the hidden state after the step before
 * w               Wx D x H, Wh H x H, b H
 * next_h  N x H   receives the hidden state after this step
 */
void rnn_step_forward(const tensor *x, const tensor *prev_h, const recurrent_weights *w,
                      tensor *next_h);

/*
 * The gradients of one step. next_h is all that has to be kept of the forward pass, since the
 * derivative of the tanh is 1 - next_h^2.
 *
 * dnext_h  N x H   upstream gradient
 * x        N x D   input of the forward pass
 * prev_h   N x H   likewise
 * next_h   N x H   output of the forward pass
 * w                as passed to forward
 * dx       N x D   receives the gradient with respect to x
 * dprev_h  N x H   receives the gradient with respect to prev_h
 * dw               its tensors, of w's shapes, receive the gradients with respect to Wx, Wh and b
 */
void rnn_step_backward(const tensor *dnext_h, const tensor *x, const tensor *prev_h,
                       const tensor *next_h, const recurrent_weights *w, tensor *dx,
                       tensor *dprev_h, recurrent_weights *dw);

/*
 * All T steps. Step 0 starts from h0; every other step starts from the state that the step before
 * left.
 *
 * x   N x T x D   sequences, T at least 1
 * h0  N x H       the first hidden state
 * w               Wx D x H, Wh H x H, b H
 * h   N x T x H   receives the hidden states: h[:,t] is the state after step t
 */
void rnn_forward(const tensor *x, const tensor *h0, const recurrent_weights *w, tensor *h);

/*
 * The gradients of all steps: backpropagation through time. h[:,t] affects the loss directly, by
 * dh[:,t], and through all later steps; the gradient with respect to it is the sum of both. dw is
 * the sum over all steps.
 *
 * dh   N x T x H   upstream gradient of each h[:,t], without what comes back from step t + 1
 * x    N x T x D   input of the forward pass
 * h0   N x H       likewise
 * h    N x T x H   output of the forward pass
 * w                as passed to forward
 * dx   N x T x D   receives the gradient with respect to x
 * dh0  N x H       receives the gradient with respect to h0
 * dw               its tensors, of w's shapes, receive the gradients with respect to Wx, Wh and b
 */
void rnn_backward(const tensor *dh, const tensor *x, const tensor *h0, const tensor *h,
                  const recurrent_weights *w, tensor *dx, tensor *dh0, recurrent_weights *dw);

/*
 * Clips gradients: limits the length of the vector that all of them form together, and keeps its
 * direction.
 *
 *   norm = sqrt(sum over all elements of all tensors of their squares)
 *
 * If norm is over most, each element is multiplied by most / norm; otherwise nothing changes.
 *
 * gradients  count tensors of any shapes, changed in place
 * count      how many
 * most       the largest norm that is left as it is, over 0
 *
 * Returns the norm before clipping. Source: Pascanu, Mikolov and Bengio, "On the difficulty of
 * training recurrent neural networks", 2013.
 */
real clip_gradients(tensor *const *gradients, size_t count, real most);

#endif
