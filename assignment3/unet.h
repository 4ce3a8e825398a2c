/*
 * A small UNet, which predicts the noise in pictures, or the pictures behind it. On the way down
 * pictures get smaller and channels more; on the way up each level gets back, beside what comes
 * from below, what it looked like on the way down: the skips.
 *
 *   x -- first --> level 0, E channels                           results -- last --> out
 *                     |                                             ^
 *                  down blocks -------- skips, last one first ---> up blocks
 *                     |                                             ^
 *                   halve                                    double, narrow
 *                     |                                             ^
 *                  level 1, 2E channels ... (the same) ........  level 1
 *                     |                                             ^
 *                     '---------------> middle block ---------------'
 *
 * Each block also gets the context, made of step and condition. The blocks are given, forwards and
 * backwards (unet_blocks.h); unet_parts.h has the structs. What you write is the wiring. With
 * E = 16 and two levels, pictures of 28 x 28 become 14 x 14 and 7 x 7.
 *
 * Source: Ronneberger, Fischer and Brox, "U-Net", 2015; CS231n assignment 3.
 */
#ifndef ASSIGNMENT3_UNET_H
#define ASSIGNMENT3_UNET_H

#include "unet_parts.h"

/*
 * Joins pictures channel by channel: those of a first, then those of b.
 *
 * a    N x A x H x W         pictures
 * b    N x B x H x W         pictures
 * out  N x (A + B) x H x W   receives both
 */
void concat_channels(const tensor *a, const tensor *b, tensor *out);

/*
 * The way back: the first channels of dout go to da, the others to db.
 *
 * dout  N x (A + B) x H x W   upstream gradient
 * da    N x A x H x W         receives the gradient with respect to a
 * db    N x B x H x W         receives the gradient with respect to b
 */
void split_channels(const tensor *dout, tensor *da, tensor *db);

/*
 * The net. For level 0, 1, ..., the middle, and the levels in reverse:
 *
 *   context       of time_embedding(t) and the condition
 *   level 0's x   = first(x)
 *   skips[0]      = down[0](x), skips[1] = down[1](skips[0]), ...
 *   next x        = halve(the last skip); below the last level, bottom
 *   middle        = the middle block of bottom
 *   doubled       = what comes from below (middle, or the last result of the level below), doubled
 *   narrowed      = narrow(doubled)
 *   joined[0]     = narrowed, then the last skip;   results[0] = up[0](joined[0])
 *   joined[1]     = results[0], then the last skip but one;   results[1] = up[1](joined[1]), ...
 *   out           = last(level 0's last result)
 *
 * net                         weights
 * x          N x C x H x W    noisy pictures; H and W are multiples of 2^level_count
 * t          N                their steps
 * condition  N x K            what they should show; zeros: anything
 * out        N x C x H x W    receives the prediction
 * cache                       of net's sizes; receives what its fields say
 */
void unet_forward(const unet *net, const tensor *x, const labels *t, const tensor *condition,
                  tensor *out, unet_cache *cache);

/*
 * Its gradients. A skip was used twice: by the next layer on the way down, and on the way up. The
 * context was used by every block.
 *
 * dout       N x C x H x W    upstream gradient
 * net, x, condition           as passed to forward
 * cache                       as forward filled it
 * gradients                   its tensors, of net's shapes, receive the gradients with respect to
 *                             the weights
 */
void unet_backward(const tensor *dout, const unet *net, const tensor *x, const tensor *condition,
                   const unet_cache *cache, unet *gradients);

#endif
