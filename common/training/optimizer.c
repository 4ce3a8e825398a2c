/* One update rule applied to all parameters of a model. */
#include "optimizer.h"

#include <stdlib.h>
#include <string.h>

#include "contract.h"

static void check_arguments(const parameter *parameters, size_t count, const update_rule *rule)
{
    if (count < 1)
        contract_failed("optimizer_new", "there are no parameters");
    if (rule == NULL || rule->step == NULL)
        contract_failed("optimizer_new", "there is no update rule");
    for (size_t i = 0; i < count; i++)
        check_same_shape("optimizer_new", parameters[i].name, parameters[i].gradient,
                         parameters[i].value);
}

optimizer optimizer_new(const parameter *parameters, size_t count, const update_rule *rule,
                        const update_settings *settings)
{
    check_arguments(parameters, count, rule);
    optimizer o = {.rule = rule,
                   .count = count,
                   .parameters = calloc(count, sizeof *o.parameters),
                   .states = calloc(count, sizeof *o.states)};
    if (o.parameters == NULL || o.states == NULL)
        contract_failed(__func__, "no memory for %zu parameters", count);
    memcpy(o.parameters, parameters, count * sizeof *parameters);
    for (size_t i = 0; i < count; i++)
        o.states[i] = update_state_for(parameters[i].value, settings);
    return o;
}

void optimizer_step(optimizer *o)
{
    for (size_t i = 0; i < o->count; i++)
        o->rule->step(o->parameters[i].value, o->parameters[i].gradient, &o->states[i]);
}

void optimizer_decay(optimizer *o, double factor)
{
    for (size_t i = 0; i < o->count; i++)
        o->states[i].settings.learning_rate *= factor;
}

void optimizer_clear(optimizer *o)
{
    for (size_t i = 0; i < o->count; i++)
        update_state_clear(&o->states[i]);
    free(o->parameters);
    free(o->states);
    *o = (optimizer){0};
}
