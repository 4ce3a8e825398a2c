/* The fast word embedding against plain loops in double. */
#include "embedding_fast.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "expected_stop.h"
#include "parallel.h"
#include "random.h"
#include "suite.h"

/* Words of which every other one is 0, as in sentences that end early. */
static captions *many_zeros(random_state *r, size_t N, size_t T, size_t V)
{
    captions *words = captions_new(N, T);
    for (size_t i = 0; i < N * T; i++)
        words->words[i] = i % 2 == 0 ? 0 : (uint32_t)random_integer(r, (uint32_t)V);
    return words;
}

/* Whether dW holds the sums of dout over the places of each word. */
static bool sums_of_words(const tensor *dout, const captions *words, const tensor *dW)
{
    size_t E = dW->shape[1];
    double *sums = calloc(dW->size + 1, sizeof *sums);
    double tolerance = (double)REAL_EPSILON * (10 + (double)(words->count * words->length));
    bool same = sums != NULL;
    for (size_t i = 0; i < dout->size && same; i++)
        sums[words->words[i / E] * E + i % E] += (double)dout->data[i];
    for (size_t i = 0; i < dW->size && same; i++)
        same = fabs((double)dW->data[i] - sums[i]) <= tolerance;
    free(sums);
    return same;
}

static void check_embedding(size_t N, size_t T, size_t V, size_t E)
{
    random_state r;
    random_seed(&r, (uint32_t)(N * T + V));
    captions *words = many_zeros(&r, N, T, V);
    tensor *W = tensor_new_2d(V, E), *dW = tensor_new_2d(V, E), *out = tensor_new_3d(N, T, E);
    tensor *dout = tensor_new_like(out);
    tensor_fill_normal(W, &r, 0, 1);
    tensor_fill_normal(dout, &r, 0, 1);
    tensor_fill(out, (real)NAN);
    tensor_fill(dW, (real)NAN);
    fast_embedding_forward(words, W, out);
    for (size_t i = 0; i < N * T && E > 0; i++)
        ck_assert(memcmp(out->data + i * E, W->data + words->words[i] * E, E * sizeof(real)) == 0);
    fast_embedding_backward(dout, words, dW);
    ck_assert(sums_of_words(dout, words, dW));
    tensor *all[] = {W, dW, out, dout};
    for (size_t i = 0; i < 4; i++)
        tensor_free(all[i]);
    captions_free(words);
}

START_TEST(test_fast_embedding_looks_up_and_adds_up_in_any_shape)
{
    const size_t shapes[][4] = {{0, 3, 5, 2}, {3, 0, 5, 2},  {2, 3, 5, 0},    {1, 1, 1, 1},
                                {2, 3, 4, 5}, {7, 5, 3, 33}, {25, 16, 50, 64}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        check_embedding(shapes[i][0], shapes[i][1], shapes[i][2], shapes[i][3]);
    check_embedding(0, 0, 0, 3); /* no words at all */
}
END_TEST

START_TEST(test_fast_embedding_looks_up_and_adds_up_on_any_number_of_threads)
{
    for (int threads = 1; threads <= 9; threads += 4) {
        parallel_set_threads(threads);
        check_embedding(128, 16, 3, 257); /* fewer words than threads */
        check_embedding(128, 16, 1004, 256);
    }
}
END_TEST

START_TEST(test_the_gradient_has_the_same_bits_on_any_number_of_threads)
{
    random_state r;
    random_seed(&r, 231);
    captions *words = many_zeros(&r, 128, 16, 1004);
    tensor *dout = tensor_new_3d(128, 16, 256);
    tensor *dW = tensor_new_2d(1004, 256), *again = tensor_new_2d(1004, 256);
    tensor_fill_normal(dout, &r, 0, 1);
    fast_embedding_backward(dout, words, dW);
    for (int threads = 5; threads <= 9; threads += 4) {
        parallel_set_threads(threads);
        fast_embedding_backward(dout, words, again);
        ck_assert(memcmp(dW->data, again->data, dW->size * sizeof(real)) == 0);
    }
    tensor_free(dout);
    tensor_free(dW);
    tensor_free(again);
    captions_free(words);
}
END_TEST

static void with_a_word_too_many(void)
{
    captions *words = captions_new(2, 3);
    words->words[4] = 5;
    fast_embedding_forward(words, tensor_new_2d(5, 2), tensor_new_3d(2, 3, 2));
}

static void with_another_width(void)
{
    fast_embedding_backward(tensor_new_3d(2, 3, 4), captions_new(2, 3), tensor_new_2d(5, 2));
}

static const expected_stop stops[] = {
    {with_a_word_too_many, "fast_embedding_forward: words[1,1] is 5, should be below 5"},
    {with_another_width,
     "fast_embedding_backward: dout has shape 2 x 3 x 4, should have 2 x 3 x 2"},
};

START_TEST(test_words_and_shapes_that_do_not_fit_stop)
{
    run_to_stop(&stops[_i]);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("embedding_fast");
    tcase_add_test(tests, test_fast_embedding_looks_up_and_adds_up_in_any_shape);
    tcase_add_test(tests, test_fast_embedding_looks_up_and_adds_up_on_any_number_of_threads);
    tcase_add_test(tests, test_the_gradient_has_the_same_bits_on_any_number_of_threads);
    tcase_add_loop_exit_test(tests, test_words_and_shapes_that_do_not_fit_stop, STOPPED_WELL, 0,
                             sizeof stops / sizeof *stops);
    return run_suite("embedding_fast", tests);
}
