/*
 * Captions by a recurrent net: 50 sentences memorized, then all of them.
 *
 * What to look for: in losses.png the loss on 50 sentences goes to 0, but overfit_sentences.png
 * shows that nothing was learned about pictures: sentences about new ones are mostly false. Trained
 * on all sentences, the net is right about new pictures as well, if not always (sentences.png). Of
 * made scenes a program can tell whether a sentence is true, so that there is a number for it: the
 * share of true sentences about new scenes. What is false is mostly a shape, or which of two
 * objects is where.
 */
#include <stdio.h>

#include "recurrent_talker.h"

static void plot_losses(const experiment *x, const caption_result *few, const caption_result *all)
{
    plot *p = plot_new("50 sentences", "step", "loss per sentence");
    plot_line(p, NULL, NULL, few->loss_history, few->iteration_count);
    plot_logarithmic(p, false, true);
    plot_next_panel(p, "all sentences", "step", "loss per sentence");
    plot_points(p, NULL, NULL, all->loss_history, all->iteration_count);
    experiment_plot(x, p, "losses.png");
}

/* What can be set of the net that learns all sentences. */
typedef struct net_settings {
    size_t hidden, epochs;
    double rate;
} net_settings;

/* Trains on all sentences, and counts the true ones among what the net says about new scenes. */
static void train_on_all(experiment *x, const caption_data *data, const net_settings *s,
                         caption_result *result)
{
    const caption_training how = {.rate = s->rate, .decay = 0.9, .batch = 100, .epochs = s->epochs};
    const size_t scenes = x->quick ? 200 : 1000;
    recurrent_talker r;
    caption_set part = {0};
    recurrent_talker_make(&r, x, data, CAPTIONER_RNN, 64, s->hidden);
    talker t = recurrent_talker_of(&r);
    if (x->quick)
        part = draw_sentences(x, &data->train.set, 5000);
    train_talker(x, &t, x->quick ? &part : &data->train.set, &how, "all sentences", result);
    double old = share_of_true_sentences(&t, data, &data->train, scenes, NULL);
    double new = share_of_true_sentences(&t, data, &data->validation, scenes, NULL);
    if (data->train.scenes != NULL)
        printf("True sentences: %.3f about training scenes, %.3f about new ones\n", old, new);
    experiment_result(x, "true_sentences", new);
    show_sentences(x, &t, data, &data->train.set, "sentences.png");
    recurrent_talker_clear(&r);
    caption_subset_clear(&part);
}

int main(int argc, char **argv)
{
    experiment x = experiment_start("captioner", argc, argv);
    caption_data data;
    caption_result few, all;
    const net_settings s = {.hidden = (size_t)experiment_value(&x, "HIDDEN", 256),
                            .epochs = (size_t)experiment_value(&x, "EPOCHS", x.quick ? 2 : 5),
                            .rate = experiment_value(&x, "RATE", 1e-3)};
    load_captions(&x, &data);
    overfit_recurrent(&x, &data, CAPTIONER_RNN, 0.95, &few);
    train_on_all(&x, &data, &s, &all);
    plot_losses(&x, &few, &all);
    experiment_finish(&x);
    caption_result_clear(&few);
    caption_result_clear(&all);
    caption_data_clear(&data);
    return 0;
}
