/* Adam: moving averages of the gradient and of its square. */
#include "adam.h"

#include <math.h>

#include "parallel.h"

typedef struct adam_step_of {
    tensor *w;
    const tensor *dw;
    const update_state *state;
    real share1, share2, rate, correction, epsilon;
} adam_step_of;

/* A thread's part of the elements. */
static void step_part(const void *argument, size_t index, size_t count)
{
    const adam_step_of *a = argument;
    real *w = a->w->data, *m = a->state->first->data, *v = a->state->second->data;
    const real *dw = a->dw->data;
    size_t end = parallel_begin(a->w->size, 16, index + 1, count);
    for (size_t i = parallel_begin(a->w->size, 16, index, count); i < end; i++) {
        m[i] += a->share1 * (dw[i] - m[i]);
        v[i] += a->share2 * (dw[i] * dw[i] - v[i]);
        w[i] -= a->rate * m[i] / (sqrt(v[i] * a->correction) + a->epsilon);
    }
}

static void step(tensor *w, const tensor *dw, update_state *state)
{
    const update_settings *s = &state->settings;
    double t = (double)++state->step;
    const adam_step_of a = {.w = w,
                            .dw = dw,
                            .state = state,
                            .share1 = (real)(1 - s->beta1),
                            .share2 = (real)(1 - s->beta2),
                            .rate = (real)(s->learning_rate / (1 - pow(s->beta1, t))),
                            .correction = (real)(1 / (1 - pow(s->beta2, t))),
                            .epsilon = (real)s->epsilon};
    run_in_parallel(parallel_threads((double)w->size / 1e5), step_part, &a);
}

const update_rule rule_adam = {.name = "adam", .step = step};
