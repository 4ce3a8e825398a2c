/* The UNet as a model. Given: nothing to write here. */
#include "unet_model.h"

#include <string.h>

#include "contract.h"

static bool is_gamma(const char *name)
{
    return strstr(name, "gamma") != NULL;
}

/* Numbers that go into one result: rows of a matrix, or channels times pixels of filters. */
static size_t inputs_of(const tensor *w)
{
    return w->rank == 2 ? w->shape[0] : w->size / w->shape[0];
}

void unet_init(trainable_unet *t, random_state *random)
{
    for (size_t i = 0; i < t->list.count; i++) {
        tensor *value = t->list.parameters[i].value;
        if (value->rank > 1)
            tensor_fill_normal(value, random, 0, 1 / sqrt((double)inputs_of(value)));
        else
            tensor_fill(value, is_gamma(t->list.parameters[i].name));
    }
}

unet_model unet_model_new(trainable_unet *t)
{
    return (unet_model){.t = t};
}

/* Frees what was kept of the last minibatch. */
static void forget(unet_model *m)
{
    if (m->x == NULL)
        return;
    unet_cache_clear(&m->cache);
    tensor_free(m->x);
    tensor_free(m->condition);
    m->x = m->condition = NULL;
}

void unet_model_clear(unet_model *m)
{
    forget(m);
    *m = (unet_model){0};
}

static void model_forward(void *self, const tensor *x, const labels *t, const tensor *condition,
                          tensor *out)
{
    unet_model *m = self;
    if (condition == NULL)
        contract_failed("unet_model", "condition is NULL; zeros stand for none");
    if (m->x == NULL || !tensor_same_shape(m->x, x)) {
        forget(m);
        m->cache = unet_cache_new(&m->t->net, x->shape[0], x->shape[2], x->shape[3]);
        m->x = tensor_new_like(x);
        m->condition = tensor_new_like(condition);
    }
    tensor_copy(x, m->x);
    tensor_copy(condition, m->condition);
    unet_forward(&m->t->net, x, t, condition, out, &m->cache);
}

static void model_backward(void *self, const tensor *dout)
{
    unet_model *m = self;
    if (m->x == NULL)
        contract_failed("unet_model", "backward was called before forward");
    unet_backward(dout, &m->t->net, m->x, m->condition, &m->cache, &m->t->gradients);
}

diffusion_model unet_as_model(unet_model *m)
{
    return (diffusion_model){m, model_forward, model_backward};
}
