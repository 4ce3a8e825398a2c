/* The captioning transformer. captioning_transformer.h specifies each function. */
#include "captioning_transformer.h"

#include <stdlib.h>

#include "attention.h"
#include "contract.h"
#include "embedding.h"
#include "temporal.h"
#include "transformer_layers.h"

/* Stops the program unless the tensors of net, called name, have the shapes for D, E and V. */
static void check_net(const char *function, const char *name, const captioning_transformer *net,
                      size_t D, size_t E, size_t V)
{
    check_shape_2d(function, "W_embed", net->W_embed, V, E);
    check_shape_2d(function, "W_proj", net->W_proj, D, E);
    check_shape_1d(function, "b_proj", net->b_proj, E);
    if (net->layer_count == 0 || net->layers == NULL)
        contract_failed(function, "%s has no layers", name);
    for (size_t i = 0; i < net->layer_count; i++)
        check_decoder_weights(function, "layers", &net->layers[i], E);
    check_shape_2d(function, "W_vocab", net->W_vocab, E, V);
    check_shape_1d(function, "b_vocab", net->b_vocab, V);
}

/* Stops the program unless net's own tensors fit one another. */
static void check_whole(const char *function, const captioning_transformer *net)
{
    check_rank(function, "W_embed", net->W_embed, 2);
    check_rank(function, "W_proj", net->W_proj, 2);
    check_net(function, "net", net, net->W_proj->shape[0], net->W_embed->shape[1],
              net->W_embed->shape[0]);
}

/* Stops the program unless features and words fit net and one another. */
static void check_pictures(const char *function, const captioning_transformer *net,
                           const tensor *features, const char *name, const captions *words,
                           size_t shortest)
{
    check_whole(function, net);
    check_rank(function, "features", features, 2);
    check_shape_2d(function, "features", features, features->shape[0], net->W_proj->shape[0]);
    if (words == NULL)
        contract_failed(function, "%s is NULL", name);
    check_captions(function, name, words, features->shape[0], words->length,
                   net->W_embed->shape[0]);
    if (words->length < shortest)
        contract_failed(function, "%s have %zu words, should have at least %zu", name,
                        words->length, shortest);
}

#ifdef SOLUTION
static const double deviation = 0.02;

static void init_attention(multi_head_weights *w, random_state *random)
{
    tensor *const matrices[] = {w->Wq, w->Wk, w->Wv, w->Wo};
    tensor *const biases[] = {w->bq, w->bk, w->bv, w->bo};
    for (size_t i = 0; i < 4; i++) {
        tensor_fill_normal(matrices[i], random, 0, deviation);
        tensor_fill(biases[i], 0);
    }
}

static void init_norm(layer_norm_weights *w)
{
    tensor_fill(w->gamma, 1);
    tensor_fill(w->beta, 0);
}

static void init_layer(decoder_weights *w, random_state *random)
{
    init_attention(&w->self, random);
    init_attention(&w->cross, random);
    tensor_fill_normal(w->feed.W1, random, 0, deviation);
    tensor_fill_normal(w->feed.W2, random, 0, deviation);
    tensor_fill(w->feed.b1, 0);
    tensor_fill(w->feed.b2, 0);
    init_norm(&w->norm1);
    init_norm(&w->norm2);
    init_norm(&w->norm3);
}
#endif

void captioning_transformer_init(captioning_transformer *net, random_state *random)
{
    check_whole(__func__, net);
#ifdef SOLUTION
    tensor_fill_normal(net->W_embed, random, 0, deviation);
    tensor_fill_normal(net->W_proj, random, 0, deviation);
    for (size_t i = 0; i < net->layer_count; i++)
        init_layer(&net->layers[i], random);
    tensor_fill_normal(net->W_vocab, random, 0, deviation);
    tensor_fill(net->b_proj, 0);
    tensor_fill(net->b_vocab, 0);
#else
    /* TODO: tensor_fill_normal of random.h; the header gives the order. */
    NOT_IMPLEMENTED(net, random);
#endif
}

#ifdef SOLUTION
/* A view of a matrix, N x D, as sequences of one step, N x 1 x D. */
static tensor as_one_step(const tensor *matrix)
{
    return tensor_reshaped(matrix, 3, (const size_t[]){matrix->shape[0], 1, matrix->shape[1]});
}

/* The word vectors plus the positional table, into x, N x T x E. */
static void embed(const captioning_transformer *net, const captions *words, tensor *x)
{
    tensor *table = tensor_new_2d(x->shape[1], x->shape[2]);
    positional_encoding(table);
    word_embedding_forward(words, net->W_embed, x);
    for (size_t n = 0; n < x->shape[0]; n++) {
        tensor sentence = tensor_row(x, n);
        tensor_add(&sentence, table, &sentence);
    }
    tensor_free(table);
}

/* What the layers made of a minibatch. */
typedef struct activations {
    tensor *memory;        /* N x 1 x E */
    tensor **x;            /* x[i], N x T x E, goes into layer i; the last one comes out of it */
    decoder_cache *caches; /* one per layer */
} activations;

static activations forward(const captioning_transformer *net, const tensor *features,
                           const captions *words, tensor *scores)
{
    size_t N = words->count, T = words->length, E = net->W_embed->shape[1], L = net->layer_count;
    activations a = {.memory = tensor_new_3d(N, 1, E),
                     .x = calloc(L + 1, sizeof *a.x),
                     .caches = calloc(L, sizeof *a.caches)};
    tensor inputs = as_one_step(features), *mask = tensor_new_2d(T, T);
    temporal_affine_forward(&inputs, net->W_proj, net->b_proj, a.memory);
    causal_mask(mask);
    a.x[0] = tensor_new_3d(N, T, E);
    embed(net, words, a.x[0]);
    for (size_t i = 0; i < L; i++) {
        a.x[i + 1] = tensor_new_3d(N, T, E);
        a.caches[i] = decoder_cache_new(N, T, 1, &net->layers[i]);
        decoder_layer_forward(a.x[i], a.memory, mask, &net->layers[i], a.x[i + 1], &a.caches[i]);
    }
    temporal_affine_forward(a.x[L], net->W_vocab, net->b_vocab, scores);
    tensor_free(mask);
    return a;
}

/* Back through the layers: dx is the gradient of what they gave, and becomes that of x[0]. */
static void layers_backward(const captioning_transformer *net, const activations *a, tensor *dx,
                            tensor *dmemory, captioning_transformer *gradients)
{
    tensor *dnext = tensor_new_like(dx), *dmemory_of_layer = tensor_new_like(dmemory);
    tensor_fill(dmemory, 0);
    for (size_t i = net->layer_count; i-- > 0;) {
        tensor_copy(dx, dnext);
        decoder_layer_backward(dnext, a->x[i], a->memory, &net->layers[i], &a->caches[i], dx,
                               dmemory_of_layer, &gradients->layers[i]);
        tensor_add(dmemory, dmemory_of_layer, dmemory);
    }
    tensor_free(dnext);
    tensor_free(dmemory_of_layer);
}

static void backward(const captioning_transformer *net, const tensor *features,
                     const captions *words, const activations *a, const tensor *dscores,
                     captioning_transformer *gradients)
{
    tensor *dx = tensor_new_like(a->x[0]), *dmemory = tensor_new_like(a->memory);
    tensor *dfeatures = tensor_new_like(features); /* of no use: the features are given */
    tensor inputs = as_one_step(features), dinputs = as_one_step(dfeatures);
    temporal_affine_backward(dscores, a->x[net->layer_count], net->W_vocab, dx, gradients->W_vocab,
                             gradients->b_vocab);
    layers_backward(net, a, dx, dmemory, gradients);
    word_embedding_backward(dx, words, gradients->W_embed);
    temporal_affine_backward(dmemory, &inputs, net->W_proj, &dinputs, gradients->W_proj,
                             gradients->b_proj);
    tensor_free(dx);
    tensor_free(dmemory);
    tensor_free(dfeatures);
}

static void activations_clear(const captioning_transformer *net, activations *a)
{
    for (size_t i = 0; i < net->layer_count; i++) {
        decoder_cache_clear(&a->caches[i]);
        tensor_free(a->x[i]);
    }
    tensor_free(a->x[net->layer_count]);
    tensor_free(a->memory);
    free(a->x);
    free(a->caches);
}
#endif

void captioning_transformer_scores(const captioning_transformer *net, const tensor *features,
                                   const captions *words, tensor *scores)
{
    check_pictures(__func__, net, features, "words", words, 1);
    check_shape_3d(__func__, "scores", scores, words->count, words->length, net->b_vocab->shape[0]);
#ifdef SOLUTION
    activations a = forward(net, features, words, scores);
    activations_clear(net, &a);
#else
    /*
     * TODO: the header's four lines. A tensor of N x D, viewed as N x 1 x D by tensor_reshaped, can
     * pass temporal_affine_forward; tensor_row is a view of one sentence, T x E. Write it so that
     * the loss can use it, too: what will the way back need of each layer?
     */
    NOT_IMPLEMENTED(net, features, words, scores);
#endif
}

#ifdef SOLUTION
/* Words first .. first + length - 2 of each sentence: all but the last, or all but the first. */
static captions *words_from(const captions *sentences, size_t first)
{
    captions *part = captions_new(sentences->count, sentences->length - 1);
    for (size_t n = 0; n < part->count; n++)
        for (size_t t = 0; t < part->length; t++)
            part->words[n * part->length + t] = sentences->words[n * sentences->length + first + t];
    return part;
}
#endif

real captioning_transformer_loss(const captioning_transformer *net, const tensor *features,
                                 const captions *sentences, captioning_transformer *gradients)
{
    check_pictures(__func__, net, features, "sentences", sentences, 2);
    check_net(__func__, "gradients", gradients, net->W_proj->shape[0], net->W_embed->shape[1],
              net->W_embed->shape[0]);
    if (gradients->layer_count != net->layer_count)
        contract_failed(__func__, "gradients have %zu layers, should have %zu",
                        gradients->layer_count, net->layer_count);
#ifdef SOLUTION
    captions *words_in = words_from(sentences, 0), *words_out = words_from(sentences, 1);
    tensor *scores = tensor_new_3d(words_in->count, words_in->length, net->b_vocab->shape[0]);
    activations a = forward(net, features, words_in, scores);
    tensor *dscores = scores; /* the scores are of no use after the loss */
    real loss = temporal_softmax_loss(scores, words_out, net->null_word, dscores);
    backward(net, features, words_in, &a, dscores, gradients);
    activations_clear(net, &a);
    tensor_free(scores);
    captions_free(words_in);
    captions_free(words_out);
    return loss;
#else
    /*
     * TODO: words in, words out and the loss as in captioner.c; then backwards through the layers,
     * from the last to the first. Which of them looked at the memory?
     */
    return NOT_IMPLEMENTED(net, features, sentences, gradients);
#endif
}
