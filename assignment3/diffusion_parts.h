/*
 * Given parts of diffusion: the numbers of each step, with their memory, and how a model is called.
 * diffusion.h says what they are for.
 *
 * Steps t count from 0, a picture that is nearly clean, to T - 1, pure noise.
 */
#ifndef ASSIGNMENT3_DIFFUSION_PARTS_H
#define ASSIGNMENT3_DIFFUSION_PARTS_H

#include "tensor.h"

/* How quickly pictures get lost in the noise. */
typedef enum beta_kind { BETA_LINEAR, BETA_COSINE, BETA_SIGMOID } beta_kind;

/* What a model predicts of a noisy picture: the noise in it, or the clean picture. */
typedef enum diffusion_objective { PREDICT_NOISE, PREDICT_START } diffusion_objective;

/* The numbers of each step; every tensor holds T of them. diffusion_schedule_fill computes them. */
typedef struct diffusion_schedule {
    diffusion_objective objective;
    tensor *beta;             /* the variance of the noise that the step adds, 0 to 0.999 */
    tensor *alpha_bar;        /* the share of the clean picture's variance that is left after it */
    tensor *alpha_bar_before; /* the same before the step */
    tensor *start_share;      /* of the clean picture in the mean of the step before */
    tensor *noisy_share;      /* of the noisy picture in that mean */
    tensor *deviation;        /* the standard deviation around that mean */
    tensor *weight;           /* the step's weight in the loss */
} diffusion_schedule;

/* A schedule of T steps, at least 1, all zeros; freed by diffusion_schedule_clear. */
diffusion_schedule diffusion_schedule_new(size_t T) __attribute__((warn_unused_result));

/* Frees the tensors of schedule. */
void diffusion_schedule_clear(diffusion_schedule *schedule);

/* Stops the program, in the name of function, unless all tensors of schedule have one length. */
void check_schedule(const char *function, const diffusion_schedule *schedule);

/*
 * A net that diffusion can train and draw with; it knows what the net predicts from nothing but
 * these two functions.
 *
 * self        the net, which both functions get as their first argument
 * forward     predicts: out receives the prediction
 *   x          N x C x H x W   noisy pictures
 *   t          N               the step of each
 *   condition  N x K           what each should show, one-hot; zeros: anything. A model without
 *                              conditions takes NULL
 *   out        N x C x H x W
 * backward    of the last forward: its gradients with respect to the net's parameters replace the
 *             earlier ones
 *   dout       N x C x H x W   upstream gradient
 */
typedef struct diffusion_model {
    void *self;
    void (*forward)(void *self, const tensor *x, const labels *t, const tensor *condition,
                    tensor *out);
    void (*backward)(void *self, const tensor *dout);
} diffusion_model;

#endif
