/*
 * The recurrent captioner as a talker, r, with either cell. x is the experiment, data its sentences
 * and pictures.
 */
#ifndef ASSIGNMENT3_EXPERIMENTS_RECURRENT_TALKER_H
#define ASSIGNMENT3_EXPERIMENTS_RECURRENT_TALKER_H

#include "caption_experiment.h"
#include "captioner_model.h"

typedef struct recurrent_talker {
    trainable_captioner t;
    parameter parameters[CAPTIONER_PARAMETER_COUNT];
} recurrent_talker;

/*
 * A new captioner with that cell for data's pictures and vocabulary, with E numbers per word and H
 * hidden units, drawn from x's stream; freed by recurrent_talker_clear.
 */
void recurrent_talker_make(recurrent_talker *r, experiment *x, const caption_data *data,
                           captioner_cell cell, size_t E, size_t H);
void recurrent_talker_clear(recurrent_talker *r);

/* r, which must outlive it, as a talker. */
talker recurrent_talker_of(recurrent_talker *r);

/*
 * A net that cannot memorize 50 sentences is wrong: trains r's kind of net on 50 sentences,
 * 25 at a time, 100 steps, with Adam's rate 5e-3 and that decay after each epoch of two steps, as
 * the course does. Prints what it says, adds overfit_loss to x's results, and fills result.
 */
void overfit_recurrent(experiment *x, const caption_data *data, captioner_cell cell, double decay,
                       caption_result *result);

#endif
