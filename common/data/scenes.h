/*
 * The made captioning set: 8000 scenes for training, 1000 for validation, 1000 for testing, with a
 * picture, five sentences and 384 features each. Nothing has to be downloaded, and of each sentence
 * one can tell whether it is true (scene_sentences.h).
 *
 * Each scene has a stream of random numbers of its own: any of them can be made alone, and is the
 * same however many threads share the work.
 */
#ifndef COMMON_SCENES_H
#define COMMON_SCENES_H

#include "scene.h"
#include "vocabulary.h"

typedef enum scene_part { SCENES_TRAIN, SCENES_VALIDATION, SCENES_TEST, SCENE_PARTS } scene_part;

enum {
    SCENES_IN_TRAIN = 8000,
    SCENES_IN_VALIDATION = 1000,
    SCENES_IN_TEST = 1000,
    SENTENCES_PER_SCENE = 5,
    SCENES_LENGTH = 17 /* words in a row: <START>, up to 15, <END> */
};

typedef struct scene_set {
    size_t count;
    scene *scenes;       /* count */
    uint8_t *pixels;     /* count x 3 x 32 x 32 */
    captions *sentences; /* 5 count x 17; those of scene i from row 5 i on */
    tensor *features;    /* count x 384, as scene_features gives them */
} scene_set;

/* The number of scenes in part. */
size_t scenes_in(scene_part part);

/*
 * The first count scenes of part, at most scenes_in(part), always the same. Uses the threads that
 * parallel.h allows. Stops the program when there is no memory. Freed by scene_set_clear.
 */
scene_set scenes_make(scene_part part, size_t count) __attribute__((warn_unused_result));

/* Frees what set holds and empties it. */
void scene_set_clear(scene_set *set);

/*
 * The vocabulary of scenes, 61 words: <NULL>, <START>, <END> and <UNK>, then scene_words. Freed by
 * vocabulary_clear.
 */
vocabulary scenes_vocabulary(void) __attribute__((warn_unused_result));

#endif
