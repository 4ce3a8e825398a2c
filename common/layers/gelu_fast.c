/*
 * GELU. Both directions need the same exponential, of which fast_math.h makes Phi, too. Numbers so
 * far from 0 that Phi is 0 or 1 are brought nearer first: infinity times 0 is no number.
 */
#include "gelu_fast.h"

#include "contract.h"
#include "matmul.h"
#include "multiversion.h"
#include "parallel.h"

#include "fast_math.h"

static const double numbers_of_a_thread = 3e4; /* some 20 microseconds */

enum { BLOCK = 512 }; /* numbers at a time */

/* A GELU under way, in either direction; rows are of what an affine layer gives. */
typedef struct gelu {
    const tensor *x, *b, *dout;
    tensor *hidden, *out, *dx;
} gelu;

/* x, but not below where Phi is 0. */
static inline real not_too_low(real x)
{
    return x < -40 ? -40 : x;
}

/* Phi(x), and e^(-x^2 / 2) into bell. */
FAST_MATH real normal_distribution(real x, real *bell)
{
    real tail = fast_normal_tail(x < 0 ? -x : x, bell);
    return x < 0 ? tail : 1 - tail;
}

MULTIVERSION
static void gelu_block(const real *restrict x, size_t count, real *restrict out)
{
    for (size_t i = 0; i < count; i++) {
        real bell, inside = not_too_low(x[i]);
        out[i] = inside * normal_distribution(inside, &bell);
    }
}

static void gelu_part(const void *argument, size_t index, size_t count)
{
    const gelu *v = argument;
    size_t first = parallel_begin(v->x->size, BLOCK, index, count);
    gelu_block(v->x->data + first, parallel_begin(v->x->size, BLOCK, index + 1, count) - first,
               v->out->data + first);
}

void fast_gelu_forward(const tensor *x, tensor *out)
{
    gelu v = {.x = x, .out = out};
    check_same_shape(__func__, "out", out, x);
    run_in_parallel(parallel_threads((double)x->size / numbers_of_a_thread), gelu_part, &v);
}

/* dx comes with the upstream gradient in it. */
MULTIVERSION
static void gelu_block_backward(const real *restrict x, size_t count, real *restrict dx)
{
    for (size_t i = 0; i < count; i++) {
        real bell, inside = not_too_low(40 < x[i] ? 40 : x[i]);
        real share = normal_distribution(inside, &bell);
        dx[i] *= share + inside * bell * (real)0.39894228040143267794;
    }
}

static void gelu_part_backward(const void *argument, size_t index, size_t count)
{
    const gelu *v = argument;
    size_t last = parallel_begin(v->x->size, BLOCK, index + 1, count);
    for (size_t i = parallel_begin(v->x->size, BLOCK, index, count); i < last; i += BLOCK) {
        size_t few = last - i < BLOCK ? last - i : BLOCK;
        if (v->dx != v->dout)
            memcpy(v->dx->data + i, v->dout->data + i, few * sizeof(real));
        gelu_block_backward(v->x->data + i, few, v->dx->data + i);
    }
}

void fast_gelu_backward(const tensor *dout, const tensor *x, tensor *dx)
{
    gelu v = {.dout = dout, .x = x, .dx = dx};
    check_same_shape(__func__, "x", x, dout);
    check_same_shape(__func__, "dx", dx, dout);
    run_in_parallel(parallel_threads((double)x->size / numbers_of_a_thread), gelu_part_backward,
                    &v);
}

/* ---- as the end of an affine layer ---- */

MULTIVERSION
static void bias_gelu_row(const real *restrict b, size_t count, real *restrict hidden,
                          real *restrict out)
{
    for (size_t i = 0; i < count; i++) {
        real bell, sum = hidden[i] + b[i], inside = not_too_low(sum);
        hidden[i] = sum;
        out[i] = inside * normal_distribution(inside, &bell);
    }
}

static void bias_gelu_part(const void *argument, size_t index, size_t count)
{
    const gelu *v = argument;
    size_t M = v->b->size, last = parallel_begin(v->out->shape[0], 1, index + 1, count);
    for (size_t n = parallel_begin(v->out->shape[0], 1, index, count); n < last; n++)
        bias_gelu_row(v->b->data, M, v->hidden->data + n * M, v->out->data + n * M);
}

void fast_affine_gelu_forward(const tensor *x, const tensor *w, const tensor *b, tensor *hidden,
                              tensor *out)
{
    gelu v = {.b = b, .hidden = hidden, .out = out};
    tensor rows = tensor_flattened(x);
    check_rank(__func__, "w", w, 2);
    check_shape_2d(__func__, "w", w, rows.shape[1], w->shape[1]);
    check_shape_1d(__func__, "b", b, w->shape[1]);
    check_shape_2d(__func__, "hidden", hidden, rows.shape[0], w->shape[1]);
    check_same_shape(__func__, "out", out, hidden);
    matmul(x, w, hidden);
    run_in_parallel(parallel_threads((double)out->size / numbers_of_a_thread), bias_gelu_part, &v);
}
