/*
 * Inverted dropout, forward and backward.
 *
 * Source: Srivastava et al., "Dropout", 2014; CS231n notes, "Neural networks part 2".
 */
#ifndef ASSIGNMENT2_DROPOUT_H
#define ASSIGNMENT2_DROPOUT_H

#include "random.h"
#include "tensor.h"

/*
 * In training each element stays with probability keep, and what stays is divided by keep, so that
 * the expected value is the same:
 *
 *   mask[i] = 1 / keep where random_uniform(random) < keep, and 0 elsewhere
 *   out[i]  = x[i] * mask[i]
 *
 * One number is drawn for each element, in row-major order. In test mode out is x, and mask and
 * random are not touched.
 *
 * x         any shape       input
 * keep      over 0, up to 1 the probability with which an element stays
 * training                  true: training; false: test mode
 * random                    where numbers are drawn from; NULL is fine in test mode
 * mask      x's shape       receives the factors; NULL is fine in test mode
 * out       x's shape       receives the result
 */
void dropout_forward(const tensor *x, real keep, bool training, random_state *random, tensor *mask,
                     tensor *out);

/*
 * The gradient by x: dout * mask in training, dout in test mode.
 *
 * dout      any shape     upstream gradient
 * mask      dout's shape  what dropout_forward wrote; NULL is fine in test mode
 * training                the mode of the forward pass
 * dx        dout's shape  receives the gradient
 */
void dropout_backward(const tensor *dout, const tensor *mask, bool training, tensor *dx);

#endif
