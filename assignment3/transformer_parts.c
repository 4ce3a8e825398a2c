/* Parts of transformer layers. Given: nothing to write here. */
#include "transformer_parts.h"

#include <stdio.h>
#include <string.h>

#include "contract.h"
#include "norm_fast.h"
#include "recurrent.h"

enum { FIELD_NAME = 80 };

/* "w->gamma" for name w and field gamma, into text; returned. */
static const char *field_of(char text[FIELD_NAME], const char *name, const char *field)
{
    snprintf(text, FIELD_NAME, "%.60s->%s", name, field);
    return text;
}

/* ---- layer normalization ---- */

static layer_norm_weights norm_weights_new(size_t E)
{
    return (layer_norm_weights){tensor_new_1d(E), tensor_new_1d(E)};
}

static layer_norm_cache norm_cache_new(size_t N, size_t T, size_t E)
{
    return (layer_norm_cache){tensor_new_3d(N, T, E), tensor_new_1d(N * T), tensor_new_1d(N * T)};
}

static void norm_cache_clear(layer_norm_cache *cache)
{
    tensor_free(cache->x);
    tensor_free(cache->mean);
    tensor_free(cache->inverse_std);
}

static void check_norm_weights(const char *function, const char *name, const layer_norm_weights *w,
                               size_t E)
{
    char field[FIELD_NAME];
    if (w == NULL)
        contract_failed(function, "%s is NULL", name);
    check_shape_1d(function, field_of(field, name, "gamma"), w->gamma, E);
    check_shape_1d(function, field_of(field, name, "beta"), w->beta, E);
}

static void check_norm_cache(const char *function, const layer_norm_cache *cache, size_t N,
                             size_t T, size_t E)
{
    if (cache == NULL)
        contract_failed(function, "cache is NULL");
    check_shape_3d(function, "cache->x", cache->x, N, T, E);
    check_shape_1d(function, "cache->mean", cache->mean, N * T);
    check_shape_1d(function, "cache->inverse_std", cache->inverse_std, N * T);
}

void layer_norm_forward(const tensor *x, const layer_norm_weights *w, tensor *out,
                        layer_norm_cache *cache)
{
    const real eps = (real)1e-5;
    check_rank(__func__, "x", x, 3);
    check_norm_weights(__func__, "w", w, x->shape[2]);
    check_norm_cache(__func__, cache, x->shape[0], x->shape[1], x->shape[2]);
    check_same_shape(__func__, "out", out, x);
    tensor_copy(x, cache->x);
    tensor inputs = sequence_rows(cache->x), outputs = sequence_rows(out);
    fast_layernorm_forward(&inputs, w->gamma, w->beta, eps, &outputs, cache->mean,
                           cache->inverse_std);
}

void layer_norm_backward(const tensor *dout, const layer_norm_weights *w,
                         const layer_norm_cache *cache, tensor *dx, layer_norm_weights *dw)
{
    check_rank(__func__, "dout", dout, 3);
    check_norm_weights(__func__, "w", w, dout->shape[2]);
    check_norm_weights(__func__, "dw", dw, dout->shape[2]);
    check_norm_cache(__func__, cache, dout->shape[0], dout->shape[1], dout->shape[2]);
    check_same_shape(__func__, "dx", dx, dout);
    tensor upstream = sequence_rows(dout), inputs = sequence_rows(cache->x);
    tensor dinputs = sequence_rows(dx);
    fast_layernorm_backward(&upstream, &inputs, w->gamma, cache->mean, cache->inverse_std, &dinputs,
                            dw->gamma, dw->beta);
}

/* ---- the feed-forward part ---- */

static feed_forward_weights feed_weights_new(size_t E, size_t F)
{
    return (feed_forward_weights){tensor_new_2d(E, F), tensor_new_1d(F), tensor_new_2d(F, E),
                                  tensor_new_1d(E)};
}

void check_feed_forward_weights(const char *function, const char *name,
                                const feed_forward_weights *w, size_t E)
{
    char field[FIELD_NAME];
    if (w == NULL)
        contract_failed(function, "%s is NULL", name);
    check_rank(function, field_of(field, name, "W1"), w->W1, 2);
    size_t F = w->W1->shape[1];
    check_shape_2d(function, field, w->W1, E, F);
    check_shape_1d(function, field_of(field, name, "b1"), w->b1, F);
    check_shape_2d(function, field_of(field, name, "W2"), w->W2, F, E);
    check_shape_1d(function, field_of(field, name, "b2"), w->b2, E);
}

/* ---- an encoder layer ---- */

const char *const encoder_weight_names[ENCODER_TENSORS] = {
    "self_Wq", "self_bq", "self_Wk", "self_bk", "self_Wv", "self_bv", "self_Wo", "self_bo",
    "W1",      "b1",      "W2",      "b2",      "gamma1",  "beta1",   "gamma2",  "beta2"};

void encoder_weights_list(const encoder_weights *w, tensor *list[ENCODER_TENSORS])
{
    tensor *const rest[] = {w->feed.W1,     w->feed.b1,    w->feed.W2,     w->feed.b2,
                            w->norm1.gamma, w->norm1.beta, w->norm2.gamma, w->norm2.beta};
    multi_head_weights_list(&w->self, list);
    memcpy(list + MULTI_HEAD_TENSORS, rest, sizeof rest);
}

encoder_weights encoder_weights_new(size_t E, size_t F, size_t heads)
{
    return (encoder_weights){.self = multi_head_weights_new(E, heads),
                             .feed = feed_weights_new(E, F),
                             .norm1 = norm_weights_new(E),
                             .norm2 = norm_weights_new(E)};
}

void encoder_weights_clear(encoder_weights *w)
{
    tensor *list[ENCODER_TENSORS];
    encoder_weights_list(w, list);
    for (size_t i = 0; i < ENCODER_TENSORS; i++)
        tensor_free(list[i]);
    *w = (encoder_weights){0};
}

void check_encoder_weights(const char *function, const char *name, const encoder_weights *w,
                           size_t E)
{
    char field[FIELD_NAME];
    if (w == NULL)
        contract_failed(function, "%s is NULL", name);
    check_multi_head_weights(function, field_of(field, name, "self"), &w->self, E);
    check_feed_forward_weights(function, field_of(field, name, "feed"), &w->feed, E);
    check_norm_weights(function, field_of(field, name, "norm1"), &w->norm1, E);
    check_norm_weights(function, field_of(field, name, "norm2"), &w->norm2, E);
}

encoder_cache encoder_cache_new(size_t N, size_t T, const encoder_weights *w)
{
    size_t E = w->feed.W1->shape[0], F = w->feed.W1->shape[1];
    return (encoder_cache){.self = multi_head_cache_new(N, T, T, E, w->self.heads),
                           .feed = {tensor_new_3d(N, T, F)},
                           .norm1 = norm_cache_new(N, T, E),
                           .norm2 = norm_cache_new(N, T, E),
                           .y = tensor_new_3d(N, T, E)};
}

void encoder_cache_clear(encoder_cache *cache)
{
    multi_head_cache_clear(&cache->self);
    tensor_free(cache->feed.hidden);
    norm_cache_clear(&cache->norm1);
    norm_cache_clear(&cache->norm2);
    tensor_free(cache->y);
    *cache = (encoder_cache){0};
}

void check_encoder_cache(const char *function, const char *name, const encoder_cache *cache,
                         size_t N, size_t T, const encoder_weights *w)
{
    size_t E = w->feed.W1->shape[0], F = w->feed.W1->shape[1];
    if (cache == NULL)
        contract_failed(function, "%s is NULL", name);
    check_multi_head_cache(function, name, &cache->self, N, T, T, E, w->self.heads);
    check_shape_3d(function, "cache->hidden", cache->feed.hidden, N, T, F);
    check_norm_cache(function, &cache->norm1, N, T, E);
    check_norm_cache(function, &cache->norm2, N, T, E);
    check_shape_3d(function, "cache->y", cache->y, N, T, E);
}

/* ---- a decoder layer ---- */

const char *const decoder_weight_names[DECODER_TENSORS] = {
    "self_Wq",  "self_bq",  "self_Wk",  "self_bk",  "self_Wv",  "self_bv",  "self_Wo",
    "self_bo",  "cross_Wq", "cross_bq", "cross_Wk", "cross_bk", "cross_Wv", "cross_bv",
    "cross_Wo", "cross_bo", "W1",       "b1",       "W2",       "b2",       "gamma1",
    "beta1",    "gamma2",   "beta2",    "gamma3",   "beta3"};

void decoder_weights_list(const decoder_weights *w, tensor *list[DECODER_TENSORS])
{
    tensor *const rest[] = {w->feed.W1,     w->feed.b1,    w->feed.W2,     w->feed.b2,
                            w->norm1.gamma, w->norm1.beta, w->norm2.gamma, w->norm2.beta,
                            w->norm3.gamma, w->norm3.beta};
    multi_head_weights_list(&w->self, list);
    multi_head_weights_list(&w->cross, list + MULTI_HEAD_TENSORS);
    memcpy(list + 2 * MULTI_HEAD_TENSORS, rest, sizeof rest);
}

decoder_weights decoder_weights_new(size_t E, size_t F, size_t heads)
{
    return (decoder_weights){.self = multi_head_weights_new(E, heads),
                             .cross = multi_head_weights_new(E, heads),
                             .feed = feed_weights_new(E, F),
                             .norm1 = norm_weights_new(E),
                             .norm2 = norm_weights_new(E),
                             .norm3 = norm_weights_new(E)};
}

void decoder_weights_clear(decoder_weights *w)
{
    tensor *list[DECODER_TENSORS];
    decoder_weights_list(w, list);
    for (size_t i = 0; i < DECODER_TENSORS; i++)
        tensor_free(list[i]);
    *w = (decoder_weights){0};
}

void check_decoder_weights(const char *function, const char *name, const decoder_weights *w,
                           size_t E)
{
    char field[FIELD_NAME];
    if (w == NULL)
        contract_failed(function, "%s is NULL", name);
    check_multi_head_weights(function, field_of(field, name, "self"), &w->self, E);
    check_multi_head_weights(function, field_of(field, name, "cross"), &w->cross, E);
    check_feed_forward_weights(function, field_of(field, name, "feed"), &w->feed, E);
    check_norm_weights(function, field_of(field, name, "norm1"), &w->norm1, E);
    check_norm_weights(function, field_of(field, name, "norm2"), &w->norm2, E);
    check_norm_weights(function, field_of(field, name, "norm3"), &w->norm3, E);
}

decoder_cache decoder_cache_new(size_t N, size_t T, size_t M, const decoder_weights *w)
{
    size_t E = w->feed.W1->shape[0], F = w->feed.W1->shape[1];
    return (decoder_cache){.self = multi_head_cache_new(N, T, T, E, w->self.heads),
                           .cross = multi_head_cache_new(N, T, M, E, w->cross.heads),
                           .feed = {tensor_new_3d(N, T, F)},
                           .norm1 = norm_cache_new(N, T, E),
                           .norm2 = norm_cache_new(N, T, E),
                           .norm3 = norm_cache_new(N, T, E),
                           .y = tensor_new_3d(N, T, E),
                           .z = tensor_new_3d(N, T, E)};
}

void decoder_cache_clear(decoder_cache *cache)
{
    multi_head_cache_clear(&cache->self);
    multi_head_cache_clear(&cache->cross);
    tensor_free(cache->feed.hidden);
    norm_cache_clear(&cache->norm1);
    norm_cache_clear(&cache->norm2);
    norm_cache_clear(&cache->norm3);
    tensor_free(cache->y);
    tensor_free(cache->z);
    *cache = (decoder_cache){0};
}

void check_decoder_cache(const char *function, const char *name, const decoder_cache *cache,
                         size_t N, size_t T, size_t M, const decoder_weights *w)
{
    size_t E = w->feed.W1->shape[0], F = w->feed.W1->shape[1];
    if (cache == NULL)
        contract_failed(function, "%s is NULL", name);
    check_multi_head_cache(function, name, &cache->self, N, T, T, E, w->self.heads);
    check_multi_head_cache(function, name, &cache->cross, N, T, M, E, w->cross.heads);
    check_shape_3d(function, "cache->hidden", cache->feed.hidden, N, T, F);
    check_norm_cache(function, &cache->norm1, N, T, E);
    check_norm_cache(function, &cache->norm2, N, T, E);
    check_norm_cache(function, &cache->norm3, N, T, E);
    check_shape_3d(function, "cache->y", cache->y, N, T, E);
    check_shape_3d(function, "cache->z", cache->z, N, T, E);
}
