/* The fast loss of words, and the layer before it, against plain loops in double. */
#include "temporal_fast.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "expected_stop.h"
#include "parallel.h"
#include "random.h"
#include "suite.h"

enum { NULL_WORD = 0 };

/* The loss of row i of V scores, divided by N, whose gradient goes to dscores. */
static double exact_loss_of_row(const double *scores, const captions *words, size_t i, size_t V,
                                double *dscores)
{
    uint32_t word = words->words[i];
    double largest = scores[0], sum = 0, N = (double)words->count;
    for (size_t v = 0; v < V; v++)
        largest = fmax(largest, scores[v]);
    for (size_t v = 0; v < V; v++)
        sum += exp(scores[v] - largest);
    for (size_t v = 0; v < V; v++)
        dscores[v] = word == NULL_WORD ? 0 : (exp(scores[v] - largest) / sum - (v == word)) / N;
    return word == NULL_WORD ? 0 : (log(sum) + largest - scores[word]) / N;
}

static double *zeros(size_t count)
{
    double *numbers = calloc(count + 1, sizeof *numbers);
    ck_assert_ptr_nonnull(numbers);
    return numbers;
}

static bool same(const tensor *got, const double *exact, double terms)
{
    for (size_t i = 0; i < got->size; i++)
        if (!(fabs((double)got->data[i] - exact[i]) <= (double)REAL_EPSILON * (10 + terms)))
            return false;
    return true;
}

static bool near(real got, double exact)
{
    return fabs((double)got - exact) <= 4 * (double)REAL_EPSILON * (1 + fabs(exact));
}

/* Words of which every third is <NULL>. */
static captions *some_words(random_state *r, size_t N, size_t T, size_t V)
{
    captions *words = captions_new(N, T);
    for (size_t i = 0; i < N * T; i++)
        words->words[i] = i % 3 == 2 ? NULL_WORD : (uint32_t)random_integer(r, (uint32_t)V);
    return words;
}

static tensor *normal(random_state *r, tensor *t, double deviation)
{
    tensor_fill_normal(t, r, 0, deviation);
    return t;
}

/* ---- the loss alone ---- */

static void check_loss(size_t N, size_t T, size_t V)
{
    random_state r;
    random_seed(&r, (uint32_t)(N * T + V));
    captions *words = some_words(&r, N, T, V);
    tensor *scores = normal(&r, tensor_new_3d(N, T, V), 5), *dscores = tensor_new_like(scores);
    double *row = zeros(V), *exact = zeros(scores->size), loss = 0;
    for (size_t i = 0; i < N * T; i++) {
        for (size_t v = 0; v < V; v++)
            row[v] = (double)scores->data[i * V + v];
        loss += exact_loss_of_row(row, words, i, V, exact + i * V);
    }
    tensor_fill(dscores, (real)NAN);
    ck_assert(near(fast_temporal_softmax_loss(scores, words, NULL_WORD, dscores), loss));
    ck_assert(same(dscores, exact, 10));
    ck_assert(near(fast_temporal_softmax_loss(scores, words, NULL_WORD, NULL), loss));
    ck_assert(near(fast_temporal_softmax_loss(scores, words, NULL_WORD, scores), loss));
    ck_assert(scores->size == 0 ||
              memcmp(scores->data, dscores->data, scores->size * sizeof(real)) == 0);
    tensor_free(scores);
    tensor_free(dscores);
    captions_free(words);
    free(row);
    free(exact);
}

START_TEST(test_the_loss_of_words_follows_its_formula_in_any_shape)
{
    const size_t shapes[][3] = {{0, 3, 4},  {3, 0, 4},  {1, 1, 1},    {2, 3, 5},
                                {3, 4, 32}, {3, 4, 67}, {25, 16, 100}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        check_loss(shapes[i][0], shapes[i][1], shapes[i][2]);
}
END_TEST

START_TEST(test_the_loss_of_words_follows_its_formula_on_any_number_of_threads)
{
    for (int threads = 1; threads <= 9; threads += 4) {
        parallel_set_threads(threads);
        check_loss(25, 16, 1004);
    }
}
END_TEST

START_TEST(test_large_scores_neither_overflow_nor_lose_the_word)
{
    tensor *scores = tensor_new_3d(1, 2, 3), *dscores = tensor_new_like(scores);
    captions *words = captions_new(1, 2);
    const real given[] = {-10000, 10000, 9990, 10000, -10000, 0};
    memcpy(scores->data, given, sizeof given);
    words->words[0] = 1;
    words->words[1] = 1;
    real loss = fast_temporal_softmax_loss(scores, words, NULL_WORD, dscores);
    ck_assert(near(loss, log1p(exp(-10)) + 20000));
    ck_assert(dscores->data[3] == 1 && dscores->data[4] == -1 && dscores->data[5] == 0);
    tensor_free(scores);
    tensor_free(dscores);
    captions_free(words);
}
END_TEST

/* ---- the layer and its loss ---- */

typedef struct vocabulary {
    size_t N, T, D, V;
    tensor *x, *w, *b;
    captions *words;
    double *dscores, *dx, *dw, *db; /* exact ones */
} vocabulary;

/* Adds row i's share of all gradients; returns its loss. */
static double add_row(vocabulary *e, size_t i)
{
    size_t D = e->D, V = e->V;
    const real *x = e->x->data + i * D;
    double *scores = zeros(V), *dscores = e->dscores + i * V;
    for (size_t v = 0; v < V; v++) {
        scores[v] = (double)e->b->data[v];
        for (size_t d = 0; d < D; d++)
            scores[v] += (double)x[d] * (double)e->w->data[d * V + v];
    }
    double loss = exact_loss_of_row(scores, e->words, i, V, dscores);
    for (size_t v = 0; v < V; v++) {
        e->db[v] += dscores[v];
        for (size_t d = 0; d < D; d++) {
            e->dw[d * V + v] += dscores[v] * (double)x[d];
            e->dx[i * D + d] += dscores[v] * (double)e->w->data[d * V + v];
        }
    }
    free(scores);
    return loss;
}

static void check_vocabulary(size_t N, size_t T, size_t D, size_t V)
{
    random_state r;
    random_seed(&r, (uint32_t)(N * T + V));
    vocabulary e = {.N = N, .T = T, .D = D, .V = V, .words = some_words(&r, N, T, V)};
    e.x = normal(&r, tensor_new_3d(N, T, D), 1);
    e.w = normal(&r, tensor_new_2d(D, V), 0.3);
    e.b = normal(&r, tensor_new_1d(V), 1);
    tensor *got[] = {tensor_new_3d(N, T, V), tensor_new_like(e.x), tensor_new_like(e.w),
                     tensor_new_1d(V)};
    double **exact[] = {&e.dscores, &e.dx, &e.dw, &e.db}, loss = 0;
    for (size_t i = 0; i < 4; i++) {
        *exact[i] = zeros(got[i]->size);
        tensor_fill(got[i], (real)NAN);
    }
    for (size_t i = 0; i < N * T; i++)
        loss += add_row(&e, i);
    real answer =
        fast_vocabulary_loss(e.x, e.w, e.b, e.words, NULL_WORD, got[0], got[1], got[2], got[3]);
    ck_assert(fabs((double)answer - loss) <= (double)REAL_EPSILON * 10 * (1 + loss));
    for (size_t i = 0; i < 4; i++) {
        ck_assert(same(got[i], *exact[i], (double)(N * T + D)));
        tensor_free(got[i]);
        free(*exact[i]);
    }
    tensor *given[] = {e.x, e.w, e.b};
    for (size_t i = 0; i < 3; i++)
        tensor_free(given[i]);
    captions_free(e.words);
}

START_TEST(test_a_vocabularys_loss_and_gradients_follow_their_formulas_in_any_shape)
{
    const size_t shapes[][4] = {{0, 3, 2, 4}, {3, 0, 2, 4}, {1, 1, 1, 1},
                                {2, 3, 0, 5}, {2, 3, 4, 5}, {10, 16, 7, 65}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        check_vocabulary(shapes[i][0], shapes[i][1], shapes[i][2], shapes[i][3]);
    check_vocabulary(10, 20, 3, 9000); /* several blocks */
}
END_TEST

START_TEST(test_a_vocabularys_loss_and_gradients_follow_their_formulas_on_any_number_of_threads)
{
    for (int threads = 1; threads <= 9; threads += 4) {
        parallel_set_threads(threads);
        check_vocabulary(25, 16, 20, 1004);
    }
}
END_TEST

/* ---- contracts ---- */

static void with_a_word_too_many(void)
{
    captions *words = captions_new(2, 3);
    words->words[5] = 4;
    fast_temporal_softmax_loss(tensor_new_3d(2, 3, 4), words, 0, NULL);
}

static void with_fewer_words(void)
{
    fast_temporal_softmax_loss(tensor_new_3d(2, 3, 4), captions_new(2, 2), 0, NULL);
}

static void with_other_weights(void)
{
    tensor *x = tensor_new_3d(2, 3, 5), *w = tensor_new_2d(4, 6), *b = tensor_new_1d(6);
    fast_vocabulary_loss(x, w, b, captions_new(2, 3), 0, tensor_new_3d(2, 3, 6), x, w, b);
}

static const expected_stop stops[] = {
    {with_a_word_too_many, "fast_temporal_softmax_loss: words[1,2] is 4, should be below 4"},
    {with_fewer_words, "fast_temporal_softmax_loss: words holds 2 x 2 words, should hold 2 x 3"},
    {with_other_weights, "fast_vocabulary_loss: w has shape 4 x 6, should have 5 x 6"},
};

START_TEST(test_words_and_shapes_that_do_not_fit_stop)
{
    run_to_stop(&stops[_i]);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("temporal_fast");
    tcase_add_test(tests, test_the_loss_of_words_follows_its_formula_in_any_shape);
    tcase_add_test(tests, test_the_loss_of_words_follows_its_formula_on_any_number_of_threads);
    tcase_add_test(tests, test_large_scores_neither_overflow_nor_lose_the_word);
    tcase_add_test(tests, test_a_vocabularys_loss_and_gradients_follow_their_formulas_in_any_shape);
    tcase_add_test(
        tests,
        test_a_vocabularys_loss_and_gradients_follow_their_formulas_on_any_number_of_threads);
    tcase_add_loop_exit_test(tests, test_words_and_shapes_that_do_not_fit_stop, STOPPED_WELL, 0,
                             sizeof stops / sizeof *stops);
    return run_suite("temporal_fast", tests);
}
