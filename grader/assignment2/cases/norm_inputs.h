/*
 * Inputs that cases of normalization draw, each for the attempt a.
 */
#ifndef GRADER_ASSIGNMENT2_NORM_INPUTS_H
#define GRADER_ASSIGNMENT2_NORM_INPUTS_H

#include "attempt.h"

/*
 * Gives "x" of that shape, whose features (element i belongs to feature i / inner % count) each
 * have a mean and a spread of their own; count is 1 to 64.
 */
void give_features(attempt *a, sizes shape, size_t count, size_t inner);

/* Gives "gamma" and "beta" of D features. */
void give_scale_and_shift(attempt *a, size_t D);

/* Gives running statistics "mean" and "variance" of D features, "momentum" and "eps". */
void give_running_statistics(attempt *a, size_t D);

/*
 * Which elements are normalized together: group i, below groups, has the count elements i * first +
 * k * step.
 */
typedef struct grouping {
    size_t count, step, first, groups;
} grouping;

/*
 * Gives what a forward pass leaves: "normalized" of that shape, every group of g with mean 0 and
 * variance close to 1, and "inverse_std", spread numbers.
 */
void give_normalized(attempt *a, sizes shape, size_t spread, grouping g);

#endif
