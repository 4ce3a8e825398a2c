/* The fast elementwise functions and cells against the C library's and plain loops, in double. */
#include "elementwise_fast.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "expected_stop.h"
#include "parallel.h"
#include "random.h"
#include "suite.h"

/* ---- whole tensors ---- */

typedef struct function {
    void (*fast)(const tensor *x, tensor *out);
    long double (*exact)(long double x);
    long double first, last; /* between them results are neither 0 nor infinite */
} function;

static long double exact_exp(long double x)
{
    return expl(x);
}

static long double exact_tanh(long double x)
{
    return tanhl(x);
}

static long double exact_sigmoid(long double x)
{
    return 1 / (1 + expl(-x));
}

static const function functions[] = {
    {fast_exp, exact_exp, sizeof(real) == 4 ? -103 : -744, sizeof(real) == 4 ? 88.7L : 709.7L},
    {fast_tanh, exact_tanh, -30, 30},
    {fast_sigmoid, exact_sigmoid, sizeof(real) == 4 ? -87 : -708, 100},
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

/* How far got is from exact, in distances of exact's two neighbours. */
static double error_in_ulp(real got, long double exact)
{
    real size = fabs((real)exact);
    real step = nextafter(size, (real)INFINITY) - size;
    return (double)(fabsl((long double)got - exact) / (long double)step);
}

/* Evenly spread numbers, and as many whose logarithm is, of both signs. */
static tensor *numbers_between(double first, double last)
{
    tensor *x = tensor_new_1d(100000);
    random_state r;
    random_seed(&r, 231);
    for (size_t i = 0; i < x->size; i += 2) {
        double size = pow(10, -10 + 12 * random_uniform(&r)) * (i % 4 == 0 ? 1 : -1);
        x->data[i] = (real)(first + (last - first) * (double)i / (double)x->size);
        x->data[i + 1] = (real)(size < first ? first : size > last ? last : size);
    }
    return x;
}

START_TEST(test_each_error_is_below_two_ulp)
{
    const function *f = &functions[_i];
    tensor *x = numbers_between((double)f->first, (double)f->last), *out = tensor_new_like(x);
    f->fast(x, out);
    size_t wrong = 0;
    for (size_t i = 0; i < x->size; i++)
        wrong += !(error_in_ulp(out->data[i], f->exact((long double)x->data[i])) < 2);
    ck_assert_uint_eq(wrong, 0);
    tensor_free(x);
    tensor_free(out);
}
END_TEST

START_TEST(test_what_is_infinite_and_what_is_no_number_has_its_limit)
{
    const real numbers[] = {INFINITY, -INFINITY, 0, (real)1e30, (real)-1e30, NAN};
    const double expected[FUNCTIONS][5] = {
        {INFINITY, 0, 1, INFINITY, 0}, {1, -1, 0, 1, -1}, {1, 0, 0.5, 1, 0}};
    tensor *x = tensor_new_2d(6, 8), *out = tensor_new_2d(6, 8); /* in vectors, and alone */
    for (size_t i = 0; i < x->size; i++)
        x->data[i] = numbers[i / 8];
    for (size_t f = 0; f < FUNCTIONS; f++) {
        functions[f].fast(x, out);
        for (size_t i = 0; i < 40; i++)
            ck_assert((double)out->data[i] == expected[f][i / 8]);
        for (size_t i = 40; i < 48; i++)
            ck_assert(isnan(out->data[i]));
    }
    tensor_free(x);
    tensor_free(out);
}
END_TEST

START_TEST(test_the_result_is_the_same_in_place_and_on_any_number_of_threads)
{
    const size_t sizes[] = {0, 1, 511, 513, 300001};
    random_state r;
    random_seed(&r, 231);
    for (size_t s = 0; s < 5; s++) {
        tensor *x = tensor_new_1d(sizes[s]), *out = tensor_new_1d(sizes[s]);
        tensor_fill_normal(x, &r, 0, 3);
        tensor *again = tensor_new_copy(x);
        parallel_set_threads(1);
        functions[_i].fast(x, out);
        for (int threads = 1; threads <= 9; threads += 4) {
            parallel_set_threads(threads);
            tensor_copy(x, again);
            functions[_i].fast(again, again);
            ck_assert(memcmp(out->data, again->data, x->size * sizeof(real)) == 0);
        }
        tensor_free(x);
        tensor_free(out);
        tensor_free(again);
    }
}
END_TEST

/* ---- cells ---- */

/* ck_assert would write a line for each of many numbers. */
static void check_near(real got, double expected)
{
    if (!(fabs((double)got - expected) <=
          (sizeof(real) == 4 ? 1e-5 : 1e-13) * (1 + fabs(expected))))
        ck_abort_msg("%.17g, should be %.17g", (double)got, expected);
}

/* t filled with normal numbers of that deviation. */
static tensor *normal(tensor *t, random_state *r, double deviation)
{
    tensor_fill_normal(t, r, 0, deviation);
    return t;
}

/* The sum that column j of example n's step starts from, without the bias. */
static double sum_at(const tensor *x, const tensor *prev_h, const tensor *Wx, const tensor *Wh,
                     size_t n, size_t j)
{
    size_t D = x->shape[1], H = prev_h->shape[1], columns = Wx->shape[1];
    double sum = 0;
    for (size_t d = 0; d < D; d++)
        sum += (double)x->data[n * D + d] * (double)Wx->data[d * columns + j];
    for (size_t k = 0; k < H; k++)
        sum += (double)prev_h->data[n * H + k] * (double)Wh->data[k * columns + j];
    return sum;
}

static void check_rnn_step(size_t N, size_t D, size_t H)
{
    random_state r;
    random_seed(&r, (uint32_t)(N * 100 + H));
    tensor *x = normal(tensor_new_2d(N, D), &r, 1), *prev_h = normal(tensor_new_2d(N, H), &r, 1),
           *b = normal(tensor_new_1d(H), &r, 1);
    tensor *Wx = normal(tensor_new_2d(D, H), &r, 0.1), *Wh = normal(tensor_new_2d(H, H), &r, 0.1);
    tensor *next_h = tensor_new_2d(N, H);
    tensor_fill(next_h, (real)NAN);
    fast_rnn_step_forward(x, prev_h, Wx, Wh, b, next_h);
    for (size_t n = 0; n < N; n++)
        for (size_t j = 0; j < H; j++)
            check_near(next_h->data[n * H + j],
                       tanh(sum_at(x, prev_h, Wx, Wh, n, j) + (double)b->data[j]));
    tensor *all[] = {x, prev_h, b, Wx, Wh, next_h};
    for (size_t i = 0; i < 6; i++)
        tensor_free(all[i]);
}

/* What a step of an LSTM is given and gives. */
typedef struct lstm {
    size_t N, H;
    tensor *x, *prev_h, *prev_c, *Wx, *Wh, *b, *gates, *next_c, *next_h;
    tensor *dnext_h, *dnext_c, *dgates, *dprev_c;
} lstm;

static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

/* Compares unit j of example n, both ways. */
static void check_lstm_unit(const lstm *v, size_t n, size_t j)
{
    size_t H = v->H, at = n * H + j;
    double a[4], dh = (double)v->dnext_h->data[at];
    for (size_t k = 0; k < 4; k++) {
        double sum = sum_at(v->x, v->prev_h, v->Wx, v->Wh, n, k * H + j);
        sum += (double)v->b->data[k * H + j];
        a[k] = k < 3 ? sigmoid(sum) : tanh(sum);
        check_near(v->gates->data[n * 4 * H + k * H + j], a[k]);
    }
    double prev_c = (double)v->prev_c->data[at], c = a[1] * prev_c + a[0] * a[3], t = tanh(c);
    check_near(v->next_c->data[at], c);
    check_near(v->next_h->data[at], a[2] * t);
    double dc = (double)v->dnext_c->data[at] + dh * a[2] * (1 - t * t);
    const double expected[] = {dc * a[3] * a[0] * (1 - a[0]), dc * prev_c * a[1] * (1 - a[1]),
                               dh * t * a[2] * (1 - a[2]), dc * a[0] * (1 - a[3] * a[3])};
    for (size_t k = 0; k < 4; k++)
        check_near(v->dgates->data[n * 4 * H + k * H + j], expected[k]);
    check_near(v->dprev_c->data[at], dc * a[1]);
}

static void check_lstm_step(size_t N, size_t D, size_t H)
{
    random_state r;
    random_seed(&r, (uint32_t)(N * 100 + H));
    lstm v = {.N = N, .H = H, .gates = tensor_new_2d(N, 4 * H), .next_c = tensor_new_2d(N, H)};
    v.x = normal(tensor_new_2d(N, D), &r, 1);
    v.prev_h = normal(tensor_new_2d(N, H), &r, 1);
    v.prev_c = normal(tensor_new_2d(N, H), &r, 1);
    v.b = normal(tensor_new_1d(4 * H), &r, 1);
    v.Wx = normal(tensor_new_2d(D, 4 * H), &r, 0.1);
    v.Wh = normal(tensor_new_2d(H, 4 * H), &r, 0.1);
    v.dnext_h = normal(tensor_new_2d(N, H), &r, 1);
    v.dnext_c = normal(tensor_new_2d(N, H), &r, 1);
    v.next_h = tensor_new_2d(N, H);
    v.dgates = tensor_new_2d(N, 4 * H);
    v.dprev_c = tensor_new_2d(N, H);
    tensor *written[] = {v.gates, v.next_c, v.next_h, v.dgates, v.dprev_c};
    for (size_t i = 0; i < 5; i++)
        tensor_fill(written[i], (real)NAN);
    fast_lstm_step_forward(v.x, v.prev_h, v.prev_c, v.Wx, v.Wh, v.b, v.gates, v.next_c, v.next_h);
    fast_lstm_gates_backward(v.dnext_h, v.dnext_c, v.prev_c, v.next_c, v.gates, v.dgates,
                             v.dprev_c);
    for (size_t n = 0; n < N; n++)
        for (size_t j = 0; j < H; j++)
            check_lstm_unit(&v, n, j);
    tensor *kept = tensor_new_copy(v.dprev_c); /* the same in place */
    fast_lstm_gates_backward(v.dnext_h, v.dnext_c, v.prev_c, v.next_c, v.gates, v.dgates,
                             v.dnext_c);
    ck_assert(N * H == 0 || memcmp(v.dnext_c->data, kept->data, N * H * sizeof(real)) == 0);
    tensor *all[] = {v.x,      v.prev_h, v.prev_c,  v.Wx,      v.Wh,     v.b,       v.gates,
                     v.next_c, v.next_h, v.dnext_h, v.dnext_c, v.dgates, v.dprev_c, kept};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
}

START_TEST(test_fast_cells_follow_their_formulas_in_any_shape)
{
    const size_t shapes[][3] = {{0, 3, 2}, {1, 1, 1},  {2, 0, 3},
                                {3, 5, 0}, {5, 3, 33}, {25, 40, 64}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        check_rnn_step(shapes[i][0], shapes[i][1], shapes[i][2]);
        check_lstm_step(shapes[i][0], shapes[i][1], shapes[i][2]);
    }
}
END_TEST

START_TEST(test_fast_cells_follow_their_formulas_on_any_number_of_threads)
{
    for (int threads = 1; threads <= 9; threads += 4) {
        parallel_set_threads(threads);
        check_rnn_step(1000, 4, 100);
        check_lstm_step(300, 3, 101);
    }
}
END_TEST

/* ---- contracts ---- */

static void with_another_shape(void)
{
    fast_tanh(tensor_new_2d(2, 3), tensor_new_2d(3, 2));
}

static void with_another_bias(void)
{
    fast_bias_tanh(tensor_new_1d(2), tensor_new_2d(2, 3));
}

static void with_three_gates(void)
{
    tensor *c = tensor_new_2d(2, 3);
    fast_lstm_gates_forward(tensor_new_1d(12), c, tensor_new_2d(2, 9), c, c);
}

static void with_other_weights(void)
{
    tensor *h = tensor_new_2d(2, 3);
    fast_rnn_step_forward(tensor_new_2d(2, 5), h, tensor_new_2d(4, 3), tensor_new_2d(3, 3),
                          tensor_new_1d(3), tensor_new_2d(2, 3));
}

static const expected_stop stops[] = {
    {with_another_shape, "fast_tanh: out has shape 3 x 2, should have 2 x 3"},
    {with_another_bias, "fast_bias_tanh: b has shape 2, should have 3"},
    {with_three_gates, "fast_lstm_gates_forward: gates has shape 2 x 9, should have 2 x 12"},
    {with_other_weights, "fast_rnn_step_forward: Wx has shape 4 x 3, should have 5 x 3"},
};

START_TEST(test_shapes_that_do_not_fit_stop)
{
    run_to_stop(&stops[_i]);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("elementwise_fast");
    tcase_add_loop_test(tests, test_each_error_is_below_two_ulp, 0, FUNCTIONS);
    tcase_add_test(tests, test_what_is_infinite_and_what_is_no_number_has_its_limit);
    tcase_add_loop_test(tests, test_the_result_is_the_same_in_place_and_on_any_number_of_threads, 0,
                        FUNCTIONS);
    tcase_add_test(tests, test_fast_cells_follow_their_formulas_in_any_shape);
    tcase_add_test(tests, test_fast_cells_follow_their_formulas_on_any_number_of_threads);
    tcase_add_loop_exit_test(tests, test_shapes_that_do_not_fit_stop, STOPPED_WELL, 0,
                             sizeof stops / sizeof *stops);
    return run_suite("elementwise_fast", tests);
}
