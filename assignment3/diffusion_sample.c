/* Drawing pictures with a trained model. Given: nothing to write here. */
#include "diffusion_sample.h"

#include "contract.h"

/* A model whose predictions are guided. */
typedef struct guided_model {
    const diffusion_model *model;
    real scale;
    tensor *zeros;         /* N x K: the condition of nothing */
    tensor *unconditional; /* N x C x H x W */
    tensor *conditional;
} guided_model;

static void guided_forward(void *self, const tensor *x, const labels *t, const tensor *condition,
                           tensor *out)
{
    guided_model *g = self;
    g->model->forward(g->model->self, x, t, g->zeros, g->unconditional);
    g->model->forward(g->model->self, x, t, condition, g->conditional);
    guide(g->conditional, g->unconditional, g->scale, out);
}

static void no_backward(void *self, const tensor *dout)
{
    (void)self;
    (void)dout;
    contract_failed(__func__, "a guided model is for sampling, and has no way back");
}

static void draw(const diffusion_schedule *schedule, const diffusion_model *model,
                 const tensor *condition, random_state *random, diffusion_watcher *watcher,
                 void *context, tensor *x)
{
    tensor *noise = tensor_new_like(x), *before = tensor_new_like(x);
    tensor_fill_normal(x, random, 0, 1);
    for (size_t t = schedule->beta->shape[0]; t-- > 0;) {
        tensor_fill_normal(noise, random, 0, 1);
        p_sample(schedule, model, x, t, noise, condition, before);
        tensor_copy(before, x);
        if (watcher != NULL)
            watcher(context, t, x);
    }
    tensor_free(noise);
    tensor_free(before);
}

void diffusion_sample(const diffusion_schedule *schedule, const diffusion_model *model,
                      const tensor *condition, real guidance, random_state *random,
                      diffusion_watcher *watcher, void *context, tensor *x)
{
    check_schedule(__func__, schedule);
    if (!(guidance > 0)) {
        draw(schedule, model, condition, random, watcher, context, x);
        return;
    }
    check_rank(__func__, "condition", condition, 2);
    guided_model g = {model, guidance, tensor_new_like(condition), tensor_new_like(x),
                      tensor_new_like(x)};
    const diffusion_model guided = {&g, guided_forward, no_backward};
    draw(schedule, &guided, condition, random, watcher, context, x);
    tensor_free(g.zeros);
    tensor_free(g.unconditional);
    tensor_free(g.conditional);
}
