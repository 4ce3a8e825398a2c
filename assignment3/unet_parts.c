/* Memory of the UNet. Given: nothing to write here. */
#include "unet_parts.h"

#include <stdio.h>
#include <stdlib.h>

#include "contract.h"

static void *array(size_t count, size_t size)
{
    void *p = calloc(count, size);
    if (p == NULL)
        contract_failed("unet", "there is no memory for %zu parts", count);
    return p;
}

/* ---- weights ---- */

static unet_conv conv_new(size_t from, size_t to, size_t side)
{
    return (unet_conv){tensor_new_4d(to, from, side, side), tensor_new_1d(to)};
}

static unet_block block_new(size_t from, size_t to, size_t M)
{
    unet_block block = {.conv1 = conv_new(from, to, 3),
                        .gamma1 = tensor_new_1d(to),
                        .W_context = tensor_new_2d(M, 2 * to),
                        .b_context = tensor_new_1d(2 * to),
                        .conv2 = conv_new(to, to, 3),
                        .gamma2 = tensor_new_1d(to)};
    if (from != to)
        block.shortcut = conv_new(from, to, 1);
    return block;
}

static unet_level level_new(const unet_settings *s, size_t width)
{
    unet_level level = {.down = array(s->blocks, sizeof *level.down),
                        .halve = conv_new(width, 2 * width, 2),
                        .narrow = conv_new(2 * width, width, 3),
                        .up = array(s->blocks, sizeof *level.up)};
    for (size_t b = 0; b < s->blocks; b++) {
        level.down[b] = block_new(width, width, s->M);
        level.up[b] = block_new(2 * width, width, s->M);
    }
    return level;
}

static unet_context context_new(const unet_settings *s)
{
    return (unet_context){.time_W1 = tensor_new_2d(s->E, s->M),
                          .time_b1 = tensor_new_1d(s->M),
                          .time_W2 = tensor_new_2d(s->M, s->M),
                          .time_b2 = tensor_new_1d(s->M),
                          .condition_W1 = tensor_new_2d(s->K, s->M),
                          .condition_b1 = tensor_new_1d(s->M),
                          .condition_W2 = tensor_new_2d(s->M, s->M),
                          .condition_b2 = tensor_new_1d(s->M)};
}

static unet net_new(const unet_settings *s)
{
    unet net = {.level_count = s->level_count,
                .blocks = s->blocks,
                .context = context_new(s),
                .first = conv_new(s->channels, s->E, 3),
                .levels = array(s->level_count, sizeof *net.levels),
                .last = conv_new(s->E, s->channels, 1)};
    for (size_t i = 0; i < s->level_count; i++)
        net.levels[i] = level_new(s, s->E << i);
    net.middle = block_new(s->E << s->level_count, s->E << s->level_count, s->M);
    return net;
}

/* Adds a parameter whose name is those of its part and of itself. */
static void add(parameter_list *list, const char *part, const char *name, tensor *value,
                tensor *gradient)
{
    char text[80];
    snprintf(text, sizeof text, "%.54s_%.24s", part, name);
    parameter_list_add(list, text, value, gradient);
}

static void add_conv(parameter_list *list, const char *part, const unet_conv *value,
                     const unet_conv *gradient)
{
    add(list, part, "w", value->w, gradient->w);
    add(list, part, "b", value->b, gradient->b);
}

static void add_block(parameter_list *list, const char *part, const unet_block *value,
                      const unet_block *gradient)
{
    add(list, part, "conv1_w", value->conv1.w, gradient->conv1.w);
    add(list, part, "conv1_b", value->conv1.b, gradient->conv1.b);
    add(list, part, "gamma1", value->gamma1, gradient->gamma1);
    add(list, part, "W_context", value->W_context, gradient->W_context);
    add(list, part, "b_context", value->b_context, gradient->b_context);
    add(list, part, "conv2_w", value->conv2.w, gradient->conv2.w);
    add(list, part, "conv2_b", value->conv2.b, gradient->conv2.b);
    add(list, part, "gamma2", value->gamma2, gradient->gamma2);
    if (value->shortcut.w != NULL) {
        add(list, part, "shortcut_w", value->shortcut.w, gradient->shortcut.w);
        add(list, part, "shortcut_b", value->shortcut.b, gradient->shortcut.b);
    }
}

static void add_level(parameter_list *list, size_t i, const unet *net, const unet *gradients)
{
    const unet_level *value = &net->levels[i], *gradient = &gradients->levels[i];
    char part[56];
    for (size_t b = 0; b < net->blocks; b++) {
        snprintf(part, sizeof part, "level%zu_down%zu", i, b);
        add_block(list, part, &value->down[b], &gradient->down[b]);
    }
    snprintf(part, sizeof part, "level%zu_halve", i);
    add_conv(list, part, &value->halve, &gradient->halve);
    snprintf(part, sizeof part, "level%zu_narrow", i);
    add_conv(list, part, &value->narrow, &gradient->narrow);
    for (size_t b = 0; b < net->blocks; b++) {
        snprintf(part, sizeof part, "level%zu_up%zu", i, b);
        add_block(list, part, &value->up[b], &gradient->up[b]);
    }
}

static void add_context(parameter_list *list, const unet_context *value,
                        const unet_context *gradient)
{
    add(list, "time", "W1", value->time_W1, gradient->time_W1);
    add(list, "time", "b1", value->time_b1, gradient->time_b1);
    add(list, "time", "W2", value->time_W2, gradient->time_W2);
    add(list, "time", "b2", value->time_b2, gradient->time_b2);
    add(list, "condition", "W1", value->condition_W1, gradient->condition_W1);
    add(list, "condition", "b1", value->condition_b1, gradient->condition_b1);
    add(list, "condition", "W2", value->condition_W2, gradient->condition_W2);
    add(list, "condition", "b2", value->condition_b2, gradient->condition_b2);
}

enum { OF_A_BLOCK = 10, AROUND_THE_BLOCKS = 12, OF_A_LEVEL = 4 };

trainable_unet trainable_unet_new(const unet_settings *settings)
{
    trainable_unet t = {.net = net_new(settings), .gradients = net_new(settings)};
    size_t blocks = 2 * settings->level_count * settings->blocks + 1;
    t.list = parameter_list_new(AROUND_THE_BLOCKS + OF_A_LEVEL * settings->level_count +
                                OF_A_BLOCK * blocks);
    add_context(&t.list, &t.net.context, &t.gradients.context);
    add_conv(&t.list, "first", &t.net.first, &t.gradients.first);
    for (size_t i = 0; i < settings->level_count; i++)
        add_level(&t.list, i, &t.net, &t.gradients);
    add_block(&t.list, "middle", &t.net.middle, &t.gradients.middle);
    add_conv(&t.list, "last", &t.net.last, &t.gradients.last);
    return t;
}

/* Frees the arrays of net; its tensors are freed by the list. */
static void arrays_clear(unet *net)
{
    for (size_t i = 0; i < net->level_count; i++) {
        free(net->levels[i].down);
        free(net->levels[i].up);
    }
    free(net->levels);
    *net = (unet){0};
}

void trainable_unet_clear(trainable_unet *t)
{
    for (size_t i = 0; i < t->list.count; i++) {
        tensor_free(t->list.parameters[i].value);
        tensor_free(t->list.parameters[i].gradient);
    }
    arrays_clear(&t->net);
    arrays_clear(&t->gradients);
    parameter_list_clear(&t->list);
}

/* ---- what forward keeps ---- */

static unet_block_cache block_cache_new(size_t N, size_t F, size_t H, size_t W)
{
    return (unet_block_cache){.scale_shift = tensor_new_2d(N, 2 * F),
                              .h1 = tensor_new_4d(N, F, H, W),
                              .z1 = tensor_new_4d(N, F, H, W),
                              .a1 = tensor_new_4d(N, F, H, W),
                              .h2 = tensor_new_4d(N, F, H, W),
                              .z2 = tensor_new_4d(N, F, H, W)};
}

static void block_cache_clear(unet_block_cache *cache)
{
    tensor *const all[] = {cache->scale_shift, cache->h1, cache->z1,
                           cache->a1,          cache->h2, cache->z2};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
}

static unet_level_cache level_cache_new(size_t blocks, size_t N, size_t w, size_t H, size_t W)
{
    unet_level_cache level = {.x = tensor_new_4d(N, w, H, W),
                              .skips = array(blocks, sizeof *level.skips),
                              .doubled = tensor_new_4d(N, 2 * w, H, W),
                              .narrowed = tensor_new_4d(N, w, H, W),
                              .joined = array(blocks, sizeof *level.joined),
                              .results = array(blocks, sizeof *level.results),
                              .down = array(blocks, sizeof *level.down),
                              .up = array(blocks, sizeof *level.up)};
    for (size_t b = 0; b < blocks; b++) {
        level.skips[b] = tensor_new_4d(N, w, H, W);
        level.joined[b] = tensor_new_4d(N, 2 * w, H, W);
        level.results[b] = tensor_new_4d(N, w, H, W);
        level.down[b] = block_cache_new(N, w, H, W);
        level.up[b] = block_cache_new(N, w, H, W);
    }
    return level;
}

static void level_cache_clear(unet_level_cache *level, size_t blocks)
{
    for (size_t b = 0; b < blocks; b++) {
        tensor_free(level->skips[b]);
        tensor_free(level->joined[b]);
        tensor_free(level->results[b]);
        block_cache_clear(&level->down[b]);
        block_cache_clear(&level->up[b]);
    }
    tensor_free(level->x);
    tensor_free(level->doubled);
    tensor_free(level->narrowed);
    free(level->skips);
    free(level->joined);
    free(level->results);
    free(level->down);
    free(level->up);
}

unet_cache unet_cache_new(const unet *net, size_t N, size_t H, size_t W)
{
    size_t L = net->level_count, E = net->first.b->shape[0], M = net->context.time_b1->shape[0];
    if (H % ((size_t)1 << L) != 0 || W % ((size_t)1 << L) != 0)
        contract_failed(__func__, "pictures of %zu x %zu cannot be halved %zu times", H, W, L);
    unet_cache cache = {.level_count = L,
                        .blocks = net->blocks,
                        .embedding = tensor_new_2d(N, E),
                        .context = tensor_new_2d(N, M),
                        .hidden = {tensor_new_2d(N, M), tensor_new_2d(N, M)},
                        .levels = array(L, sizeof *cache.levels),
                        .bottom = tensor_new_4d(N, E << L, H >> L, W >> L),
                        .middle = tensor_new_4d(N, E << L, H >> L, W >> L),
                        .middle_block = block_cache_new(N, E << L, H >> L, W >> L)};
    for (size_t i = 0; i < L; i++)
        cache.levels[i] = level_cache_new(net->blocks, N, E << i, H >> i, W >> i);
    return cache;
}

void unet_cache_clear(unet_cache *cache)
{
    for (size_t i = 0; i < cache->level_count; i++)
        level_cache_clear(&cache->levels[i], cache->blocks);
    free(cache->levels);
    block_cache_clear(&cache->middle_block);
    tensor *const all[] = {cache->embedding,        cache->context, cache->hidden.time,
                           cache->hidden.condition, cache->bottom,  cache->middle};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
    *cache = (unet_cache){0};
}

void check_unet_cache(const char *function, const unet_cache *cache, const unet *net,
                      const tensor *x)
{
    if (net == NULL || cache == NULL)
        contract_failed(function, "%s is NULL", net == NULL ? "net" : "cache");
    check_rank(function, "x", x, 4);
    if (cache->level_count != net->level_count || cache->blocks != net->blocks)
        contract_failed(function, "cache is of another net");
    check_shape_4d(function, "x", x, x->shape[0], net->first.w->shape[1], x->shape[2], x->shape[3]);
    check_shape_4d(function, "cache->levels[0].x", cache->levels[0].x, x->shape[0],
                   net->first.b->shape[0], x->shape[2], x->shape[3]);
}
