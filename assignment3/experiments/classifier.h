/*
 * Shared by the experiments that need to know what a picture shows: a net that classifies, trained
 * with labels. n is a net whose result is a score for each class of d; pictures are as
 * picture_data.h has them.
 */
#ifndef ASSIGNMENT3_EXPERIMENTS_CLASSIFIER_H
#define ASSIGNMENT3_EXPERIMENTS_CLASSIFIER_H

#include "experiment.h"
#include "net.h"

/*
 * A new net for pictures like d's, of two convolutions, each with ReLU and pooling, drawn from the
 * stream of x; freed by net_of_plan_clear.
 */
net new_classifier(experiment *x, const dataset *d) __attribute__((warn_unused_result));

/*
 * Trains n in that many steps on 128 pictures of d each, drawn from the stream of x, by Adam, whose
 * rate falls to a tenth.
 */
void train_classifier(experiment *x, net *n, const dataset *d, double rate, size_t steps);

/*
 * A new net of one affine layer that classifies the rows of X, N x D: trained on all of them at
 * once, in 300 steps of Adam at that rate, to tell their classes y, N, each below class_count.
 * Freed by net_of_plan_clear.
 */
net linear_classifier(experiment *x, const tensor *X, const labels *y, size_t class_count,
                      double rate) __attribute__((warn_unused_result));

/* Classes for pictures X, by the scores of n for class_count classes, into predicted. */
void classify(net *n, size_t class_count, const tensor *X, labels *predicted);

/* The share of d's first most pictures (0: all) that n classifies right. */
double classifier_accuracy(net *n, const dataset *d, size_t most);

/*
 * The mean softmax loss of scores, N x C, with the right classes y, N, each below C, and its
 * gradient, N x C, in dscores.
 */
real softmax_loss_of(const tensor *scores, const labels *y, tensor *dscores);

#endif
