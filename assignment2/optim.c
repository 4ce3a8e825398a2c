/* Update rules. optim.h specifies each function. */
#include "optim.h"

#include "contract.h"

static const update_rule sgd = {.name = "sgd", .step = sgd_step};
static const update_rule sgd_momentum = {.name = "sgd_momentum", .step = sgd_momentum_step};
static const update_rule rmsprop = {.name = "rmsprop", .step = rmsprop_step};
static const update_rule adam = {.name = "adam", .step = adam_step};
const update_rule *const optim_rules[OPTIM_RULES] = {&sgd, &sgd_momentum, &rmsprop, &adam};

/* Stops the program unless w, dw and what state remembers have one shape. */
static void check_step(const char *function, const tensor *w, const tensor *dw,
                       const update_state *state)
{
    check_same_shape(function, "dw", dw, w);
    check_same_shape(function, "state->first", state->first, w);
    check_same_shape(function, "state->second", state->second, w);
}

void sgd_step(tensor *w, const tensor *dw, update_state *state)
{
    check_step(__func__, w, dw, state);
    /* TODO: one call of tensor.h, or a loop; then count the step in state->step. */
    NOT_IMPLEMENTED(w, dw, state);
}

void sgd_momentum_step(tensor *w, const tensor *dw, update_state *state)
{
    check_step(__func__, w, dw, state);
    /* TODO: for each element update the velocity first, then w. */
    NOT_IMPLEMENTED(w, dw, state);
}

void rmsprop_step(tensor *w, const tensor *dw, update_state *state)
{
    check_step(__func__, w, dw, state);
    /* TODO: for each element update the average first, then w with the new average. */
    NOT_IMPLEMENTED(w, dw, state);
}

void adam_step(tensor *w, const tensor *dw, update_state *state)
{
    check_step(__func__, w, dw, state);
    /* TODO: count the step first; state keeps m and v, the corrected values are not stored. */
    NOT_IMPLEMENTED(w, dw, state);
}
