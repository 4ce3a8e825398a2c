/* Promises of embedding.c. */
#include "embedding.h"

#include <string.h>

#include "check_support.h"

/* The words "x" of a published case, kept. */
static captions *published_words(const published_case *c)
{
    captions *read = published_input_captions(c, "x");
    captions *words = kept_captions(read->count, read->length, read->words);
    captions_free(read);
    return words;
}

START_TEST(test_word_embedding_forward_gives_the_published_figures)
{
    published_case *c = published("word_embedding_forward", 0);
    tensor *W = keep(published_input(c, "W")), *expected = keep(published_expected(c, "out"));
    tensor *out = keep(output_like(expected));
    word_embedding_forward(published_words(c), W, out);
    expect_published("out", out, expected, published_tolerance(c));
    published_case_close(c);
}
END_TEST

START_TEST(test_word_embedding_forward_takes_the_row_of_the_word_and_not_of_its_place)
{
    tensor *W = keep(matrix(5, 2, (const double[]){0, 1, 10, 11, 20, 21, 30, 31, 40, 41}));
    const captions *words = kept_captions(1, 3, (const uint32_t[]){4, 4, 2});
    tensor *out = kept_output(SHAPE(1, 3, 2));
    hint("The sentence is 4 4 2, and row v of W is 10 v, 10 v + 1.");
    word_embedding_forward(words, W, out);
    expect_values("out", out, (const double[]){40, 41, 40, 41, 20, 21}, 0);
}
END_TEST

START_TEST(test_word_embedding_forward_reads_a_sentence_as_a_row)
{
    tensor *W = keep(matrix(6, 1, (const double[]){0, 1, 2, 3, 4, 5}));
    const captions *words = kept_captions(2, 3, (const uint32_t[]){0, 1, 2, 3, 4, 5});
    tensor *out = kept_output(SHAPE(2, 3, 1));
    hint("The sentences are 0 1 2 and 3 4 5: word t of sentence n is words[n * T + t].");
    word_embedding_forward(words, W, out);
    expect_values("out", out, (const double[]){0, 1, 2, 3, 4, 5}, 0);
}
END_TEST

START_TEST(test_word_embedding_backward_gives_the_computed_figures)
{
    published_case *c = published("word_embedding_backward", 0);
    tensor *dout = keep(published_input(c, "dout")), *expected = keep(published_expected(c, "dW"));
    tensor *dW = keep(output_like(expected));
    hint("Words 1 and 3 occur three times, word 2 never.");
    word_embedding_backward(dout, published_words(c), dW);
    expect_published("dW", dW, expected, published_tolerance(c));
    published_case_close(c);
}
END_TEST

START_TEST(test_word_embedding_backward_adds_up_where_one_word_fills_all_places)
{
    const captions *words = kept_captions(2, 2, (const uint32_t[]){1, 1, 1, 1});
    tensor *dout = keep(tensor_new_3d(2, 2, 1)), *dW = kept_output(SHAPE(3, 1));
    tensor_fill_linspace(dout, 1, 4);
    hint("Word 1 stands in all four places, and dout is 1 2 3 4.");
    word_embedding_backward(dout, words, dW);
    expect_values("dW", dW, (const double[]){0, 10, 0}, 1e-12);
}
END_TEST

START_TEST(test_word_embedding_backward_writes_zeros_for_words_that_do_not_occur)
{
    const captions *words = kept_captions(1, 2, (const uint32_t[]){7, 90});
    tensor *dout = keep(tensor_new_3d(1, 2, 3)), *dW = kept_output(SHAPE(100, 3));
    tensor_fill(dout, 1);
    hint("98 of the 100 words do not occur here: their rows are 0.");
    word_embedding_backward(dout, words, dW);
    expect_number("the sum of dW", tensor_sum(dW), 6, 1e-12);
    expect_number("the sum of its squares", tensor_sum_of_squares(dW), 6, 1e-12);
}
END_TEST

static void vectors_of(const tensor *W, tensor *out, void *context)
{
    word_embedding_forward(context, W, out);
}

START_TEST(test_word_embedding_backward_gives_the_gradient)
{
    random_state r;
    random_seed(&r, 231);
    captions *words = kept_captions(3, 4, (const uint32_t[]){0, 5, 2, 2, 2, 4, 0, 1, 5, 5, 5, 5});
    tensor *W = kept_normal(&r, 0, 1, SHAPE(6, 3)), *dout = kept_normal(&r, 0, 1, SHAPE(3, 4, 3));
    tensor *dW = keep(output_like(W));
    word_embedding_backward(dout, words, dW);
    expect_gradient_array("dW", dW, vectors_of, words, W, dout);
}
END_TEST

START_TEST(test_word_embedding_backward_forgets_what_dW_held)
{
    random_state r;
    random_seed(&r, 231);
    const captions *words = kept_captions(2, 2, (const uint32_t[]){0, 2, 2, 3});
    tensor *dout = kept_normal(&r, 0, 1, SHAPE(2, 2, 3)), *dW = kept_output(SHAPE(5, 3));
    word_embedding_backward(dout, words, dW);
    tensor *first = keep(tensor_new_copy(dW));
    hint("This is the second call with the same dW: are old contents added to?");
    word_embedding_backward(dout, words, dW);
    expect_close("dW", dW, first, 1e-12);
}
END_TEST

START_TEST(test_word_embedding_functions_leave_their_inputs_as_they_were)
{
    random_state r;
    random_seed(&r, 231);
    const uint32_t numbers[] = {0, 2, 2, 3};
    const captions *words = kept_captions(2, 2, numbers);
    tensor *W = kept_normal(&r, 0, 1, SHAPE(4, 3)), *dout = kept_normal(&r, 0, 1, SHAPE(2, 2, 3));
    tensor *W_before = keep(tensor_new_copy(W)), *dout_before = keep(tensor_new_copy(dout));
    word_embedding_forward(words, W, keep(output_like(dout)));
    word_embedding_backward(dout, words, keep(output_like(W)));
    expect_unchanged("W", W, W_before);
    expect_unchanged("dout", dout, dout_before);
    ck_assert_msg(memcmp(words->words, numbers, sizeof numbers) == 0, "words was changed");
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"word_embedding_forward", test_word_embedding_forward_gives_the_published_figures},
        {"word_embedding_forward",
         test_word_embedding_forward_takes_the_row_of_the_word_and_not_of_its_place},
        {"word_embedding_forward", test_word_embedding_forward_reads_a_sentence_as_a_row},
        {"word_embedding_backward", test_word_embedding_backward_gives_the_computed_figures},
        {"word_embedding_backward",
         test_word_embedding_backward_adds_up_where_one_word_fills_all_places},
        {"word_embedding_backward",
         test_word_embedding_backward_writes_zeros_for_words_that_do_not_occur},
        {"word_embedding_backward", test_word_embedding_backward_gives_the_gradient},
        {"word_embedding_backward", test_word_embedding_backward_forgets_what_dW_held},
        {"word_embedding_backward", test_word_embedding_functions_leave_their_inputs_as_they_were},
    };
    return check_module("embedding", promises, sizeof promises / sizeof *promises);
}
