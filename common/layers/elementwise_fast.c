/*
 * Elementwise functions and the recurrent cells made of them. The functions are those of
 * fast_math.h, which compilers turn into vector instructions; a cell's sums are read and its states
 * written once.
 */
#include "elementwise_fast.h"

#include "contract.h"
#include "matmul.h"
#include "multiversion.h"
#include "parallel.h"

#include "fast_math.h"

static const double numbers_of_a_thread = 3e4; /* some 20 microseconds */

/* ---- whole tensors ---- */

enum { BLOCK = 512 }; /* numbers at a time, copied, so that out may be x */

typedef void (*block_function)(real *numbers, size_t count);

MULTIVERSION
static void exp_block(real *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        numbers[i] = fast_exp_of(numbers[i]);
}

MULTIVERSION
static void tanh_block(real *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        numbers[i] = fast_tanh_of(numbers[i]);
}

MULTIVERSION
static void sigmoid_block(real *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        numbers[i] = fast_sigmoid_of(numbers[i]);
}

typedef struct elementwise {
    block_function of_block;
    const tensor *x;
    tensor *out;
} elementwise;

static void elementwise_part(const void *argument, size_t index, size_t count)
{
    const elementwise *v = argument;
    size_t last = parallel_begin(v->x->size, BLOCK, index + 1, count);
    for (size_t i = parallel_begin(v->x->size, BLOCK, index, count); i < last; i += BLOCK) {
        size_t few = last - i < BLOCK ? last - i : BLOCK;
        if (v->out != v->x)
            memcpy(v->out->data + i, v->x->data + i, few * sizeof(real));
        v->of_block(v->out->data + i, few);
    }
}

static void run_elementwise(const char *function, block_function of_block, const tensor *x,
                            tensor *out)
{
    check_same_shape(function, "out", out, x);
    elementwise v = {of_block, x, out};
    run_in_parallel(parallel_threads((double)x->size / numbers_of_a_thread), elementwise_part, &v);
}

void fast_exp(const tensor *x, tensor *out)
{
    run_elementwise(__func__, exp_block, x, out);
}

void fast_tanh(const tensor *x, tensor *out)
{
    run_elementwise(__func__, tanh_block, x, out);
}

void fast_sigmoid(const tensor *x, tensor *out)
{
    run_elementwise(__func__, sigmoid_block, x, out);
}

/* ---- cells ---- */

/* A pass over the rows of a minibatch. */
typedef struct cell {
    size_t N, H;
    const tensor *b, *prev_c, *dnext_h, *dnext_c;
    const tensor *kept_gates, *kept_c; /* of forward */
    tensor *next_c, *next_h, *gates, *dgates, *dprev_c;
    void (*of_row)(const struct cell *v, size_t row);
} cell;

static void cell_part(const void *argument, size_t index, size_t count)
{
    const cell *v = argument;
    size_t last = parallel_begin(v->N, 1, index + 1, count);
    for (size_t n = parallel_begin(v->N, 1, index, count); n < last; n++)
        v->of_row(v, n);
}

/* Runs v, whose rows have so many numbers. */
static void run_cell(const cell *v, size_t numbers)
{
    double worth = (double)v->N * (double)numbers / numbers_of_a_thread;
    size_t threads = parallel_threads(worth);
    run_in_parallel(threads > v->N && v->N > 0 ? v->N : threads, cell_part, v);
}

MULTIVERSION
static void bias_tanh_row(const cell *v, size_t row)
{
    const real *restrict b = v->b->data;
    real *restrict h = v->next_h->data + row * v->H;
    for (size_t j = 0; j < v->H; j++)
        h[j] = fast_tanh_of(h[j] + b[j]);
}

void fast_bias_tanh(const tensor *b, tensor *h)
{
    check_rank(__func__, "h", h, 2);
    cell v = {.N = h->shape[0], .H = h->shape[1], .b = b, .next_h = h, .of_row = bias_tanh_row};
    check_shape_1d(__func__, "b", b, v.H);
    run_cell(&v, v.H);
}

MULTIVERSION
static void lstm_row(const cell *v, size_t row)
{
    const size_t H = v->H;
    const real *restrict b = v->b->data;
    const real *restrict prev_c = v->prev_c->data + row * H;
    real *restrict input = v->gates->data + row * 4 * H;
    real *restrict forget = input + H;
    real *restrict output = forget + H;
    real *restrict candidate = output + H;
    real *restrict next_c = v->next_c->data + row * H;
    real *restrict next_h = v->next_h->data + row * H;
    for (size_t j = 0; j < H; j++) {
        real i = fast_sigmoid_of(input[j] + b[j]);
        real f = fast_sigmoid_of(forget[j] + b[H + j]);
        real o = fast_sigmoid_of(output[j] + b[2 * H + j]);
        real g = fast_tanh_of(candidate[j] + b[3 * H + j]);
        real c = f * prev_c[j] + i * g;
        input[j] = i;
        forget[j] = f;
        output[j] = o;
        candidate[j] = g;
        next_c[j] = c;
        next_h[j] = o * fast_tanh_of(c);
    }
}

/* Checks what both passes are given and fills in the sizes. */
static void check_cell(const char *function, cell *v, const tensor *gates, const tensor *next_c)
{
    check_rank(function, "prev_c", v->prev_c, 2);
    v->N = v->prev_c->shape[0];
    v->H = v->prev_c->shape[1];
    check_shape_2d(function, "gates", gates, v->N, 4 * v->H);
    check_same_shape(function, "next_c", next_c, v->prev_c);
}

void fast_lstm_gates_forward(const tensor *b, const tensor *prev_c, tensor *gates, tensor *next_c,
                             tensor *next_h)
{
    cell v = {.b = b,
              .prev_c = prev_c,
              .gates = gates,
              .next_c = next_c,
              .next_h = next_h,
              .of_row = lstm_row};
    check_cell(__func__, &v, gates, next_c);
    check_shape_1d(__func__, "b", b, 4 * v.H);
    check_same_shape(__func__, "next_h", next_h, prev_c);
    run_cell(&v, 4 * v.H);
}

/*
 * dprev_c comes with dnext_c in it. With dc the whole gradient with respect to next_c, on which
 * next_h depends, too.
 */
MULTIVERSION
static void lstm_row_backward(const cell *v, size_t row)
{
    const size_t H = v->H;
    const real *restrict input = v->kept_gates->data + row * 4 * H;
    const real *restrict prev_c = v->prev_c->data + row * H;
    const real *restrict next_c = v->kept_c->data + row * H;
    const real *restrict dnext_h = v->dnext_h->data + row * H;
    real *restrict dinput = v->dgates->data + row * 4 * H;
    real *restrict dforget = dinput + H;
    real *restrict doutput = dforget + H;
    real *restrict dcandidate = doutput + H;
    real *restrict dprev_c = v->dprev_c->data + row * H;
    for (size_t j = 0; j < H; j++) {
        real i = input[j], f = input[H + j], o = input[2 * H + j], g = input[3 * H + j];
        real t = fast_tanh_of(next_c[j]);
        real dc = dprev_c[j] + dnext_h[j] * o * (1 - t * t);
        dinput[j] = dc * g * i * (1 - i);
        dforget[j] = dc * prev_c[j] * f * (1 - f);
        doutput[j] = dnext_h[j] * t * o * (1 - o);
        dcandidate[j] = dc * i * (1 - g * g);
        dprev_c[j] = dc * f;
    }
}

static void lstm_row_backward_copied(const cell *v, size_t row)
{
    if (v->dprev_c != v->dnext_c)
        memcpy(v->dprev_c->data + row * v->H, v->dnext_c->data + row * v->H, v->H * sizeof(real));
    lstm_row_backward(v, row);
}

void fast_lstm_gates_backward(const tensor *dnext_h, const tensor *dnext_c, const tensor *prev_c,
                              const tensor *next_c, const tensor *gates, tensor *dgates,
                              tensor *dprev_c)
{
    cell v = {.prev_c = prev_c,
              .kept_c = next_c,
              .kept_gates = gates,
              .dnext_h = dnext_h,
              .dnext_c = dnext_c,
              .dgates = dgates,
              .dprev_c = dprev_c,
              .of_row = lstm_row_backward_copied};
    check_cell(__func__, &v, gates, next_c);
    check_same_shape(__func__, "dnext_h", dnext_h, prev_c);
    check_same_shape(__func__, "dnext_c", dnext_c, prev_c);
    check_same_shape(__func__, "dgates", dgates, gates);
    check_same_shape(__func__, "dprev_c", dprev_c, prev_c);
    run_cell(&v, 4 * v.H);
}

/* ---- steps ---- */

/* sums = x Wx + prev_h Wh, of H hidden units with so many columns each. */
static void add_products(const char *function, const tensor *x, const tensor *prev_h,
                         const tensor *Wx, const tensor *Wh, size_t columns, tensor *sums)
{
    check_rank(function, "x", x, 2);
    check_rank(function, "prev_h", prev_h, 2);
    size_t N = x->shape[0], D = x->shape[1], H = prev_h->shape[1];
    check_shape_2d(function, "prev_h", prev_h, N, H);
    check_shape_2d(function, "Wx", Wx, D, columns * H);
    check_shape_2d(function, "Wh", Wh, H, columns * H);
    check_shape_2d(function, columns == 1 ? "next_h" : "gates", sums, N, columns * H);
    matmul(x, Wx, sums);
    matmul_general(false, false, 1, prev_h, Wh, 1, sums);
}

void fast_rnn_step_forward(const tensor *x, const tensor *prev_h, const tensor *Wx,
                           const tensor *Wh, const tensor *b, tensor *next_h)
{
    check_rank(__func__, "next_h", next_h, 2);
    check_shape_1d(__func__, "b", b, next_h->shape[1]);
    add_products(__func__, x, prev_h, Wx, Wh, 1, next_h);
    fast_bias_tanh(b, next_h);
}

void fast_lstm_step_forward(const tensor *x, const tensor *prev_h, const tensor *prev_c,
                            const tensor *Wx, const tensor *Wh, const tensor *b, tensor *gates,
                            tensor *next_c, tensor *next_h)
{
    check_same_shape(__func__, "prev_c", prev_c, prev_h);
    check_same_shape(__func__, "next_c", next_c, prev_h);
    check_same_shape(__func__, "next_h", next_h, prev_h);
    add_products(__func__, x, prev_h, Wx, Wh, 4, gates);
    check_shape_1d(__func__, "b", b, gates->shape[1]);
    fast_lstm_gates_forward(b, prev_c, gates, next_c, next_h);
}
