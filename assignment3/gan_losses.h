/*
 * The losses of generative adversarial networks (GANs), and the noise that pictures are made of.
 *
 * Two nets play against each other. The generator G makes pictures of noise; the discriminator D
 * gives each picture a score, high for real ones and low for those of G:
 *
 *     noise --> G --> fake pictures --.
 *                                     +--> D --> a score for each
 *     data ---------> real pictures --'
 *
 * D learns to tell them apart, G to be taken for real. A score is a logit, a number from minus to
 * plus infinity: D(x) = sigmoid(logit) would be the probability that the picture is real.
 *
 * Outputs are overwritten, whatever they held before, and do not overlap inputs. Each batch has at
 * least one example. Logits may be as large as 1e3 in either direction.
 *
 * Source: Goodfellow et al., "Generative adversarial nets", 2014; Mao et al., "Least squares
 * generative adversarial networks", 2017; CS231n assignment 3.
 */
#ifndef ASSIGNMENT3_GAN_LOSSES_H
#define ASSIGNMENT3_GAN_LOSSES_H

#include "random.h"
#include "tensor.h"

/*
 * Uniform noise between -1 and 1: noise = 2 u - 1 with one u of random_uniform(random) for each
 * number, row by row.
 *
 * random         the stream that is drawn from
 * noise  N x D   receives the numbers
 */
void sample_noise(random_state *random, tensor *noise);

/*
 * Binary cross-entropy with the sigmoid in it. With x for a logit, t for its target and p for
 * sigmoid(x):
 *
 *   L = mean of -(t log p + (1 - t) log(1 - p))
 *     = mean of max(x, 0) - x t + log(1 + exp(-|x|))
 *
 * The second form is the one to compute: the first takes the logarithm of 0 once a logit is large.
 *
 * logits   N              scores, one for each example
 * targets  N              what each should be, 0 to 1; 1 for "real"
 * dlogits  N              receives the gradient of L with respect to logits, (p - t) / N
 *
 * logits may have any shape, such as N x 1; the other two have the same. Returns L.
 */
real bce_with_logits(const tensor *logits, const tensor *targets, tensor *dlogits);

/*
 * The discriminator's loss: real pictures are to get the target 1, fake ones 0. The two means are
 * added, each over its own batch:
 *
 *   L = mean of -log D(real) + mean of -log(1 - D(fake))
 *
 * logits_real   N x 1   scores of real pictures
 * logits_fake   M x 1   scores of fake pictures; M may differ from N
 * dlogits_real  N x 1   receives the gradient of L with respect to logits_real
 * dlogits_fake  M x 1   receives that with respect to logits_fake
 *
 * Returns L.
 */
real discriminator_loss(const tensor *logits_real, const tensor *logits_fake, tensor *dlogits_real,
                        tensor *dlogits_fake);

/*
 * The generator's loss: its pictures are to get the target 1.
 *
 *   L = mean of -log D(fake)
 *
 * Not log(1 - D(fake)): where D is sure that a picture is fake, as at the beginning, that one has
 * hardly any gradient.
 *
 * logits_fake   M x 1   scores of fake pictures
 * dlogits_fake  M x 1   receives the gradient of L with respect to logits_fake
 *
 * Returns L.
 */
real generator_loss(const tensor *logits_fake, tensor *dlogits_fake);

/*
 * The discriminator's least-squares loss, of the scores as they are, without a sigmoid:
 *
 *   L = 1/2 mean of (real - 1)^2 + 1/2 mean of fake^2
 *
 * scores_real   N x 1   scores of real pictures
 * scores_fake   M x 1   scores of fake pictures; M may differ from N
 * dscores_real  N x 1   receives the gradient of L with respect to scores_real
 * dscores_fake  M x 1   receives that with respect to scores_fake
 *
 * Returns L.
 */
real ls_discriminator_loss(const tensor *scores_real, const tensor *scores_fake,
                           tensor *dscores_real, tensor *dscores_fake);

/*
 * The generator's least-squares loss: L = 1/2 mean of (fake - 1)^2.
 *
 * scores_fake   M x 1   scores of fake pictures
 * dscores_fake  M x 1   receives the gradient of L with respect to scores_fake
 *
 * Returns L.
 */
real ls_generator_loss(const tensor *scores_fake, tensor *dscores_fake);

#endif
