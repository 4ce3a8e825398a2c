/* Weights and caches of multi-head attention. Given: nothing to write here. */
#include "multi_head.h"

#include <stdio.h>
#include <string.h>

#include "contract.h"

multi_head_weights multi_head_weights_new(size_t E, size_t heads)
{
    return (multi_head_weights){.Wq = tensor_new_2d(E, E),
                                .bq = tensor_new_1d(E),
                                .Wk = tensor_new_2d(E, E),
                                .bk = tensor_new_1d(E),
                                .Wv = tensor_new_2d(E, E),
                                .bv = tensor_new_1d(E),
                                .Wo = tensor_new_2d(E, E),
                                .bo = tensor_new_1d(E),
                                .heads = heads};
}

void multi_head_weights_clear(multi_head_weights *w)
{
    tensor *list[MULTI_HEAD_TENSORS];
    multi_head_weights_list(w, list);
    for (size_t i = 0; i < MULTI_HEAD_TENSORS; i++)
        tensor_free(list[i]);
    *w = (multi_head_weights){0};
}

void multi_head_weights_list(const multi_head_weights *w, tensor *list[MULTI_HEAD_TENSORS])
{
    tensor *const all[MULTI_HEAD_TENSORS] = {w->Wq, w->bq, w->Wk, w->bk,
                                             w->Wv, w->bv, w->Wo, w->bo};
    memcpy(list, all, sizeof all);
}

void check_multi_head_weights(const char *function, const char *name, const multi_head_weights *w,
                              size_t E)
{
    static const char *const fields[] = {"Wq", "bq", "Wk", "bk", "Wv", "bv", "Wo", "bo"};
    tensor *list[MULTI_HEAD_TENSORS];
    if (w == NULL)
        contract_failed(function, "%s is NULL", name);
    multi_head_weights_list(w, list);
    for (size_t i = 0; i < MULTI_HEAD_TENSORS; i++) {
        char field[80];
        snprintf(field, sizeof field, "%.60s->%s", name, fields[i]);
        if (fields[i][0] == 'W')
            check_shape_2d(function, field, list[i], E, E);
        else
            check_shape_1d(function, field, list[i], E);
    }
}

multi_head_cache multi_head_cache_new(size_t N, size_t S, size_t T, size_t E, size_t heads)
{
    if (heads == 0 || E % heads != 0)
        contract_failed(__func__, "%zu heads, should be a divisor of E = %zu", heads, E);
    return (multi_head_cache){.q = tensor_new_4d(N, heads, S, E / heads),
                              .k = tensor_new_4d(N, heads, T, E / heads),
                              .v = tensor_new_4d(N, heads, T, E / heads),
                              .weights = tensor_new_4d(N, heads, S, T),
                              .joined = tensor_new_3d(N, S, E)};
}

void multi_head_cache_clear(multi_head_cache *cache)
{
    tensor *const all[] = {cache->q, cache->k, cache->v, cache->weights, cache->joined};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
    *cache = (multi_head_cache){0};
}

void check_multi_head_cache(const char *function, const char *name, const multi_head_cache *cache,
                            size_t N, size_t S, size_t T, size_t E, size_t heads)
{
    if (cache == NULL)
        contract_failed(function, "%s is NULL", name);
    if (heads == 0 || E % heads != 0)
        contract_failed(function, "%zu heads, should be a divisor of E = %zu", heads, E);
    check_shape_4d(function, "cache->q", cache->q, N, heads, S, E / heads);
    check_shape_4d(function, "cache->k", cache->k, N, heads, T, E / heads);
    check_shape_4d(function, "cache->v", cache->v, N, heads, T, E / heads);
    check_shape_4d(function, "cache->weights", cache->weights, N, heads, S, T);
    check_shape_3d(function, "cache->joined", cache->joined, N, S, E);
}
