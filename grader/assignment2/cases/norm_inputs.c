/* Inputs that cases of normalization draw. */
#include "norm_inputs.h"

#include <assert.h>

void give_features(attempt *a, sizes shape, size_t count, size_t inner)
{
    tensor *x = give_normal(a, "x", shape, 0, 1);
    double means[64], spreads[64];
    assert(0 < count && count <= 64 && inner > 0);
    for (size_t d = 0; d < count; d++) {
        means[d] = draw_number(a, -5, 5);
        spreads[d] = draw_number(a, 0.5, 4);
    }
    for (size_t i = 0; i < x->size; i++) {
        size_t d = i / inner % count;
        x->data[i] = means[d] + spreads[d] * x->data[i];
    }
}

void give_scale_and_shift(attempt *a, size_t D)
{
    give_normal(a, "gamma", sizes1(D), 0, 1);
    give_normal(a, "beta", sizes1(D), 0, 1);
}

void give_running_statistics(attempt *a, size_t D)
{
    give_normal(a, "mean", sizes1(D), 0, 3);
    give_uniform(a, "variance", sizes1(D), 0.5, 9);
    give_number(a, "momentum", draw_number(a, 0.6, 0.95));
    give_number(a, "eps", draw_number(a, 1e-5, 0.01));
}

/* Brings one group to mean 0 and the variance that eps leaves. */
static void normalize_group(real *values, size_t count, size_t step)
{
    double mean = 0;
    double variance = 0;
    for (size_t k = 0; k < count; k++)
        mean += values[k * step] / (double)count;
    for (size_t k = 0; k < count; k++)
        variance += (values[k * step] - mean) * (values[k * step] - mean) / (double)count;
    for (size_t k = 0; k < count; k++)
        values[k * step] = (values[k * step] - mean) / sqrt(variance + 1e-5);
}

void give_normalized(attempt *a, sizes shape, size_t spread, grouping g)
{
    tensor *normalized = give_normal(a, "normalized", shape, 0, 1);
    for (size_t i = 0; i < g.groups; i++)
        normalize_group(normalized->data + i * g.first, g.count, g.step);
    give_uniform(a, "inverse_std", sizes1(spread), 0.2, 3);
}
