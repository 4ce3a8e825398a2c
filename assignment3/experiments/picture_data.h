/*
 * Shared by the experiments that learn from pictures: minibatches of them as the nets take them,
 * and a net's progress in time.
 */
#ifndef ASSIGNMENT3_EXPERIMENTS_PICTURE_DATA_H
#define ASSIGNMENT3_EXPERIMENTS_PICTURE_DATA_H

#include "experiment.h"

/*
 * Copies the count pictures of d with those indices, as numbers from -1 to 1, into X, count x C x
 * H x W or as many numbers, and their classes into y, which may be NULL.
 */
void take_pictures(const dataset *d, const size_t *indices, size_t count, tensor *X, labels *y);

/*
 * The same, X and y, for as many pictures of d as X has rows, drawn from the stream of x, some
 * perhaps twice.
 */
void draw_pictures(experiment *x, const dataset *d, tensor *X, labels *y);

/* The same, X and y, for as many pictures of d as X has rows, from number first on. */
void next_pictures(const dataset *d, size_t first, tensor *X, labels *y);

/* The mean of the last of count losses: of so many as last says, if there are as many. */
double mean_of_last(const double *losses, size_t count, size_t last);

/* Settings of Adam with that learning rate and beta1. */
update_settings adam_settings(double rate, double beta1);

#endif
