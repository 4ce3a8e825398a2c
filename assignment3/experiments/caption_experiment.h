/*
 * Shared by the experiments with sentences: their data, training, how many of a net's sentences are
 * true, and pictures with what a net says about them.
 *
 * A talker is any net that says sentences about pictures, recurrent or not. x is the experiment, t
 * the talker, data all sentences and pictures.
 */
#ifndef ASSIGNMENT3_EXPERIMENTS_CAPTION_EXPERIMENT_H
#define ASSIGNMENT3_EXPERIMENTS_CAPTION_EXPERIMENT_H

#include "caption_data.h"
#include "caption_train.h"
#include "experiment.h"

typedef struct talker {
    const char *name;    /* "RNN" */
    caption_model model; /* how it is trained */
    /* Says a sentence about each picture; self is the model's. */
    void (*sample)(void *self, const tensor *features, captions *sentences);
} talker;

/* The hyperparameters of a training, by Adam. */
typedef struct caption_training {
    double rate, decay;   /* learning rate, and its factor after each epoch */
    bool linear;          /* whether it also falls by equal steps, to 0 at the end */
    size_t batch, epochs; /* sentences per minibatch; passes over the set */
} caption_training;

/*
 * Loads x's data into data: scenes, coco or flickr8k. With FEATURES=net a net is trained to see
 * them (scene_net.h). Ends the program with a line when that fails, or when a hyperparameter was
 * given that neither x nor this asks for.
 */
void load_captions(experiment *x, caption_data *data);

/* A subset of count sentences of set, drawn from x's stream, freed by caption_subset_clear. */
caption_set draw_sentences(experiment *x, const caption_set *set, size_t count)
    __attribute__((warn_unused_result));

/*
 * Trains t on set as how says, and fills result. Prints its first and last loss in a line that
 * begins with t's name and with what.
 */
void train_talker(experiment *x, talker *t, const caption_set *set, const caption_training *how,
                  const char *what, caption_result *result);

/* The mean of the last count losses of a training with that result. */
double last_losses(const caption_result *result, size_t count);

/* How many of the sentences with so many words were said, and how many of them were true. */
enum { MOST_WORDS = 17 };
typedef struct truth {
    size_t said[MOST_WORDS], true_ones[MOST_WORDS]; /* by the number of words */
} truth;

/*
 * Lets t say a sentence about each of the first most scenes of part, with data's vocabulary, and
 * returns the share of true ones; NaN where the pictures are no scenes. Where counts is not NULL it
 * is filled.
 */
double share_of_true_sentences(const talker *t, const caption_data *data, const caption_part *part,
                               size_t most, truth *counts);

/*
 * Saves, as file, a picture of the first two training pictures of set, which t has seen, and of two
 * of validation, which it has not, each with t's sentence and with one that a writer gave.
 */
void show_sentences(const experiment *x, const talker *t, const caption_data *data,
                    const caption_set *set, const char *file);

#endif
