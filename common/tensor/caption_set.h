/*
 * Caption sets: sentences, the pictures that they describe, and the pictures' features; minibatches
 * and subsets of them.
 */
#ifndef COMMON_CAPTION_SET_H
#define COMMON_CAPTION_SET_H

#include "captions.h"
#include "random.h"

typedef struct caption_set {
    captions *sentences; /* N x T */
    labels *image_idxs;  /* N: the picture of each sentence, a row of features */
    tensor *features;    /* pictures x D */
} caption_set;

/*
 * Stops the program unless set, called name in function, has a picture for each sentence, and
 * features for each picture.
 */
void check_caption_set(const char *function, const char *name, const caption_set *set);

/*
 * A minibatch: as many sentences of set as the caller's sentences, B x T, has rows, drawn from r
 * with replacement as random_choice does, and their pictures' features, B x D. Where pictures is
 * not NULL it receives, B labels, the numbers of the pictures.
 * Source: CS231n assignments, sample_coco_minibatch.
 */
void caption_minibatch(const caption_set *set, random_state *r, tensor *features,
                       captions *sentences, labels *pictures);

/*
 * The count sentences of set with those indices, copied; the features are set's own and must
 * outlive the subset. Freed by caption_subset_clear.
 */
caption_set caption_subset(const caption_set *set, const size_t *indices, size_t count)
    __attribute__((warn_unused_result));

/* Frees the sentences of subset, but not the features, and empties it. */
void caption_subset_clear(caption_set *subset);

#endif
