/*
 * Given: a UNet's first weights, and the UNet as a model that diffusion.h can train and draw with.
 *
 *   trainable_unet t = trainable_unet_new(&settings);
 *   unet_init(&t, &random);
 *   unet_model m = unet_model_new(&t);
 *   diffusion_model model = unet_as_model(&m);
 *   diffusion_loss(&schedule, &model, x_start, steps, noise, condition);
 *   unet_model_clear(&m);
 *   trainable_unet_clear(&t);
 */
#ifndef ASSIGNMENT3_UNET_MODEL_H
#define ASSIGNMENT3_UNET_MODEL_H

#include "diffusion_parts.h"
#include "random.h"
#include "unet.h"

/*
 * Draws new weights for t, in the order of its list: matrices and filters normal, with deviation
 * 1 / sqrt(numbers that go into one result); gamma 1, biases 0.
 *
 * t       its weights receive the numbers
 * random  the stream from which they are drawn
 */
void unet_init(trainable_unet *t, random_state *random);

/* A UNet with the last minibatch, of which backward has to know. */
typedef struct unet_model {
    trainable_unet *t;
    unet_cache cache;
    tensor *x, *condition; /* copies */
} unet_model;

/* A model of t, freed by unet_model_clear; t stays the caller's. */
unet_model unet_model_new(trainable_unet *t) __attribute__((warn_unused_result));

/* Frees what m holds. */
void unet_model_clear(unet_model *m);

/* m as a diffusion_model; m must stay where it is. Backward writes to the gradients of m->t. */
diffusion_model unet_as_model(unet_model *m);

#endif
