/* The fast attention against plain loops in double, with mask and dropout and without. */
#include "attention_fast.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "expected_stop.h"
#include "parallel.h"
#include "random.h"
#include "suite.h"

/* One attention: sizes, what it is given, and what both directions must give. */
typedef struct example {
    size_t heads, S, T, d;
    tensor *q, *k, *v, *mask, *drop, *dout;
    tensor *out, *weights, *dq, *dk, *dv;
    double *exact_out, *exact_weights, *exact_dq, *exact_dk, *exact_dv;
} example;

static double *zeros(size_t count)
{
    double *numbers = calloc(count + 1, sizeof *numbers);
    ck_assert_ptr_nonnull(numbers);
    return numbers;
}

static double dot(const real *a, const real *b, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

static double factor(const tensor *t, size_t i)
{
    return t == NULL ? 1 : (double)t->data[i];
}

/* Fills weights, T of them, of query s of a head. */
static void weights_of_query(const example *e, size_t head, size_t s, double *weights)
{
    double largest = -INFINITY, sum = 0;
    for (size_t t = 0; t < e->T; t++) {
        weights[t] = dot(e->q->data + (head * e->S + s) * e->d,
                         e->k->data + (head * e->T + t) * e->d, e->d) /
                     sqrt((double)e->d);
        if (factor(e->mask, s * e->T + t) == 0)
            weights[t] = -INFINITY;
        largest = fmax(largest, weights[t]);
    }
    for (size_t t = 0; t < e->T; t++)
        sum += weights[t] = exp(weights[t] - largest);
    for (size_t t = 0; t < e->T; t++)
        weights[t] /= sum;
}

/* Adds the share of query s of a head to the exact results. */
static void add_query(example *e, size_t head, size_t s)
{
    size_t T = e->T, d = e->d, at = (head * e->S + s) * d, pair = (head * e->S + s) * T;
    double *weights = e->exact_weights + pair, *dweights = zeros(T), mean = 0;
    const real *dout = e->dout->data + at;
    weights_of_query(e, head, s, weights);
    for (size_t t = 0; t < T; t++) {
        size_t key = (head * T + t) * d;
        dweights[t] = dot(dout, e->v->data + key, d) * factor(e->drop, pair + t);
        mean += weights[t] * dweights[t];
        for (size_t c = 0; c < d; c++) {
            double dropped = weights[t] * factor(e->drop, pair + t);
            e->exact_out[at + c] += dropped * (double)e->v->data[key + c];
            e->exact_dv[key + c] += dropped * (double)dout[c];
        }
    }
    for (size_t t = 0; t < T; t++) {
        double dscore = weights[t] * (dweights[t] - mean) / sqrt((double)d);
        size_t key = (head * T + t) * d;
        for (size_t c = 0; c < d; c++) {
            e->exact_dq[at + c] += dscore * (double)e->k->data[key + c];
            e->exact_dk[key + c] += dscore * (double)e->q->data[at + c];
        }
    }
    free(dweights);
}

static bool same(const tensor *got, const double *exact, size_t terms)
{
    double tolerance = (double)REAL_EPSILON * 4 * (10 + (double)terms);
    for (size_t i = 0; i < got->size; i++)
        if (!(fabs((double)got->data[i] - exact[i]) <= tolerance))
            return false;
    return true;
}

static tensor *normal(random_state *r, size_t N, size_t H, size_t rows, size_t columns)
{
    tensor *t = tensor_new_4d(N, H, rows, columns);
    tensor_fill_normal(t, r, 0, 1);
    return t;
}

/* A new tensor of 0 where chance decides, else value; one in each row stays. */
static tensor *with_zeros(random_state *r, tensor *t, double chance, real value)
{
    for (size_t i = 0; i < t->size; i++)
        t->data[i] = random_uniform(r) < chance ? 0 : value;
    for (size_t i = 0; i < t->size; i += t->shape[t->rank - 1])
        t->data[i + i / 7 % t->shape[t->rank - 1]] = value;
    return t;
}

static void check_attention(size_t N, size_t H, size_t S, size_t T, size_t d, bool masked,
                            bool dropped)
{
    random_state r;
    random_seed(&r, (uint32_t)(N + 10 * S + 1000 * T + d));
    example e = {.heads = N * H, .S = S, .T = T, .d = d};
    e.q = normal(&r, N, H, S, d);
    e.k = normal(&r, N, H, T, d);
    e.v = normal(&r, N, H, T, d);
    e.dout = normal(&r, N, H, S, d);
    e.mask = masked ? with_zeros(&r, tensor_new_2d(S, T), 0.4, 1) : NULL;
    e.drop = dropped ? with_zeros(&r, tensor_new_4d(N, H, S, T), 0.2, (real)1.25) : NULL;
    tensor **results[] = {&e.out, &e.dq, &e.dk, &e.dv, &e.weights};
    const tensor *like[] = {e.q, e.q, e.k, e.k, NULL};
    double **exact[] = {&e.exact_out, &e.exact_dq, &e.exact_dk, &e.exact_dv, &e.exact_weights};
    for (size_t i = 0; i < 5; i++) {
        *results[i] = like[i] != NULL ? tensor_new_like(like[i]) : tensor_new_4d(N, H, S, T);
        tensor_fill(*results[i], (real)NAN);
        *exact[i] = zeros((*results[i])->size);
    }
    for (size_t i = 0; i < e.heads * S; i++)
        add_query(&e, i / S, i % S);
    fast_attention_forward(e.q, e.k, e.v, e.mask, e.drop, e.out, e.weights);
    fast_attention_backward(e.dout, e.q, e.k, e.v, e.weights, e.drop, e.dq, e.dk, e.dv);
    for (size_t i = 0; i < 5; i++)
        ck_assert(same(*results[i], *exact[i], S + T + d));
    for (size_t i = 0; i < e.weights->size && masked; i++) /* not only nearly */
        ck_assert(e.mask->data[i % (S * T)] != 0 || e.weights->data[i] == 0);
    for (size_t i = 0; i < 5; i++) {
        tensor_free(*results[i]);
        free(*exact[i]);
    }
    tensor *given[] = {e.q, e.k, e.v, e.mask, e.drop, e.dout};
    for (size_t i = 0; i < 6; i++)
        tensor_free(given[i]);
}

START_TEST(test_fast_attention_follows_its_formulas_in_any_shape)
{
    const size_t shapes[][5] = {{1, 1, 1, 1, 1},    {2, 3, 2, 5, 3},   {1, 2, 16, 16, 64},
                                {2, 1, 17, 33, 15}, {1, 2, 70, 40, 8}, {2, 2, 5, 1, 16}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (int k = 0; k < 4; k++)
            check_attention(shapes[i][0], shapes[i][1], shapes[i][2], shapes[i][3], shapes[i][4],
                            k % 2 == 1, k / 2 == 1);
}
END_TEST

START_TEST(test_no_queries_and_no_heads_are_fine)
{
    check_attention(2, 3, 0, 5, 4, true, true);
    check_attention(0, 3, 2, 5, 4, true, false);
    check_attention(2, 0, 2, 5, 4, false, true);
}
END_TEST

START_TEST(test_fast_attention_follows_its_formulas_on_any_number_of_threads)
{
    for (int threads = 1; threads <= 9; threads += 4) {
        parallel_set_threads(threads);
        check_attention(25, 4, 16, 16, 64, true, false);
        check_attention(3, 2, 64, 64, 32, true, true);
    }
}
END_TEST

/* Scores of 1e4 and more, of which only the largest counts. */
START_TEST(test_large_scores_neither_overflow_nor_lose_the_largest)
{
    tensor *q = tensor_new_4d(1, 1, 2, 1), *k = tensor_new_4d(1, 1, 3, 1);
    tensor *out = tensor_new_like(q), *weights = tensor_new_4d(1, 1, 2, 3);
    const real keys[] = {-100, 99, 100}, queries[] = {200, -200};
    memcpy(q->data, queries, sizeof queries);
    memcpy(k->data, keys, sizeof keys);
    fast_attention_forward(q, k, k, NULL, NULL, out, weights);
    ck_assert(out->data[0] == 100 && out->data[1] == -100);
    tensor *all[] = {q, k, out, weights};
    for (size_t i = 0; i < 4; i++)
        tensor_free(all[i]);
}
END_TEST

static tensor *pairs(size_t rows, size_t columns)
{
    return tensor_new_4d(2, 2, rows, columns);
}

static void with_another_number_of_values(void)
{
    fast_attention_forward(pairs(3, 4), pairs(5, 4), pairs(6, 4), NULL, NULL, pairs(3, 4),
                           pairs(3, 5));
}

static void with_a_blind_query(void)
{
    tensor *mask = tensor_new_2d(3, 5);
    for (size_t i = 0; i < 10; i++)
        mask->data[i] = 1;
    fast_attention_forward(pairs(3, 4), pairs(5, 4), pairs(5, 4), mask, NULL, pairs(3, 4),
                           pairs(3, 5));
}

static void with_no_keys(void)
{
    fast_attention_forward(pairs(3, 4), pairs(0, 4), pairs(0, 4), NULL, NULL, pairs(3, 4),
                           pairs(3, 0));
}

static void with_weights_of_another_shape(void)
{
    fast_attention_backward(pairs(3, 4), pairs(3, 4), pairs(5, 4), pairs(5, 4), pairs(5, 3), NULL,
                            pairs(3, 4), pairs(5, 4), pairs(5, 4));
}

static const expected_stop stops[] = {
    {with_another_number_of_values,
     "fast_attention_forward: v has shape 2 x 2 x 6 x 4, should have 2 x 2 x 5 x 4"},
    {with_a_blind_query,
     "fast_attention_forward: row 2 of mask is all 0, should let one key through"},
    {with_no_keys, "fast_attention_forward: there are no keys"},
    {with_weights_of_another_shape,
     "fast_attention_backward: weights has shape 2 x 2 x 5 x 3, should have 2 x 2 x 3 x 5"},
};

START_TEST(test_shapes_and_masks_that_do_not_fit_stop)
{
    run_to_stop(&stops[_i]);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("attention_fast");
    tcase_add_test(tests, test_fast_attention_follows_its_formulas_in_any_shape);
    tcase_add_test(tests, test_no_queries_and_no_heads_are_fine);
    tcase_add_test(tests, test_fast_attention_follows_its_formulas_on_any_number_of_threads);
    tcase_add_test(tests, test_large_scores_neither_overflow_nor_lose_the_largest);
    tcase_add_loop_exit_test(tests, test_shapes_and_masks_that_do_not_fit_stop, STOPPED_WELL, 0,
                             sizeof stops / sizeof *stops);
    return run_suite("attention_fast", tests);
}
