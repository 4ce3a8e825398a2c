/* The captioning transformer, taken apart. */
#include "open_transformer.h"

#include <stdlib.h>
#include <string.h>

#include "attention.h"
#include "embedding.h"
#include "temporal.h"
#include "transformer_layers.h"

/* The standard deviation of what captioning_transformer_init draws. */
static const double DRAWN = 0.02;

/* What the layers made of a minibatch. */
typedef struct activations {
    size_t layers;
    tensor *memory; /* N x rows x E */
    tensor **x;     /* layers + 1, N x T x E: what goes into each layer, and what comes out */
    decoder_cache *caches; /* layers */
    tensor *scores;        /* N x T x V */
} activations;

/* N x D numbers of pictures as N x rows x D / rows. */
static tensor in_rows(const open_transformer *o, const tensor *matrix)
{
    size_t N = matrix->shape[0], D = matrix->shape[1];
    return tensor_reshaped(matrix, 3, (const size_t[]){N, o->rows, D / o->rows});
}

/* Adds row t of the positional table to row t of each example of x, N x T x E. */
static void add_table(tensor *x)
{
    tensor *table = tensor_new_2d(x->shape[1], x->shape[2]);
    positional_encoding(table);
    for (size_t n = 0; n < x->shape[0]; n++) {
        tensor example = tensor_row(x, n);
        tensor_add(&example, table, &example);
    }
    tensor_free(table);
}

static activations forward(const open_transformer *o, const tensor *features, const captions *words)
{
    const captioning_transformer *net = &o->t.net;
    size_t N = words->count, T = words->length, E = net->W_embed->shape[1], L = net->layer_count;
    activations a = {L, tensor_new_3d(N, o->rows, E), calloc(L + 1, sizeof *a.x),
                     calloc(L, sizeof *a.caches), tensor_new_3d(N, T, net->b_vocab->size)};
    if (a.x == NULL || a.caches == NULL)
        abort();
    tensor inputs = in_rows(o, features), *mask = tensor_new_2d(T, T);
    causal_mask(mask);
    temporal_affine_forward(&inputs, net->W_proj, net->b_proj, a.memory);
    if (o->rows > 1)
        add_table(a.memory);
    a.x[0] = tensor_new_3d(N, T, E);
    word_embedding_forward(words, net->W_embed, a.x[0]);
    if (!o->without_table)
        add_table(a.x[0]);
    for (size_t i = 0; i < L; i++) {
        a.x[i + 1] = tensor_new_3d(N, T, E);
        a.caches[i] = decoder_cache_new(N, T, o->rows, &net->layers[i]);
        decoder_layer_forward(a.x[i], a.memory, o->without_mask ? NULL : mask, &net->layers[i],
                              a.x[i + 1], &a.caches[i]);
    }
    temporal_affine_forward(a.x[L], net->W_vocab, net->b_vocab, a.scores);
    tensor_free(mask);
    return a;
}

static void activations_clear(activations *a)
{
    for (size_t i = 0; i < a->layers; i++) {
        decoder_cache_clear(&a->caches[i]);
        tensor_free(a->x[i]);
    }
    tensor_free(a->x[a->layers]);
    tensor_free(a->memory);
    tensor_free(a->scores);
    free(a->x);
    free(a->caches);
}

static void backward(open_transformer *o, const tensor *features, const captions *words,
                     const activations *a, const tensor *dscores)
{
    const captioning_transformer *net = &o->t.net;
    captioning_transformer *gradients = &o->t.gradients;
    tensor *dx = tensor_new_like(a->x[0]), *dnext = tensor_new_like(dx);
    tensor *dmemory = tensor_new_like(a->memory), *part = tensor_new_like(dmemory);
    tensor *dfeatures = tensor_new_like(features); /* of no use: the features are given */
    tensor inputs = in_rows(o, features), dinputs = in_rows(o, dfeatures);
    temporal_affine_backward(dscores, a->x[a->layers], net->W_vocab, dx, gradients->W_vocab,
                             gradients->b_vocab);
    for (size_t i = a->layers; i-- > 0;) {
        tensor_copy(dx, dnext);
        decoder_layer_backward(dnext, a->x[i], a->memory, &net->layers[i], &a->caches[i], dx, part,
                               &gradients->layers[i]);
        tensor_add(dmemory, part, dmemory);
    }
    word_embedding_backward(dx, words, gradients->W_embed);
    temporal_affine_backward(dmemory, &inputs, net->W_proj, &dinputs, gradients->W_proj,
                             gradients->b_proj);
    tensor *const all[] = {dx, dnext, dmemory, part, dfeatures};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
}

/* Words first .. first + length - 2 of each sentence: all but the last, or all but the first. */
static captions *words_from(const captions *sentences, size_t first)
{
    captions *part = captions_new(sentences->count, sentences->length - 1);
    for (size_t n = 0; n < part->count; n++)
        memcpy(part->words + n * part->length, sentences->words + n * sentences->length + first,
               part->length * sizeof *part->words);
    return part;
}

static real loss_of_open(void *self, const tensor *features, const captions *sentences)
{
    open_transformer *o = self;
    captions *words_in = words_from(sentences, 0), *words_out = words_from(sentences, 1);
    activations a = forward(o, features, words_in);
    tensor *dscores = tensor_new_like(a.scores);
    real loss = temporal_softmax_loss(a.scores, words_out, o->t.net.null_word, dscores);
    backward(o, features, words_in, &a, dscores);
    activations_clear(&a);
    tensor_free(dscores);
    captions_free(words_in);
    captions_free(words_out);
    return loss;
}

/* The word with the largest of V scores. */
static uint32_t best_word(const real *scores, size_t V)
{
    uint32_t best = 0;
    for (uint32_t v = 1; v < V; v++)
        if (scores[v] > scores[best])
            best = v;
    return best;
}

/* Greedy, word by word, as captioning_transformer_sample. */
static void sample_of_open(void *self, const tensor *features, captions *sentences)
{
    const open_transformer *o = self;
    const captioning_transformer *net = &o->t.net;
    size_t N = sentences->count, T = sentences->length, V = net->b_vocab->size;
    for (size_t t = 0; t < T; t++) {
        captions *words = captions_new(N, t + 1);
        for (size_t n = 0; n < N; n++) {
            words->words[n * (t + 1)] = net->start_word;
            memcpy(words->words + n * (t + 1) + 1, sentences->words + n * T,
                   t * sizeof *words->words);
        }
        activations a = forward(o, features, words);
        for (size_t n = 0; n < N; n++) {
            uint32_t *said = sentences->words + n * T;
            bool over = t > 0 && (said[t - 1] == net->end_word || said[t - 1] == net->null_word);
            said[t] = over ? net->null_word : best_word(a.scores->data + (n * (t + 1) + t) * V, V);
        }
        activations_clear(&a);
        captions_free(words);
    }
}

static real loss_of_yours(void *self, const tensor *features, const captions *sentences)
{
    open_transformer *o = self;
    return captioning_transformer_loss(&o->t.net, features, sentences, &o->t.gradients);
}

static void sample_of_yours(void *self, const tensor *features, captions *sentences)
{
    const open_transformer *o = self;
    captioning_transformer_sample(&o->t.net, features, sentences);
}

void open_transformer_make(open_transformer *o, experiment *x, const caption_data *data,
                           const transformer_sizes *sizes)
{
    const vocabulary *v = &data->vocabulary;
    size_t D = data->train.set.features->shape[1] / sizes->rows;
    const captioning_transformer_settings settings = {.D = D,
                                                      .E = sizes->E,
                                                      .F = sizes->F,
                                                      .V = v->count,
                                                      .heads = sizes->heads,
                                                      .layer_count = sizes->layers,
                                                      .null_word = v->null,
                                                      .start_word = v->start,
                                                      .end_word = v->end};
    *o = (open_transformer){.t = trainable_captioning_transformer_new(&settings),
                            .rows = sizes->rows};
    captioning_transformer_init(&o->t.net, &x->random);
    for (size_t i = 0; i < o->t.list.count; i++) {
        tensor *w = o->t.list.parameters[i].value;
        if (w->rank == 2)
            tensor_scale(w, (real)(sizes->scale / DRAWN));
    }
}

void open_transformer_clear(open_transformer *o)
{
    trainable_captioning_transformer_clear(&o->t);
}

talker open_transformer_talker(open_transformer *o, const char *name)
{
    bool yours = !o->without_table && !o->without_mask && o->rows == 1;
    return (talker){.name = name,
                    .model = {.self = o,
                              .parameter_count = o->t.list.count,
                              .parameters = o->t.list.parameters,
                              .loss = yours ? loss_of_yours : loss_of_open},
                    .sample = yours ? sample_of_yours : sample_of_open};
}

/* Row layer of to, which may be NULL, becomes weights, those of one sentence. */
static void keep_weights(const tensor *weights, size_t layer, tensor *to)
{
    if (to == NULL)
        return;
    tensor place = tensor_row(to, layer);
    memcpy(place.data, weights->data, place.size * sizeof *place.data);
}

void open_transformer_attention(const open_transformer *o, const tensor *features,
                                const captions *words, tensor *self, tensor *memory)
{
    activations a = forward(o, features, words);
    for (size_t i = 0; i < a.layers; i++) {
        keep_weights(a.caches[i].self.weights, i, self);    /* 1 x heads x T x T */
        keep_weights(a.caches[i].cross.weights, i, memory); /* 1 x heads x T x rows */
    }
    activations_clear(&a);
}
