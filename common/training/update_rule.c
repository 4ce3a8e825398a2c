/* The given update rule, and what every rule shares. */
#include "update_rule.h"

#include <string.h>

static void sgd_step(tensor *w, const tensor *dw, update_state *state)
{
    tensor_add_scaled(dw, (real)-state->settings.learning_rate, w);
    state->step++;
}

const update_rule update_rule_sgd = {.name = "sgd", .step = sgd_step};

update_settings update_settings_default(void)
{
    return (update_settings){.learning_rate = 1e-2,
                             .momentum = 0.9,
                             .decay_rate = 0.99,
                             .beta1 = 0.9,
                             .beta2 = 0.999,
                             .epsilon = 1e-8};
}

const update_rule *update_rule_find(const char *name, const update_rule *const *rules, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(rules[i]->name, name) == 0)
            return rules[i];
    return NULL;
}

update_state update_state_for(const tensor *w, const update_settings *settings)
{
    return (update_state){
        .settings = *settings, .first = tensor_new_like(w), .second = tensor_new_like(w)};
}

void update_state_clear(update_state *state)
{
    tensor_free(state->first);
    tensor_free(state->second);
    *state = (update_state){0};
}
