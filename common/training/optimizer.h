/*
 * Optimizer: one update rule applied to all parameters of a model, step by step.
 *
 *   optimizer o = optimizer_new(parameters, count, &update_rule_sgd, &settings);
 *   ... compute the gradients ...
 *   optimizer_step(&o);
 *   optimizer_clear(&o);
 *
 * It keeps the rule's memory (velocity, moving averages) of every parameter. The parameters and
 * their gradients stay the caller's. A training with two players has two optimizers.
 */
#ifndef COMMON_OPTIMIZER_H
#define COMMON_OPTIMIZER_H

#include "tensor.h"
#include "update_rule.h"

/* One trainable tensor, its gradient, of the same shape, and its name for checkpoints ("W1"). */
typedef struct parameter {
    const char *name;
    tensor *value;
    tensor *gradient;
} parameter;

typedef struct optimizer {
    const update_rule *rule;
    size_t count;
    parameter *parameters; /* count: a copy of the list, not of the tensors */
    update_state *states;  /* count */
} optimizer;

/*
 * An optimizer for the count parameters listed at parameters (1 or more, any number; the list is
 * copied), each with memory of its own for rule, and with those settings to begin with. The tensors
 * must outlive it. Stops the program when a gradient has another shape than its parameter, and when
 * count is 0, rule is NULL, or there is no memory. Freed by optimizer_clear.
 */
optimizer optimizer_new(const parameter *parameters, size_t count, const update_rule *rule,
                        const update_settings *settings) __attribute__((warn_unused_result));

/* Applies o's rule to every parameter with its gradient, in their order. Allocates nothing. */
void optimizer_step(optimizer *o);

/* Multiplies o's learning rate by factor, for all parameters: learning rate decay. */
void optimizer_decay(optimizer *o, double factor);

/* Frees what o holds, the rule's memory, and empties it; the parameters stay as they are. */
void optimizer_clear(optimizer *o);

#endif
