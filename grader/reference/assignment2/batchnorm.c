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

#ifdef SOLUTION
/* Mean and variance of count numbers at values, stride apart. */
static void mean_and_variance(const real *values, size_t count, size_t stride, double *mean,
                              double *variance)
{
    double sum = 0;
    double squares = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i * stride];
    *mean = sum / count;
    for (size_t i = 0; i < count; i++) {
        double difference = values[i * stride] - *mean;
        squares += difference * difference;
    }
    *variance = squares / count;
}

/* momentum * running + (1 - momentum) * batch. */
static real mixed(real running, double batch, real momentum)
{
    return momentum * running + (1 - momentum) * batch;
}
#endif

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
#ifdef SOLUTION
    size_t N = x->shape[0];
    size_t D = x->shape[1];
    for (size_t d = 0; d < D; d++) {
        double mean = state->running_mean->data[d];
        double variance = state->running_variance->data[d];
        if (training) {
            mean_and_variance(x->data + d, N, D, &mean, &variance);
            real *running_mean = &state->running_mean->data[d];
            real *running_variance = &state->running_variance->data[d];
            *running_mean = mixed(*running_mean, mean, state->momentum);
            *running_variance = mixed(*running_variance, variance, state->momentum);
        }
        double inverse_std = 1 / sqrt(variance + state->eps);
        for (size_t i = 0; i < N; i++) {
            double normalized = (x->data[i * D + d] - mean) * inverse_std;
            out->data[i * D + d] = gamma->data[d] * normalized + beta->data[d];
            if (training)
                cache->normalized->data[i * D + d] = normalized;
        }
        if (training)
            cache->inverse_std->data[d] = inverse_std;
    }
#else
    /*
     * TODO: mean and variance of each column, from the minibatch or the running statistics; then
     * out. In training also update the running statistics and fill the cache.
     */
    NOT_IMPLEMENTED(x, gamma, beta, training, state, out, cache);
#endif
}

#ifdef SOLUTION
/* dgamma and dbeta of either normalization. */
static void scale_and_shift_backward(const tensor *dout, const tensor *normalized, tensor *dgamma,
                                     tensor *dbeta)
{
    size_t N = dout->shape[0];
    size_t D = dout->shape[1];
    for (size_t d = 0; d < D; d++) {
        double by_scale = 0;
        double by_shift = 0;
        for (size_t i = 0; i < N; i++) {
            by_scale += dout->data[i * D + d] * normalized->data[i * D + d];
            by_shift += dout->data[i * D + d];
        }
        dgamma->data[d] = by_scale;
        dbeta->data[d] = by_shift;
    }
}
#endif

void batchnorm_backward(const tensor *dout, const tensor *gamma, const batchnorm_cache *cache,
                        tensor *dx, tensor *dgamma, tensor *dbeta)
{
    check_backward(__func__, dout, gamma, cache->normalized, cache->inverse_std, dout->shape[1], dx,
                   dgamma, dbeta);
#ifdef SOLUTION
    size_t N = dout->shape[0];
    size_t D = dout->shape[1];
    scale_and_shift_backward(dout, cache->normalized, dgamma, dbeta);
    for (size_t d = 0; d < D; d++) {
        double inverse_std = cache->inverse_std->data[d];
        /* normalized = centered * inverse_std; variance = 1/N * sum of centered^2 */
        double dinverse_std = 0;
        for (size_t i = 0; i < N; i++) {
            double centered = cache->normalized->data[i * D + d] / inverse_std;
            dinverse_std += dout->data[i * D + d] * gamma->data[d] * centered;
        }
        double dvariance = -0.5 * dinverse_std * inverse_std * inverse_std * inverse_std;
        double dmean = 0;
        for (size_t i = 0; i < N; i++) {
            double centered = cache->normalized->data[i * D + d] / inverse_std;
            double dcentered = dout->data[i * D + d] * gamma->data[d] * inverse_std;
            dcentered += dvariance * 2 * centered / N;
            dx->data[i * D + d] = dcentered; /* centered = x - mean */
            dmean -= dcentered;
        }
        for (size_t i = 0; i < N; i++)
            dx->data[i * D + d] += dmean / N;
    }
#else
    /*
     * TODO: draw the forward pass as a graph of small steps (mean, x - mean, its square, variance,
     * square root, quotient, scale, shift) and go through it backwards. The cache is enough:
     * x - mean is normalized / inverse_std.
     */
    NOT_IMPLEMENTED(dout, gamma, cache, dx, dgamma, dbeta);
#endif
}

#ifdef SOLUTION
/*
 * The gradient with respect to count numbers that were normalized together, stride apart:
 *
 *   dx = inverse_std * (g - mean(g) - normalized * mean(g * normalized)),  g = dout * gamma
 *
 * The i-th of them has gamma[i * gamma_stride].
 */
static void normalized_backward(const real *dout, const real *gamma, const real *normalized,
                                double inverse_std, size_t count, size_t stride,
                                size_t gamma_stride, real *dx)
{
    double mean = 0;
    double mean_product = 0;
    for (size_t i = 0; i < count; i++) {
        double g = dout[i * stride] * gamma[i * gamma_stride];
        mean += g / count;
        mean_product += g * normalized[i * stride] / count;
    }
    for (size_t i = 0; i < count; i++) {
        double g = dout[i * stride] * gamma[i * gamma_stride];
        dx[i * stride] = inverse_std * (g - mean - normalized[i * stride] * mean_product);
    }
}
#endif

void batchnorm_backward_alt(const tensor *dout, const tensor *gamma, const batchnorm_cache *cache,
                            tensor *dx, tensor *dgamma, tensor *dbeta)
{
    check_backward(__func__, dout, gamma, cache->normalized, cache->inverse_std, dout->shape[1], dx,
                   dgamma, dbeta);
#ifdef SOLUTION
    size_t N = dout->shape[0];
    size_t D = dout->shape[1];
    scale_and_shift_backward(dout, cache->normalized, dgamma, dbeta);
    for (size_t d = 0; d < D; d++)
        normalized_backward(dout->data + d, gamma->data + d, cache->normalized->data + d,
                            cache->inverse_std->data[d], N, D, 0, dx->data + d);
#else
    /* TODO: on paper first: add up all paths of dx in one formula, and simplify it. */
    NOT_IMPLEMENTED(dout, gamma, cache, dx, dgamma, dbeta);
#endif
}

void layernorm_forward(const tensor *x, const tensor *gamma, const tensor *beta, real eps,
                       tensor *out, layernorm_cache *cache)
{
    check_forward(__func__, x, gamma, beta, out);
    check_same_shape(__func__, "cache->normalized", cache->normalized, x);
    check_shape_1d(__func__, "cache->inverse_std", cache->inverse_std, x->shape[0]);
#ifdef SOLUTION
    size_t D = x->shape[1];
    for (size_t i = 0; i < x->shape[0]; i++) {
        double mean;
        double variance;
        mean_and_variance(x->data + i * D, D, 1, &mean, &variance);
        double inverse_std = 1 / sqrt(variance + eps);
        for (size_t d = 0; d < D; d++) {
            double normalized = (x->data[i * D + d] - mean) * inverse_std;
            out->data[i * D + d] = gamma->data[d] * normalized + beta->data[d];
            cache->normalized->data[i * D + d] = normalized;
        }
        cache->inverse_std->data[i] = inverse_std;
    }
#else
    /* TODO: batch normalization's steps, but over the columns of each row; gamma and beta are D. */
    NOT_IMPLEMENTED(x, gamma, beta, eps, out, cache);
#endif
}

void layernorm_backward(const tensor *dout, const tensor *gamma, const layernorm_cache *cache,
                        tensor *dx, tensor *dgamma, tensor *dbeta)
{
    check_backward(__func__, dout, gamma, cache->normalized, cache->inverse_std, dout->shape[0], dx,
                   dgamma, dbeta);
#ifdef SOLUTION
    size_t D = dout->shape[1];
    scale_and_shift_backward(dout, cache->normalized, dgamma, dbeta);
    for (size_t i = 0; i < dout->shape[0]; i++)
        normalized_backward(dout->data + i * D, gamma->data, cache->normalized->data + i * D,
                            cache->inverse_std->data[i], D, 1, 1, dx->data + i * D);
#else
    /*
     * TODO: dgamma and dbeta are sums over the rows. dx is batch normalization's, along a row; but
     * gamma differs along a row, so it stays inside the sums.
     */
    NOT_IMPLEMENTED(dout, gamma, cache, dx, dgamma, dbeta);
#endif
}
