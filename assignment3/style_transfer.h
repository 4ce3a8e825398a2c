/*
 * Style transfer: a picture is changed, pixel by pixel, until a net sees in it what one picture
 * shows, painted as another one.
 *
 * Features are what a layer of a net sees: C channels of H x W pixels. In the formulas F is the
 * matrix of them, C x HW: channel by pixel. Outputs are overwritten. A loss of weight 0 is 0, and
 * so is its gradient. Every function stops the program on a wrong shape.
 *
 * Source: Gatys et al., "Image style transfer using convolutional neural networks", 2016; CS231n
 * assignment 3.
 */
#ifndef ASSIGNMENT3_STYLE_TRANSFER_H
#define ASSIGNMENT3_STYLE_TRANSFER_H

#include "feature_extractor.h"
#include "tensor.h"

/*
 * How far features are from those of the content picture: a sum, neither a mean nor half of it.
 *
 *   L = weight * sum over c, i, j of (features[0,c,i,j] - target[0,c,i,j])^2
 *
 * features   1 x C x H x W   of the changed picture
 * target     1 x C x H x W   of the content picture
 * weight                     at least 0
 * dfeatures  1 x C x H x W   receives the gradient with respect to features
 *
 * Returns L.
 */
real content_loss(const tensor *features, const tensor *target, real weight, tensor *dfeatures);

/*
 * Which channels are active at the same pixels, wherever these are:
 *
 *   G[n,c,d] = sum over i, j of features[n,c,i,j] features[n,d,i,j]      = F F^T, of picture n
 *
 * divided by C H W if normalize.
 *
 * features   N x C x H x W
 * normalize                  whether to divide
 * G          N x C x C       receives the Gram matrices
 */
void gram_matrix(const tensor *features, bool normalize, tensor *G);

/*
 * How far the style of features is from that of the style picture, at one layer, with G the
 * normalized Gram matrix of features:
 *
 *   L = weight * sum over c, d of (G[0,c,d] - target[0,c,d])^2
 *
 * features   1 x C x H x W   of the changed picture
 * target     1 x C x C       normalized Gram matrix of the style picture, which may have another
 *                            size; symmetric
 * weight                     at least 0
 * dfeatures  1 x C x H x W   receives the gradient with respect to features
 *
 * Returns L.
 */
real style_loss(const tensor *features, const tensor *target, real weight, tensor *dfeatures);

/*
 * How much neighbouring pixels differ, downwards and to the right:
 *
 *   L = weight * (sum over c, i < H-1, j of (image[0,c,i+1,j] - image[0,c,i,j])^2
 *                 + sum over c, i, j < W-1 of (image[0,c,i,j+1] - image[0,c,i,j])^2)
 *
 * image   1 x C x H x W
 * weight                  at least 0
 * dimage  1 x C x H x W   receives the gradient with respect to image
 *
 * Returns L.
 */
real total_variation_loss(const tensor *image, real weight, tensor *dimage);

/* What the picture is to become, and how much each part counts. */
typedef struct style_targets {
    size_t content_layer;  /* the layer of the extractor at which the content is compared */
    const tensor *content; /* 1 x C x H x W: the content picture's features there */
    real content_weight;
    size_t style_count;         /* at how many layers the style is compared */
    const size_t *style_layers; /* style_count layers, all different; content_layer may be one */
    tensor *const *styles;     /* style_count, 1 x C x C: the style picture's Gram matrices there */
    const real *style_weights; /* style_count */
    real variation_weight;     /* of the total variation of the picture itself */
} style_targets;

/*
 * The loss of a picture, content plus all styles plus total variation, and its gradient with
 * respect to the pixels. Changes no picture.
 *
 * extractor                 the net; its features and gradients are overwritten
 * image      1 x C x H x W  the changed picture
 * targets                   what it is to become
 * dimage     1 x C x H x W  receives the gradient: what comes back through the extractor from all
 *                           layers, and that of the total variation
 *
 * Returns the loss.
 */
real style_transfer_step(feature_extractor *extractor, const tensor *image,
                         const style_targets *targets, tensor *dimage);

#endif
