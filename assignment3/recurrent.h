/*
 * Given parts of recurrent nets: their weights, and access to single steps of a sequence.
 *
 * A minibatch of sequences is a tensor of N x T x D: N examples, T steps in time, D numbers per
 * step. Step t of all examples, x[:,t], is a matrix of N x D; its rows lie T * D numbers apart in
 * memory, so no view can show it as a tensor. These functions copy it to and from one.
 */
#ifndef ASSIGNMENT3_RECURRENT_H
#define ASSIGNMENT3_RECURRENT_H

#include "tensor.h"

/*
 * The weights of a recurrent cell with D inputs and H hidden units; all steps share them. The same
 * struct holds their gradients. gH is the number of columns: H for the plain cell of rnn.h, 4 H for
 * the LSTM of lstm.h, whose four gates lie side by side.
 */
typedef struct recurrent_weights {
    tensor *Wx; /* D x gH: multiplies the input of a step */
    tensor *Wh; /* H x gH: multiplies the hidden state of the step before */
    tensor *b;  /* gH */
} recurrent_weights;

/* New weights of zeros for D inputs, H hidden units and columns columns (gH). */
recurrent_weights recurrent_weights_new(size_t D, size_t H, size_t columns)
    __attribute__((warn_unused_result));

/* Frees the tensors of w. */
void recurrent_weights_clear(recurrent_weights *w);

/*
 * Stops the program unless w, called name in function, has the shapes for D inputs, H hidden units
 * and columns columns (gH).
 */
void check_recurrent_weights(const char *function, const char *name, const recurrent_weights *w,
                             size_t D, size_t H, size_t columns);

/*
 * Copies step t of every example: step[n,d] = x[n,t,d].
 *
 * x     N x T x D   sequences
 * t                 the step, 0 to T - 1
 * step  N x D       receives the copy
 *
 * Each of these functions stops the program on a wrong shape and on a t that is not below T.
 */
void sequence_get(const tensor *x, size_t t, tensor *step);

/*
 * Adds step t of every example to what step holds: step[n,d] = step[n,d] + x[n,t,d].
 *
 * x     N x T x D   sequences
 * t                 the step, 0 to T - 1
 * step  N x D       is added to
 */
void sequence_add(const tensor *x, size_t t, tensor *step);

/*
 * Writes step t of every example: x[n,t,d] = step[n,d]. The other steps stay as they are.
 *
 * x     N x T x D   sequences; step t of each is overwritten
 * t                 the step, 0 to T - 1
 * step  N x D       the values
 */
void sequence_set(tensor *x, size_t t, const tensor *step);

/*
 * A view of x, N x T x D, as the matrix of all its steps, (N T) x D: row n * T + t is x[n,t]. It
 * copies nothing. With it one matrix product serves all steps at once.
 */
tensor sequence_rows(const tensor *x);

#endif
