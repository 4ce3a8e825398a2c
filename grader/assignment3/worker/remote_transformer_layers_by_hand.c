/*
 * Encoder and decoder layers as remote calls. What a layer's forward keeps for its backward is its
 * program's own and does not go over the wire: the remote backward does both ways, so that here
 * only the mask has to be kept, under the cache that forward was to fill.
 */
#include <stdio.h>

#include "remote.h"
#include "transformer_layers.h"

enum { MOST_CACHES = 64 };

static struct {
    const void *cache;
    tensor *mask; /* NULL: none */
} kept[MOST_CACHES];
static size_t kept_count;

static void keep_mask(const void *cache, const tensor *mask)
{
    size_t i = 0;
    while (i < kept_count && kept[i].cache != cache)
        i++;
    if (i == MOST_CACHES)
        i = kept_count = 0; /* the oldest have had their backward long since */
    if (i == kept_count)
        kept_count++;
    tensor_free(kept[i].mask);
    kept[i].cache = cache;
    kept[i].mask = mask != NULL ? tensor_new_copy(mask) : NULL;
}

static const tensor *mask_of(const void *cache)
{
    for (size_t i = 0; i < kept_count; i++)
        if (kept[i].cache == cache)
            return kept[i].mask;
    return NULL;
}

static void in_mask(const tensor *mask, size_t T)
{
    tensor *zeros = mask == NULL ? tensor_new_2d(T, T) : NULL;
    remote_in("mask", mask != NULL ? mask : zeros);
    remote_in_number("masked", mask != NULL ? 1 : 0);
    tensor_free(zeros);
}

static void in_weights(tensor *const *list, const char *const *names, size_t count, size_t heads)
{
    for (size_t i = 0; i < count; i++)
        remote_in(names[i], list[i]);
    remote_in_number("heads", (double)heads);
}

static void out_gradients(tensor *const *list, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char name[32];
        snprintf(name, sizeof name, "d%s", names[i]);
        remote_out(name, list[i]);
    }
}

void positional_encoding(tensor *table)
{
    remote_begin("positional_encoding");
    remote_in_number("T", (double)table->shape[0]);
    remote_in_number("E", (double)table->shape[1]);
    remote_out("table", table);
    remote_end();
}

void encoder_layer_forward(const tensor *x, const tensor *mask, const encoder_weights *w,
                           tensor *out, encoder_cache *cache)
{
    tensor *list[ENCODER_TENSORS];
    encoder_weights_list(w, list);
    keep_mask(cache, mask);
    remote_begin("encoder_layer_forward");
    remote_in("x", x);
    in_mask(mask, x->shape[1]);
    in_weights(list, encoder_weight_names, ENCODER_TENSORS, w->self.heads);
    remote_out("out", out);
    remote_end();
}

void encoder_layer_backward(const tensor *dout, const tensor *x, const encoder_weights *w,
                            const encoder_cache *cache, tensor *dx, encoder_weights *dw)
{
    tensor *list[ENCODER_TENSORS];
    tensor *gradients[ENCODER_TENSORS];
    encoder_weights_list(w, list);
    encoder_weights_list(dw, gradients);
    remote_begin("encoder_layer_backward");
    remote_in("dout", dout);
    remote_in("x", x);
    in_mask(mask_of(cache), x->shape[1]);
    in_weights(list, encoder_weight_names, ENCODER_TENSORS, w->self.heads);
    remote_out("dx", dx);
    out_gradients(gradients, encoder_weight_names, ENCODER_TENSORS);
    remote_end();
}

void decoder_layer_forward(const tensor *x, const tensor *memory, const tensor *mask,
                           const decoder_weights *w, tensor *out, decoder_cache *cache)
{
    tensor *list[DECODER_TENSORS];
    decoder_weights_list(w, list);
    keep_mask(cache, mask);
    remote_begin("decoder_layer_forward");
    remote_in("x", x);
    remote_in("memory", memory);
    in_mask(mask, x->shape[1]);
    in_weights(list, decoder_weight_names, DECODER_TENSORS, w->self.heads);
    remote_out("out", out);
    remote_end();
}

void decoder_layer_backward(const tensor *dout, const tensor *x, const tensor *memory,
                            const decoder_weights *w, const decoder_cache *cache, tensor *dx,
                            tensor *dmemory, decoder_weights *dw)
{
    tensor *list[DECODER_TENSORS];
    tensor *gradients[DECODER_TENSORS];
    decoder_weights_list(w, list);
    decoder_weights_list(dw, gradients);
    remote_begin("decoder_layer_backward");
    remote_in("dout", dout);
    remote_in("x", x);
    remote_in("memory", memory);
    in_mask(mask_of(cache), x->shape[1]);
    in_weights(list, decoder_weight_names, DECODER_TENSORS, w->self.heads);
    remote_out("dx", dx);
    remote_out("dmemory", dmemory);
    out_gradients(gradients, decoder_weight_names, DECODER_TENSORS);
    remote_end();
}
