/*
 * Captioning data by name: a vocabulary, and sentences with their pictures' features in parts for
 * training, validation and, of scenes, testing.
 *
 * Every number that is read is checked: words against the vocabulary, pictures against their
 * number. Each feature is centred and scaled: less its mean over the training pictures, divided by
 * its standard deviation there. The features of a net as they come would saturate a captioner.
 */
#ifndef COMMON_CAPTION_DATA_H
#define COMMON_CAPTION_DATA_H

#include "caption_set.h"
#include "error.h"
#include "scene.h"
#include "vocabulary.h"

typedef struct caption_part {
    caption_set set; /* all sentences, all pictures; without sentences where there is no part */
    uint8_t *pixels; /* pictures x 3 x 32 x 32, of scenes; else NULL */
    scene *scenes;   /* one per picture, of scenes; else NULL */
} caption_part;

typedef struct caption_data {
    vocabulary vocabulary;
    caption_part train, validation, test;
} caption_data;

/*
 * Loads the set called name into d.
 *
 *   scenes     made (scenes.h); directory is not looked at
 *   coco       train_captions.npy, N x T, train_image_idxs.npy, N, train_features.npy, pictures x
 *              D, the same with val_, and vocab.txt
 *   flickr8k   captions.npy, N x T, caption_image_idxs.npy, N, features.npy, pictures x D,
 *              is_val.npy, a 1 per picture that is for validation and else 0, and vocab.txt
 *
 * directory is the folder of the files; NULL means datasets/coco-captioning or datasets/flickr8k
 * below the current folder. On failure returns false and fills e with the file, what is wrong with
 * it and how to get it; d is then empty. Freed by caption_data_clear.
 */
bool caption_data_load(const char *name, const char *directory, caption_data *d, error *e)
    __attribute__((warn_unused_result));

/*
 * Centres and scales each feature of all parts of d, by mean and standard deviation over the
 * training pictures; one that does not vary is only centred. caption_data_load has done it.
 */
void caption_data_standardize(caption_data *d);

/* Frees what d holds and empties it; empty data ({0}) is fine. */
void caption_data_clear(caption_data *d);

/*
 * Copies the pictures of part with the count numbers at indices, as 0 .. 255, into X, count x 3 x
 * 32 x 32. Stops the program when the part has no pictures, or not that many.
 */
void caption_part_pictures(const caption_part *part, const size_t *indices, size_t count,
                           tensor *X);

#endif
