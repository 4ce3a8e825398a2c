/* What the hidden cases of the RNN and of the LSTM give: a cell's weights, sequences and states. */
#ifndef GRADER_ASSIGNMENT3_RECURRENT_INPUTS_H
#define GRADER_ASSIGNMENT3_RECURRENT_INPUTS_H

#include "attempt.h"

/* A minibatch of N sequences of T steps of D numbers, for H hidden units. */
typedef struct sequence_sizes {
    size_t N, T, D, H;
} sequence_sizes;

/* Sizes that all differ, so that none can stand for another; N and T at least 2. */
sequence_sizes draw_sequence_sizes(attempt *a);

/*
 * Gives Wx, Wh and b of a cell with columns * H columns, normal with the deviation: 1 for an RNN, 4
 * for an LSTM.
 */
void give_cell(attempt *a, sequence_sizes s, size_t columns, double deviation);

/* Gives x, N x D, and prev_h, N x H, of a step. */
void give_step(attempt *a, sequence_sizes s);

/* Gives x, N x T x D, and h0, N x H, of all steps. */
void give_sequence(attempt *a, sequence_sizes s);

/* Gives the output called name of the reference's last call as the input of that name. */
void give_back(attempt *a, const char *name);

/* Expects the gradients with respect to the weights, dWx, dWh and db. */
void expect_cell_gradients(attempt *a);

#endif
