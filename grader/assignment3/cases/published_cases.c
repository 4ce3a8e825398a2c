/*
 * Public cases: the course's published check cases, from the room's own file. They need no
 * reference's answer.
 *
 * The tolerance is the published one, on the scale of the largest expected value.
 */
#include "attempt.h"

/* Calls the function with the published inputs called names and expects its published output. */
static void check_published(attempt *a, const char *function, const char *const *names,
                            size_t count, const char *output)
{
    published_case *c = open_published(a, function, 0);
    if (c == NULL)
        return;
    give_published(a, c, names, count);
    if (call(a, function)) {
        tensor *expected = published_expected(c, output);
        expect_tensor(a, output, expected, published_tolerance(c));
        tensor_free(expected);
    }
    published_case_close(c);
}

CASE(rnn_step_forward_published, "a step of the recurrent net: the course's published values",
     .published = true, .needs = "rnn_step_forward_any_shape")
{
    check_published(a, "rnn_step_forward", (const char *const[]){"x", "prev_h", "Wx", "Wh", "b"}, 5,
                    "next_h");
}

CASE(rnn_forward_published, "all steps of the recurrent net: the course's published values",
     .published = true, .needs = "rnn_forward_any_shape")
{
    check_published(a, "rnn_forward", (const char *const[]){"x", "h0", "Wx", "Wh", "b"}, 5, "h");
}

CASE(embedding_forward_published, "word embedding: the course's published values",
     .published = true, .needs = "embedding_forward_any_shape")
{
    published_case *c = open_published(a, "word_embedding_forward", 0);
    if (c == NULL)
        return;
    captions *words = published_input_captions(c, "x");
    give_captions(a, "words", words);
    give_published(a, c, (const char *const[]){"W"}, 1);
    if (call(a, "word_embedding_forward")) {
        tensor *expected = published_expected(c, "out");
        expect_tensor(a, "out", expected, published_tolerance(c));
        tensor_free(expected);
    }
    captions_free(words);
    published_case_close(c);
}

CASE(lstm_step_forward_published, "a step of the LSTM: the course's published values",
     .published = true, .needs = "lstm_step_forward_any_shape")
{
    check_published(a, "lstm_step_forward",
                    (const char *const[]){"x", "prev_h", "prev_c", "Wx", "Wh", "b"}, 6, "next_h");
}

CASE(lstm_forward_published, "all steps of the LSTM: the course's published values",
     .published = true, .needs = "lstm_forward_any_shape")
{
    check_published(a, "lstm_forward", (const char *const[]){"x", "h0", "Wx", "Wh", "b"}, 5, "h");
}

/* alpha_bar of the sigmoid schedule, which is known without a product, and T. */
static void give_sigmoid_alpha_bar(attempt *a, size_t T)
{
    static const char *const others[] = {"beta",        "alpha_bar_before", "start_share",
                                         "noisy_share", "step_deviation",   "weight"};
    const double ends = 1 / (1 + exp(-3.0)), begins = 1 / (1 + exp(3.0));
    tensor *alpha_bar = give_zeros(a, "alpha_bar", sizes1(T));
    for (size_t t = 0; t < T; t++) {
        double u = (double)(t + 1) / (double)T;
        alpha_bar->data[t] = (ends - 1 / (1 + exp(3 - 6 * u))) / (ends - begins);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        give_zeros(a, others[i], sizes1(T));
    give_number(a, "objective", 0);
}

static void check_published_noise(attempt *a, const char *function, const char *other,
                                  const char *output)
{
    published_case *c = open_published(a, function, 0);
    if (c == NULL)
        return;
    labels *t = published_input_labels(c, "t");
    give_sigmoid_alpha_bar(a, (size_t)published_input_number(c, "T"));
    labels *given_t = give_labels(a, "t", t->count, 1000);
    for (size_t n = 0; n < t->count; n++)
        given_t->data[n] = t->data[n];
    give_published(a, c, (const char *const[]){"x_t", other}, 2);
    if (call(a, function)) {
        tensor *expected = published_expected(c, output);
        expect_tensor(a, output, expected, published_tolerance(c));
        tensor_free(expected);
    }
    labels_free(t);
    published_case_close(c);
}

CASE(predict_start_published, "the start behind the noise: the course's published values",
     .published = true, .needs = "predict_start_any_shape")
{
    check_published_noise(a, "predict_start_from_noise", "noise", "x_start");
}

CASE(predict_noise_published, "the noise on a picture: the course's published values",
     .published = true, .needs = "predict_noise_any_shape")
{
    check_published_noise(a, "predict_noise_from_start", "x_start", "noise");
}

CASE(gan_losses_published, "both players' losses: the course's published values", .published = true,
     .needs = "discriminator_loss_any_shape")
{
    published_case *c = open_published(a, "discriminator_loss", 0);
    if (c == NULL)
        return;
    give_published(a, c, (const char *const[]){"logits_real", "logits_fake"}, 2);
    call(a, "discriminator_loss");
    expect_number(a, "loss", published_expected_number(c, "loss"), published_tolerance(c));
    call(a, "generator_loss");
    published_case_close(c);
    c = open_published(a, "generator_loss", 0);
    if (c == NULL)
        return;
    expect_number(a, "loss", published_expected_number(c, "loss"), published_tolerance(c));
    published_case_close(c);
}

CASE(leaky_relu_published, "leaky ReLU: the course's published values", .published = true,
     .needs = "leaky_relu_forward_any_shape")
{
    published_case *c = open_published(a, "leaky_relu", 0);
    if (c == NULL)
        return;
    give_published(a, c, (const char *const[]){"x"}, 1);
    give_number(a, "slope", published_input_number(c, "slope"));
    if (call(a, "leaky_relu_forward")) {
        tensor *expected = published_expected(c, "out");
        expect_tensor(a, "out", expected, published_tolerance(c));
        tensor_free(expected);
    }
    published_case_close(c);
}
