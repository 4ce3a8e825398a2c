/* Update rules. What to write stands in optim.h. */
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
#ifdef SOLUTION
    tensor_add_scaled(dw, -state->settings.learning_rate, w);
    state->step++;
#else
    /* TODO: one call of tensor.h, or a loop; and count the step. */
    NOT_IMPLEMENTED(w, dw, state);
#endif
}

void sgd_momentum_step(tensor *w, const tensor *dw, update_state *state)
{
    check_step(__func__, w, dw, state);
#ifdef SOLUTION
    real momentum = state->settings.momentum;
    real rate = state->settings.learning_rate;
    real *velocity = state->first->data;
    for (size_t i = 0; i < w->size; i++) {
        velocity[i] = momentum * velocity[i] - rate * dw->data[i];
        w->data[i] += velocity[i];
    }
    state->step++;
#else
    /* TODO: for each element the velocity first, then w. */
    NOT_IMPLEMENTED(w, dw, state);
#endif
}

void rmsprop_step(tensor *w, const tensor *dw, update_state *state)
{
    check_step(__func__, w, dw, state);
#ifdef SOLUTION
    real decay = state->settings.decay_rate;
    real rate = state->settings.learning_rate;
    real epsilon = state->settings.epsilon;
    real *average = state->first->data;
    for (size_t i = 0; i < w->size; i++) {
        real slope = dw->data[i];
        average[i] = decay * average[i] + (1 - decay) * slope * slope;
        w->data[i] -= rate * slope / (sqrt(average[i]) + epsilon);
    }
    state->step++;
#else
    /* TODO: for each element the average first, then w with the new average. */
    NOT_IMPLEMENTED(w, dw, state);
#endif
}

void adam_step(tensor *w, const tensor *dw, update_state *state)
{
    check_step(__func__, w, dw, state);
#ifdef SOLUTION
    const update_settings *s = &state->settings;
    state->step++;
    real beta1 = s->beta1;
    real beta2 = s->beta2;
    real epsilon = s->epsilon;
    real rate = s->learning_rate / (1 - pow(s->beta1, state->step));
    real correction = 1 / (1 - pow(s->beta2, state->step));
    real *m = state->first->data;
    real *v = state->second->data;
    for (size_t i = 0; i < w->size; i++) {
        real slope = dw->data[i];
        m[i] = beta1 * m[i] + (1 - beta1) * slope;
        v[i] = beta2 * v[i] + (1 - beta2) * slope * slope;
        w->data[i] -= rate * m[i] / (sqrt(v[i] * correction) + epsilon);
    }
#else
    /* TODO: count the step first; m and v are kept as they are, what is corrected is used only. */
    NOT_IMPLEMENTED(w, dw, state);
#endif
}
