/*
 * Update rules: how a parameter changes, given its gradient.
 *
 * A rule is a name and a step function. Its velocity or moving averages are kept between steps in
 * an update_state, one per parameter. Plain SGD is given here; the rules that a later assignment
 * asks for are written there and passed to the solver in the same form.
 */
#ifndef COMMON_UPDATE_RULE_H
#define COMMON_UPDATE_RULE_H

#include "tensor.h"

/* The hyperparameters of all rules; each rule reads its own. */
typedef struct update_settings {
    double learning_rate; /* 1e-2 */
    double momentum;      /* 0.9 */
    double decay_rate;    /* 0.99, of RMSProp's moving average */
    double beta1, beta2;  /* 0.9, 0.999, of Adam's */
    double epsilon;       /* 1e-8 */
} update_settings;

/* A rule's settings and memory for one parameter. */
typedef struct update_state {
    update_settings settings;
    size_t step;            /* steps done so far, t */
    tensor *first, *second; /* the parameter's shape, zeros at first: velocity, moving averages */
} update_state;

typedef struct update_rule {
    const char *name; /* "sgd" */
    /* Updates w in place, by its gradient dw, of the same shape, and updates state. */
    void (*step)(tensor *w, const tensor *dw, update_state *state);
} update_rule;

/* Stochastic gradient descent: w = w - learning_rate * dw. */
extern const update_rule update_rule_sgd;

/* The settings with the values in the comments above. */
update_settings update_settings_default(void);

/*
 * The rule called name among the count rules at rules, or NULL when there is none of that name.
 */
const update_rule *update_rule_find(const char *name, const update_rule *const *rules,
                                    size_t count);

/* A state for the parameter w with the given settings, freed by update_state_clear. */
update_state update_state_for(const tensor *w, const update_settings *settings);
void update_state_clear(update_state *state);

#endif
