/*
 * Training of a captioner: the solver's loop for sentences. There is no accuracy, so that the
 * parameters of the last step stay.
 * Source: CS231n assignments, captioning_solver.py's behaviour.
 */
#ifndef COMMON_CAPTION_TRAIN_H
#define COMMON_CAPTION_TRAIN_H

#include "caption_set.h"
#include "error.h"
#include "optimizer.h"

/* A trainable captioner. self is passed to its function. */
typedef struct caption_model {
    void *self;
    size_t parameter_count; /* 1 or more */
    parameter *parameters;  /* parameter_count; the list belongs to whoever made the model */
    /* Returns the loss on B sentences, B x T, about pictures with those features, B x D, and fills
     * every parameter's gradient. */
    real (*loss)(void *self, const tensor *features, const captions *sentences);
} caption_model;

/* How to train. Start from caption_options_default() and change individual fields. */
typedef struct caption_options {
    const update_rule *rule;       /* &update_rule_sgd */
    update_settings settings;      /* of the rule: learning rate 1e-2, ... */
    double learning_rate_decay;    /* 1.0; multiplies the learning rate after each epoch */
    size_t batch_size;             /* 100 sentences */
    size_t epoch_count;            /* 10 */
    const char *checkpoint_prefix; /* NULL: none; else PREFIX_epoch_N/NAME.npy after each epoch */
    size_t print_every;            /* 10 iterations */
    bool linear_decay;             /* false; true: the rate falls by equal steps, too, to 0 */
    bool verbose;                  /* true: print losses to standard output */
    bool progress;                 /* true: where verbose is false, a progress bar on a terminal */
    void (*after_epoch)(void *argument, size_t epoch); /* NULL; called after each, counted from 1 */
    void *argument;                                    /* of after_epoch */
} caption_options;

/* The history of a training. Freed by caption_result_clear. */
typedef struct caption_result {
    size_t iteration_count, epoch_count;
    double *loss_history; /* iteration_count */
} caption_result;

/* The defaults that the comments above give. */
caption_options caption_options_default(void);

/*
 * Trains m on set with the given options, drawing minibatches from r with replacement, and fills
 * result. N / batch_size steps make an epoch, at least one. A step is a minibatch, the loss, and
 * the rule for each parameter in its order; it allocates nothing.
 *
 * Returns false and fills e, with result empty, on an option that makes no sense (a batch of 0, a
 * NULL rule, no parameters) and when a checkpoint cannot be written. Stops the program when set has
 * no sentences or is not whole, and when a gradient has another shape than its parameter.
 */
bool caption_train(caption_model *m, const caption_set *set, const caption_options *options,
                   random_state *r, caption_result *result, error *e)
    __attribute__((warn_unused_result));

/* Frees what result holds and empties it. */
void caption_result_clear(caption_result *result);

#endif
