/*
 * Solver: trains a model on minibatches with an update rule.
 *
 * A model gives the solver its parameters and two functions. The solver draws minibatches with
 * replacement, computes the loss and the gradients, applies the update rule to every parameter,
 * decays the learning rate after each epoch, and records histories. At the end it restores the
 * parameters with the best validation accuracy.
 * Source: CS231n assignments, solver.py's behaviour.
 */
#ifndef COMMON_SOLVER_H
#define COMMON_SOLVER_H

#include "error.h"
#include "optimizer.h"
#include "random.h"
#include "tensor.h"

/* A trainable model. self is passed to its functions. */
typedef struct model {
    void *self;
    size_t parameter_count; /* 1 or more */
    parameter *parameters;  /* parameter_count; the list belongs to whoever made the model */
    /* Returns the loss on the minibatch X, y and fills every parameter's gradient. */
    real (*loss)(void *self, const tensor *X, const labels *y);
    /* Writes the predicted class of each row of X to out. */
    void (*predict)(void *self, const tensor *X, labels *out);
} model;

/* How to train. Start from solver_options_default() and change individual fields. */
typedef struct solver_options {
    const update_rule *rule;       /* &update_rule_sgd */
    update_settings settings;      /* of the rule: learning rate 1e-2, ... */
    double learning_rate_decay;    /* 1.0; multiplies the learning rate after each epoch */
    size_t batch_size;             /* 100 */
    size_t epoch_count;            /* 10 */
    size_t train_accuracy_samples; /* 1000; examples on which accuracy is measured; 0: all */
    size_t validation_samples;     /* 0: all */
    const char *checkpoint_prefix; /* NULL: none; else PREFIX_epoch_N/NAME.npy after each epoch */
    size_t print_every;            /* 10 iterations */
    bool verbose;                  /* true: print losses and accuracies to standard output */
    bool progress;                 /* true: where verbose is false, a progress bar on a terminal */
} solver_options;

/* The histories of a training. Freed by solver_result_clear. */
typedef struct solver_result {
    size_t iteration_count, epoch_count;
    double *loss_history;  /* iteration_count */
    size_t accuracy_count; /* epoch_count + 1; epoch_count where an epoch is one step */
    double *train_accuracy_history, *validation_accuracy_history; /* accuracy_count */
    double best_validation_accuracy;
} solver_result;

/* The course's defaults, as the comments above give them. */
solver_options solver_options_default(void);

/*
 * Trains m on X_train, y_train and measures the accuracy on X_validation, y_validation (any rank;
 * first dimension N, at least one example), with the given options, drawing from r. On success m
 * has the parameters with the best validation accuracy, and result is filled.
 *
 * N / batch_size steps make an epoch, at least one. A step is random_choice(r, N, batch_size,
 * true), the loss, and the rule for each parameter in its order. Accuracies are measured after the
 * first step and at the end of each epoch (in an epoch of one step these are the same): first the
 * training accuracy, then the validation accuracy, each on a sample drawn with replacement if there
 * are more examples than requested. "Best" means strictly greater than 0 and than all before; if no
 * accuracy is above 0, the last parameters stay.
 *
 * Returns false and fills e, with result empty, on an option that makes no sense (a batch of 0, a
 * NULL rule, no parameters) and when a checkpoint cannot be written. Stops the program when a
 * gradient has another shape than its parameter, or there are not as many labels as examples.
 */
bool solver_train(model *m, const tensor *X_train, const labels *y_train,
                  const tensor *X_validation, const labels *y_validation,
                  const solver_options *options, random_state *r, solver_result *result, error *e)
    __attribute__((warn_unused_result));

/*
 * The accuracy, 0 to 1, of m on X, y (at least one example), computed on 100 examples at a time.
 */
double solver_accuracy(const model *m, const tensor *X, const labels *y);

/* Frees what result holds and empties it. */
void solver_result_clear(solver_result *result);

#endif
