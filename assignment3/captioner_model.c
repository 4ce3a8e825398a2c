/* The captioner's memory and the list of its parameters. Given: nothing to write here. */
#include "captioner_model.h"

#include <string.h>

static captioner net_new(const captioner_settings *s)
{
    size_t columns = s->cell == CAPTIONER_LSTM ? 4 * s->H : s->H;
    return (captioner){.cell = s->cell,
                       .W_embed = tensor_new_2d(s->V, s->E),
                       .W_proj = tensor_new_2d(s->D, s->H),
                       .b_proj = tensor_new_1d(s->H),
                       .w = recurrent_weights_new(s->E, s->H, columns),
                       .W_vocab = tensor_new_2d(s->H, s->V),
                       .b_vocab = tensor_new_1d(s->V),
                       .null_word = s->null_word,
                       .start_word = s->start_word,
                       .end_word = s->end_word};
}

static void net_clear(captioner *net)
{
    tensor_free(net->W_embed);
    tensor_free(net->W_proj);
    tensor_free(net->b_proj);
    recurrent_weights_clear(&net->w);
    tensor_free(net->W_vocab);
    tensor_free(net->b_vocab);
    *net = (captioner){0};
}

trainable_captioner trainable_captioner_new(const captioner_settings *settings)
{
    return (trainable_captioner){.net = net_new(settings), .gradients = net_new(settings)};
}

void trainable_captioner_clear(trainable_captioner *t)
{
    net_clear(&t->net);
    net_clear(&t->gradients);
}

void trainable_captioner_parameters(const trainable_captioner *t,
                                    parameter parameters[CAPTIONER_PARAMETER_COUNT])
{
    const captioner *net = &t->net, *gradients = &t->gradients;
    const parameter all[CAPTIONER_PARAMETER_COUNT] = {
        {"W_embed", net->W_embed, gradients->W_embed},
        {"W_proj", net->W_proj, gradients->W_proj},
        {"b_proj", net->b_proj, gradients->b_proj},
        {"Wx", net->w.Wx, gradients->w.Wx},
        {"Wh", net->w.Wh, gradients->w.Wh},
        {"b", net->w.b, gradients->w.b},
        {"W_vocab", net->W_vocab, gradients->W_vocab},
        {"b_vocab", net->b_vocab, gradients->b_vocab}};
    memcpy(parameters, all, sizeof all);
}
