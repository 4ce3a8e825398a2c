/* Memory and parameters of the vision transformer. Given: nothing to write here. */
#include "vit_model.h"

#include <stdlib.h>

#include "contract.h"

enum { AROUND_THE_LAYERS = 4 };

static vit net_new(const vit_settings *s)
{
    vit net = {.size = s->size,
               .W_patch = tensor_new_2d(s->channels * s->size * s->size, s->E),
               .b_patch = tensor_new_1d(s->E),
               .layer_count = s->layer_count,
               .layers = calloc(s->layer_count, sizeof *net.layers),
               .W_head = tensor_new_2d(s->E, s->classes),
               .b_head = tensor_new_1d(s->classes)};
    if (net.layers == NULL)
        contract_failed(__func__, "there is no memory for %zu layers", s->layer_count);
    for (size_t i = 0; i < s->layer_count; i++)
        net.layers[i] = encoder_weights_new(s->E, s->F, s->heads);
    return net;
}

static void net_clear(vit *net)
{
    tensor *const all[] = {net->W_patch, net->b_patch, net->W_head, net->b_head};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
    for (size_t i = 0; i < net->layer_count; i++)
        encoder_weights_clear(&net->layers[i]);
    free(net->layers);
    *net = (vit){0};
}

static void list_parameters(trainable_vit *t)
{
    const vit *net = &t->net, *gradients = &t->gradients;
    t->list = parameter_list_new(AROUND_THE_LAYERS + ENCODER_TENSORS * net->layer_count);
    parameter_list_add(&t->list, "W_patch", net->W_patch, gradients->W_patch);
    parameter_list_add(&t->list, "b_patch", net->b_patch, gradients->b_patch);
    for (size_t i = 0; i < net->layer_count; i++) {
        tensor *values[ENCODER_TENSORS], *of_layer[ENCODER_TENSORS];
        encoder_weights_list(&net->layers[i], values);
        encoder_weights_list(&gradients->layers[i], of_layer);
        parameter_list_add_layer(&t->list, i, ENCODER_TENSORS, encoder_weight_names, values,
                                 of_layer);
    }
    parameter_list_add(&t->list, "W_head", net->W_head, gradients->W_head);
    parameter_list_add(&t->list, "b_head", net->b_head, gradients->b_head);
}

trainable_vit trainable_vit_new(const vit_settings *settings)
{
    trainable_vit t = {.net = net_new(settings), .gradients = net_new(settings)};
    list_parameters(&t);
    return t;
}

void trainable_vit_clear(trainable_vit *t)
{
    net_clear(&t->net);
    net_clear(&t->gradients);
    parameter_list_clear(&t->list);
}
