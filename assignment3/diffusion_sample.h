/* Given: draws pictures with a trained model, from noise to the last step. */
#ifndef ASSIGNMENT3_DIFFUSION_SAMPLE_H
#define ASSIGNMENT3_DIFFUSION_SAMPLE_H

#include "diffusion.h"
#include "random.h"

/*
 * Called after each step with the pictures that it left, N x C x H x W, for a picture of how they
 * came to be. step is the one that was undone, T - 1 first and 0 last.
 */
typedef void diffusion_watcher(void *context, size_t step, const tensor *x);

/*
 * Draws N pictures: x begins as standard normal numbers; then p_sample undoes the steps T - 1 to 0,
 * each with new noise. With guidance over 0 each prediction is made twice, with the condition and
 * with one of zeros, and guide puts them together.
 *
 * schedule
 * model                        as for p_sample
 * condition  N x K             what each picture should show; may be NULL if the model takes that,
 *                              without guidance
 * guidance                     the scale of guide, at least 0
 * random                       the stream of all the noise
 * watcher                      called with context after each step; may be NULL
 * context
 * x          N x C x H x W     receives the pictures, -1 to 1
 */
void diffusion_sample(const diffusion_schedule *schedule, const diffusion_model *model,
                      const tensor *condition, real guidance, random_state *random,
                      diffusion_watcher *watcher, void *context, tensor *x);

#endif
