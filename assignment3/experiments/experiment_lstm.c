/*
 * The LSTM beside the plain recurrent net: the same 50 sentences memorized, the same training on
 * all of them, and a forget bias of 1 in place of 0.
 *
 * What to look for: losses.png shows the three trainings; the LSTM's loss is lower at the end. Its
 * sentences are more often true, and by_length.png shows where: in the longer ones, which name two
 * objects and say which is where. With a forget bias of 1 the cell keeps more from the first step
 * on. What reaches far back in time is shown by Q=gradient_through_time.
 */
#include <stdio.h>

#include "recurrent_talker.h"

enum { NETS = 3 };
static const char *const net_names[NETS] = {"RNN", "LSTM", "LSTM, forget bias 1"};

/* What can be set of the nets that learn all sentences. */
typedef struct net_settings {
    size_t hidden, epochs;
    double rate;
} net_settings;

/* Sets the forget gates' biases, the second quarter of b. */
static void set_forget_bias(captioner *net, real bias)
{
    size_t H = net->w.Wh->shape[0];
    for (size_t i = H; i < 2 * H; i++)
        net->w.b->data[i] = bias;
}

/* Trains net number i on set, and returns the share of true sentences about new scenes. */
static double train_one(experiment *x, const caption_data *data, const caption_set *set, size_t i,
                        const net_settings *s, caption_result *result, truth *counts)
{
    const caption_training how = {.rate = s->rate, .decay = 0.9, .batch = 100, .epochs = s->epochs};
    recurrent_talker r;
    experiment_seed_again(x);
    recurrent_talker_make(&r, x, data, i == 0 ? CAPTIONER_RNN : CAPTIONER_LSTM, 64, s->hidden);
    if (i == 2)
        set_forget_bias(&r.t.net, 1);
    talker t = recurrent_talker_of(&r);
    t.name = net_names[i];
    train_talker(x, &t, set, &how, "all sentences", result);
    double share =
        share_of_true_sentences(&t, data, &data->validation, x->quick ? 200 : 1000, counts);
    if (data->validation.scenes != NULL)
        printf("%s: true sentences about new scenes: %.3f\n", t.name, share);
    if (i == 1)
        show_sentences(x, &t, data, set, "sentences.png");
    recurrent_talker_clear(&r);
    return share;
}

/* Adds a line to p: the share of true sentences by their number of words. */
static void plot_by_length(plot *p, const char *name, const truth *counts)
{
    enum { FEWEST = 10 }; /* sentences; fewer say nothing about a share */
    double lengths[MOST_WORDS], shares[MOST_WORDS];
    size_t count = 0;
    for (size_t i = 0; i < MOST_WORDS; i++)
        if (counts->said[i] >= FEWEST) {
            lengths[count] = (double)i;
            shares[count++] = (double)counts->true_ones[i] / (double)counts->said[i];
        }
    plot_line(p, name, lengths, shares, count);
}

static void compare(experiment *x, const caption_data *data, const caption_set *set,
                    const net_settings *s)
{
    static const char *const names[NETS] = {"true_rnn", "true_lstm", "true_lstm_bias_1"};
    truth counts[NETS] = {0};
    plot *p = plot_new("all sentences", "step", "loss per sentence");
    for (size_t i = 0; i < NETS; i++) {
        caption_result result;
        experiment_result(x, names[i], train_one(x, data, set, i, s, &result, &counts[i]));
        plot_points(p, net_names[i], NULL, result.loss_history, result.iteration_count);
        caption_result_clear(&result);
    }
    experiment_plot(x, p, "losses.png");
    if (data->validation.scenes == NULL)
        return;
    p = plot_new("true sentences about new scenes", "words", "share");
    for (size_t i = 0; i < NETS; i++)
        plot_by_length(p, net_names[i], &counts[i]);
    plot_y_range(p, 0, 1);
    experiment_plot(x, p, "by_length.png");
}

int main(int argc, char **argv)
{
    experiment x = experiment_start("lstm", argc, argv);
    caption_data data;
    caption_result few;
    caption_set part = {0};
    const net_settings s = {.hidden = (size_t)experiment_value(&x, "HIDDEN", x.quick ? 64 : 128),
                            .epochs = (size_t)experiment_value(&x, "EPOCHS", x.quick ? 2 : 5),
                            .rate = experiment_value(&x, "RATE", 2e-3)};
    load_captions(&x, &data);
    overfit_recurrent(&x, &data, CAPTIONER_LSTM, 0.995, &few);
    if (x.quick)
        part = draw_sentences(&x, &data.train.set, 5000);
    compare(&x, &data, x.quick ? &part : &data.train.set, &s);
    experiment_finish(&x);
    caption_result_clear(&few);
    caption_subset_clear(&part);
    caption_data_clear(&data);
    return 0;
}
