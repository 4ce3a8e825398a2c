/* The recurrent captioner as a talker. */
#include "recurrent_talker.h"

static real loss(void *self, const tensor *features, const captions *sentences)
{
    recurrent_talker *r = self;
    return captioner_loss(&r->t.net, features, sentences, &r->t.gradients);
}

static void sample(void *self, const tensor *features, captions *sentences)
{
    const recurrent_talker *r = self;
    captioner_sample(&r->t.net, features, sentences);
}

void recurrent_talker_make(recurrent_talker *r, experiment *x, const caption_data *data,
                           captioner_cell cell, size_t E, size_t H)
{
    const vocabulary *v = &data->vocabulary;
    const captioner_settings settings = {.cell = cell,
                                         .D = data->train.set.features->shape[1],
                                         .E = E,
                                         .H = H,
                                         .V = v->count,
                                         .null_word = v->null,
                                         .start_word = v->start,
                                         .end_word = v->end};
    r->t = trainable_captioner_new(&settings);
    captioner_init(&r->t.net, &x->random);
}

void recurrent_talker_clear(recurrent_talker *r)
{
    trainable_captioner_clear(&r->t);
}

talker recurrent_talker_of(recurrent_talker *r)
{
    trainable_captioner_parameters(&r->t, r->parameters);
    return (talker){.name = r->t.net.cell == CAPTIONER_LSTM ? "LSTM" : "RNN",
                    .model = {.self = r,
                              .parameter_count = CAPTIONER_PARAMETER_COUNT,
                              .parameters = r->parameters,
                              .loss = loss},
                    .sample = sample};
}

void overfit_recurrent(experiment *x, const caption_data *data, captioner_cell cell, double decay,
                       caption_result *result)
{
    const caption_training how = {.rate = 5e-3, .decay = decay, .batch = 25, .epochs = 50};
    recurrent_talker r;
    experiment_seed_again(x);
    caption_set few = draw_sentences(x, &data->train.set, 50);
    recurrent_talker_make(&r, x, data, cell, 256, 512);
    talker t = recurrent_talker_of(&r);
    train_talker(x, &t, &few, &how, "50 sentences", result);
    experiment_result(x, "overfit_loss", result->loss_history[result->iteration_count - 1]);
    show_sentences(x, &t, data, &few, "overfit_sentences.png");
    recurrent_talker_clear(&r);
    caption_subset_clear(&few);
}
