/*
 * Normalization of images: batch normalization per channel, and group normalization.
 *
 * Images are N x C x H x W; gamma and beta hold one number per channel.
 * Source: Ioffe and Szegedy, "Batch normalization", 2015; Wu and He, "Group normalization", 2018;
 * CS231n assignment 2.
 */
#ifndef ASSIGNMENT2_SPATIAL_NORM_H
#define ASSIGNMENT2_SPATIAL_NORM_H

#include "batchnorm.h"

/*
 * Batch normalization with the channels as features and the pixels of all images as examples: mean
 * and variance of channel c are those over n, i, j of x[n,c,i,j], and the running statistics are
 * updated as in batchnorm_forward (batchnorm.h).
 *
 * x            N x C x H x W     images
 * gamma, beta  C                 scale and shift
 * training                       true: training; false: test mode
 * state                          running statistics of C channels; changed in training only
 * out          N x C x H x W     receives the result
 * cache                          normalized, (N * H * W) x C with the pixels in the order n, i, j,
 *                                and inverse_std, C, receive the values for backward; may be NULL
 *                                in test mode
 */
void spatial_batchnorm_forward(const tensor *x, const tensor *gamma, const tensor *beta,
                               bool training, batchnorm_state *state, tensor *out,
                               batchnorm_cache *cache);

/*
 * The gradients of spatial batch normalization in training.
 *
 * dout           N x C x H x W   upstream gradient
 * gamma          C               the scale, as passed to forward
 * cache                          as forward filled it
 * dx             N x C x H x W   receives the gradient with respect to x
 * dgamma, dbeta  C               receive the gradients with respect to gamma and beta
 */
void spatial_batchnorm_backward(const tensor *dout, const tensor *gamma,
                                const batchnorm_cache *cache, tensor *dx, tensor *dgamma,
                                tensor *dbeta);

/*
 * Group normalization, in training and test mode alike: the channels of each image are divided into
 * groups of C / groups neighbouring channels, and each group of each image is normalized to mean 0
 * and variance 1 over its channels and pixels; then gamma[c] and beta[c] scale and shift channel c.
 *
 * x            N x C x H x W     images; groups divides C
 * gamma, beta  C                 scale and shift
 * groups                         1 to C
 * eps                            added to a variance, over 0
 * out          N x C x H x W     receives the result
 * cache                          normalized, N x C x H x W, and inverse_std, 1 / sqrt(variance +
 *                                eps), N x groups flattened to N * groups, receive the values for
 *                                backward
 */
void spatial_groupnorm_forward(const tensor *x, const tensor *gamma, const tensor *beta,
                               size_t groups, real eps, tensor *out, layernorm_cache *cache);

/*
 * The gradients of group normalization.
 *
 * dout           N x C x H x W   upstream gradient
 * gamma          C               the scale, as passed to forward
 * groups                         as passed to forward
 * cache                          as forward filled it
 * dx             N x C x H x W   receives the gradient with respect to x
 * dgamma, dbeta  C               receive the gradients with respect to gamma and beta
 */
void spatial_groupnorm_backward(const tensor *dout, const tensor *gamma, size_t groups,
                                const layernorm_cache *cache, tensor *dx, tensor *dgamma,
                                tensor *dbeta);

#endif
