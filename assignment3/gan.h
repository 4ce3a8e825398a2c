/*
 * Generative adversarial networks: the plans of their nets, and a training step for each of the two
 * players. gan_losses.h says what a GAN is and has the losses.
 *
 * A picture is a number of channels of side x side pixels between -1 and 1.
 *
 * Source: Goodfellow et al., "Generative adversarial nets", 2014; Radford et al., "Unsupervised
 * representation learning with deep convolutional GANs", 2016; CS231n assignment 3, which has the
 * same nets.
 */
#ifndef ASSIGNMENT3_GAN_H
#define ASSIGNMENT3_GAN_H

#include "layer_plan.h"
#include "net.h"
#include "tensor.h"

typedef struct gan_sizes {
    size_t noise;    /* numbers that a picture is made of, such as 96 */
    size_t channels; /* of a picture, such as 1 */
    size_t side;     /* of a picture, a multiple of 4 from 16 on, such as 28 */
} gan_sizes;

/* Which losses the players have. */
typedef enum gan_kind { GAN_CROSS_ENTROPY, GAN_LEAST_SQUARES } gan_kind;

/*
 * Each writes a net to plan, which it begins itself. The layers are listed from first to last; with
 * C channels of side x side pixels, a picture is P = C side^2 numbers. The given plan_... functions
 * of layer_plan.h each add one.
 *
 * The fully connected discriminator takes pictures as vectors of P numbers and gives a logit:
 *
 *   affine to 256, leaky ReLU 0.01, affine to 256, leaky ReLU 0.01, affine to 1
 *
 * sizes   what pictures look like; noise plays no part in it
 * plan    receives the layers
 */
void gan_discriminator_plan(gan_sizes sizes, layer_plan *plan);

/*
 * The fully connected generator takes vectors of noise and gives pictures as vectors:
 *
 *   affine to 1024, ReLU, affine to 1024, ReLU, affine to P, tanh
 *
 * sizes   numbers of noise, and what pictures look like
 * plan    receives the layers
 */
void gan_generator_plan(gan_sizes sizes, layer_plan *plan);

/*
 * The convolutional discriminator takes pictures as vectors of P numbers and gives a logit. Its
 * convolutions have stride 1 and no padding:
 *
 *   reshape to C x side x side,
 *   conv to 32 channels by 5 x 5, leaky ReLU 0.01, max pool 2 x 2,
 *   conv to 64 channels by 5 x 5, leaky ReLU 0.01, max pool 2 x 2,
 *   reshape to a vector, affine to 1024, leaky ReLU 0.01, affine to 1
 *
 * sizes   what pictures look like; noise plays no part in it
 * plan    receives the layers
 */
void dcgan_discriminator_plan(gan_sizes sizes, layer_plan *plan);

/*
 * The convolutional generator takes vectors of noise and gives pictures of C x side x side. With
 * s = side / 4:
 *
 *   affine to 1024, ReLU, batch norm, affine to 128 s^2, ReLU, batch norm,
 *   reshape to 128 x s x s,
 *   transposed conv to 64 channels by 4 x 4, stride 2, pad 1, ReLU, spatial batch norm,
 *   transposed conv to C channels by 4 x 4, stride 2, pad 1, tanh
 *
 * sizes   numbers of noise, and what pictures look like
 * plan    receives the layers
 */
void dcgan_generator_plan(gan_sizes sizes, layer_plan *plan);

/*
 * A step of the discriminator, without the update: G makes pictures of noise, D gives scores to
 * them and to the real ones, and D's gradients become those of its loss
 * (discriminator_loss or ls_discriminator_loss), which come from both batches together. To D the
 * pictures are data: nothing goes back into G, whose gradients stay as they are. Whatever D's
 * gradients held before is gone.
 *
 * D              discriminator: of N pictures it makes N x 1 scores
 * G              generator: of M x noise numbers it makes M pictures
 * images  N x ...   real pictures
 * noise   M x ...   what the fake ones are made of; M may differ from N
 * kind           which loss
 * fake    M x ...   receives G's pictures, of the shape that G makes
 *
 * Returns the loss. net.h says how to call a net. Mind that backward belongs to the last forward.
 */
real gan_discriminator_step(net *D, net *G, const tensor *images, const tensor *noise,
                            gan_kind kind, tensor *fake);

/*
 * A step of the generator, without the update: G makes pictures of noise, D gives scores to them,
 * and G's gradients become those of its loss (generator_loss or ls_generator_loss), through D.
 * Whatever G's gradients held before is gone. On its way the gradient leaves something in D's
 * gradients, too, which are zero afterwards.
 *
 * G              generator: of M x noise numbers it makes M pictures
 * D              discriminator: of M pictures it makes M x 1 scores
 * noise   M x ...   what the pictures are made of
 * kind           which loss
 * fake    M x ...   receives G's pictures, of the shape that G makes
 *
 * Returns the loss.
 */
real gan_generator_step(net *G, net *D, const tensor *noise, gan_kind kind, tensor *fake);

#endif
