/* The work items of assignment 2: their sizes, their data, and the calls that are timed. */
#include "bench/bench_item.h"

#include <stdlib.h>

#include "contract.h"
#include "conv.h"
#include "conv_fast.h"
#include "convnet_model.h"
#include "dropout.h"
#include "layers.h"
#include "norm_fast.h"
#include "optim.h"
#include "pool_fast.h"

enum { PIXELS = 3072, BATCH = 100, OUTPUTS = 512, SIDE = 500, ADAM_SIZE = 4200000, IMAGES = 50 };

/* Each kind of item uses what it needs; the rest is NULL. */
struct bench_state {
    tensor *x, *w, *b, *out, *dout, *dx, *dw, *db;
    tensor *kept, *mean, *spread; /* what backward needs of forward */
    tensor *running[2];
    tensor *pooled, *dpooled; /* of conv - relu - pool; kept has the winners */
    conv_shape conv;
    random_state random;
    update_state update;
    trainable_convnet net;
    update_state updates[6]; /* of the net's parameters */
    labels *y;
};

static random_state stream(void)
{
    random_state random;
    random_seed(&random, 231);
    return random;
}

/* A new tensor of normal numbers. */
static tensor *normal(tensor *t)
{
    random_state random = stream();
    tensor_fill_normal(t, &random, 0, 1);
    return t;
}

/* ---- affine layers ---- */

static void prepare_affine(size_t size, bench_state *s)
{
    s->x = normal(tensor_new_2d(size, PIXELS));
    s->w = normal(tensor_new_2d(PIXELS, OUTPUTS));
    s->b = normal(tensor_new_1d(OUTPUTS));
    s->out = tensor_new_2d(size, OUTPUTS);
    s->dout = normal(tensor_new_2d(size, OUTPUTS));
    s->dx = tensor_new_like(s->x);
    s->dw = tensor_new_like(s->w);
    s->db = tensor_new_like(s->b);
}

static void run_affine_forward(bench_state *s)
{
    affine_forward(s->x, s->w, s->b, s->out);
}

static void run_affine_backward(bench_state *s)
{
    affine_backward(s->dout, s->x, s->w, s->dx, s->dw, s->db);
}

/* ---- normalization and dropout, forward and backward ---- */

static void prepare_square(size_t size, bench_state *s)
{
    s->x = normal(tensor_new_2d(size, size));
    s->w = normal(tensor_new_1d(size)); /* gamma */
    s->b = normal(tensor_new_1d(size)); /* beta */
    s->out = tensor_new_2d(size, size);
    s->dout = normal(tensor_new_2d(size, size));
    s->dx = tensor_new_2d(size, size);
    s->dw = tensor_new_1d(size);
    s->db = tensor_new_1d(size);
    s->kept = tensor_new_2d(size, size);
    s->mean = tensor_new_1d(size);
    s->spread = tensor_new_1d(size);
    s->running[0] = tensor_new_1d(size);
    s->running[1] = tensor_new_1d(size);
    s->random = stream();
}

static void run_batchnorm(bench_state *s)
{
    fast_batchnorm_forward(s->x, s->w, s->b, (real)0.9, (real)1e-5, s->running[0], s->running[1],
                           s->out, s->mean, s->spread);
    fast_batchnorm_backward(s->dout, s->x, s->w, s->mean, s->spread, s->dx, s->dw, s->db);
}

static void run_layernorm(bench_state *s)
{
    fast_layernorm_forward(s->x, s->w, s->b, (real)1e-5, s->out, s->mean, s->spread);
    fast_layernorm_backward(s->dout, s->x, s->w, s->mean, s->spread, s->dx, s->dw, s->db);
}

static void run_dropout(bench_state *s)
{
    dropout_forward(s->x, (real)0.5, true, &s->random, s->kept, s->out);
    dropout_backward(s->dout, s->kept, true, s->dx);
}

/* ---- Adam ---- */

static void prepare_adam(size_t size, bench_state *s)
{
    update_settings settings = update_settings_default();
    settings.learning_rate = 1e-3;
    s->w = normal(tensor_new_1d(size));
    s->dw = normal(tensor_new_1d(size));
    s->update = update_state_for(s->w, &settings);
}

static void run_adam(bench_state *s)
{
    adam_step(s->w, s->dw, &s->update);
}

/* ---- convolution and pooling ---- */

static void prepare_conv(bench_state *s, size_t N, size_t C, size_t side, size_t F, size_t filter,
                         conv_shape shape)
{
    size_t result = conv_output_size(side, filter, shape);
    s->conv = shape;
    s->x = normal(tensor_new_4d(N, C, side, side));
    s->w = normal(tensor_new_4d(F, C, filter, filter));
    s->b = normal(tensor_new_1d(F));
    s->out = tensor_new_4d(N, F, result, result);
    s->dout = normal(tensor_new_4d(N, F, result, result));
    s->dx = tensor_new_like(s->x);
    s->dw = tensor_new_like(s->w);
    s->db = tensor_new_like(s->b);
}

static void prepare_bench_conv(size_t size, bench_state *s)
{
    prepare_conv(s, size, 3, 31, 25, 3, (conv_shape){2, 1});
}

static void prepare_first_conv(size_t size, bench_state *s)
{
    prepare_conv(s, size, 3, 32, 32, 7, (conv_shape){1, 3});
}

static void prepare_deep_conv(size_t size, bench_state *s)
{
    prepare_conv(s, size, 32, 32, 64, 3, (conv_shape){1, 1});
    s->kept = tensor_new_4d(size, 64, 16, 16);
    s->pooled = tensor_new_4d(size, 64, 16, 16);
    s->dpooled = normal(tensor_new_4d(size, 64, 16, 16));
}

static void run_conv_forward(bench_state *s)
{
    fast_conv_forward(s->x, s->w, s->b, s->conv, s->out);
}

static void run_conv_backward(bench_state *s)
{
    fast_conv_backward(s->dout, s->x, s->w, s->conv, s->dx, s->dw, s->db);
}

static void run_conv_naive(bench_state *s)
{
    conv_forward_naive(s->x, s->w, s->b, s->conv, s->out);
}

static const pool_shape halves = {2, 2, 2};

static void run_conv_relu_pool(bench_state *s)
{
    fast_conv_relu_pool_forward(s->x, s->w, s->b, s->conv, halves, s->pooled, s->kept);
    fast_conv_relu_pool_backward(s->dpooled, s->kept, s->x, s->w, s->conv, halves, s->dx, s->dw,
                                 s->db);
}

static void prepare_pool(size_t size, bench_state *s)
{
    s->x = normal(tensor_new_4d(size, 32, 32, 32));
    s->out = tensor_new_4d(size, 32, 16, 16);
    s->dout = normal(tensor_new_4d(size, 32, 16, 16));
    s->dx = tensor_new_like(s->x);
}

static void run_pool_forward(bench_state *s)
{
    fast_max_pool_forward(s->x, halves, s->out);
}

static void run_pool_backward(bench_state *s)
{
    fast_max_pool_backward(s->dout, s->x, halves, s->dx);
}

/* ---- a training step of the three-layer net ---- */

static void prepare_convnet(size_t size, bench_state *s)
{
    convnet_sizes sizes = convnet_sizes_default;
    update_settings settings = update_settings_default();
    settings.learning_rate = 1e-3;
    sizes.hidden = 500;
    s->random = stream();
    s->net = trainable_convnet_new(&sizes);
    three_layer_convnet_init(&s->net.net, (real)1e-2, &s->random);
    model m = trainable_convnet_model(&s->net);
    for (size_t i = 0; i < m.parameter_count; i++)
        s->updates[i] = update_state_for(m.parameters[i].value, &settings);
    s->x = normal(tensor_new_4d(size, 3, 32, 32));
    s->y = labels_new(size);
    labels_fill_random(s->y, &s->random, 10);
}

static void run_convnet(bench_state *s)
{
    model m = trainable_convnet_model(&s->net);
    (void)m.loss(m.self, s->x, s->y);
    for (size_t i = 0; i < m.parameter_count; i++)
        adam_step(m.parameters[i].value, m.parameters[i].gradient, &s->updates[i]);
}

/* ---- all of them ---- */

#define CONV_FLOPS(n, f, result, window) (2.0 * (n) * (f) * (result) * (result) * (window))
#define BENCH_FLOPS CONV_FLOPS(100, 25, 16, 27)
#define FIRST_FLOPS CONV_FLOPS(64, 32, 32, 147)
#define DEEP_FLOPS CONV_FLOPS(64, 64, 32, 288)
#define BENCH_FLOATS (100.0 * 3 * 31 * 31 + 25 * 27 + 100.0 * 25 * 256)
#define FIRST_FLOATS (64.0 * 3 * 1024 + 32 * 147 + 64.0 * 32 * 1024)
#define DEEP_FLOATS (64.0 * 32 * 1024 + 64 * 288 + 64.0 * 64 * 1024)
#define AFFINE_FLOPS (2.0 * BATCH * PIXELS * OUTPUTS)
#define AFFINE_FLOATS ((double)BATCH * PIXELS + (double)PIXELS * OUTPUTS + BATCH * OUTPUTS)
#define CONVNET_FLOPS (2 * CONV_FLOPS(50, 32, 32, 147) + 6.0 * 50 * 8192 * 500 + 6.0 * 50 * 5000)
#define CONVNET_FLOATS (50.0 * PIXELS + 7.0 * (4736 + 8192.0 * 500 + 500 + 5010))

const bench_item bench_items[] = {
    {"affine_forward", "100 x 3072 -> 512", BATCH, AFFINE_FLOPS, AFFINE_FLOATS, 1, 1,
     prepare_affine, run_affine_forward},
    {"affine_backward", "its gradients", BATCH, 2 * AFFINE_FLOPS, 2 * AFFINE_FLOATS, 1, 1,
     prepare_affine, run_affine_backward},
    {"batchnorm", "500 x 500, forward and backward", SIDE, 0, 4.0 * SIDE *SIDE, 1, 1,
     prepare_square, run_batchnorm},
    {"layernorm", "500 x 500, forward and backward", SIDE, 0, 4.0 * SIDE *SIDE, 1, 1,
     prepare_square, run_layernorm},
    {"dropout", "500 x 500, forward and backward", SIDE, 0, 4.0 * SIDE *SIDE, 1, 1, prepare_square,
     run_dropout},
    {"adam_4m", "an update of 4.2 million parameters", ADAM_SIZE, 0, 7.0 * ADAM_SIZE, 1, 1,
     prepare_adam, run_adam},
    {"conv_fwd_bench_3to25_3x3s2", "100 x 3 x 31 x 31 by 25 x 3 x 3, stride 2", 100, BENCH_FLOPS,
     BENCH_FLOATS, 1, 1, prepare_bench_conv, run_conv_forward},
    {"conv_bwd_bench_3to25_3x3s2", "its gradients", 100, 2 * BENCH_FLOPS, 2 * BENCH_FLOATS, 1, 1,
     prepare_bench_conv, run_conv_backward},
    {"conv_fwd_first_3to32_7x7", "64 x 3 x 32 x 32 by 32 x 7 x 7", 64, FIRST_FLOPS, FIRST_FLOATS, 1,
     1, prepare_first_conv, run_conv_forward},
    {"conv_bwd_first_3to32_7x7", "its gradients", 64, 2 * FIRST_FLOPS, 2 * FIRST_FLOATS, 1, 1,
     prepare_first_conv, run_conv_backward},
    {"conv_fwd_deep_32to64_3x3", "64 x 32 x 32 x 32 by 64 x 3 x 3", 64, DEEP_FLOPS, DEEP_FLOATS, 1,
     1, prepare_deep_conv, run_conv_forward},
    {"conv_bwd_deep_32to64_3x3", "its gradients", 64, 2 * DEEP_FLOPS, 2 * DEEP_FLOATS, 1, 1,
     prepare_deep_conv, run_conv_backward},
    {"conv_naive_bench", "the first convolution in plain loops", 100, BENCH_FLOPS, BENCH_FLOATS, 1,
     1, prepare_bench_conv, run_conv_naive},
    {"conv_relu_pool", "the deep shape, forward and backward", 64, 3 * DEEP_FLOPS, 3 * DEEP_FLOATS,
     1, 1, prepare_deep_conv, run_conv_relu_pool},
    {"max_pool_fwd", "64 x 32 x 32 x 32, 2 x 2", 64, 0, 64.0 * 32 * 1024 * 1.25, 1, 1, prepare_pool,
     run_pool_forward},
    {"max_pool_bwd", "64 x 32 x 32 x 32, 2 x 2", 64, 0, 64.0 * 32 * 1024 * 2.25, 1, 1, prepare_pool,
     run_pool_backward},
    {"three_layer_convnet", "a step with Adam, N = 50", IMAGES, CONVNET_FLOPS, CONVNET_FLOATS, 1, 1,
     prepare_convnet, run_convnet},
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
    tensor *const all[] = {state->x,          state->w,      state->b,      state->out,
                           state->dout,       state->dx,     state->dw,     state->db,
                           state->kept,       state->mean,   state->spread, state->running[0],
                           state->running[1], state->pooled, state->dpooled};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
    update_state_clear(&state->update);
    for (size_t i = 0; i < 6; i++)
        update_state_clear(&state->updates[i]);
    if (state->net.net.W1 != NULL)
        trainable_convnet_clear(&state->net);
    labels_free(state->y);
    free(state);
}
