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
