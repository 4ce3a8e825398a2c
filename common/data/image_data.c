/* The course's splits of a data set. */
#include <stdlib.h>
#include <string.h>

#include "contract.h"
#include "dataset.h"

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

split_sizes split_sizes_course(const dataset *train, const dataset *test)
{
    split_sizes sizes = {.validation = smaller(1000, train->count / 10),
                         .test = smaller(1000, test->count)};
    sizes.train = smaller(49000, train->count - sizes.validation);
    sizes.development = smaller(500, sizes.train);
    return sizes;
}

/* The mean of each column of X, added up in double. */
static tensor *column_means(const tensor *X)
{
    size_t D = X->shape[1];
    tensor *means = tensor_new_1d(D);
    double *sums = calloc(D + 1, sizeof *sums);
    if (sums == NULL)
        contract_failed(__func__, "no memory for %zu sums", D);
    for (size_t i = 0; i < X->shape[0]; i++)
        for (size_t d = 0; d < D; d++)
            sums[d] += (double)X->data[i * D + d];
    for (size_t d = 0; d < D; d++)
        means->data[d] = (real)(sums[d] / (double)X->shape[0]);
    free(sums);
    return means;
}

static void subtract_from_rows(tensor *X, const tensor *row)
{
    for (size_t i = 0; i < X->shape[0]; i++)
        for (size_t d = 0; d < row->size; d++)
            X->data[i * row->size + d] -= row->data[d];
}

static void take(const dataset *d, size_t first, size_t count, tensor **X, labels **y)
{
    *X = tensor_new_2d(count, dataset_dimension(d));
    *y = labels_new(count);
    dataset_copy(d, first, count, *X, *y);
}

void image_data_split(const dataset *train, const dataset *test, split_sizes sizes, random_state *r,
                      image_data *out)
{
    if (sizes.train + sizes.validation > train->count || sizes.test > test->count ||
        sizes.development > sizes.train || sizes.train == 0)
        contract_failed(__func__,
                        "%zu + %zu of %zu and %zu of %zu images asked for, %zu of them for "
                        "development",
                        sizes.train, sizes.validation, train->count, sizes.test, test->count,
                        sizes.development);
    if (dataset_dimension(train) != dataset_dimension(test))
        contract_failed(__func__, "a training image has %zu values, a test image %zu",
                        dataset_dimension(train), dataset_dimension(test));
    *out = (image_data){.channels = train->channels,
                        .height = train->height,
                        .width = train->width,
                        .class_count = train->class_count,
                        .class_names = train->class_names};
    take(train, 0, sizes.train, &out->X_train, &out->y_train);
    take(train, sizes.train, sizes.validation, &out->X_validation, &out->y_validation);
    take(test, 0, sizes.test, &out->X_test, &out->y_test);
    size_t *indices = malloc((sizes.development + 1) * sizeof *indices);
    if (indices == NULL)
        contract_failed(__func__, "no memory for %zu indices", sizes.development);
    random_choice(r, sizes.train, sizes.development, false, indices);
    out->X_development = tensor_new_2d(sizes.development, dataset_dimension(train));
    out->y_development = labels_new(sizes.development);
    dataset_gather(train, indices, sizes.development, out->X_development, out->y_development);
    free(indices);
    out->mean_image = column_means(out->X_train);
    subtract_from_rows(out->X_train, out->mean_image);
    subtract_from_rows(out->X_validation, out->mean_image);
    subtract_from_rows(out->X_test, out->mean_image);
    subtract_from_rows(out->X_development, out->mean_image);
}

static void append_ones(tensor **X)
{
    size_t N = (*X)->shape[0];
    size_t D = (*X)->shape[1];
    tensor *wider = tensor_new_2d(N, D + 1);
    for (size_t i = 0; i < N; i++) {
        memcpy(wider->data + i * (D + 1), (*X)->data + i * D, D * sizeof(real));
        wider->data[i * (D + 1) + D] = 1;
    }
    tensor_free(*X);
    *X = wider;
}

void image_data_append_bias(image_data *d)
{
    append_ones(&d->X_train);
    append_ones(&d->X_validation);
    append_ones(&d->X_test);
    append_ones(&d->X_development);
}

void image_data_clear(image_data *d)
{
    tensor *tensors[] = {d->X_train, d->X_validation, d->X_test, d->X_development, d->mean_image};
    labels *all_labels[] = {d->y_train, d->y_validation, d->y_test, d->y_development};
    for (size_t i = 0; i < 5; i++)
        tensor_free(tensors[i]);
    for (size_t i = 0; i < 4; i++)
        labels_free(all_labels[i]);
    *d = (image_data){0};
}
