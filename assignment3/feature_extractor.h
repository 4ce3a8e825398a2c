/*
 * Given: a net that is asked for what its layers see, not for its scores. It knows pictures from
 * training and learns nothing more: its weights stay, and only the picture changes.
 */
#ifndef ASSIGNMENT3_FEATURE_EXTRACTOR_H
#define ASSIGNMENT3_FEATURE_EXTRACTOR_H

#include "tensor.h"

/*
 * A net with layer_count layers that can be looked at. For a picture, 1 x C x H x W, as large as
 * the extractor was made for:
 *
 *   extractor->forward(extractor->self, image)     writes features[l] of every layer l
 *   extractor->backward(extractor->self, dimage)   of the last forward: reads gradients[l] of every
 *                                                  layer, and writes the gradient with respect to
 *                                                  the picture, to which all of them contribute
 *
 * The caller writes gradients[l], the gradient of its loss with respect to features[l], before it
 * calls backward: zeros for a layer that it does not look at.
 */
typedef struct feature_extractor {
    void *self; /* the first argument of forward and backward */
    size_t layer_count;
    tensor **features;  /* layer_count, 1 x C_l x H_l x W_l each */
    tensor **gradients; /* layer_count, of the same shapes */
    void (*forward)(void *self, const tensor *image);
    void (*backward)(void *self, tensor *dimage);
} feature_extractor;

/* Fills the gradients of all layers of extractor with zeros. */
void extractor_clear_gradients(feature_extractor *extractor);

/*
 * A small extractor for tests: layer l mixes the channels of the layer before (the picture, for
 * layer 0) at each pixel by itself and squares what comes out,
 *
 *   features[l][f] = (sum over c of weights[l][f,c] before[c])^2 / 2
 *
 * shape        1 x C x H x W, of the pictures (four sizes)
 * layer_count  how many layers
 * weights      C_l x C_(l-1) each; only read, and not freed
 *
 * Freed by mixing_extractor_free.
 */
feature_extractor *mixing_extractor_new(const size_t *shape, size_t layer_count,
                                        tensor *const *weights) __attribute__((warn_unused_result));

/* Frees extractor, which mixing_extractor_new made; NULL is fine. */
void mixing_extractor_free(feature_extractor *extractor);

#endif
