/*
 * Batch normalization by blocks of columns: a block of all rows stays in the cache from the sums to
 * the result, and the loops along a row have no dependence, so that they become vector code.
 */
#include "norm_fast.h"

#include "contract.h"
#include "multiversion.h"
#include "parallel.h"

enum { COLUMNS = 64 }; /* of a block: 4 lines of the cache in float */

typedef struct norm {
    const tensor *x, *gamma, *beta, *dout, *kept, *spread;
    real momentum, eps;
    tensor *running_mean, *running_variance, *out, *normalized, *inverse_std;
    tensor *dx, *dgamma, *dbeta;
    size_t N, D;
} norm;

/* Adds to sums[c] the products of a and b (only a where b is NULL) in columns first to last - 1. */
MULTIVERSION
static void add_columns(const norm *v, const real *a, const real *b, size_t first, size_t last,
                        double *sums)
{
    for (size_t i = 0; i < v->N; i++) {
        const real *row = a + i * v->D;
        const real *other = b == NULL ? NULL : b + i * v->D;
        if (other == NULL) {
            for (size_t d = first; d < last; d++)
                sums[d - first] += (double)row[d];
        } else {
            for (size_t d = first; d < last; d++)
                sums[d - first] += (double)row[d] * (double)other[d];
        }
    }
}

MULTIVERSION
static void forward_block(const norm *v, size_t first, size_t last)
{
    double mean[COLUMNS] = {0}, variance[COLUMNS] = {0};
    real centre[COLUMNS], scale[COLUMNS];
    const real *gamma = v->gamma->data, *beta = v->beta->data;
    double N = (double)v->N;
    add_columns(v, v->x->data, NULL, first, last, mean);
    for (size_t d = first; d < last; d++)
        mean[d - first] /= N;
    for (size_t i = 0; i < v->N; i++)
        for (size_t d = first; d < last; d++) {
            double difference = (double)v->x->data[i * v->D + d] - mean[d - first];
            variance[d - first] += difference * difference;
        }
    for (size_t d = first; d < last; d++) {
        double own = variance[d - first] / N, kept = (double)v->momentum;
        real *running_mean = &v->running_mean->data[d];
        real *running_variance = &v->running_variance->data[d];
        *running_mean = (real)(kept * (double)*running_mean + (1 - kept) * mean[d - first]);
        *running_variance = (real)(kept * (double)*running_variance + (1 - kept) * own);
        centre[d - first] = (real)mean[d - first];
        scale[d - first] = (real)(1 / sqrt(own + (double)v->eps));
        v->inverse_std->data[d] = scale[d - first];
    }
    for (size_t i = 0; i < v->N; i++) {
        const real *restrict x = v->x->data + i * v->D;
        real *restrict normalized = v->normalized->data + i * v->D;
        real *restrict out = v->out->data + i * v->D;
        for (size_t d = first; d < last; d++) {
            normalized[d] = (x[d] - centre[d - first]) * scale[d - first];
            out[d] = gamma[d] * normalized[d] + beta[d];
        }
    }
}

MULTIVERSION
static void backward_block(const norm *v, size_t first, size_t last)
{
    double slopes[COLUMNS] = {0}, products[COLUMNS] = {0};
    real mean[COLUMNS], mean_product[COLUMNS], scale[COLUMNS];
    double N = (double)v->N;
    add_columns(v, v->dout->data, NULL, first, last, slopes);
    add_columns(v, v->dout->data, v->kept->data, first, last, products);
    for (size_t d = first; d < last; d++) {
        v->dbeta->data[d] = (real)slopes[d - first];
        v->dgamma->data[d] = (real)products[d - first];
        mean[d - first] = (real)(slopes[d - first] / N);
        mean_product[d - first] = (real)(products[d - first] / N);
        scale[d - first] = v->gamma->data[d] * v->spread->data[d];
    }
    for (size_t i = 0; i < v->N; i++) {
        const real *restrict dout = v->dout->data + i * v->D;
        const real *restrict normalized = v->kept->data + i * v->D;
        real *restrict dx = v->dx->data + i * v->D;
        for (size_t d = first; d < last; d++)
            dx[d] = scale[d - first] *
                    (dout[d] - mean[d - first] - normalized[d] * mean_product[d - first]);
    }
}

static void run_blocks(const norm *v, size_t index, size_t count,
                       void (*block)(const norm *v, size_t first, size_t last))
{
    size_t end = parallel_begin(v->D, COLUMNS, index + 1, count);
    for (size_t d = parallel_begin(v->D, COLUMNS, index, count); d < end; d += COLUMNS)
        block(v, d, d + COLUMNS < end ? d + COLUMNS : end);
}

static void forward_part(const void *argument, size_t index, size_t count)
{
    run_blocks(argument, index, count, forward_block);
}

static void backward_part(const void *argument, size_t index, size_t count)
{
    run_blocks(argument, index, count, backward_block);
}

static size_t threads_for(const norm *v)
{
    const double numbers_of_a_thread = 5e4; /* some 50 microseconds */
    size_t threads = parallel_threads((double)v->N * (double)v->D / numbers_of_a_thread);
    size_t blocks = (v->D + COLUMNS - 1) / COLUMNS;
    return threads < blocks ? threads : blocks > 0 ? blocks : 1;
}

void fast_batchnorm_forward(const tensor *x, const tensor *gamma, const tensor *beta, real momentum,
                            real eps, tensor *running_mean, tensor *running_variance, tensor *out,
                            tensor *normalized, tensor *inverse_std)
{
    norm v = {.x = x,
              .gamma = gamma,
              .beta = beta,
              .momentum = momentum,
              .eps = eps,
              .running_mean = running_mean,
              .running_variance = running_variance,
              .out = out,
              .normalized = normalized,
              .inverse_std = inverse_std};
    check_rank(__func__, "x", x, 2);
    v.N = x->shape[0];
    v.D = x->shape[1];
    if (v.N == 0)
        contract_failed(__func__, "x has no rows");
    check_shape_1d(__func__, "gamma", gamma, v.D);
    check_shape_1d(__func__, "beta", beta, v.D);
    check_shape_1d(__func__, "running_mean", running_mean, v.D);
    check_shape_1d(__func__, "running_variance", running_variance, v.D);
    check_same_shape(__func__, "out", out, x);
    check_same_shape(__func__, "normalized", normalized, x);
    check_shape_1d(__func__, "inverse_std", inverse_std, v.D);
    run_in_parallel(threads_for(&v), forward_part, &v);
}

void fast_batchnorm_backward(const tensor *dout, const tensor *gamma, const tensor *normalized,
                             const tensor *inverse_std, tensor *dx, tensor *dgamma, tensor *dbeta)
{
    norm v = {.dout = dout,
              .gamma = gamma,
              .kept = normalized,
              .spread = inverse_std,
              .dx = dx,
              .dgamma = dgamma,
              .dbeta = dbeta};
    check_rank(__func__, "dout", dout, 2);
    v.N = dout->shape[0];
    v.D = dout->shape[1];
    if (v.N == 0)
        contract_failed(__func__, "dout has no rows");
    check_shape_1d(__func__, "gamma", gamma, v.D);
    check_same_shape(__func__, "normalized", normalized, dout);
    check_shape_1d(__func__, "inverse_std", inverse_std, v.D);
    check_same_shape(__func__, "dx", dx, dout);
    check_shape_1d(__func__, "dgamma", dgamma, v.D);
    check_shape_1d(__func__, "dbeta", dbeta, v.D);
    run_in_parallel(threads_for(&v), backward_part, &v);
}
