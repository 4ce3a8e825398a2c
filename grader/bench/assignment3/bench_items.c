/* The work items of assignment 3: their sizes, their data, and the calls that are timed. */
#include "bench/bench_item.h"

#include <stdlib.h>

#include "attention_fast.h"
#include "contract.h"
#include "conv_transpose_fast.h"
#include "embedding_fast.h"
#include "gelu_fast.h"
#include "random.h"
#include "temporal_fast.h"

enum { WORDS = 1004, STEPS = 16 };

/* Each kind of item uses what it needs; the rest is NULL. */
struct bench_state {
    tensor *x, *w, *b, *out, *dout, *dx, *dw, *db;
    tensor *k, *v, *mask, *weights, *dk, *dv; /* of attention, whose queries are x */
    captions *words;
};

static const conv_shape doubling = {2, 1};

/* t filled with normal numbers. */
static tensor *normal(tensor *t)
{
    random_state random;
    random_seed(&random, 231);
    tensor_fill_normal(t, &random, 0, 1);
    return t;
}

/* N sentences of words of the vocabulary, none of them the first. */
static captions *sentences(size_t N)
{
    random_state random;
    captions *words = captions_new(N, STEPS);
    random_seed(&random, 231);
    for (size_t i = 0; i < N * STEPS; i++)
        words->words[i] = 1 + (uint32_t)random_integer(&random, WORDS - 1);
    return words;
}

/* ---- attention ---- */

static void prepare_attention(bench_state *s, size_t N, size_t T, size_t d)
{
    enum { HEADS = 4 };
    s->x = normal(tensor_new_4d(N, HEADS, T, d));
    s->k = normal(tensor_new_like(s->x));
    s->v = normal(tensor_new_like(s->x));
    s->out = tensor_new_like(s->x);
    s->dout = normal(tensor_new_like(s->x));
    s->dx = tensor_new_like(s->x);
    s->dk = tensor_new_like(s->x);
    s->dv = tensor_new_like(s->x);
    s->weights = tensor_new_4d(N, HEADS, T, T);
}

/* A captioner's heads, which see no word that is to come. */
static void prepare_captioner(size_t size, bench_state *s)
{
    prepare_attention(s, size, STEPS, 64);
    s->mask = tensor_new_2d(STEPS, STEPS);
    for (size_t i = 0; i < s->mask->size; i++)
        s->mask->data[i] = i % STEPS <= i / STEPS;
    fast_attention_forward(s->x, s->k, s->v, s->mask, NULL, s->out, s->weights);
}

static void prepare_vit(size_t size, bench_state *s)
{
    prepare_attention(s, size, 64, 32);
    fast_attention_forward(s->x, s->k, s->v, NULL, NULL, s->out, s->weights);
}

static void run_attention_forward(bench_state *s)
{
    fast_attention_forward(s->x, s->k, s->v, s->mask, NULL, s->out, s->weights);
}

static void run_attention_backward(bench_state *s)
{
    fast_attention_backward(s->dout, s->x, s->k, s->v, s->weights, NULL, s->dx, s->dk, s->dv);
}

/* ---- elementwise, and words ---- */

static void prepare_gelu(size_t size, bench_state *s)
{
    s->x = normal(tensor_new_1d(size));
    s->dout = normal(tensor_new_1d(size));
    s->out = tensor_new_1d(size);
    s->dx = tensor_new_1d(size);
}

static void run_gelu(bench_state *s)
{
    fast_gelu_forward(s->x, s->out);
    fast_gelu_backward(s->dout, s->x, s->dx);
}

static void prepare_embedding(size_t size, bench_state *s)
{
    s->words = sentences(size);
    s->dout = normal(tensor_new_3d(size, STEPS, 256));
    s->dw = tensor_new_2d(WORDS, 256);
}

static void run_embedding_backward(bench_state *s)
{
    fast_embedding_backward(s->dout, s->words, s->dw);
}

static void prepare_vocabulary(size_t size, bench_state *s)
{
    s->words = sentences(size);
    s->x = normal(tensor_new_3d(size, STEPS, 512));
    s->w = normal(tensor_new_2d(512, WORDS));
    tensor_scale(s->w, (real)0.05);
    s->b = normal(tensor_new_1d(WORDS));
    s->dout = tensor_new_3d(size, STEPS, WORDS);
    s->dx = tensor_new_like(s->x);
    s->dw = tensor_new_like(s->w);
    s->db = tensor_new_like(s->b);
}

static void run_vocabulary(bench_state *s)
{
    (void)fast_vocabulary_loss(s->x, s->w, s->b, s->words, 0, s->dout, s->dx, s->dw, s->db);
}

/* ---- the first transposed convolution of the DCGAN's generator ---- */

static void prepare_conv_transpose(size_t size, bench_state *s)
{
    s->x = normal(tensor_new_4d(size, 128, 7, 7));
    s->w = normal(tensor_new_4d(128, 64, 4, 4));
    s->b = normal(tensor_new_1d(64));
    s->out = tensor_new_4d(size, 64, 14, 14);
    s->dout = normal(tensor_new_4d(size, 64, 14, 14));
    s->dx = tensor_new_like(s->x);
    s->dw = tensor_new_like(s->w);
    s->db = tensor_new_like(s->b);
}

static void run_conv_transpose_forward(bench_state *s)
{
    fast_conv_transpose_forward(s->x, s->w, s->b, doubling, s->out);
}

static void run_conv_transpose_backward(bench_state *s)
{
    fast_conv_transpose_backward(s->dout, s->x, s->w, doubling, s->dx, s->dw, s->db);
}

/* ---- all of them ---- */

#define ATTENTION_FLOPS(n, t, d) (4.0 * (n)*4 * (t) * (t) * (d))
#define ATTENTION_FLOATS(n, t, d) (4.0 * (n) * (t) * ((t) + 4.0 * (d)))
#define VOCABULARY_FLOPS (6.0 * 400 * 512 * WORDS)
#define VOCABULARY_FLOATS (2.0 * (400 * 512 + 512 * WORDS) + 400 * WORDS)
#define TRANSPOSE_FLOPS (2.0 * 128 * 128 * 49 * 64 * 16)
#define TRANSPOSE_FLOATS (128.0 * 128 * 49 + 128 * 64 * 16 + 128 * 64 * 196)

const bench_item bench_items[] = {
    {"attention_fwd_16x16x64", "25 x 4 heads of 16 words, causal", 25, ATTENTION_FLOPS(25, 16, 64),
     ATTENTION_FLOATS(25, 16, 64), 1, 1, prepare_captioner, run_attention_forward},
    {"attention_bwd_16x16x64", "its gradients", 25, 2 * ATTENTION_FLOPS(25, 16, 64),
     2 * ATTENTION_FLOATS(25, 16, 64), 1, 1, prepare_captioner, run_attention_backward},
    {"attention_fwd_64x64x32", "64 x 4 heads of 64 patches", 64, ATTENTION_FLOPS(64, 64, 32),
     ATTENTION_FLOATS(64, 64, 32), 1, 1, prepare_vit, run_attention_forward},
    {"attention_bwd_64x64x32", "its gradients", 64, 2 * ATTENTION_FLOPS(64, 64, 32),
     2 * ATTENTION_FLOATS(64, 64, 32), 1, 1, prepare_vit, run_attention_backward},
    {"gelu_1m", "GELU of 2^20 numbers, both ways", 1 << 20, 0, 5.0 * (1 << 20), 1, 1, prepare_gelu,
     run_gelu},
    {"embedding_bwd", "gradients of 128 x 16 words of 1004", 128, 0, 256.0 * (2048 + WORDS), 1, 1,
     prepare_embedding, run_embedding_backward},
    {"vocabulary_loss", "400 x 512 to 1004 words, both ways", 25, VOCABULARY_FLOPS,
     VOCABULARY_FLOATS, 1, 1, prepare_vocabulary, run_vocabulary},
    {"conv_transpose_fwd", "128 x 128 x 7 x 7 by 128 x 64 x 4 x 4, stride 2", 128, TRANSPOSE_FLOPS,
     TRANSPOSE_FLOATS, 1, 1, prepare_conv_transpose, run_conv_transpose_forward},
    {"conv_transpose_bwd", "its gradients", 128, 2 * TRANSPOSE_FLOPS, 2 * TRANSPOSE_FLOATS, 1, 1,
     prepare_conv_transpose, run_conv_transpose_backward},
};
const size_t bench_item_count = sizeof bench_items / sizeof *bench_items;

bench_state *bench_state_new(const bench_item *item)
{
    bench_state *state = calloc(1, sizeof *state);
    if (state == NULL)
        contract_failed(__func__, "no memory");
    item->prepare(item->size, state);
    return state;
}

void bench_state_free(bench_state *state)
{
    if (state == NULL)
        return;
    tensor *const all[] = {state->x,    state->w,       state->b,  state->out, state->dout,
                           state->dx,   state->dw,      state->db, state->k,   state->v,
                           state->mask, state->weights, state->dk, state->dv};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
    captions_free(state->words);
    free(state);
}
