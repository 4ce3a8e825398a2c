/* Normalization of images. spatial_norm.h specifies each function. */
#include "spatial_norm.h"

#include "contract.h"

/* Stops the program unless gamma and another vector of channels fit the images x. */
static void check_channels(const char *function, const char *x_name, const tensor *x,
                           const tensor *gamma, const char *other_name, const tensor *other)
{
    check_rank(function, x_name, x, 4);
    check_shape_1d(function, "gamma", gamma, x->shape[1]);
    check_shape_1d(function, other_name, other, x->shape[1]);
    if (x->size == 0)
        contract_failed(function, "%s has no elements", x_name);
}

#ifdef SOLUTION
/*
 * Turns images, N x C x H x W, into a matrix with one row per pixel and one column per channel, or
 * with to_images back.
 */
static void turn(tensor *images, tensor *pixels, bool to_images)
{
    size_t C = images->shape[1];
    size_t area = images->shape[2] * images->shape[3];
    for (size_t n = 0; n < images->shape[0]; n++)
        for (size_t c = 0; c < C; c++)
            for (size_t i = 0; i < area; i++) {
                real *in_images = images->data + (n * C + c) * area + i;
                real *in_pixels = pixels->data + (n * area + i) * C + c;
                if (to_images)
                    *in_images = *in_pixels;
                else
                    *in_pixels = *in_images;
            }
}

/* The same images as a new matrix of pixels. */
static tensor *pixels_of(const tensor *images)
{
    size_t C = images->shape[1];
    tensor *pixels = tensor_new_2d(images->size / C, C);
    tensor view = tensor_rows(images, 0, images->shape[0]);
    turn(&view, pixels, false);
    return pixels;
}
#endif

void spatial_batchnorm_forward(const tensor *x, const tensor *gamma, const tensor *beta,
                               bool training, batchnorm_state *state, tensor *out,
                               batchnorm_cache *cache)
{
    check_channels(__func__, "x", x, gamma, "beta", beta);
    check_same_shape(__func__, "out", out, x);
#ifdef SOLUTION
    tensor *pixels = pixels_of(x);
    tensor *result = tensor_new_like(pixels);
    batchnorm_forward(pixels, gamma, beta, training, state, result, cache);
    turn(out, result, true);
    tensor_free(pixels);
    tensor_free(result);
#else
    /* TODO: move the channel axis to the end, and call batchnorm_forward. */
    NOT_IMPLEMENTED(x, gamma, beta, training, state, out, cache);
#endif
}

void spatial_batchnorm_backward(const tensor *dout, const tensor *gamma,
                                const batchnorm_cache *cache, tensor *dx, tensor *dgamma,
                                tensor *dbeta)
{
    check_channels(__func__, "dout", dout, gamma, "dgamma", dgamma);
    check_same_shape(__func__, "dx", dx, dout);
#ifdef SOLUTION
    tensor *gradients = pixels_of(dout);
    tensor *result = tensor_new_like(gradients);
    batchnorm_backward_alt(gradients, gamma, cache, result, dgamma, dbeta);
    turn(dx, result, true);
    tensor_free(gradients);
    tensor_free(result);
#else
    /* TODO: as in forward: move the channel axis to the end, and call batchnorm_backward. */
    NOT_IMPLEMENTED(dout, gamma, cache, dx, dgamma, dbeta);
#endif
}

/* Stops the program unless the groups and what a cache holds fit the images x. */
static void check_groups(const char *function, const tensor *x, size_t groups,
                         const layernorm_cache *cache)
{
    if (groups == 0 || x->shape[1] % groups != 0)
        contract_failed(function, "%zu groups do not divide %zu channels", groups, x->shape[1]);
    check_same_shape(function, "cache->normalized", cache->normalized, x);
    check_shape_1d(function, "cache->inverse_std", cache->inverse_std, x->shape[0] * groups);
}

void spatial_groupnorm_forward(const tensor *x, const tensor *gamma, const tensor *beta,
                               size_t groups, real eps, tensor *out, layernorm_cache *cache)
{
    check_channels(__func__, "x", x, gamma, "beta", beta);
    check_same_shape(__func__, "out", out, x);
    check_groups(__func__, x, groups, cache);
#ifdef SOLUTION
    size_t C = x->shape[1];
    size_t area = x->shape[2] * x->shape[3];
    size_t size = C / groups * area; /* numbers of a group, which lie together */
    for (size_t g = 0; g < x->shape[0] * groups; g++) {
        const real *values = x->data + g * size;
        double mean = 0;
        double variance = 0;
        for (size_t i = 0; i < size; i++)
            mean += values[i] / (double)size;
        for (size_t i = 0; i < size; i++)
            variance += (values[i] - mean) * (values[i] - mean) / size;
        double inverse_std = 1 / sqrt(variance + eps);
        for (size_t i = 0; i < size; i++) {
            size_t c = (g * size + i) / area % C;
            double normalized = (values[i] - mean) * inverse_std;
            cache->normalized->data[g * size + i] = normalized;
            out->data[g * size + i] = gamma->data[c] * normalized + beta->data[c];
        }
        cache->inverse_std->data[g] = inverse_std;
    }
#else
    /* TODO: the numbers of one group of one image are contiguous in memory. */
    NOT_IMPLEMENTED(x, gamma, beta, groups, eps, out, cache);
#endif
}

void spatial_groupnorm_backward(const tensor *dout, const tensor *gamma, size_t groups,
                                const layernorm_cache *cache, tensor *dx, tensor *dgamma,
                                tensor *dbeta)
{
    check_channels(__func__, "dout", dout, gamma, "dgamma", dgamma);
    check_shape_1d(__func__, "dbeta", dbeta, dout->shape[1]);
    check_same_shape(__func__, "dx", dx, dout);
    check_groups(__func__, dout, groups, cache);
#ifdef SOLUTION
    size_t C = dout->shape[1];
    size_t area = dout->shape[2] * dout->shape[3];
    size_t size = C / groups * area;
    const real *normalized = cache->normalized->data;
    tensor_fill(dgamma, 0);
    tensor_fill(dbeta, 0);
    for (size_t i = 0; i < dout->size; i++) {
        dgamma->data[i / area % C] += dout->data[i] * normalized[i];
        dbeta->data[i / area % C] += dout->data[i];
    }
    for (size_t g = 0; g < dout->shape[0] * groups; g++) {
        double mean = 0;
        double mean_product = 0;
        for (size_t i = g * size; i < (g + 1) * size; i++) {
            double gradient = dout->data[i] * gamma->data[i / area % C];
            mean += gradient / size;
            mean_product += gradient * normalized[i] / size;
        }
        for (size_t i = g * size; i < (g + 1) * size; i++) {
            double gradient = dout->data[i] * gamma->data[i / area % C];
            dx->data[i] =
                cache->inverse_std->data[g] * (gradient - mean - normalized[i] * mean_product);
        }
    }
#else
    /* TODO: layer normalization's formula for each group; dgamma and dbeta per channel. */
    NOT_IMPLEMENTED(dout, gamma, groups, cache, dx, dgamma, dbeta);
#endif
}
