/* The work items of assignment 3: their sizes, their data, and the calls that are timed. */
#include "bench/bench_item.h"

#include <stdlib.h>

#include "attention_fast.h"
#include "captioner_model.h"
#include "captioning_transformer_model.h"
#include "contract.h"
#include "conv_transpose_fast.h"
#include "diffusion.h"
#include "embedding_fast.h"
#include "experiments/adam.h"
#include "gan.h"
#include "gan_losses.h"
#include "gelu_fast.h"
#include "plan_net.h"
#include "random.h"
#include "simclr.h"
#include "temporal_fast.h"
#include "unet_model.h"
#include "vit_model.h"

enum { WORDS = 1004, STEPS = 16, FEATURES = 512 };

/* Each kind of item uses what it needs; the rest is NULL. */
struct bench_state {
    tensor *x, *w, *b, *out, *dout, *dx, *dw, *db;
    tensor *k, *v, *mask, *weights, *dk, *dv; /* of attention, whose queries are x */
    captions *words;
    random_state random;
    net D, G;                /* of GANs, whose pictures are x, noise k, and G's pictures out */
    optimizer first, second; /* of D and G, or first of another net */
    trainable_captioner captioner;
    trainable_captioning_transformer transformer;
    trainable_vit vit;
    trainable_unet unet; /* of pictures x, with noise k and conditions v */
    unet_model model;
    diffusion_schedule schedule;
    labels *t;
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

/* N sentences of length words of the vocabulary, none of them the first. */
static captions *sentences(size_t N, size_t length)
{
    random_state random;
    captions *words = captions_new(N, length);
    random_seed(&random, 231);
    for (size_t i = 0; i < N * length; i++)
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
    s->words = sentences(size, STEPS);
    s->dout = normal(tensor_new_3d(size, STEPS, 256));
    s->dw = tensor_new_2d(WORDS, 256);
}

static void run_embedding_backward(bench_state *s)
{
    fast_embedding_backward(s->dout, s->words, s->dw);
}

static void prepare_vocabulary(size_t size, bench_state *s)
{
    s->words = sentences(size, STEPS);
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

/* ---- a step of a captioner, and of a ViT ---- */

static optimizer learner(const parameter *parameters, size_t count, double beta1)
{
    update_settings settings = update_settings_default();
    settings.learning_rate = 1e-3;
    settings.beta1 = beta1;
    return optimizer_new(parameters, count, &rule_adam, &settings);
}

static void prepare_recurrent(captioner_cell cell, size_t size, bench_state *s)
{
    const captioner_settings settings = {.cell = cell,
                                         .D = FEATURES,
                                         .E = 256,
                                         .H = 512,
                                         .V = WORDS,
                                         .start_word = 1,
                                         .end_word = 2};
    parameter parameters[CAPTIONER_PARAMETER_COUNT];
    random_seed(&s->random, 231);
    s->captioner = trainable_captioner_new(&settings);
    captioner_init(&s->captioner.net, &s->random);
    trainable_captioner_parameters(&s->captioner, parameters);
    s->first = learner(parameters, CAPTIONER_PARAMETER_COUNT, 0.9);
    s->x = normal(tensor_new_2d(size, FEATURES));
    s->words = sentences(size, STEPS + 1);
}

static void prepare_rnn(size_t size, bench_state *s)
{
    prepare_recurrent(CAPTIONER_RNN, size, s);
}

static void prepare_lstm(size_t size, bench_state *s)
{
    prepare_recurrent(CAPTIONER_LSTM, size, s);
}

static void run_recurrent(bench_state *s)
{
    (void)captioner_loss(&s->captioner.net, s->x, s->words, &s->captioner.gradients);
    optimizer_step(&s->first);
}

static void prepare_transformer(size_t size, bench_state *s)
{
    const captioning_transformer_settings settings = {.D = FEATURES,
                                                      .E = 256,
                                                      .F = 2048,
                                                      .V = WORDS,
                                                      .heads = 4,
                                                      .layer_count = 2,
                                                      .start_word = 1,
                                                      .end_word = 2};
    random_seed(&s->random, 231);
    s->transformer = trainable_captioning_transformer_new(&settings);
    captioning_transformer_init(&s->transformer.net, &s->random);
    s->first = learner(s->transformer.list.parameters, s->transformer.list.count, 0.9);
    s->x = normal(tensor_new_2d(size, FEATURES));
    s->words = sentences(size, STEPS + 1);
}

static void run_transformer(bench_state *s)
{
    (void)captioning_transformer_loss(&s->transformer.net, s->x, s->words,
                                      &s->transformer.gradients);
    optimizer_step(&s->first);
}

static void prepare_vit_step(size_t size, bench_state *s)
{
    enum { CLASSES = 10 };
    const vit_settings settings = {.channels = 3,
                                   .size = 8,
                                   .E = 128,
                                   .F = 256,
                                   .heads = 4,
                                   .layer_count = 6,
                                   .classes = CLASSES};
    random_seed(&s->random, 231);
    s->vit = trainable_vit_new(&settings);
    vit_init(&s->vit.net, &s->random);
    s->first = learner(s->vit.list.parameters, s->vit.list.count, 0.9);
    s->x = normal(tensor_new_4d(size, 3, 32, 32));
    s->t = labels_new(size);
    labels_fill_random(s->t, &s->random, CLASSES);
}

static void run_vit_step(bench_state *s)
{
    (void)vit_loss(&s->vit.net, s->x, s->t, &s->vit.gradients);
    optimizer_step(&s->first);
}

/* ---- a step of both players of a GAN ---- */

enum { NOISE = 96, SIDE = 28 };

static void prepare_game(size_t size, bench_state *s, const layer_plan *D, const layer_plan *G)
{
    random_seed(&s->random, 231);
    s->D = net_of_plan(D, &s->random);
    s->G = net_of_plan(G, &s->random);
    s->first = learner(s->D.parameters, s->D.parameter_count, 0.5);
    s->second = learner(s->G.parameters, s->G.parameter_count, 0.5);
    s->x = tensor_new_2d(size, (size_t)SIDE * SIDE);
    tensor_fill_uniform(s->x, &s->random, -1, 1);
    s->k = tensor_new_2d(size, NOISE);
    s->out = tensor_new_like(s->x);
}

static void prepare_gan(size_t size, bench_state *s)
{
    layer_plan D, G;
    gan_discriminator_plan((gan_sizes){NOISE, 1, SIDE}, &D);
    gan_generator_plan((gan_sizes){NOISE, 1, SIDE}, &G);
    prepare_game(size, s, &D, &G);
}

static void prepare_dcgan(size_t size, bench_state *s)
{
    layer_plan D, G;
    dcgan_discriminator_plan((gan_sizes){NOISE, 1, SIDE}, &D);
    dcgan_generator_plan((gan_sizes){NOISE, 1, SIDE}, &G);
    prepare_game(size, s, &D, &G);
}

static void run_game(bench_state *s)
{
    sample_noise(&s->random, s->k);
    (void)gan_discriminator_step(&s->D, &s->G, s->x, s->k, GAN_CROSS_ENTROPY, s->out);
    optimizer_step(&s->first);
    sample_noise(&s->random, s->k);
    (void)gan_generator_step(&s->G, &s->D, s->k, GAN_CROSS_ENTROPY, s->out);
    optimizer_step(&s->second);
}

/* ---- SimCLR's loss ---- */

static void prepare_simclr(size_t size, bench_state *s)
{
    random_seed(&s->random, 231);
    tensor **const all[] = {&s->x, &s->k, &s->dx, &s->dk};
    for (size_t i = 0; i < 4; i++) {
        *all[i] = tensor_new_2d(size, 128);
        tensor_fill_normal(*all[i], &s->random, 0, 1);
    }
}

static void run_simclr(bench_state *s)
{
    (void)simclr_loss(s->x, s->k, (real)0.5, s->dx, s->dk);
}

/* ---- a step of the diffusion's UNet ---- */

static void prepare_unet(size_t size, bench_state *s)
{
    enum { T = 200, K = 10 };
    const unet_settings settings = {
        .channels = 1, .E = 16, .M = 64, .K = K, .level_count = 2, .blocks = 1};
    random_seed(&s->random, 231);
    s->schedule = diffusion_schedule_new(T);
    tensor *beta = tensor_new_1d(T);
    beta_schedule(BETA_COSINE, beta);
    diffusion_schedule_fill(beta, PREDICT_NOISE, &s->schedule);
    tensor_free(beta);
    s->unet = trainable_unet_new(&settings);
    unet_init(&s->unet, &s->random);
    s->model = unet_model_new(&s->unet);
    s->first = learner(s->unet.list.parameters, s->unet.list.count, 0.9);
    s->x = tensor_new_4d(size, 1, SIDE, SIDE);
    tensor_fill_uniform(s->x, &s->random, -1, 1);
    s->k = normal(tensor_new_like(s->x));
    s->v = tensor_new_2d(size, K);
    s->t = labels_new(size);
    labels_fill_random(s->t, &s->random, T);
    for (size_t n = 0; n < size; n++)
        s->v->data[n * K + n % K] = 1;
}

static void run_unet(bench_state *s)
{
    const diffusion_model denoiser = unet_as_model(&s->model);
    (void)diffusion_loss(&s->schedule, &denoiser, s->x, s->t, s->k, s->v);
    optimizer_step(&s->first);
}

/* ---- all of them ---- */

#define ATTENTION_FLOPS(n, t, d) (4.0 * (n)*4 * (t) * (t) * (d))
#define ATTENTION_FLOATS(n, t, d) (4.0 * (n) * (t) * ((t) + 4.0 * (d)))
#define VOCABULARY_FLOPS (6.0 * 400 * 512 * WORDS)
#define VOCABULARY_FLOATS (2.0 * (400 * 512 + 512 * WORDS) + 400 * WORDS)
#define TRANSPOSE_FLOPS (2.0 * 128 * 128 * 49 * 64 * 16)
#define TRANSPOSE_FLOATS (128.0 * 128 * 49 + 128 * 64 * 16 + 128 * 64 * 196)
/* Steps of a GAN: four times G's products, eight times D's, whose sizes are multiplications. */
#define GAN_G (96.0 * 1024 + 1024.0 * 1024 + 1024.0 * 784)
#define GAN_D (784.0 * 256 + 256.0 * 256 + 256)
#define DCGAN_G (96.0 * 1024 + 1024.0 * 6272 + 49.0 * 128 * 64 * 16 + 196.0 * 64 * 16)
#define DCGAN_D (576.0 * 25 * 32 + 64.0 * 25 * 32 * 64 + 1024.0 * 1024 + 1024)
#define DCGAN_PARAMETERS (6675009 + 1102721)
#define GAN_FLOPS(g, d) (2.0 * 128 * (4 * (g) + 8 * (d)))
#define SIMCLR_FLOPS (6.0 * 512 * 512 * 128)
/* Multiplications of an image by pixels: 28 x 28, 14 x 14, 7 x 7. */
#define UNET (784.0 * 16800 + 196.0 * 68608 + 49.0 * 81920)

/* A captioning step for n pictures by a cell of that many gates: its products, and all numbers. */
#define CELL(gates) ((256.0 + 512) * (gates)*512)
#define RECURRENT_FLOPS(n, gates)                                                                  \
    (6.0 * (n) * (FEATURES * 512.0 + STEPS * (CELL(gates) + 512.0 * WORDS)))
#define RECURRENT_FLOATS(n, gates)                                                                 \
    (7 * (WORDS * 768.0 + FEATURES * 512.0 + CELL(gates)) + (n) * (double)FEATURES)
#define DECODER_LAYER (6 * 256.0 * 256 + 2 * 256.0 * 2048)
#define TRANSFORMER_FLOPS                                                                          \
    (6.0 * 25 * (FEATURES * 256.0 + STEPS * (2 * DECODER_LAYER + 256.0 * WORDS)))
#define TRANSFORMER_PARAMETERS 3803884.0
#define VIT_LAYER (4 * 128.0 * 128 + 2 * 128.0 * 256)
#define VIT_FLOPS (6.0 * 64 * (16 * (192.0 * 128 + 6 * (VIT_LAYER + 2 * 16.0 * 128)) + 1280))
#define VIT_PARAMETERS 820874.0

const bench_item bench_items[] = {
    {"rnn_step_n25", "an RNN captioner's step with Adam, N = 25", 25, RECURRENT_FLOPS(25, 1),
     RECURRENT_FLOATS(25, 1), 1, 1, prepare_rnn, run_recurrent},
    {"rnn_step_n128", "the same, N = 128", 128, RECURRENT_FLOPS(128, 1), RECURRENT_FLOATS(128, 1),
     1, 1, prepare_rnn, run_recurrent},
    {"lstm_step_n25", "an LSTM captioner's step with Adam, N = 25", 25, RECURRENT_FLOPS(25, 4),
     RECURRENT_FLOATS(25, 4), 1, 1, prepare_lstm, run_recurrent},
    {"lstm_step_n128", "the same, N = 128", 128, RECURRENT_FLOPS(128, 4), RECURRENT_FLOATS(128, 4),
     1, 1, prepare_lstm, run_recurrent},
    {"transformer_step_n25", "a transformer captioner's step with Adam, 2 layers, N = 25", 25,
     TRANSFORMER_FLOPS, 7 * TRANSFORMER_PARAMETERS, 1, 1, prepare_transformer, run_transformer},
    {"vit_step_n64", "a ViT's step with Adam, 6 layers, patches of 8 x 8, N = 64", 64, VIT_FLOPS,
     7 * VIT_PARAMETERS + 64.0 * 3072, 1, 1, prepare_vit_step, run_vit_step},
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
    {"gan_step_n128", "both players, fully connected, with Adam, N = 128", 128,
     GAN_FLOPS(GAN_G, GAN_D), 7 * (GAN_G + GAN_D), 1, 1, prepare_gan, run_game},
    {"dcgan_step_n128", "both players, convolutional, with Adam, N = 128", 128,
     GAN_FLOPS(DCGAN_G, DCGAN_D), 7.0 * DCGAN_PARAMETERS, 1, 1, prepare_dcgan, run_game},
    {"simclr_n256", "SimCLR's loss and gradients, N = 256, D = 128", 256, SIMCLR_FLOPS,
     4.0 * 256 * 128, 1, 1, prepare_simclr, run_simclr},
    {"unet_step_n64", "the UNet of 16 channels, with Adam, N = 64", 64, 6.0 * 64 * UNET, 64.0 * 784,
     1, 1, prepare_unet, run_unet},
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
    labels_free(state->t);
    optimizer_clear(&state->first);
    optimizer_clear(&state->second);
    net_of_plan_clear(&state->D);
    net_of_plan_clear(&state->G);
    trainable_captioner_clear(&state->captioner);
    trainable_captioning_transformer_clear(&state->transformer);
    trainable_vit_clear(&state->vit);
    unet_model_clear(&state->model);
    trainable_unet_clear(&state->unet);
    diffusion_schedule_clear(&state->schedule);
    free(state);
}
