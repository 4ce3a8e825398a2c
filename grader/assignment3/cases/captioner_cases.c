/* Hidden cases of the recurrent captioner, with either cell. */
#include "attempt.h"

/* A minibatch of N pictures with D features; T words are to be said out of V, by H hidden units. */
typedef struct captioner_sizes {
    size_t N, D, T, V, E, H;
    bool lstm;
} captioner_sizes;

/* Sizes that all differ; so do the numbers of the three special words, none of which is 0. */
static captioner_sizes draw_captioner_sizes(attempt *a, bool lstm)
{
    captioner_sizes s = {.lstm = lstm};
    s.N = draw_size(a, 3, 4);
    s.D = draw_size(a, 2, 9);
    s.T = draw_size(a, 5, 6);
    s.V = draw_size(a, 11, 14);
    s.E = draw_size(a, 7, 8);
    s.H = draw_size(a, 9, 10);
    return s;
}

static void give_captioner(attempt *a, captioner_sizes s)
{
    size_t columns = s.lstm ? 4 * s.H : s.H;
    give_normal(a, "W_embed", sizes2(s.V, s.E), 0, 1);
    give_normal(a, "W_proj", sizes2(s.D, s.H), 0, 0.5);
    give_normal(a, "b_proj", sizes1(s.H), 0, 0.5);
    give_normal(a, "Wx", sizes2(s.E, columns), 0, 0.4);
    give_normal(a, "Wh", sizes2(s.H, columns), 0, 0.4);
    give_normal(a, "b", sizes1(columns), 0, 0.4);
    give_normal(a, "W_vocab", sizes2(s.H, s.V), 0, 0.6);
    give_normal(a, "b_vocab", sizes1(s.V), 0, 0.6);
    give_normal(a, "features", sizes2(s.N, s.D), 0, 1);
    give_number(a, "lstm", s.lstm);
    size_t first = draw_size(a, 1, s.V - 3);
    give_number(a, "null_word", (double)first);
    give_number(a, "start_word", (double)first + 1);
    give_number(a, "end_word", (double)first + 2);
    give_size(a, 'T', s.T);
}

/*
 * Sentences of T + 1 words: <START>, drawn words, <END> and <NULL>. The first never ends, the
 * second is empty, and the third has a <NULL> in its middle.
 */
static void give_sentences(attempt *a, captioner_sizes s, double null_word)
{
    size_t length = s.T + 1;
    uint32_t null = (uint32_t)null_word;
    labels *words = give_words(a, "sentences", s.N, length, s.V);
    for (size_t n = 0; n < s.N; n++) {
        uint32_t *sentence = words->data + n * length;
        size_t end = n == 1 ? 1 : draw_size(a, 3, length - 1);
        sentence[0] = null + 1;
        for (size_t t = 1; t < length; t++)
            if (sentence[t] == null || sentence[t] == null + 2)
                sentence[t] = 0;
        for (size_t t = end; n > 0 && t < length; t++)
            sentence[t] = t == end ? null + 2 : null;
        if (n == 2)
            sentence[2] = null;
    }
}

static void give_all(attempt *a, captioner_sizes s)
{
    give_captioner(a, s);
    give_sentences(a, s, given_number(a, "null_word"));
}

static void expect_loss(attempt *a)
{
    static const char *const outputs[] = {"loss", "dW_embed", "dW_proj",  "db_proj", "dWx",
                                          "dWh",  "db",       "dW_vocab", "db_vocab"};
    call(a, "captioner_loss");
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++)
        expect_close(a, outputs[i]);
}

static void check_loss(attempt *a, bool lstm)
{
    for (size_t round = 0; round < 3; round++) {
        give_all(a, draw_captioner_sizes(a, lstm));
        expect_loss(a);
    }
}

CASE(captioner_loss_any_shape, "the loss and all gradients, for any shape",
     .stays = "published values see some of its mistakes too, in one shape")
{
    check_loss(a, false);
}

CASE(captioner_loss_large_scores, "the loss of scores of 1e4", .needs = "captioner_loss_any_shape",
     .stays = "the edge of the softmax")
{
    give_all(a, draw_captioner_sizes(a, false));
    tensor_scale(given(a, "W_vocab"), 1e4);
    expect_loss(a);
}

CASE(captioner_loss_one_picture, "a minibatch of one picture, whose features are 0",
     .needs = "captioner_loss_any_shape", .stays = "the smallest minibatch")
{
    captioner_sizes s = draw_captioner_sizes(a, false);
    s.N = 1;
    give_all(a, s);
    tensor_fill(given(a, "features"), 0);
    expect_loss(a);
}

CASE(captioner_loss_nothing_to_say, "sentences of <NULL> alone cost nothing",
     .needs = "captioner_loss_any_shape", .stays = "a loss of no word at all")
{
    captioner_sizes s = draw_captioner_sizes(a, false);
    give_all(a, s);
    labels *words = given_labels(a, "sentences");
    for (size_t i = 0; i < words->count; i++)
        words->data[i] = (uint32_t)given_number(a, "null_word") + (i % (s.T + 1) == 0 ? 1 : 0);
    expect_loss(a);
}

static void check_sample(attempt *a, bool lstm)
{
    for (size_t round = 0; round < 4; round++) {
        give_captioner(a, draw_captioner_sizes(a, lstm));
        call(a, "captioner_sample");
        expect_close(a, "sentences");
    }
}

CASE(captioner_sample_any_shape, "the most likely words, one after the other",
     .stays = "a captioner with an LSTM sees its mistakes too, but is another branch")
{
    check_sample(a, false);
}

CASE(captioner_sample_ties, "of words with equal scores the smaller number",
     .needs = "captioner_sample_any_shape", .stays = "no other case has words with equal scores")
{
    captioner_sizes s = draw_captioner_sizes(a, false);
    give_captioner(a, s);
    give_zeros(a, "W_vocab", sizes2(s.H, s.V));
    give_zeros(a, "b_vocab", sizes1(s.V));
    tensor *b_vocab = given(a, "b_vocab");
    b_vocab->data[draw_size(a, 0, s.V - 2)] = 1;
    b_vocab->data[s.V - 1] = 1;
    call(a, "captioner_sample");
    expect_close(a, "sentences");
}

CASE(captioner_sample_ends, "after <END> there is nothing but <NULL>",
     .needs = "captioner_sample_any_shape", .stays = "sentences that end early, and at once")
{
    captioner_sizes s = draw_captioner_sizes(a, false);
    give_captioner(a, s);
    size_t end = (size_t)given_number(a, "null_word") + 2;
    given(a, "b_vocab")->data[end] += 1.5;
    call(a, "captioner_sample");
    expect_close(a, "sentences");
    given(a, "b_vocab")->data[end] += 100;
    call(a, "captioner_sample");
    expect_close(a, "sentences");
}

static void check_init(attempt *a, bool lstm)
{
    static const char *const drawn[] = {"W_embed", "W_proj", "Wx", "Wh", "W_vocab"};
    captioner_sizes s = draw_captioner_sizes(a, lstm);
    give_number(a, "lstm", lstm);
    give_number(a, "seed", (double)draw_size(a, 0, 1000000));
    give_size(a, 'V', s.V);
    give_size(a, 'E', s.E);
    give_size(a, 'D', s.D);
    give_size(a, 'H', s.H);
    give_size(a, 'G', lstm ? 4 * s.H : s.H);
    call(a, "captioner_init");
    for (size_t i = 0; i < sizeof drawn / sizeof *drawn; i++)
        expect_close(a, drawn[i]);
    require(a,
            ended(a) || (tensor_sum_of_squares(got(a, "b_proj")) == 0 &&
                         tensor_sum_of_squares(got(a, "b")) == 0 &&
                         tensor_sum_of_squares(got(a, "b_vocab")) == 0),
            "the biases are not 0");
}

CASE(captioner_init, "the first parameters, drawn in the header's order",
     .stays = "the same draw with an LSTM is another branch")
{
    check_init(a, false);
}

CASE(captioner_called_twice, "nothing is left from the call before",
     .needs = "captioner_loss_any_shape", .stays = "gradients that hold numbers already")
{
    for (size_t round = 0; round < 2; round++) {
        give_all(a, draw_captioner_sizes(a, false));
        fill_outputs(a, 3);
        expect_loss(a);
    }
}

CASE(captioner_float, "the captioner in float", .variant = CASE_FLOAT,
     .needs = "captioner_loss_any_shape", .stays = "that float is enough")
{
    give_all(a, (captioner_sizes){.N = 12, .D = 20, .T = 10, .V = 30, .E = 14, .H = 16});
    expect_loss(a);
}

CASE(captioner_memory, "no memory error in the captioner", .variant = CASE_SANITIZED)
{
    give_all(a, draw_captioner_sizes(a, false));
    expect_loss(a);
    call(a, "captioner_sample");
    expect_close(a, "sentences");
}

CASE(captioner_lstm_loss, "the loss and all gradients, with an LSTM",
     .stays = "the other branch, which a program without it loses")
{
    check_loss(a, true);
}

/* Forget gates near 1: what a word does to the cell stays for the whole sentence. */
CASE(captioner_lstm_sample, "the words that a captioner with an LSTM says",
     .stays = "sentences of many words, which need the cell")
{
    check_sample(a, true);
    for (size_t round = 0; round < 4; round++) {
        captioner_sizes s = draw_captioner_sizes(a, true);
        s.T = 12;
        give_captioner(a, s);
        tensor *b = given(a, "b");
        for (size_t i = s.H; i < 2 * s.H; i++)
            b->data[i] = 4;
        tensor_scale(given(a, "Wh"), 3);
        tensor_scale(given(a, "W_vocab"), 3);
        given(a, "b_vocab")->data[(size_t)given_number(a, "end_word")] = -100; /* it talks on */
        call(a, "captioner_sample");
        expect_close(a, "sentences");
    }
}

CASE(captioner_lstm_init, "the first parameters of a captioner with an LSTM",
     .stays = "weights of four gates")
{
    check_init(a, true);
}

CASE(captioner_lstm_memory, "no memory error in a captioner with an LSTM",
     .variant = CASE_SANITIZED)
{
    give_all(a, draw_captioner_sizes(a, true));
    expect_loss(a);
    call(a, "captioner_sample");
    expect_close(a, "sentences");
}
