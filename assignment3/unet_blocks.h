/*
 * Given blocks of the UNet, forwards and backwards: convolution, doubling, the residual block, and
 * the context, by which every block knows step and condition.
 *
 * A struct of weights also holds their gradients. Outputs are overwritten, and do not overlap
 * inputs, unless it is said.
 */
#ifndef ASSIGNMENT3_UNET_BLOCKS_H
#define ASSIGNMENT3_UNET_BLOCKS_H

#include "tensor.h"

/* ---- convolution ---- */

/*
 * F filters over C channels. The size of the filters says how they move: 3 x 3 with padding 1 and
 * 1 x 1 keep height and width; 2 x 2 with stride 2 halve them.
 */
typedef struct unet_conv {
    tensor *w; /* F x C x P x P */
    tensor *b; /* F */
} unet_conv;

/*
 * Convolves.
 *
 * x    N x C x H x W     pictures; H and W are even if the filters are 2 x 2
 * conv                   filters and biases
 * out  N x F x H' x W'   receives the result
 */
void unet_conv_forward(const tensor *x, const unet_conv *conv, tensor *out);

/*
 * Its gradients.
 *
 * dout   N x F x H' x W'   upstream gradient
 * x, conv                  as passed to forward
 * dx     N x C x H x W     receives the gradient with respect to x; NULL: not wanted
 * dconv                    its tensors, of conv's shapes, receive those of filters and biases
 */
void unet_conv_backward(const tensor *dout, const tensor *x, const unet_conv *conv, tensor *dx,
                        unet_conv *dconv);

/* ---- doubling ---- */

/*
 * Doubles height and width: each pixel becomes four.
 *
 * x    N x C x H x W     pictures
 * out  N x C x 2H x 2W   receives them
 */
void unet_doubling_forward(const tensor *x, tensor *out);

/*
 * Its gradient: a pixel gets the sum of its four.
 *
 * dout  N x C x 2H x 2W   upstream gradient
 * dx    N x C x H x W     receives the gradient with respect to x
 */
void unet_doubling_backward(const tensor *dout, tensor *dx);

/* ---- a residual block ---- */

/* From C to F channels, with a context of M numbers. */
typedef struct unet_block {
    unet_conv conv1;    /* 3 x 3, C to F */
    tensor *gamma1;     /* F */
    tensor *W_context;  /* M x 2F: a scale and then a shift for each channel */
    tensor *b_context;  /* 2F */
    unet_conv conv2;    /* 3 x 3, F to F */
    tensor *gamma2;     /* F */
    unet_conv shortcut; /* 1 x 1, C to F; both NULL where C = F */
} unet_block;

/* What forward keeps. */
typedef struct unet_block_cache {
    tensor *scale_shift; /* N x 2F */
    tensor *h1, *z1;     /* N x F x H x W: before the first norm, and before the first GELU */
    tensor *a1;          /* N x F x H x W: after it */
    tensor *h2, *z2;     /* N x F x H x W: the same for the second */
} unet_block_cache;

/*
 * A block. norm divides each pixel's F numbers by their root mean square, sqrt(mean of squares +
 * 1e-5).
 *
 *   scale, shift = context W_context + b_context
 *   a1  = gelu(gamma1 norm(conv1(x)) (1 + scale) + shift)
 *   out = gelu(gamma2 norm(conv2(a1))) + shortcut(x)
 *
 * x        N x C x H x W   pictures
 * context  N x M           what the block should know
 * block                    weights
 * out      N x F x H x W   receives the result
 * cache                    receives what backward needs
 */
void unet_block_forward(const tensor *x, const tensor *context, const unet_block *block,
                        tensor *out, unet_block_cache *cache);

/*
 * Its gradients.
 *
 * dout      N x F x H x W   upstream gradient
 * x, context, block         as passed to forward
 * cache                     as forward filled it
 * dx        N x C x H x W   receives the gradient with respect to x
 * dcontext  N x M           receives the one with respect to context, of this block alone
 * dblock                    its tensors, of block's shapes, receive those of the weights
 */
void unet_block_backward(const tensor *dout, const tensor *x, const tensor *context,
                         const unet_block *block, const unet_block_cache *cache, tensor *dx,
                         tensor *dcontext, unet_block *dblock);

/* ---- the context ---- */

/* Two small nets of two affine layers, for E numbers of the step and K of the condition. */
typedef struct unet_context {
    tensor *time_W1, *time_b1;           /* E x M, M */
    tensor *time_W2, *time_b2;           /* M x M, M */
    tensor *condition_W1, *condition_b1; /* K x M, M */
    tensor *condition_W2, *condition_b2; /* M x M, M */
} unet_context;

/* What goes into the GELU of each. */
typedef struct unet_context_cache {
    tensor *time, *condition; /* N x M */
} unet_context_cache;

/*
 * context = gelu(embedding W1 + b1) W2 + b2 of the step, plus the same of the condition.
 *
 * embedding  N x E   the steps, as time_embedding has them
 * condition  N x K   what the pictures should show; zeros: anything
 * w                  weights
 * context    N x M   receives the result
 * cache              receives what backward needs
 */
void unet_context_forward(const tensor *embedding, const tensor *condition, const unet_context *w,
                          tensor *context, unet_context_cache *cache);

/*
 * Its gradients with respect to the weights.
 *
 * dcontext  N x M             upstream gradient, the sum of what all blocks handed back
 * embedding, condition, w     as passed to forward
 * cache                       as forward filled it
 * dw                          its tensors, of w's shapes, receive the gradients
 */
void unet_context_backward(const tensor *dcontext, const tensor *embedding, const tensor *condition,
                           const unet_context *w, const unet_context_cache *cache,
                           unet_context *dw);

#endif
