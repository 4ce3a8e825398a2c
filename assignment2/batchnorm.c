/* Batch and layer normalization. batchnorm.h specifies each function. */
#include "batchnorm.h"

#include "contract.h"

/* Stops the program unless the arguments that both forward functions share fit one another. */
static void check_forward(const char *function, const tensor *x, const tensor *gamma,
                          const tensor *beta, const tensor *out)
{
    check_rank(function, "x", x, 2);
    check_shape_1d(function, "gamma", gamma, x->shape[1]);
    check_shape_1d(function, "beta", beta, x->shape[1]);
    check_same_shape(function, "out", out, x);
    if (x->size == 0)
        contract_failed(function, "x has no elements");
}

/* The same for the backward functions; spreads is the expected length of inverse_std. */
static void check_backward(const char *function, const tensor *dout, const tensor *gamma,
                           const tensor *normalized, const tensor *inverse_std, size_t spreads,
                           const tensor *dx, const tensor *dgamma, const tensor *dbeta)
{
    check_rank(function, "dout", dout, 2);
    check_shape_1d(function, "gamma", gamma, dout->shape[1]);
    check_same_shape(function, "cache->normalized", normalized, dout);
    check_shape_1d(function, "cache->inverse_std", inverse_std, spreads);
    check_same_shape(function, "dx", dx, dout);
    check_shape_1d(function, "dgamma", dgamma, dout->shape[1]);
    check_shape_1d(function, "dbeta", dbeta, dout->shape[1]);
}

void batchnorm_forward(const tensor *x, const tensor *gamma, const tensor *beta, bool training,
                       batchnorm_state *state, tensor *out, batchnorm_cache *cache)
{
    check_forward(__func__, x, gamma, beta, out);
    check_shape_1d(__func__, "state->running_mean", state->running_mean, x->shape[1]);
    check_shape_1d(__func__, "state->running_variance", state->running_variance, x->shape[1]);
    if (training) {
        check_same_shape(__func__, "cache->normalized", cache->normalized, x);
        check_shape_1d(__func__, "cache->inverse_std", cache->inverse_std, x->shape[1]);
    }
    /*
     * TODO: mean and variance of each column, from the minibatch or the running statistics; then
     * out. In training also update the running statistics and fill the cache.
     */
    NOT_IMPLEMENTED(x, gamma, beta, training, state, out, cache);
}

void batchnorm_backward(const tensor *dout, const tensor *gamma, const batchnorm_cache *cache,
                        tensor *dx, tensor *dgamma, tensor *dbeta)
{
    check_backward(__func__, dout, gamma, cache->normalized, cache->inverse_std, dout->shape[1], dx,
                   dgamma, dbeta);
    /*
     * TODO: draw the forward pass as a graph of small steps (mean, x - mean, its square, variance,
     * square root, quotient, scale, shift) and go through it backwards. The cache is enough:
     * x - mean is normalized / inverse_std.
     */
    NOT_IMPLEMENTED(dout, gamma, cache, dx, dgamma, dbeta);
}

void batchnorm_backward_alt(const tensor *dout, const tensor *gamma, const batchnorm_cache *cache,
                            tensor *dx, tensor *dgamma, tensor *dbeta)
{
    check_backward(__func__, dout, gamma, cache->normalized, cache->inverse_std, dout->shape[1], dx,
                   dgamma, dbeta);
    /* TODO: on paper first: add up all paths of dx in one formula, and simplify it. */
    NOT_IMPLEMENTED(dout, gamma, cache, dx, dgamma, dbeta);
}

void layernorm_forward(const tensor *x, const tensor *gamma, const tensor *beta, real eps,
                       tensor *out, layernorm_cache *cache)
{
    check_forward(__func__, x, gamma, beta, out);
    check_same_shape(__func__, "cache->normalized", cache->normalized, x);
    check_shape_1d(__func__, "cache->inverse_std", cache->inverse_std, x->shape[0]);
    /* TODO: batch normalization's steps, but over the columns of each row; gamma and beta are D. */
    NOT_IMPLEMENTED(x, gamma, beta, eps, out, cache);
}

void layernorm_backward(const tensor *dout, const tensor *gamma, const layernorm_cache *cache,
                        tensor *dx, tensor *dgamma, tensor *dbeta)
{
    check_backward(__func__, dout, gamma, cache->normalized, cache->inverse_std, dout->shape[0], dx,
                   dgamma, dbeta);
    /*
     * TODO: dgamma and dbeta are sums over the rows. dx is batch normalization's, along a row; but
     * gamma differs along a row, so it stays inside the sums.
     */
    NOT_IMPLEMENTED(dout, gamma, cache, dx, dgamma, dbeta);
}
