/*
 * Inputs that the cases of linear classifiers share; a is the attempt.
 */
#ifndef GRADER_ASSIGNMENT1_LINEAR_INPUTS_H
#define GRADER_ASSIGNMENT1_LINEAR_INPUTS_H

#include "attempt.h"

/* Gives W, D x C with the given deviation, X, N x D standard normal, and y, N labels below C. */
void give_linear_problem(attempt *a, size_t N, size_t D, size_t C, double deviation);

/*
 * Whether a hinge of the given W, X, y lies closer than distance to its kink, where float and
 * double may disagree.
 */
bool svm_kink_is_near(attempt *a, double distance);

/*
 * Calls the operation, a loss, twice with a fresh worker between, then once more with other numbers
 * in dW, and requires that all agree to the last bit; what earns the points is that they are right.
 */
void check_called_twice(attempt *a, const char *operation);

/*
 * Gives X_name, count x D, and y_name: examples around the rows of centres (C x D), spread apart by
 * deviation.
 */
void give_examples_around(attempt *a, const char *X_name, const char *y_name, const tensor *centres,
                          size_t count, double deviation);

#endif
