/* Memory of a diffusion's schedule. Given: nothing to write here. */
#include "diffusion_parts.h"

#include "contract.h"

diffusion_schedule diffusion_schedule_new(size_t T)
{
    return (diffusion_schedule){.beta = tensor_new_1d(T),
                                .alpha_bar = tensor_new_1d(T),
                                .alpha_bar_before = tensor_new_1d(T),
                                .start_share = tensor_new_1d(T),
                                .noisy_share = tensor_new_1d(T),
                                .deviation = tensor_new_1d(T),
                                .weight = tensor_new_1d(T)};
}

void diffusion_schedule_clear(diffusion_schedule *schedule)
{
    tensor *const all[] = {schedule->beta,        schedule->alpha_bar,   schedule->alpha_bar_before,
                           schedule->start_share, schedule->noisy_share, schedule->deviation,
                           schedule->weight};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
    *schedule = (diffusion_schedule){0};
}

void check_schedule(const char *function, const diffusion_schedule *schedule)
{
    if (schedule == NULL)
        contract_failed(function, "schedule is NULL");
    check_rank(function, "schedule->beta", schedule->beta, 1);
    size_t T = schedule->beta->shape[0];
    if (T == 0)
        contract_failed(function, "schedule has no steps");
    check_shape_1d(function, "schedule->alpha_bar", schedule->alpha_bar, T);
    check_shape_1d(function, "schedule->alpha_bar_before", schedule->alpha_bar_before, T);
    check_shape_1d(function, "schedule->start_share", schedule->start_share, T);
    check_shape_1d(function, "schedule->noisy_share", schedule->noisy_share, T);
    check_shape_1d(function, "schedule->deviation", schedule->deviation, T);
    check_shape_1d(function, "schedule->weight", schedule->weight, T);
}
