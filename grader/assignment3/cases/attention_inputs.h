/* What the hidden cases of attention and of the layers give: masks, dropout, weights of heads. */
#ifndef GRADER_ASSIGNMENT3_ATTENTION_INPUTS_H
#define GRADER_ASSIGNMENT3_ATTENTION_INPUTS_H

#include "attempt.h"

/* Whether a mask, and whether dropout, is used; where not, the function gets NULL. */
typedef struct attention_use {
    bool mask, drop;
} attention_use;

/* Gives mask, S x T: ones and zeros without a pattern, with a 1 in each row. */
void give_mask(attempt *a, size_t S, size_t T, bool used);

/* Gives drop, N x H x S x T: factors 0 or 1 / keep. */
void give_drop(attempt *a, sizes shape, bool used);

/*
 * Gives the weights of attention with several heads, called Wq, bq ... bo behind prefix, for E
 * numbers per position.
 */
void give_head_weights(attempt *a, const char *prefix, size_t E);

/* To how many digits of dbq's largest element dbk has to be 0, in double and in float. */
enum { DOUBLE_DIGITS = 9, FLOAT_DIGITS = 4 };

/*
 * Expects the gradients of such weights, called dWq ... behind prefix: "d" and the weight's name.
 * That of bk is 0 but for rounding, to so many digits of that of bq.
 */
void expect_head_gradients(attempt *a, const char *prefix, int digits);

#endif
