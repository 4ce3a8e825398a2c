/*
 * Diffusion: pictures are drawn by taking noise away, step by step. Forwards, noise is added to a
 * clean picture, the start, until nothing else is left; a model learns to undo it.
 *
 *   x_t = sqrt(alpha_bar_t) x_start + sqrt(1 - alpha_bar_t) noise
 *
 * Steps t count from 0 to T - 1. Pictures have numbers from -1 to 1, noise is standard normal.
 * diffusion_parts.h has the structs: the schedule, which holds T numbers of each kind, and the
 * model. Outputs are overwritten, whatever they held before, and do not overlap inputs.
 *
 * Source: Ho, Jain and Abbeel, "Denoising diffusion probabilistic models", 2020; CS231n
 * assignment 3.
 */
#ifndef ASSIGNMENT3_DIFFUSION_H
#define ASSIGNMENT3_DIFFUSION_H

#include "diffusion_parts.h"
#include "tensor.h"

/* ---- the schedule ---- */

/*
 * The variance of the noise that each step adds.
 *
 *   BETA_LINEAR    evenly spaced from 1e-4 * 1000/T to 2e-2 * 1000/T, both included; of T = 1, the
 *                  first. Not cut: use it with more than 20 steps, where all are below 1
 *   the others     beta[t] = 1 - f((t + 1) / T) / f(t / T), cut to 0..0.999
 *   BETA_COSINE    f(u) = cos(pi/2 * (u + 0.008) / 1.008)^2
 *   BETA_SIGMOID   f(u) = sigmoid(3) - sigmoid(6 u - 3)
 *
 * f(u) / f(0) is what alpha_bar becomes. Compute in double, whatever real is.
 *
 * kind      which of the three
 * beta  T   receives the variances
 *
 * Source: Nichol and Dhariwal, "Improved denoising diffusion probabilistic models", 2021 (cosine);
 * Jabri et al., "Scalable adaptive computation", 2022 (sigmoid).
 */
void beta_schedule(beta_kind kind, tensor *beta);

/*
 * All numbers of a schedule. With alpha_t = 1 - beta_t, and both alpha_bar of step t:
 *
 *   alpha_bar[t]         the product of alpha_0 to alpha_t
 *   alpha_bar_before[t]  alpha_bar[t - 1]; 1 for t = 0
 *   start_share[t]       beta_t sqrt(alpha_bar_before) / (1 - alpha_bar)
 *   noisy_share[t]       (1 - alpha_bar_before) sqrt(alpha_t) / (1 - alpha_bar)
 *   deviation[t]         sqrt(max(beta_t (1 - alpha_bar_before) / (1 - alpha_bar), 1e-20))
 *   weight[t]            1 if the objective is PREDICT_NOISE;
 *                        alpha_bar / (1 - alpha_bar) if it is PREDICT_START
 *
 * Compute in double, and round only what you store: the product gets as small as 1e-7.
 *
 * beta       T      variances, over 0 and below 1
 * objective         what the model is to predict
 * schedule          of T steps: all its fields receive their values, beta a copy
 */
void diffusion_schedule_fill(const tensor *beta, diffusion_objective objective,
                             diffusion_schedule *schedule);

/* ---- one equation, solved three ways ---- */

/*
 * Noisy pictures of step t: x_t = sqrt(alpha_bar_t) x_start + sqrt(1 - alpha_bar_t) noise.
 *
 * schedule
 * x_start  N x C x H x W   clean pictures
 * t        N               the step of each, 0 to T - 1; they differ
 * noise    N x C x H x W   standard normal numbers
 * x_t      N x C x H x W   receives the noisy pictures
 */
void q_sample(const diffusion_schedule *schedule, const tensor *x_start, const labels *t,
              const tensor *noise, tensor *x_t);

/*
 * The clean pictures, if the noise in noisy ones is known.
 *
 * schedule
 * x_t      N x C x H x W   noisy pictures
 * t        N               the step of each
 * noise    N x C x H x W   the noise in them
 * x_start  N x C x H x W   receives the clean pictures
 */
void predict_start_from_noise(const diffusion_schedule *schedule, const tensor *x_t,
                              const labels *t, const tensor *noise, tensor *x_start);

/*
 * The noise in noisy pictures, if the clean ones are known.
 *
 * schedule
 * x_t      N x C x H x W   noisy pictures
 * t        N               the step of each
 * x_start  N x C x H x W   the clean pictures
 * noise    N x C x H x W   receives the noise
 */
void predict_noise_from_start(const diffusion_schedule *schedule, const tensor *x_t,
                              const labels *t, const tensor *x_start, tensor *noise);

/* ---- training and sampling ---- */

/*
 * Where a picture was one step earlier, if both its start and its noisy form are known: a normal
 * distribution.
 *
 *   mean = start_share_t x_start + noisy_share_t x_t      deviation = that of the schedule
 *
 * schedule
 * x_start    N x C x H x W   clean pictures
 * x_t        N x C x H x W   noisy pictures
 * t          N               the step of each
 * mean       N x C x H x W   receives the mean
 * deviation  N               receives the standard deviation of each picture
 */
void q_posterior(const diffusion_schedule *schedule, const tensor *x_start, const tensor *x_t,
                 const labels *t, tensor *mean, tensor *deviation);

/*
 * The loss of a model on a minibatch, and its gradients:
 *
 *   L = mean over all numbers of weight_t (prediction - target)^2
 *
 * The prediction is the model's, of the noisy pictures; the target is noise or x_start, as the
 * schedule's objective says. Calls the model forward once, then backward once with the gradient
 * with respect to the prediction.
 *
 * schedule
 * model                       predicts; its gradients are replaced
 * x_start    N x C x H x W    clean pictures
 * t          N                the step of each
 * noise      N x C x H x W    the noise that is added
 * condition  N x K            for the model; may be NULL if the model takes that
 *
 * Returns L.
 */
real diffusion_loss(const diffusion_schedule *schedule, const diffusion_model *model,
                    const tensor *x_start, const labels *t, const tensor *noise,
                    const tensor *condition);

/*
 * One step of drawing: from pictures at step t to those before it.
 *
 *   start    = what the model predicts, or what its predicted noise leaves; cut to -1..1
 *   x_before = mean + deviation * noise      those of q_posterior for that start
 *
 * schedule
 * model                       predicts
 * x_t        N x C x H x W    noisy pictures
 * t                           their step, the same for all, 0 to T - 1
 * noise      N x C x H x W    standard normal numbers; step 0 adds them, too, but its deviation is
 *                             1e-10
 * condition  N x K            for the model; may be NULL if the model takes that
 * x_before   N x C x H x W    receives the pictures before the step
 */
void p_sample(const diffusion_schedule *schedule, const diffusion_model *model, const tensor *x_t,
              size_t t, const tensor *noise, const tensor *condition, tensor *x_before);

/*
 * Guidance without a classifier: moves a prediction away from what the model says without a
 * condition.
 *
 *   out = (scale + 1) conditional - scale unconditional
 *
 * conditional    any shape              predictions with the condition
 * unconditional  shape of conditional   predictions without
 * scale                                 at least 0; 0 changes nothing
 * out            shape of conditional   receives the result
 *
 * Source: Ho and Salimans, "Classifier-free diffusion guidance", 2022.
 */
void guide(const tensor *conditional, const tensor *unconditional, real scale, tensor *out);

/*
 * A vector for each step, by which a net knows how much noise to expect:
 *
 *   out[n,i]       = sin(t[n] w_i)      w_i = 10000^(-i / (E/2 - 1))      for i < E/2
 *   out[n,E/2 + i] = cos(t[n] w_i)
 *
 * All sines come first, and the frequencies w_i go from 1 to 1/10000, both included. Compute the
 * angle in double.
 *
 * t    N       steps
 * out  N x E   receives the vectors; E is even and at least 4
 */
void time_embedding(const labels *t, tensor *out);

#endif
