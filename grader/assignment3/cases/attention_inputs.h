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

/*
 * Expects the gradients of such weights, called dWq ... behind prefix: "d" and the weight's name.
 * That of bk is 0 but for rounding, so that it is judged on the scale of that of bq.
 */
void expect_head_gradients(attempt *a, const char *prefix);

#endif
