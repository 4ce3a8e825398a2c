/*
 * Attention, head by head.
 *
 * Theory of operation. A thread does whole heads, each in blocks of a few queries, so that the
 * scores of a block are still in the first-level cache when their softmax, mask and dropout follow,
 * and when they are multiplied by the values. Backward goes through the same blocks, which add to
 * dk and dv:
 *
 *   dropped = weights * drop                     dv += dropped^T dout
 *   dweights = (dout v^T) * drop
 *   dscores = weights * (dweights - sum over t of dweights * weights) / sqrt(d)
 *   dq = dscores k                               dk += dscores^T q
 *
 * Rows of what stands on the right of a product are copied to whole vectors where they are not;
 * k and v are also turned round. What fills up a row of scores is 0, or minus infinity.
 */
#include "attention_fast.h"

#include <stdlib.h>
#include <string.h>

#include "contract.h"
#include "matmul_small.h"
#include "multiversion.h"
#include "parallel.h"

#include "fast_math.h"

enum {
    BLOCK = 32, /* queries at a time */
    PARTS = 16  /* of a maximum or a sum along a row; rows of scores are multiples of it */
};

/* An attention under way, in either direction. */
typedef struct attention {
    const tensor *q, *k, *v, *mask, *drop, *dout, *given_weights;
    tensor *out, *weights, *dq, *dk, *dv;
    size_t heads, S, T, d;
    size_t T_step, d_step; /* in whole vectors */
    real scale;
} attention;

/* A thread's own memory. */
typedef struct scratch {
    real *scores;     /* BLOCK x T_step */
    real *dropped;    /* BLOCK x T_step: weights after dropout */
    real *turned;     /* d x T_step: k or v */
    real *widened[2]; /* rows in whole vectors, T or BLOCK of them */
} scratch;

/* ---- memory ---- */

static size_t larger(size_t a, size_t b)
{
    return a < b ? b : a;
}

static scratch scratch_new(const attention *v)
{
    size_t scores = BLOCK * v->T_step, turned = v->d * v->T_step;
    size_t widened = larger(v->T, BLOCK) * v->d_step;
    size_t numbers = 2 * scores + turned + 2 * widened; /* whole vectors all */
    real *memory = aligned_alloc(TENSOR_ALIGNMENT, numbers * sizeof *memory);
    if (memory == NULL)
        contract_failed("fast_attention", "no memory for %zu keys", v->T);
    return (scratch){
        .scores = memory,
        .dropped = memory + scores,
        .turned = memory + 2 * scores,
        .widened = {memory + 2 * scores + turned, memory + 2 * scores + turned + widened}};
}

/* to = from^T, d rows of T numbers, filled up with zeros to step each. */
static void turn_round(const real *from, size_t T, size_t d, size_t step, real *to)
{
    for (size_t c = 0; c < d; c++) {
        for (size_t t = 0; t < T; t++)
            to[c * step + t] = from[t * d + c];
        memset(to + c * step + T, 0, (step - T) * sizeof *to);
    }
}

/* Rows of d numbers in whole vectors: from itself where it is that, else copied to memory. */
static const real *in_whole_vectors(const real *from, size_t rows, size_t d, size_t step,
                                    real *memory)
{
    if (step == d)
        return from;
    for (size_t i = 0; i < rows; i++) {
        memcpy(memory + i * step, from + i * d, d * sizeof *memory);
        memset(memory + i * step + d, 0, (step - d) * sizeof *memory);
    }
    return memory;
}

/* ---- rows of scores ---- */

static inline __attribute__((always_inline)) real sum_of_parts(real *parts)
{
#pragma GCC unroll 4
    for (size_t half = PARTS / 2; half > 0; half /= 2)
        for (size_t k = 0; k < half; k++)
            parts[k] += parts[k + half];
    return parts[0];
}

static inline __attribute__((always_inline)) real largest_part(real *parts)
{
#pragma GCC unroll 4
    for (size_t half = PARTS / 2; half > 0; half /= 2)
        for (size_t k = 0; k < half; k++)
            parts[k] = parts[k] < parts[k + half] ? parts[k + half] : parts[k];
    return parts[0];
}

/*
 * row = e^(scale * (row - its largest)), T numbers of step, where mask, if there is one, is not 0;
 * else 0. So is what a row is filled up with: its exponent is minus infinity. Returns the sum.
 */
static inline __attribute__((always_inline)) real exponentials_of_row(real *restrict row, size_t T,
                                                                      size_t step,
                                                                      const real *restrict mask,
                                                                      real scale)
{
    real parts[PARTS];
    for (size_t t = 0; t < T && mask != NULL; t++)
        row[t] = mask[t] != 0 ? row[t] : -(real)INFINITY;
    for (size_t t = T; t < step; t++)
        row[t] = -(real)INFINITY;
    for (size_t k = 0; k < PARTS; k++)
        parts[k] = row[k];
    for (size_t t = PARTS; t < step; t += PARTS)
        for (size_t k = 0; k < PARTS; k++)
            parts[k] = parts[k] < row[t + k] ? row[t + k] : parts[k];
    real largest = largest_part(parts);
    for (size_t k = 0; k < PARTS; k++)
        parts[k] = 0;
    for (size_t t = 0; t < step; t += PARTS)
        for (size_t k = 0; k < PARTS; k++) {
            row[t + k] = fast_exp_of_negative(scale * (row[t + k] - largest));
            parts[k] += row[t + k];
        }
    return sum_of_parts(parts);
}

/*
 * Rows first to first + count - 1 of a head, whose products are in scores: their softmax goes to
 * weights, and multiplied by drop to scores.
 */
MULTIVERSION
static void softmax_rows(const attention *v, size_t head, size_t first, size_t count,
                         real *restrict scores)
{
    const size_t T = v->T;
    for (size_t s = first; s < first + count; s++, scores += v->T_step) {
        real *restrict weights = v->weights->data + (head * v->S + s) * T;
        const real *mask = v->mask == NULL ? NULL : v->mask->data + s * T;
        real inverse = 1 / exponentials_of_row(scores, T, v->T_step, mask, v->scale);
        if (v->drop == NULL) {
            for (size_t t = 0; t < T; t++)
                weights[t] = scores[t] *= inverse;
            continue;
        }
        const real *restrict drop = v->drop->data + (head * v->S + s) * T;
        for (size_t t = 0; t < T; t++) {
            weights[t] = scores[t] * inverse;
            scores[t] = weights[t] * drop[t];
        }
    }
}

/*
 * Their gradients: from dout v^T in scores, before dropout, to dscores there; with dropout, weights
 * times drop go to dropped.
 */
MULTIVERSION
static void softmax_rows_backward(const attention *v, size_t head, size_t first, size_t count,
                                  real *restrict scores, real *restrict dropped)
{
    const size_t T = v->T;
    for (size_t s = first; s < first + count; s++, scores += v->T_step, dropped += v->T_step) {
        const real *restrict weights = v->given_weights->data + (head * v->S + s) * T;
        const real *restrict drop = v->drop == NULL ? NULL : v->drop->data + (head * v->S + s) * T;
        for (size_t t = 0; t < T && drop != NULL; t++) {
            dropped[t] = weights[t] * drop[t];
            scores[t] *= drop[t];
        }
        real parts[PARTS] = {0}, rest = 0;
        size_t t = 0;
        for (; t + PARTS <= T; t += PARTS)
            for (size_t k = 0; k < PARTS; k++)
                parts[k] += scores[t + k] * weights[t + k];
        for (; t < T; t++)
            rest += scores[t] * weights[t];
        rest += sum_of_parts(parts);
        for (t = 0; t < T; t++)
            scores[t] = weights[t] * (scores[t] - rest) * v->scale;
    }
}

/* ---- heads ---- */

static void forward_head(const attention *v, size_t head, const scratch *own)
{
    const size_t S = v->S, T = v->T, d = v->d;
    const real *values =
        in_whole_vectors(v->v->data + head * T * d, T, d, v->d_step, own->widened[0]);
    turn_round(v->k->data + head * T * d, T, d, v->T_step, own->turned);
    for (size_t s = 0; s < S; s += BLOCK) {
        size_t rows = S - s < BLOCK ? S - s : BLOCK, at = (head * S + s) * d;
        small_multiply(&(small_product){.n = rows,
                                        .m = T,
                                        .k = d,
                                        .A = v->q->data + at,
                                        .A_across = d,
                                        .A_along = 1,
                                        .B = own->turned,
                                        .B_step = v->T_step,
                                        .out = own->scores,
                                        .out_step = v->T_step});
        softmax_rows(v, head, s, rows, own->scores);
        small_multiply(&(small_product){.n = rows,
                                        .m = d,
                                        .k = T,
                                        .A = own->scores,
                                        .A_across = v->T_step,
                                        .A_along = 1,
                                        .B = values,
                                        .B_step = v->d_step,
                                        .out = v->out->data + at,
                                        .out_step = d});
    }
}

/* to, T x d, = or += rows^T x B, for rows of T numbers, a step apart, and B of as many rows. */
static void add_transposed(const attention *v, const real *rows, size_t step, size_t count,
                           const real *B, bool add, real *to)
{
    small_multiply(&(small_product){.n = v->T,
                                    .m = v->d,
                                    .k = count,
                                    .A = rows,
                                    .A_across = 1,
                                    .A_along = step,
                                    .B = B,
                                    .B_step = v->d_step,
                                    .out = to,
                                    .out_step = v->d,
                                    .add = add});
}

/* The share of queries s to s + rows - 1 of a head in its gradients; keys in whole vectors. */
static void backward_block(const attention *v, size_t head, size_t s, size_t rows, const real *keys,
                           const scratch *own)
{
    const size_t T = v->T, d = v->d, at = (head * v->S + s) * d, keys_at = head * T * d;
    const real *weights = v->given_weights->data + (head * v->S + s) * T;
    small_multiply(&(small_product){.n = rows,
                                    .m = T,
                                    .k = d,
                                    .A = v->dout->data + at,
                                    .A_across = d,
                                    .A_along = 1,
                                    .B = own->turned,
                                    .B_step = v->T_step,
                                    .out = own->scores,
                                    .out_step = v->T_step});
    softmax_rows_backward(v, head, s, rows, own->scores, own->dropped);
    small_multiply(&(small_product){.n = rows,
                                    .m = d,
                                    .k = T,
                                    .A = own->scores,
                                    .A_across = v->T_step,
                                    .A_along = 1,
                                    .B = keys,
                                    .B_step = v->d_step,
                                    .out = v->dq->data + at,
                                    .out_step = d});
    const real *B = in_whole_vectors(v->dout->data + at, rows, d, v->d_step, own->widened[1]);
    add_transposed(v, v->drop == NULL ? weights : own->dropped, v->drop == NULL ? T : v->T_step,
                   rows, B, s > 0, v->dv->data + keys_at);
    B = in_whole_vectors(v->q->data + at, rows, d, v->d_step, own->widened[1]);
    add_transposed(v, own->scores, v->T_step, rows, B, s > 0, v->dk->data + keys_at);
}

static void backward_head(const attention *v, size_t head, const scratch *own)
{
    const size_t S = v->S, T = v->T, d = v->d;
    const real *keys =
        in_whole_vectors(v->k->data + head * T * d, T, d, v->d_step, own->widened[0]);
    turn_round(v->v->data + head * T * d, T, d, v->T_step, own->turned);
    for (size_t s = 0; s < S; s += BLOCK)
        backward_block(v, head, s, S - s < BLOCK ? S - s : BLOCK, keys, own);
}

/* Part index of count of the heads, in the direction that v has the results of. */
static void attention_part(const void *argument, size_t index, size_t count)
{
    const attention *v = argument;
    size_t last = parallel_begin(v->heads, 1, index + 1, count);
    scratch own = scratch_new(v);
    for (size_t head = parallel_begin(v->heads, 1, index, count); head < last; head++)
        (v->out != NULL ? forward_head : backward_head)(v, head, &own);
    free(own.scores);
}

static void run(const attention *v, double products)
{
    const double work_of_a_thread =
        2e6; /* multiplications; each a product's and a softmax's share */
    double head = (double)v->S * (double)v->T * ((double)v->d + 20);
    size_t threads = parallel_threads(products * (double)v->heads * head / work_of_a_thread);
    run_in_parallel(threads > v->heads ? v->heads : threads, attention_part, v);
}

/* ---- contracts ---- */

static void start(const char *function, attention *v)
{
    check_rank(function, "q", v->q, 4);
    check_rank(function, "k", v->k, 4);
    size_t N = v->q->shape[0], H = v->q->shape[1];
    v->heads = N * H;
    v->S = v->q->shape[2];
    v->d = v->q->shape[3];
    v->T = v->k->shape[2];
    check_shape_4d(function, "k", v->k, N, H, v->T, v->d);
    check_same_shape(function, "v", v->v, v->k);
    if (v->d == 0)
        contract_failed(function, "q has no columns");
    if (v->T == 0)
        contract_failed(function, "there are no keys");
    if (v->drop != NULL)
        check_shape_4d(function, "drop", v->drop, N, H, v->S, v->T);
    v->T_step = small_columns(v->T);
    v->d_step = small_columns(v->d);
    v->scale = (real)(1 / sqrt((double)v->d));
}

/* Each query must see a key. */
static void check_mask(const char *function, const attention *v)
{
    check_shape_2d(function, "mask", v->mask, v->S, v->T);
    for (size_t s = 0; s < v->S; s++) {
        size_t t = 0;
        while (t < v->T && v->mask->data[s * v->T + t] == 0)
            t++;
        if (t == v->T)
            contract_failed(function, "row %zu of mask is all 0, should let one key through", s);
    }
}

void fast_attention_forward(const tensor *q, const tensor *k, const tensor *v, const tensor *mask,
                            const tensor *drop, tensor *out, tensor *weights)
{
    attention a = {
        .q = q, .k = k, .v = v, .mask = mask, .drop = drop, .out = out, .weights = weights};
    start(__func__, &a);
    if (mask != NULL)
        check_mask(__func__, &a);
    check_same_shape(__func__, "out", out, q);
    check_shape_4d(__func__, "weights", weights, q->shape[0], q->shape[1], a.S, a.T);
    if (out->size > 0)
        run(&a, 2);
}

void fast_attention_backward(const tensor *dout, const tensor *q, const tensor *k, const tensor *v,
                             const tensor *weights, const tensor *drop, tensor *dq, tensor *dk,
                             tensor *dv)
{
    attention a = {.q = q, .k = k, .v = v, .drop = drop, .dout = dout, .given_weights = weights};
    a.dq = dq;
    a.dk = dk;
    a.dv = dv;
    start(__func__, &a);
    check_same_shape(__func__, "dout", dout, q);
    check_shape_4d(__func__, "weights", weights, q->shape[0], q->shape[1], a.S, a.T);
    check_same_shape(__func__, "dq", dq, q);
    check_same_shape(__func__, "dk", dk, k);
    check_same_shape(__func__, "dv", dv, k);
    if (dout->size > 0) {
        run(&a, 4);
    } else {
        tensor_fill(dk, 0);
        tensor_fill(dv, 0);
    }
}
