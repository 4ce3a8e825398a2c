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
#ifdef SOLUTION
    tensor_add_scaled(dw, -state->settings.learning_rate, w);
    state->step++;
#else
    /* TODO: one call of tensor.h, or a loop; then count the step in state->step. */
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
    /* TODO: for each element update the velocity first, then w. */
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
        real gradient = dw->data[i];
        average[i] = decay * average[i] + (1 - decay) * gradient * gradient;
        w->data[i] -= rate * gradient / (sqrt(average[i]) + epsilon);
    }
    state->step++;
#else
    /* TODO: for each element update the average first, then w with the new average. */
    NOT_IMPLEMENTED(w, dw, state);
#endif
}

#ifdef SOLUTION
#include "multiversion.h"
#include "parallel.h"

/* Adam's settings in one step, with both corrections. */
typedef struct adam_factors {
    real beta1, beta2, epsilon, rate, correction;
} adam_factors;

MULTIVERSION
static void adam_loop(adam_factors f, const real *restrict dw, size_t size, real *restrict w,
                      real *restrict m, real *restrict v)
{
    for (size_t i = 0; i < size; i++) {
        m[i] = f.beta1 * m[i] + (1 - f.beta1) * dw[i];
        v[i] = f.beta2 * v[i] + (1 - f.beta2) * dw[i] * dw[i];
        w[i] -= f.rate * m[i] / (sqrt(v[i] * f.correction) + f.epsilon);
    }
}

/* A step that threads share. */
typedef struct adam_work {
    adam_factors factors;
    const tensor *dw;
    tensor *w, *m, *v;
} adam_work;

static void adam_part(const void *argument, size_t index, size_t count)
{
    const adam_work *a = argument;
    size_t line = TENSOR_ALIGNMENT / sizeof(real);
    size_t first = parallel_begin(a->w->size, line, index, count);
    size_t end = parallel_begin(a->w->size, line, index + 1, count);
    adam_loop(a->factors, a->dw->data + first, end - first, a->w->data + first, a->m->data + first,
              a->v->data + first);
}
#endif

void adam_step(tensor *w, const tensor *dw, update_state *state)
{
    check_step(__func__, w, dw, state);
#ifdef SOLUTION
    const update_settings *s = &state->settings;
    state->step++;
    adam_factors f = {.beta1 = s->beta1,
                      .beta2 = s->beta2,
                      .epsilon = s->epsilon,
                      .rate = s->learning_rate / (1 - pow(s->beta1, state->step)),
                      .correction = 1 / (1 - pow(s->beta2, state->step))};
    const double elements_of_a_thread = 1e5; /* some 50 microseconds */
    adam_work work = {f, dw, w, state->first, state->second};
    run_in_parallel(parallel_threads((double)w->size / elements_of_a_thread), adam_part, &work);
#else
    /* TODO: count the step first; state keeps m and v, the corrected values are not stored. */
    NOT_IMPLEMENTED(w, dw, state);
#endif
}
