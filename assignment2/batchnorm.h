/*
 * Batch and layer normalization of matrices, forward and backward.
 *
 * Both normalize numbers to mean 0 and variance 1, then scale them by gamma and shift them by beta,
 * which are learned. Batch normalization normalizes each feature over the examples of the
 * minibatch, layer normalization each example over its features. x is N x D; gamma and beta are D.
 *
 * Source: Ioffe and Szegedy, "Batch normalization", 2015; Ba, Kiros and Hinton, "Layer
 * normalization", 2016; CS231n assignment 2.
 */
#ifndef ASSIGNMENT2_BATCHNORM_H
#define ASSIGNMENT2_BATCHNORM_H

#include "tensor.h"

/* The running statistics of a batch normalization, kept between steps, and its settings. */
typedef struct batchnorm_state {
    tensor *running_mean;     /* D, zeros at first */
    tensor *running_variance; /* D, zeros at first */
    real momentum;            /* weight of the old running statistics in the average, 0.9 */
    real eps;                 /* added to a variance, 1e-5 */
} batchnorm_state;

/* Intermediate results of batchnorm_forward that batchnorm_backward needs. */
typedef struct batchnorm_cache {
    tensor *normalized;  /* N x D: (x - mean) / sqrt(variance + eps) */
    tensor *inverse_std; /* D: 1 / sqrt(variance + eps) */
} batchnorm_cache;

/*
 * Batch normalization. In training, with the statistics of the minibatch, for each feature d:
 *
 *   mean[d]     = 1/N * sum over i of x[i,d]
 *   variance[d] = 1/N * sum over i of (x[i,d] - mean[d])^2
 *   out[i,d]    = gamma[d] * (x[i,d] - mean[d]) / sqrt(variance[d] + eps) + beta[d]
 *   running_mean[d]     = momentum * running_mean[d]     + (1 - momentum) * mean[d]
 *   running_variance[d] = momentum * running_variance[d] + (1 - momentum) * variance[d]
 *
 * In test mode running_mean and running_variance take the place of mean and variance, and do not
 * change.
 *
 * x            N x D, N at least 1   examples
 * gamma, beta  D                     scale and shift
 * training                           true: training; false: test mode
 * state                              running statistics of D features; changed in training only
 * out          N x D                 receives the result
 * cache                              its tensors receive the values for backward; in test mode it
 *                                    is not used and may be NULL
 */
void batchnorm_forward(const tensor *x, const tensor *gamma, const tensor *beta, bool training,
                       batchnorm_state *state, tensor *out, batchnorm_cache *cache);

/*
 * The gradients of batch normalization in training, step by step through its graph:
 *
 *   dbeta[d]  = sum over i of dout[i,d]
 *   dgamma[d] = sum over i of dout[i,d] * normalized[i,d]
 *
 * and dx, summed over the three paths from x to out: directly, through the mean, and through the
 * variance.
 *
 * dout           N x D   upstream gradient
 * gamma          D       the scale, as passed to forward
 * cache                  as forward filled it, for the same N and D
 * dx             N x D   receives the gradient with respect to x
 * dgamma, dbeta  D       receive the gradients with respect to gamma and beta
 */
void batchnorm_backward(const tensor *dout, const tensor *gamma, const batchnorm_cache *cache,
                        tensor *dx, tensor *dgamma, tensor *dbeta);

/*
 * The same gradients from the single closed formula that you get by simplifying dx on paper: dout,
 * gamma and cache are read, dx, dgamma and dbeta are written as by batchnorm_backward.
 */
void batchnorm_backward_alt(const tensor *dout, const tensor *gamma, const batchnorm_cache *cache,
                            tensor *dx, tensor *dgamma, tensor *dbeta);

/* Intermediate results of layernorm_forward that layernorm_backward needs. */
typedef struct layernorm_cache {
    tensor *normalized;  /* N x D: (x - mean) / sqrt(variance + eps) */
    tensor *inverse_std; /* N: 1 / sqrt(variance + eps) */
} layernorm_cache;

/*
 * Layer normalization, in training and test mode alike, for each example i:
 *
 *   mean[i]     = 1/D * sum over d of x[i,d]
 *   variance[i] = 1/D * sum over d of (x[i,d] - mean[i])^2
 *   out[i,d]    = gamma[d] * (x[i,d] - mean[i]) / sqrt(variance[i] + eps) + beta[d]
 *
 * x            N x D, D at least 1   examples
 * gamma, beta  D                     scale and shift
 * eps                                added to a variance, over 0
 * out          N x D                 receives the result
 * cache                              its tensors receive the values for backward
 */
void layernorm_forward(const tensor *x, const tensor *gamma, const tensor *beta, real eps,
                       tensor *out, layernorm_cache *cache);

/*
 * The gradients of layer normalization:
 *
 *   dbeta[d]  = sum over i of dout[i,d]
 *   dgamma[d] = sum over i of dout[i,d] * normalized[i,d]
 *
 * and dx, summed over the three paths from x to out.
 *
 * dout           N x D   upstream gradient
 * gamma          D       the scale, as passed to forward
 * cache                  as forward filled it, for the same N and D
 * dx             N x D   receives the gradient with respect to x
 * dgamma, dbeta  D       receive the gradients with respect to gamma and beta
 */
void layernorm_backward(const tensor *dout, const tensor *gamma, const layernorm_cache *cache,
                        tensor *dx, tensor *dgamma, tensor *dbeta);

#endif
