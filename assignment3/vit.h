/*
 * A vision transformer (ViT): it cuts a picture into patches, reads them like the words of a
 * sentence, and classifies the picture.
 *
 *   x      = patches W_patch + b_patch, plus the positional table      each patch becomes a vector
 *   x      = encoder layer(x), layer_count times, without a mask       each patch sees all patches
 *   scores = (mean of x over the patches) W_head + b_head              one score per class
 *
 * Build it from the functions of transformer_layers.h and temporal.h.
 *
 * Source: Dosovitskiy et al., "An image is worth 16x16 words", 2021; CS231n assignment 3.
 */
#ifndef ASSIGNMENT3_VIT_H
#define ASSIGNMENT3_VIT_H

#include "random.h"
#include "tensor.h"
#include "transformer_parts.h"

/*
 * A ViT for pictures of C channels and K classes, with E numbers per patch. The same struct holds
 * its gradients; then only the tensors matter.
 */
typedef struct vit {
    size_t size;               /* the side of a patch, in pixels */
    tensor *W_patch, *b_patch; /* (C size size) x E, E: from a patch to a vector */
    size_t layer_count;        /* at least 1 */
    encoder_weights *layers;   /* layer_count of them; the patches pass layer 0 first */
    tensor *W_head, *b_head;   /* E x K, K: from the mean to scores */
} vit;

/*
 * Cuts pictures into square patches, row by row as one reads: with H / size rows and W / size
 * columns of patches, patch p stands in row p / columns and column p % columns of them. A patch is
 * flattened channel first, as the picture lies: channel, row, column.
 *
 * images   N x C x H x W              H and W are multiples of size, and may differ
 * size                                the side of a patch, in pixels
 * patches  N x P x (C * size * size)  receives them, P = (H / size) * (W / size)
 *
 * Stops the program on a wrong shape, and on a picture that size does not divide.
 */
void extract_patches(const tensor *images, size_t size, tensor *patches);

/*
 * Draws new parameters. Each matrix is filled in row-major order with 0.02 * random_normal(random),
 * in this order:
 *
 *   W_patch; for each layer: Wq, Wk, Wv and Wo of self, then W1 and W2 of feed; W_head
 *
 * Biases and beta become 0, gamma becomes 1.
 *
 * net     its tensors exist and receive the numbers
 * random  the stream from which they are drawn
 */
void vit_init(vit *net, random_state *random);

/*
 * The scores of each class.
 *
 * net                      parameters
 * images   N x C x H x W   pictures; H and W are multiples of net->size
 * scores   N x K           receives the scores
 */
void vit_scores(const vit *net, const tensor *images, tensor *scores);

/*
 * The softmax loss on a minibatch, its mean over the pictures, and its gradients with respect to
 * all parameters:
 *
 *   L = 1/N * sum over n of -log(exp(scores[n,y[n]]) / sum over k of exp(scores[n,k]))
 *
 * net                        parameters
 * images     N x C x H x W   pictures, as above
 * y          N               their classes, 0 to K - 1
 * gradients                  its tensors, of net's shapes, receive the gradients; it has as many
 *                            layers as net; nothing else of it is read or written
 *
 * Returns L.
 */
real vit_loss(const vit *net, const tensor *images, const labels *y, vit *gradients);

#endif
