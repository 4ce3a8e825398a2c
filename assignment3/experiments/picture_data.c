/* Minibatches of pictures. */
#include "picture_data.h"

#include <stdlib.h>

#include "contract.h"

void take_pictures(const dataset *d, const size_t *indices, size_t count, tensor *X, labels *y)
{
    dataset_gather(d, indices, count, X, y);
    for (size_t i = 0; i < X->size; i++)
        X->data[i] = X->data[i] / (real)127.5 - 1;
}

static size_t *new_indices(size_t count)
{
    size_t *indices = malloc(count * sizeof *indices);
    if (indices == NULL)
        contract_failed(__func__, "no memory");
    return indices;
}

void draw_pictures(experiment *x, const dataset *d, tensor *X, labels *y)
{
    size_t count = X->shape[0], *indices = new_indices(count);
    for (size_t i = 0; i < count; i++)
        indices[i] = random_integer(&x->random, d->count);
    take_pictures(d, indices, count, X, y);
    free(indices);
}

void next_pictures(const dataset *d, size_t first, tensor *X, labels *y)
{
    size_t count = X->shape[0], *indices = new_indices(count);
    for (size_t i = 0; i < count; i++)
        indices[i] = first + i;
    take_pictures(d, indices, count, X, y);
    free(indices);
}

double mean_of_last(const double *losses, size_t count, size_t last)
{
    double sum = 0;
    size_t some = count < last ? count : last;
    for (size_t i = count - some; i < count; i++)
        sum += losses[i];
    return sum / (double)some;
}

update_settings adam_settings(double rate, double beta1)
{
    update_settings settings = update_settings_default();
    settings.learning_rate = rate;
    settings.beta1 = beta1;
    return settings;
}
