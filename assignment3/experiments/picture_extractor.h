/*
 * Extractors for style_transfer.h, of pictures of 3 channels with numbers from 0 to 1, side x side
 * pixels. Neither is trained here, and both give no numbers below 0.
 */
#ifndef ASSIGNMENT3_EXPERIMENTS_PICTURE_EXTRACTOR_H
#define ASSIGNMENT3_EXPERIMENTS_PICTURE_EXTRACTOR_H

#include "error.h"
#include "feature_extractor.h"
#include "random.h"

enum { FILTER_SIZES = 5, FILTERS = 32 };

/*
 * Random filters, which need no training: layer l is the ReLU of 32 convolutions of the picture by
 * filters of 3, 5, 7, 9 and 11 pixels, drawn from random, each with the mean 0 and the length 1, so
 * that a flat picture gives nothing but at its edges. Freed by picture_extractor_free.
 *
 * Source: Ustyuzhaninov et al., "Texture synthesis using shallow convolutional networks with random
 * filters", 2016.
 */
feature_extractor *filter_extractor_new(random_state *random, size_t side)
    __attribute__((warn_unused_result));

/*
 * The first layer_count, 1 to 13, layers of SqueezeNet 1.1, from the .npy files in folder, which
 * are named as in torchvision: features.0.weight.npy and so on. Layer l is the result of its
 * features.l, of (picture - mean) / deviation of ImageNet's colours. side is a multiple of 16 from
 * 48 on. NULL, and e, when a file cannot be read or has another shape. Freed by
 * picture_extractor_free.
 *
 * Source: Iandola et al., "SqueezeNet", 2016.
 */
feature_extractor *squeezenet_new(const char *folder, size_t layer_count, size_t side, error *e)
    __attribute__((warn_unused_result));

/* Frees extractor, which one of these made; NULL is fine. */
void picture_extractor_free(feature_extractor *extractor);

#endif
