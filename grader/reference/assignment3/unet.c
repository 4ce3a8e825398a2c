/* The wiring of the UNet. unet.h specifies each function. */
#include "unet.h"

#include <string.h>

#include "contract.h"
#include "diffusion.h"

/* Stops the program unless joined holds the channels of a and of b, called so. */
static void check_joined(const char *function, const char *name_a, const tensor *a,
                         const char *name_b, const tensor *b, const char *name,
                         const tensor *joined)
{
    check_rank(function, name_a, a, 4);
    check_rank(function, name_b, b, 4);
    check_shape_4d(function, name_b, b, a->shape[0], b->shape[1], a->shape[2], a->shape[3]);
    check_shape_4d(function, name, joined, a->shape[0], a->shape[1] + b->shape[1], a->shape[2],
                   a->shape[3]);
}

void concat_channels(const tensor *a, const tensor *b, tensor *out)
{
    check_joined(__func__, "a", a, "b", b, "out", out);
#ifdef SOLUTION
    size_t N = a->shape[0], of_a = tensor_row(a, 0).size, of_b = tensor_row(b, 0).size;
    for (size_t n = 0; n < N; n++) {
        real *to = out->data + n * (of_a + of_b);
        memcpy(to, a->data + n * of_a, of_a * sizeof *to);
        memcpy(to + of_a, b->data + n * of_b, of_b * sizeof *to);
    }
#else
    /* TODO: the channels of one picture lie one after the other. Where does picture n begin? */
    NOT_IMPLEMENTED(a, b, out);
#endif
}

void split_channels(const tensor *dout, tensor *da, tensor *db)
{
    check_joined(__func__, "da", da, "db", db, "dout", dout);
#ifdef SOLUTION
    size_t N = da->shape[0], of_a = tensor_row(da, 0).size, of_b = tensor_row(db, 0).size;
    for (size_t n = 0; n < N; n++) {
        const real *from = dout->data + n * (of_a + of_b);
        memcpy(da->data + n * of_a, from, of_a * sizeof *from);
        memcpy(db->data + n * of_b, from + of_a, of_b * sizeof *from);
    }
#else
    /* TODO: concat_channels, the other way. */
    NOT_IMPLEMENTED(dout, da, db);
#endif
}

#ifdef SOLUTION
/* Down through level i: from its x to what the next one begins with. */
static void go_down(const unet *net, size_t i, unet_cache *cache)
{
    const unet_level *w = &net->levels[i];
    unet_level_cache *level = &cache->levels[i];
    const tensor *h = level->x;
    for (size_t b = 0; b < net->blocks; b++) {
        unet_block_forward(h, cache->context, &w->down[b], level->skips[b], &level->down[b]);
        h = level->skips[b];
    }
    tensor *next = i + 1 < net->level_count ? cache->levels[i + 1].x : cache->bottom;
    unet_conv_forward(h, &w->halve, next);
}

/* Up through level i: from what comes from below to its last result, which is returned. */
static const tensor *go_up(const unet *net, size_t i, const tensor *below, unet_cache *cache)
{
    const unet_level *w = &net->levels[i];
    unet_level_cache *level = &cache->levels[i];
    unet_doubling_forward(below, level->doubled);
    unet_conv_forward(level->doubled, &w->narrow, level->narrowed);
    const tensor *h = level->narrowed;
    for (size_t b = 0; b < net->blocks; b++) {
        concat_channels(h, level->skips[net->blocks - 1 - b], level->joined[b]);
        unet_block_forward(level->joined[b], cache->context, &w->up[b], level->results[b],
                           &level->up[b]);
        h = level->results[b];
    }
    return h;
}
#endif

void unet_forward(const unet *net, const tensor *x, const labels *t, const tensor *condition,
                  tensor *out, unet_cache *cache)
{
    check_unet_cache(__func__, cache, net, x);
    check_labels(__func__, "t", t, x->shape[0], SIZE_MAX);
    check_same_shape(__func__, "out", out, x);
#ifdef SOLUTION
    time_embedding(t, cache->embedding);
    unet_context_forward(cache->embedding, condition, &net->context, cache->context,
                         &cache->hidden);
    unet_conv_forward(x, &net->first, cache->levels[0].x);
    for (size_t i = 0; i < net->level_count; i++)
        go_down(net, i, cache);
    unet_block_forward(cache->bottom, cache->context, &net->middle, cache->middle,
                       &cache->middle_block);
    const tensor *h = cache->middle;
    for (size_t i = net->level_count; i-- > 0;)
        h = go_up(net, i, h, cache);
    unet_conv_forward(h, &net->last, out);
#else
    /*
     * TODO: the header's lines, one call each; cache has a place for every result. A function for
     * the way down through one level, and one for the way up, keep it short.
     */
    NOT_IMPLEMENTED(net, x, t, condition, out, cache);
#endif
}

#ifdef SOLUTION
/* The way back: gradients with respect to what cache holds go to d, a cache of the same shapes. */
typedef struct way_back {
    const unet *net;
    const unet_cache *cache;
    unet_cache d;
    tensor *of_block; /* what the block at hand hands back to the context */
    unet *gradients;
} way_back;

/* A block's way back; what it hands back to the context is added to what the others did. */
static void block_back(way_back *way, const tensor *dout, const tensor *x, const unet_block *block,
                       const unet_block_cache *cache, tensor *dx, unet_block *dblock)
{
    unet_block_backward(dout, x, way->cache->context, block, cache, dx, way->of_block, dblock);
    tensor_add(way->d.context, way->of_block, way->d.context);
}

/* Back through go_up: from the gradient with respect to level i's last result to dbelow. */
static void go_up_back(way_back *way, size_t i, tensor *dbelow)
{
    const unet_level *w = &way->net->levels[i];
    const unet_level_cache *level = &way->cache->levels[i];
    unet_level_cache *d = &way->d.levels[i];
    unet_level *gradients = &way->gradients->levels[i];
    for (size_t b = way->net->blocks; b-- > 0;) {
        block_back(way, d->results[b], level->joined[b], &w->up[b], &level->up[b], d->joined[b],
                   &gradients->up[b]);
        tensor *before = b > 0 ? d->results[b - 1] : d->narrowed;
        split_channels(d->joined[b], before, d->skips[way->net->blocks - 1 - b]);
    }
    unet_conv_backward(d->narrowed, level->doubled, &w->narrow, d->doubled, &gradients->narrow);
    unet_doubling_backward(d->doubled, dbelow);
}

/* Back through go_down: the skips have their gradients from the way up, and get the others. */
static void go_down_back(way_back *way, size_t i)
{
    const unet_level *w = &way->net->levels[i];
    const unet_level_cache *level = &way->cache->levels[i];
    unet_level_cache *d = &way->d.levels[i];
    unet_level *gradients = &way->gradients->levels[i];
    size_t last = way->net->blocks - 1;
    const tensor *dnext = i < way->net->level_count - 1 ? way->d.levels[i + 1].x : way->d.bottom;
    tensor *from_below = tensor_new_like(level->x);
    unet_conv_backward(dnext, level->skips[last], &w->halve, from_below, &gradients->halve);
    for (size_t b = last + 1; b-- > 0;) {
        tensor_add(d->skips[b], from_below, d->skips[b]);
        block_back(way, d->skips[b], b > 0 ? level->skips[b - 1] : level->x, &w->down[b],
                   &level->down[b], from_below, &gradients->down[b]);
    }
    tensor_copy(from_below, d->x);
    tensor_free(from_below);
}
#endif

void unet_backward(const tensor *dout, const unet *net, const tensor *x, const tensor *condition,
                   const unet_cache *cache, unet *gradients)
{
    check_unet_cache(__func__, cache, net, x);
    check_same_shape(__func__, "dout", dout, x);
    if (gradients == NULL || gradients->level_count != net->level_count ||
        gradients->blocks != net->blocks)
        contract_failed(__func__, "gradients are NULL, or of another net");
#ifdef SOLUTION
    size_t N = x->shape[0], last = net->blocks - 1;
    way_back way = {.net = net,
                    .cache = cache,
                    .d = unet_cache_new(net, N, x->shape[2], x->shape[3]),
                    .of_block = tensor_new_like(cache->context),
                    .gradients = gradients};
    unet_conv_backward(dout, cache->levels[0].results[last], &net->last,
                       way.d.levels[0].results[last], &gradients->last);
    for (size_t i = 0; i < net->level_count; i++) {
        bool lowest = i == net->level_count - 1;
        go_up_back(&way, i, lowest ? way.d.middle : way.d.levels[i + 1].results[last]);
    }
    block_back(&way, way.d.middle, cache->bottom, &net->middle, &cache->middle_block, way.d.bottom,
               &gradients->middle);
    for (size_t i = net->level_count; i-- > 0;)
        go_down_back(&way, i);
    unet_conv_backward(way.d.levels[0].x, x, &net->first, NULL, &gradients->first);
    unet_context_backward(way.d.context, cache->embedding, condition, &net->context, &cache->hidden,
                          &gradients->context);
    tensor_free(way.of_block);
    unet_cache_clear(&way.d);
#else
    /*
     * TODO: the same calls in reverse. A second cache from unet_cache_new has a place for the
     * gradient of everything that forward kept. What reaches a skip, and what the context?
     */
    NOT_IMPLEMENTED(dout, net, x, condition, cache, gradients);
#endif
}
