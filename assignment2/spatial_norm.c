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

void spatial_batchnorm_forward(const tensor *x, const tensor *gamma, const tensor *beta,
                               bool training, batchnorm_state *state, tensor *out,
                               batchnorm_cache *cache)
{
    check_channels(__func__, "x", x, gamma, "beta", beta);
    check_same_shape(__func__, "out", out, x);
    /* TODO: move the channel axis to the end, and call batchnorm_forward. */
    NOT_IMPLEMENTED(x, gamma, beta, training, state, out, cache);
}

void spatial_batchnorm_backward(const tensor *dout, const tensor *gamma,
                                const batchnorm_cache *cache, tensor *dx, tensor *dgamma,
                                tensor *dbeta)
{
    check_channels(__func__, "dout", dout, gamma, "dgamma", dgamma);
    check_same_shape(__func__, "dx", dx, dout);
    /* TODO: as in forward: move the channel axis to the end, and call batchnorm_backward. */
    NOT_IMPLEMENTED(dout, gamma, cache, dx, dgamma, dbeta);
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
    /* TODO: the numbers of one group of one image are contiguous in memory. */
    NOT_IMPLEMENTED(x, gamma, beta, groups, eps, out, cache);
}

void spatial_groupnorm_backward(const tensor *dout, const tensor *gamma, size_t groups,
                                const layernorm_cache *cache, tensor *dx, tensor *dgamma,
                                tensor *dbeta)
{
    check_channels(__func__, "dout", dout, gamma, "dgamma", dgamma);
    check_shape_1d(__func__, "dbeta", dbeta, dout->shape[1]);
    check_same_shape(__func__, "dx", dx, dout);
    check_groups(__func__, dout, groups, cache);
    /* TODO: layer normalization's formula for each group; dgamma and dbeta per channel. */
    NOT_IMPLEMENTED(dout, gamma, groups, cache, dx, dgamma, dbeta);
}
