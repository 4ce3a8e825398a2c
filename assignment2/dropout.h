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
 * In training each element is kept with probability keep and otherwise set to 0; kept elements are
 * divided by keep, so that the expected value stays the same:
 *
 *   mask[i] = 1 / keep where random_uniform(random) < keep, and 0 elsewhere
 *   out[i]  = x[i] * mask[i]
 *
 * One number is drawn for each element, in row-major order. In test mode out equals x, and mask and
 * random are not used.
 *
 * x         any shape       input
 * keep      over 0, up to 1 the probability that an element is kept
 * training                  true: training; false: test mode
 * random                    the stream to draw from; may be NULL in test mode
 * mask      x's shape       receives the factors; may be NULL in test mode
 * out       x's shape       receives the result
 */
void dropout_forward(const tensor *x, real keep, bool training, random_state *random, tensor *mask,
                     tensor *out);

/*
 * The gradient with respect to x: dout * mask in training, dout in test mode.
 *
 * dout      any shape     upstream gradient
 * mask      dout's shape  as dropout_forward filled it; may be NULL in test mode
 * training                the mode of the forward pass
 * dx        dout's shape  receives the gradient
 */
void dropout_backward(const tensor *dout, const tensor *mask, bool training, tensor *dx);

#endif
