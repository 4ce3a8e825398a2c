/* Hidden cases of word embedding. */
#include "attempt.h"

CASE(embedding_forward_any_shape, "the rows of the words, for any shape")
{
    for (size_t round = 0; round < 3; round++) {
        size_t N = draw_size(a, 2, 4);
        size_t T = draw_size(a, 5, 7);
        size_t V = draw_size(a, 8, 20);
        size_t E = draw_size(a, 2, 9);
        give_words(a, "words", N, T, V);
        give_normal(a, "W", sizes2(V, E), 0, 1);
        call(a, "word_embedding_forward");
        expect_close(a, "out");
    }
}

static void give_embedding_backward(attempt *a, size_t N, size_t T, size_t V, size_t E)
{
    give_normal(a, "dout", sizes3(N, T, E), 0, 1);
    give_words(a, "words", N, T, V);
    give_size(a, 'V', V);
}

CASE(embedding_backward_any_shape, "gradients of words that occur several times add up",
     .stays = "the captioner sees its mistakes too, but is another module")
{
    for (size_t round = 0; round < 3; round++) {
        size_t N = draw_size(a, 3, 5);
        size_t T = draw_size(a, 6, 8);
        size_t V = draw_size(a, 4, 9);
        size_t E = draw_size(a, 2, 9);
        give_embedding_backward(a, N, T, V, E);
        call(a, "word_embedding_backward");
        expect_close(a, "dW");
    }
}

CASE(embedding_backward_rare_words, "the gradient of a word that does not occur is 0",
     .needs = "embedding_backward_any_shape",
     .stays = "rows that no word names, in an output that holds numbers already")
{
    size_t V = draw_size(a, 150, 200);
    give_embedding_backward(a, 2, 3, V, 4);
    fill_outputs(a, 5);
    call(a, "word_embedding_backward");
    expect_close(a, "dW");
}

CASE(embedding_backward_one_word, "one word in all places", .needs = "embedding_backward_any_shape",
     .stays = "a word that occurs as often as there are places")
{
    give_embedding_backward(a, 4, 5, 6, 3);
    labels *words = given_labels(a, "words");
    for (size_t i = 1; i < words->count; i++)
        words->data[i] = words->data[0];
    call(a, "word_embedding_backward");
    expect_close(a, "dW");
}

CASE(embedding_float, "word embedding in float", .variant = CASE_FLOAT,
     .needs = "embedding_backward_any_shape", .stays = "that float is enough")
{
    give_embedding_backward(a, 30, 17, 11, 8);
    call(a, "word_embedding_backward");
    expect_close(a, "dW");
}

CASE(embedding_memory, "no memory error in word embedding", .variant = CASE_SANITIZED)
{
    give_embedding_backward(a, 3, 4, 6, 5);
    give_normal(a, "W", sizes2(6, 5), 0, 1);
    call(a, "word_embedding_forward");
    expect_close(a, "out");
    call(a, "word_embedding_backward");
    expect_close(a, "dW");
}
