/* Transformer layers. transformer_layers.h specifies each function. */
#include "transformer_layers.h"

#include "attention.h"
#include "contract.h"
#include "temporal.h"

#ifdef SOLUTION
#include "multiversion.h"

#include "fast_math.h"
#endif

void positional_encoding(tensor *table)
{
    check_rank(__func__, "table", table, 2);
#ifdef SOLUTION
    size_t T = table->shape[0], E = table->shape[1];
    for (size_t t = 0; t < T; t++)
        for (size_t j = 0; j < E; j++) {
            double exponent = -(double)(j - j % 2) / E;
            double angle = t * pow(10000, exponent);
            table->data[t * E + j] = j % 2 == 0 ? sin(angle) : cos(angle);
        }
#else
    /* TODO: two loops and the header's formula; j % 2 tells even columns from odd ones. */
    NOT_IMPLEMENTED(table);
#endif
}

#ifdef SOLUTION
/* erf(x / sqrt(2)): 1 less what is left of the normal distribution on both sides. */
static inline real normal_erf(real x)
{
    real bell, within = 1 - 2 * fast_normal_tail(fabs(x), &bell);
    return x < 0 ? -within : within;
}

/* The probability that a standard normal number is below x. */
static inline real normal_probability(real x)
{
    return (1 + normal_erf(x)) / 2;
}

/* The density of a standard normal number at x. */
static inline real normal_density(real x)
{
    const real root_of_2_pi = 2.50662827463100050242;
    return fast_exp_of_negative(-x * x / 2) / root_of_2_pi;
}

MULTIVERSION
static void gelu_of(const real *restrict x, size_t count, real *restrict out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = x[i] * normal_probability(x[i]);
}

MULTIVERSION
static void gelu_derivative_of(const real *restrict x, size_t count, real *restrict out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = normal_probability(x[i]) + x[i] * normal_density(x[i]);
}
#endif

void gelu_forward(const tensor *x, tensor *out)
{
    check_same_shape(__func__, "out", out, x);
#ifdef SOLUTION
    gelu_of(x->data, x->size, out->data);
#else
    /* TODO: one loop; erf is in the C library, as exp is. */
    NOT_IMPLEMENTED(x, out);
#endif
}

void gelu_backward(const tensor *dout, const tensor *x, tensor *dx)
{
    check_same_shape(__func__, "x", x, dout);
    check_same_shape(__func__, "dx", dx, dout);
#ifdef SOLUTION
    gelu_derivative_of(x->data, x->size, dx->data);
    tensor_multiply(dout, dx, dx);
#else
    /* TODO: x Phi(x) is a product; derive it as one. */
    NOT_IMPLEMENTED(dout, x, dx);
#endif
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
#ifdef SOLUTION
    tensor *activation = tensor_new_like(cache->hidden);
    temporal_affine_forward(x, w->W1, w->b1, cache->hidden);
    gelu_forward(cache->hidden, activation);
    temporal_affine_forward(activation, w->W2, w->b2, out);
    tensor_free(activation);
#else
    /* TODO: temporal_affine_forward of temporal.h, GELU, temporal_affine_forward. */
    NOT_IMPLEMENTED(x, w, out, cache);
#endif
}

void feed_forward_backward(const tensor *dout, const tensor *x, const feed_forward_weights *w,
                           const feed_forward_cache *cache, tensor *dx, feed_forward_weights *dw)
{
    check_feed_forward(__func__, x, w, cache);
    check_same_shape(__func__, "dout", dout, x);
    check_same_shape(__func__, "dx", dx, x);
    check_feed_forward_weights(__func__, "dw", dw, x->shape[2]);
#ifdef SOLUTION
    tensor *activation = tensor_new_like(cache->hidden), *dactivation = tensor_new_like(activation);
    tensor *dhidden = tensor_new_like(activation);
    gelu_forward(cache->hidden, activation); /* once more, rather than to keep it */
    temporal_affine_backward(dout, activation, w->W2, dactivation, dw->W2, dw->b2);
    gelu_backward(dactivation, cache->hidden, dhidden);
    temporal_affine_backward(dhidden, x, w->W1, dx, dw->W1, dw->b1);
    tensor_free(activation);
    tensor_free(dactivation);
    tensor_free(dhidden);
#else
    /* TODO: the three steps backwards. The second affine layer's input is the GELU's result. */
    NOT_IMPLEMENTED(dout, x, w, cache, dx, dw);
#endif
}

void encoder_layer_forward(const tensor *x, const tensor *mask, const encoder_weights *w,
                           tensor *out, encoder_cache *cache)
{
    check_rank(__func__, "x", x, 3);
    check_encoder_weights(__func__, "w", w, x->shape[2]);
    check_encoder_cache(__func__, "cache", cache, x->shape[0], x->shape[1], w);
    check_same_shape(__func__, "out", out, x);
#ifdef SOLUTION
    tensor *sum = tensor_new_like(x);
    multi_head_forward(x, x, x, &w->self, mask, NULL, sum, &cache->self);
    tensor_add(sum, x, sum);
    layer_norm_forward(sum, &w->norm1, cache->y, &cache->norm1);

    feed_forward(cache->y, &w->feed, sum, &cache->feed);
    tensor_add(sum, cache->y, sum);
    layer_norm_forward(sum, &w->norm2, out, &cache->norm2);
    tensor_free(sum);
#else
    /*
     * TODO: the header's two lines, with multi_head_forward, tensor_add, layer_norm_forward and
     * feed_forward. Where does each of them keep what its backward function needs?
     */
    NOT_IMPLEMENTED(x, mask, w, out, cache);
#endif
}

#ifdef SOLUTION
/* Through the self-attention: x was query, key and value, and dx is the sum of three gradients. */
static void self_attention_backward(const tensor *dout, const tensor *x,
                                    const multi_head_weights *w, const multi_head_cache *cache,
                                    tensor *dx, multi_head_weights *dw)
{
    tensor *dkey = tensor_new_like(x), *dvalue = tensor_new_like(x);
    multi_head_backward(dout, x, x, x, w, NULL, cache, dx, dkey, dvalue, dw);
    tensor_add(dx, dkey, dx);
    tensor_add(dx, dvalue, dx);
    tensor_free(dkey);
    tensor_free(dvalue);
}
#endif

void encoder_layer_backward(const tensor *dout, const tensor *x, const encoder_weights *w,
                            const encoder_cache *cache, tensor *dx, encoder_weights *dw)
{
    check_rank(__func__, "x", x, 3);
    check_encoder_weights(__func__, "w", w, x->shape[2]);
    check_encoder_cache(__func__, "cache", cache, x->shape[0], x->shape[1], w);
    check_same_shape(__func__, "dout", dout, x);
    check_same_shape(__func__, "dx", dx, x);
    check_encoder_weights(__func__, "dw", dw, x->shape[2]);
#ifdef SOLUTION
    tensor *dsum = tensor_new_like(x), *dy = tensor_new_like(x);
    layer_norm_backward(dout, &w->norm2, &cache->norm2, dsum, &dw->norm2);
    feed_forward_backward(dsum, cache->y, &w->feed, &cache->feed, dy, &dw->feed);
    tensor_add(dy, dsum, dy); /* what came past the feed-forward part */

    layer_norm_backward(dy, &w->norm1, &cache->norm1, dsum, &dw->norm1);
    self_attention_backward(dsum, x, &w->self, &cache->self, dx, &dw->self);
    tensor_add(dx, dsum, dx);
    tensor_free(dsum);
    tensor_free(dy);
#else
    /*
     * TODO: from the end to the beginning. The gradient of a sum goes to both of its parts: past
     * the feed-forward part and past the attention a gradient comes back to y and to x, too.
     */
    NOT_IMPLEMENTED(dout, x, w, cache, dx, dw);
#endif
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
#ifdef SOLUTION
    tensor *sum = tensor_new_like(x);
    multi_head_forward(x, x, x, &w->self, mask, NULL, sum, &cache->self);
    tensor_add(sum, x, sum);
    layer_norm_forward(sum, &w->norm1, cache->y, &cache->norm1);

    multi_head_forward(cache->y, memory, memory, &w->cross, NULL, NULL, sum, &cache->cross);
    tensor_add(sum, cache->y, sum);
    layer_norm_forward(sum, &w->norm2, cache->z, &cache->norm2);

    feed_forward(cache->z, &w->feed, sum, &cache->feed);
    tensor_add(sum, cache->z, sum);
    layer_norm_forward(sum, &w->norm3, out, &cache->norm3);
    tensor_free(sum);
#else
    /* TODO: as the encoder layer, with the cross-attention in between. What does it ask with? */
    NOT_IMPLEMENTED(x, memory, mask, w, out, cache);
#endif
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
#ifdef SOLUTION
    tensor *dsum = tensor_new_like(x), *dy = tensor_new_like(x), *dz = tensor_new_like(x);
    tensor *dvalue = tensor_new_like(memory);
    layer_norm_backward(dout, &w->norm3, &cache->norm3, dsum, &dw->norm3);
    feed_forward_backward(dsum, cache->z, &w->feed, &cache->feed, dz, &dw->feed);
    tensor_add(dz, dsum, dz);

    layer_norm_backward(dz, &w->norm2, &cache->norm2, dsum, &dw->norm2);
    multi_head_backward(dsum, cache->y, memory, memory, &w->cross, NULL, &cache->cross, dy, dmemory,
                        dvalue, &dw->cross);
    tensor_add(dmemory, dvalue, dmemory);
    tensor_add(dy, dsum, dy);

    layer_norm_backward(dy, &w->norm1, &cache->norm1, dsum, &dw->norm1);
    self_attention_backward(dsum, x, &w->self, &cache->self, dx, &dw->self);
    tensor_add(dx, dsum, dx);
    tensor *const all[] = {dsum, dy, dz, dvalue};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
#else
    /* TODO: as the encoder layer's, with one more part. How often was the memory used? */
    NOT_IMPLEMENTED(dout, x, memory, w, cache, dx, dmemory, dw);
#endif
}
