/*
 * Batch and layer normalization, fast: the given counterparts of the functions that students write;
 * and RMS normalization, which is given only. Columns, or examples, are divided among the threads
 * that parallel.h allows. Short sums are taken in real, and added up in double.
 * Source: Ioffe and Szegedy, "Batch normalization", 2015; Ba, Kiros and Hinton, "Layer
 * normalization", 2016; Zhang and Sennrich, "Root mean square layer normalization", 2019.
 */
#ifndef COMMON_NORM_FAST_H
#define COMMON_NORM_FAST_H

#include "tensor.h"

/*
 * Normalizes each column of x by its own mean and variance (divided by N):
 *
 *   normalized = (x - mean) / sqrt(variance + eps);  out = gamma * normalized + beta
 *   running = momentum * running + (1 - momentum) * the batch's statistic
 *
 * x             N x D, N at least 1  examples
 * gamma, beta   D                    scale and shift
 * momentum, eps                      0 to 1; added to a variance, over 0
 * running_mean, running_variance D   are updated
 * out           N x D                receives the result
 * mean          D                    receives the mean, which backward needs
 * inverse_std   D                    receives 1 / sqrt(variance + eps), which backward needs
 */
void fast_batchnorm_forward(const tensor *x, const tensor *gamma, const tensor *beta, real momentum,
                            real eps, tensor *running_mean, tensor *running_variance, tensor *out,
                            tensor *mean, tensor *inverse_std);

/*
 * Its gradients:
 *
 *   dgamma = sum of dout * normalized;  dbeta = sum of dout, both over the examples
 *
 * dout               N x D  upstream gradient
 * x, gamma                  as passed to forward
 * mean, inverse_std         as forward filled them
 * dx                 N x D  receives the gradient with respect to x
 * dgamma, dbeta      D      receive the gradients with respect to gamma and beta
 */
void fast_batchnorm_backward(const tensor *dout, const tensor *x, const tensor *gamma,
                             const tensor *mean, const tensor *inverse_std, tensor *dx,
                             tensor *dgamma, tensor *dbeta);

/*
 * Normalizes each row of x by its own mean and variance (divided by D):
 *
 *   normalized = (x - mean) / sqrt(variance + eps);  out = gamma * normalized + beta
 *
 * x            N x D, D at least 1  examples
 * gamma, beta  D                    scale and shift
 * eps                               added to a variance, over 0
 * out          N x D                receives the result
 * mean         N                    receives the mean, which backward needs
 * inverse_std  N                    receives 1 / sqrt(variance + eps), which backward needs
 */
void fast_layernorm_forward(const tensor *x, const tensor *gamma, const tensor *beta, real eps,
                            tensor *out, tensor *mean, tensor *inverse_std);

/*
 * Its gradients:
 *
 *   dgamma = sum of dout * normalized;  dbeta = sum of dout, both over the examples
 *
 * dout               N x D  upstream gradient
 * x, gamma                  as passed to forward
 * mean, inverse_std         as forward filled them
 * dx                 N x D  receives the gradient with respect to x
 * dgamma, dbeta      D      receive the gradients with respect to gamma and beta
 */
void fast_layernorm_backward(const tensor *dout, const tensor *x, const tensor *gamma,
                             const tensor *mean, const tensor *inverse_std, tensor *dx,
                             tensor *dgamma, tensor *dbeta);

/*
 * Divides the numbers of each pixel by their root mean square over the channels, and moves each
 * channel of each image:
 *
 *   out[n,c,i,j] = factor[n,c] * x[n,c,i,j] / rms[n,i,j] + shift[n,c]
 *   rms[n,i,j] = sqrt(mean over c of x[n,c,i,j]^2 + eps)
 *
 * x       N x C x H x W, C at least 1  images
 * factor  N x C                        scales
 * shift   N x C                        what is added; NULL: nothing
 * eps                                  added to a mean square, over 0
 * out     N x C x H x W                receives the result
 */
void fast_rmsnorm_forward(const tensor *x, const tensor *factor, const tensor *shift, real eps,
                          tensor *out);

/*
 * Its gradients.
 *
 * dout             N x C x H x W  upstream gradient
 * x, factor, eps                  as passed to forward
 * dx               N x C x H x W  receives the gradient with respect to x
 * dfactor, dshift  N x C          receive those with respect to factor and shift
 */
void fast_rmsnorm_backward(const tensor *dout, const tensor *x, const tensor *factor, real eps,
                           tensor *dx, tensor *dfactor, tensor *dshift);

#endif
