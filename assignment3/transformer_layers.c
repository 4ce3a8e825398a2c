/* Transformer layers. transformer_layers.h specifies each function. */
#include "transformer_layers.h"

#include "attention.h"
#include "contract.h"
#include "temporal.h"

void positional_encoding(tensor *table)
{
    check_rank(__func__, "table", table, 2);
    /* TODO: two loops and the header's formula; j % 2 tells even columns from odd ones. */
    NOT_IMPLEMENTED(table);
}

void gelu_forward(const tensor *x, tensor *out)
{
    check_same_shape(__func__, "out", out, x);
    /* TODO: one loop; erf is in the C library, as exp is. */
    NOT_IMPLEMENTED(x, out);
}

void gelu_backward(const tensor *dout, const tensor *x, tensor *dx)
{
    check_same_shape(__func__, "x", x, dout);
    check_same_shape(__func__, "dx", dx, dout);
    /* TODO: x Phi(x) is a product; derive it as one. */
    NOT_IMPLEMENTED(dout, x, dx);
}

/* Stops the program unless the arguments of the feed-forward part fit one another. */
static void check_feed_forward(const char *function, const tensor *x, const feed_forward_weights *w,
                               const feed_forward_cache *cache)
{
    check_rank(function, "x", x, 3);
    check_feed_forward_weights(function, "w", w, x->shape[2]);
    if (cache == NULL)
        contract_failed(function, "cache is NULL");
    check_shape_3d(function, "cache->hidden", cache->hidden, x->shape[0], x->shape[1],
                   w->b1->shape[0]);
}

void feed_forward(const tensor *x, const feed_forward_weights *w, tensor *out,
                  feed_forward_cache *cache)
{
    check_feed_forward(__func__, x, w, cache);
    check_same_shape(__func__, "out", out, x);
    /* TODO: temporal_affine_forward of temporal.h, GELU, temporal_affine_forward. */
    NOT_IMPLEMENTED(x, w, out, cache);
}

void feed_forward_backward(const tensor *dout, const tensor *x, const feed_forward_weights *w,
                           const feed_forward_cache *cache, tensor *dx, feed_forward_weights *dw)
{
    check_feed_forward(__func__, x, w, cache);
    check_same_shape(__func__, "dout", dout, x);
    check_same_shape(__func__, "dx", dx, x);
    check_feed_forward_weights(__func__, "dw", dw, x->shape[2]);
    /* TODO: the three steps backwards. The second affine layer's input is the GELU's result. */
    NOT_IMPLEMENTED(dout, x, w, cache, dx, dw);
}

void encoder_layer_forward(const tensor *x, const tensor *mask, const encoder_weights *w,
                           tensor *out, encoder_cache *cache)
{
    check_rank(__func__, "x", x, 3);
    check_encoder_weights(__func__, "w", w, x->shape[2]);
    check_encoder_cache(__func__, "cache", cache, x->shape[0], x->shape[1], w);
    check_same_shape(__func__, "out", out, x);
    /*
     * TODO: the header's two lines, with multi_head_forward, tensor_add, layer_norm_forward and
     * feed_forward. Where does each of them keep what its backward function needs?
     */
    NOT_IMPLEMENTED(x, mask, w, out, cache);
}

void encoder_layer_backward(const tensor *dout, const tensor *x, const encoder_weights *w,
                            const encoder_cache *cache, tensor *dx, encoder_weights *dw)
{
    check_rank(__func__, "x", x, 3);
    check_encoder_weights(__func__, "w", w, x->shape[2]);
    check_encoder_cache(__func__, "cache", cache, x->shape[0], x->shape[1], w);
    check_same_shape(__func__, "dout", dout, x);
    check_same_shape(__func__, "dx", dx, x);
    check_encoder_weights(__func__, "dw", dw, x->shape[2]);
    /*
     * TODO: from the end to the beginning. The gradient of a sum goes to both of its parts: past
     * the feed-forward part and past the attention a gradient comes back to y and to x, too.
     */
    NOT_IMPLEMENTED(dout, x, w, cache, dx, dw);
}

/* Stops the program unless the arguments of a decoder layer fit one another. */
static void check_decoder(const char *function, const tensor *x, const tensor *memory,
                          const decoder_weights *w, const decoder_cache *cache)
{
    check_rank(function, "x", x, 3);
    check_rank(function, "memory", memory, 3);
    size_t N = x->shape[0], E = x->shape[2], M = memory->shape[1];
    check_shape_3d(function, "memory", memory, N, M, E);
    check_decoder_weights(function, "w", w, E);
    check_decoder_cache(function, "cache", cache, N, x->shape[1], M, w);
}

void decoder_layer_forward(const tensor *x, const tensor *memory, const tensor *mask,
                           const decoder_weights *w, tensor *out, decoder_cache *cache)
{
    check_decoder(__func__, x, memory, w, cache);
    check_same_shape(__func__, "out", out, x);
    /* TODO: as the encoder layer, with the cross-attention in between. What does it ask with? */
    NOT_IMPLEMENTED(x, memory, mask, w, out, cache);
}

void decoder_layer_backward(const tensor *dout, const tensor *x, const tensor *memory,
                            const decoder_weights *w, const decoder_cache *cache, tensor *dx,
                            tensor *dmemory, decoder_weights *dw)
{
    check_decoder(__func__, x, memory, w, cache);
    check_same_shape(__func__, "dout", dout, x);
    check_same_shape(__func__, "dx", dx, x);
    check_same_shape(__func__, "dmemory", dmemory, memory);
    check_decoder_weights(__func__, "dw", dw, x->shape[2]);
    /* TODO: as the encoder layer's, with one more part. How often was the memory used? */
    NOT_IMPLEMENTED(dout, x, memory, w, cache, dx, dmemory, dw);
}
