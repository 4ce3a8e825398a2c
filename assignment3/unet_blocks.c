/* Blocks of the UNet. Given: nothing to write here. */
#include "unet_blocks.h"

#include "contract.h"
#include "conv_fast.h"
#include "gelu_fast.h"
#include "matmul.h"
#include "norm_fast.h"

/* ---- convolution ---- */

static conv_shape shape_of(const unet_conv *conv)
{
    size_t side = conv->w->shape[2];
    return (conv_shape){.stride = side == 2 ? 2 : 1, .pad = side == 3 ? 1 : 0};
}

static void check_conv(const char *function, const tensor *x, const unet_conv *conv)
{
    if (conv == NULL)
        contract_failed(function, "conv is NULL");
    check_rank(function, "x", x, 4);
    check_rank(function, "conv->w", conv->w, 4);
    size_t F = conv->w->shape[0], side = conv->w->shape[2];
    check_shape_4d(function, "conv->w", conv->w, F, x->shape[1], side, side);
    check_shape_1d(function, "conv->b", conv->b, F);
    if (side == 2 && (x->shape[2] % 2 != 0 || x->shape[3] % 2 != 0))
        contract_failed(function, "pictures of %zu x %zu have no half", x->shape[2], x->shape[3]);
}

/* Stops the program unless out, called name, has the shape of a convolution's result. */
static void check_result(const char *function, const char *name, const tensor *out, const tensor *x,
                         const unet_conv *conv)
{
    size_t half = conv->w->shape[2] == 2 ? 2 : 1;
    check_shape_4d(function, name, out, x->shape[0], conv->w->shape[0], x->shape[2] / half,
                   x->shape[3] / half);
}

void unet_conv_forward(const tensor *x, const unet_conv *conv, tensor *out)
{
    check_conv(__func__, x, conv);
    check_result(__func__, "out", out, x, conv);
    fast_conv_forward(x, conv->w, conv->b, shape_of(conv), out);
}

void unet_conv_backward(const tensor *dout, const tensor *x, const unet_conv *conv, tensor *dx,
                        unet_conv *dconv)
{
    check_conv(__func__, x, conv);
    check_result(__func__, "dout", dout, x, conv);
    if (dx != NULL)
        check_same_shape(__func__, "dx", dx, x);
    check_same_shape(__func__, "dconv->w", dconv->w, conv->w);
    check_same_shape(__func__, "dconv->b", dconv->b, conv->b);
    fast_conv_backward(dout, x, conv->w, shape_of(conv), dx, dconv->w, dconv->b);
}

/* ---- doubling ---- */

static void check_doubled(const char *function, const char *name, const tensor *small,
                          const tensor *large)
{
    check_rank(function, name, small, 4);
    check_shape_4d(function, "the doubled pictures", large, small->shape[0], small->shape[1],
                   2 * small->shape[2], 2 * small->shape[3]);
}

void unet_doubling_forward(const tensor *x, tensor *out)
{
    check_doubled(__func__, "x", x, out);
    size_t W = x->shape[3], rows = W == 0 ? 0 : x->size / W; /* of all pictures */
    for (size_t i = 0; i < 2 * rows; i++)
        for (size_t j = 0; j < W; j++) {
            real *to = out->data + (i * W + j) * 2;
            to[0] = to[1] = x->data[i / 2 * W + j];
        }
}

void unet_doubling_backward(const tensor *dout, tensor *dx)
{
    check_doubled(__func__, "dx", dx, dout);
    size_t W = dx->shape[3], rows = W == 0 ? 0 : dx->size / W;
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < W; j++) {
            const real *upper = dout->data + (2 * i * W + j) * 2, *lower = upper + 2 * W;
            dx->data[i * W + j] = upper[0] + upper[1] + lower[0] + lower[1];
        }
}

/* ---- a residual block ---- */

static const real norm_eps = (real)1e-5; /* is added to mean squares */

/* factor[n,c] = gamma[c] (1 + scale[n,c]), and shift; scale_shift may be NULL: neither. */
static void modulation(const tensor *gamma, const tensor *scale_shift, tensor *factor,
                       tensor *shift)
{
    size_t F = gamma->size;
    for (size_t i = 0; i < factor->size; i++) {
        size_t n = i / F, c = i % F;
        const real *row = scale_shift == NULL ? NULL : scale_shift->data + n * 2 * F;
        factor->data[i] = gamma->data[c] * (row == NULL ? 1 : 1 + row[c]);
        shift->data[i] = row == NULL ? 0 : row[F + c];
    }
}

/* The way back of it: into dgamma, and dscale_shift, which may be NULL. */
static void modulation_backward(const tensor *gamma, const tensor *scale_shift,
                                const tensor *dfactor, const tensor *dshift, tensor *dgamma,
                                tensor *dscale_shift)
{
    size_t F = gamma->size;
    tensor_fill(dgamma, 0);
    for (size_t i = 0; i < dfactor->size; i++) {
        size_t n = i / F, c = i % F;
        real scale = scale_shift == NULL ? 0 : scale_shift->data[n * 2 * F + c];
        dgamma->data[c] += dfactor->data[i] * (1 + scale);
        if (dscale_shift != NULL) {
            dscale_shift->data[n * 2 * F + c] = dfactor->data[i] * gamma->data[c];
            dscale_shift->data[n * 2 * F + F + c] = dshift->data[i];
        }
    }
}

/* out = x w + b for rows. */
static void affine(const tensor *x, const tensor *w, const tensor *b, tensor *out)
{
    tensor_fill_rows(b, out);
    matmul_general(false, false, 1, x, w, 1, out);
}

static void affine_backward(const tensor *dout, const tensor *x, const tensor *w, tensor *dx,
                            tensor *dw, tensor *db)
{
    matmul_transposed_left(x, dout, dw);
    tensor_sum_rows(dout, db);
    if (dx != NULL)
        matmul_transposed_right(dout, w, dx);
}

static void check_block(const char *function, const tensor *x, const tensor *context,
                        const unet_block *block)
{
    if (block == NULL)
        contract_failed(function, "block is NULL");
    check_rank(function, "x", x, 4);
    check_conv(function, x, &block->conv1);
    check_rank(function, "context", context, 2);
    size_t F = block->conv1.b->shape[0];
    check_shape_2d(function, "context", context, x->shape[0], context->shape[1]);
    check_shape_2d(function, "block->W_context", block->W_context, context->shape[1], 2 * F);
    if (block->shortcut.w == NULL && x->shape[1] != F)
        contract_failed(function, "a block from %zu to %zu channels has no shortcut", x->shape[1],
                        F);
}

void unet_block_forward(const tensor *x, const tensor *context, const unet_block *block,
                        tensor *out, unet_block_cache *cache)
{
    check_block(__func__, x, context, block);
    size_t N = x->shape[0], F = block->conv1.b->shape[0];
    check_shape_4d(__func__, "out", out, N, F, x->shape[2], x->shape[3]);
    check_same_shape(__func__, "cache->h1", cache->h1, out);
    tensor *factor = tensor_new_2d(N, F), *shift = tensor_new_2d(N, F);
    affine(context, block->W_context, block->b_context, cache->scale_shift);
    unet_conv_forward(x, &block->conv1, cache->h1);
    modulation(block->gamma1, cache->scale_shift, factor, shift);
    fast_rmsnorm_forward(cache->h1, factor, shift, norm_eps, cache->z1);
    fast_gelu_forward(cache->z1, cache->a1);
    unet_conv_forward(cache->a1, &block->conv2, cache->h2);
    modulation(block->gamma2, NULL, factor, shift);
    fast_rmsnorm_forward(cache->h2, factor, NULL, norm_eps, cache->z2);
    fast_gelu_forward(cache->z2, out);
    if (block->shortcut.w == NULL) {
        tensor_add(out, x, out);
    } else {
        tensor *shortcut = tensor_new_like(out);
        unet_conv_forward(x, &block->shortcut, shortcut);
        tensor_add(out, shortcut, out);
        tensor_free(shortcut);
    }
    tensor_free(factor);
    tensor_free(shift);
}

/* Adds what the shortcut hands back to dx. */
static void shortcut_backward(const tensor *dout, const tensor *x, const unet_block *block,
                              tensor *dx, unet_block *dblock)
{
    if (block->shortcut.w == NULL) {
        tensor_add(dx, dout, dx);
        return;
    }
    tensor *by_shortcut = tensor_new_like(dx);
    unet_conv_backward(dout, x, &block->shortcut, by_shortcut, &dblock->shortcut);
    tensor_add(dx, by_shortcut, dx);
    tensor_free(by_shortcut);
}

void unet_block_backward(const tensor *dout, const tensor *x, const tensor *context,
                         const unet_block *block, const unet_block_cache *cache, tensor *dx,
                         tensor *dcontext, unet_block *dblock)
{
    check_block(__func__, x, context, block);
    size_t N = x->shape[0], F = block->conv1.b->shape[0];
    check_shape_4d(__func__, "dout", dout, N, F, x->shape[2], x->shape[3]);
    check_same_shape(__func__, "dx", dx, x);
    check_same_shape(__func__, "dcontext", dcontext, context);
    tensor *factor = tensor_new_2d(N, F), *shift = tensor_new_2d(N, F);
    tensor *dfactor = tensor_new_2d(N, F), *dshift = tensor_new_2d(N, F);
    tensor *dscale_shift = tensor_new_2d(N, 2 * F);
    tensor *dz = tensor_new_like(dout), *dh = tensor_new_like(dout);
    fast_gelu_backward(dout, cache->z2, dz);
    modulation(block->gamma2, NULL, factor, shift);
    fast_rmsnorm_backward(dz, cache->h2, factor, norm_eps, dh, dfactor, dshift);
    modulation_backward(block->gamma2, NULL, dfactor, dshift, dblock->gamma2, NULL);
    unet_conv_backward(dh, cache->a1, &block->conv2, dz, &dblock->conv2);
    fast_gelu_backward(dz, cache->z1, dz);
    modulation(block->gamma1, cache->scale_shift, factor, shift);
    fast_rmsnorm_backward(dz, cache->h1, factor, norm_eps, dh, dfactor, dshift);
    modulation_backward(block->gamma1, cache->scale_shift, dfactor, dshift, dblock->gamma1,
                        dscale_shift);
    unet_conv_backward(dh, x, &block->conv1, dx, &dblock->conv1);
    affine_backward(dscale_shift, context, block->W_context, dcontext, dblock->W_context,
                    dblock->b_context);
    shortcut_backward(dout, x, block, dx, dblock);
    tensor *const all[] = {factor, shift, dfactor, dshift, dscale_shift, dz, dh};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
}

/* ---- the context ---- */

static void check_context(const char *function, const tensor *embedding, const tensor *condition,
                          const unet_context *w)
{
    check_rank(function, "w->time_W1", w->time_W1, 2);
    check_rank(function, "w->condition_W1", w->condition_W1, 2);
    check_rank(function, "embedding", embedding, 2);
    check_shape_2d(function, "embedding", embedding, embedding->shape[0], w->time_W1->shape[0]);
    check_shape_2d(function, "condition", condition, embedding->shape[0],
                   w->condition_W1->shape[0]);
}

void unet_context_forward(const tensor *embedding, const tensor *condition, const unet_context *w,
                          tensor *context, unet_context_cache *cache)
{
    check_context(__func__, embedding, condition, w);
    check_shape_2d(__func__, "context", context, embedding->shape[0], w->time_b1->shape[0]);
    tensor *a = tensor_new_like(context), *of_condition = tensor_new_like(context);
    affine(embedding, w->time_W1, w->time_b1, cache->time);
    fast_gelu_forward(cache->time, a);
    affine(a, w->time_W2, w->time_b2, context);
    affine(condition, w->condition_W1, w->condition_b1, cache->condition);
    fast_gelu_forward(cache->condition, a);
    affine(a, w->condition_W2, w->condition_b2, of_condition);
    tensor_add(context, of_condition, context);
    tensor_free(a);
    tensor_free(of_condition);
}

void unet_context_backward(const tensor *dcontext, const tensor *embedding, const tensor *condition,
                           const unet_context *w, const unet_context_cache *cache, unet_context *dw)
{
    check_context(__func__, embedding, condition, w);
    check_same_shape(__func__, "dcontext", dcontext, cache->time);
    tensor *a = tensor_new_like(dcontext), *da = tensor_new_like(dcontext);
    fast_gelu_forward(cache->time, a);
    affine_backward(dcontext, a, w->time_W2, da, dw->time_W2, dw->time_b2);
    fast_gelu_backward(da, cache->time, da);
    affine_backward(da, embedding, w->time_W1, NULL, dw->time_W1, dw->time_b1);
    fast_gelu_forward(cache->condition, a);
    affine_backward(dcontext, a, w->condition_W2, da, dw->condition_W2, dw->condition_b2);
    fast_gelu_backward(da, cache->condition, da);
    affine_backward(da, condition, w->condition_W1, NULL, dw->condition_W1, dw->condition_b1);
    tensor_free(a);
    tensor_free(da);
}
