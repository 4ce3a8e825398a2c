/*
 * Update rules: how a parameter changes, given its gradient.
 *
 * Each step function updates w in place by dw, the gradient of the loss with respect to w on a
 * minibatch, and updates state: state->step, the number of steps done, goes up by 1; the rule's
 * velocity or moving averages are kept in state->first and state->second, which start as zeros.
 * w, dw, first and second have one shape. The settings (learning_rate, momentum, ...) are
 * state->settings (update_rule.h).
 * All operations are elementwise.
 *
 * Source: CS231n notes, "Neural networks part 3"; Kingma and Ba, "Adam", 2015.
 */
#ifndef ASSIGNMENT2_OPTIM_H
#define ASSIGNMENT2_OPTIM_H

#include "update_rule.h"

/* Stochastic gradient descent: w = w - learning_rate * dw. first and second are not used. */
void sgd_step(tensor *w, const tensor *dw, update_state *state);

/*
 * Momentum; the velocity v is state->first:
 *
 *   v = momentum * v - learning_rate * dw
 *   w = w + v
 */
void sgd_momentum_step(tensor *w, const tensor *dw, update_state *state);

/*
 * RMSProp; the moving average c is state->first:
 *
 *   c = decay_rate * c + (1 - decay_rate) * dw^2
 *   w = w - learning_rate * dw / (sqrt(c) + epsilon)
 */
void rmsprop_step(tensor *w, const tensor *dw, update_state *state);

/*
 * Adam; m is state->first, v is state->second, t is the number of this step, counted from 1:
 *
 *   m = beta1 * m + (1 - beta1) * dw
 *   v = beta2 * v + (1 - beta2) * dw^2
 *   w = w - learning_rate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
 */
void adam_step(tensor *w, const tensor *dw, update_state *state);

/* The four as rules for the solver, called sgd, sgd_momentum, rmsprop and adam. */
enum { OPTIM_RULES = 4 };
extern const update_rule *const optim_rules[OPTIM_RULES];

#endif
