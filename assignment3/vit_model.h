/*
 * Given parts of the vision transformer: its memory, and the list of its parameters for an
 * optimizer.
 *
 *   trainable_vit t = trainable_vit_new(&settings);
 *   vit_init(&t.net, &random);
 *   vit_loss(&t.net, images, y, &t.gradients);
 *   trainable_vit_clear(&t);
 */
#ifndef ASSIGNMENT3_VIT_MODEL_H
#define ASSIGNMENT3_VIT_MODEL_H

#include "parameter_list.h"
#include "vit.h"

/* What a ViT is made of. */
typedef struct vit_settings {
    size_t channels;    /* of a picture, C */
    size_t size;        /* the side of a patch, in pixels */
    size_t E;           /* numbers per patch */
    size_t F;           /* hidden units of the feed-forward parts */
    size_t heads;       /* a divisor of E */
    size_t layer_count; /* at least 1 */
    size_t classes;     /* K */
} vit_settings;

/* A ViT, and room for its gradients. */
typedef struct trainable_vit {
    vit net;
    vit gradients;       /* the shapes of net */
    parameter_list list; /* all parameters, see below */
} trainable_vit;

/*
 * Both of the sizes that settings has, all zeros; freed by trainable_vit_clear. The list holds
 * W_patch and b_patch, then the parameters of layer 0 (layer0_self_Wq and so on, in the order of
 * encoder_weights_list), of layer 1 and so on, and W_head and b_head at its end.
 */
trainable_vit trainable_vit_new(const vit_settings *settings) __attribute__((warn_unused_result));

/* Frees what t holds. */
void trainable_vit_clear(trainable_vit *t);

#endif
