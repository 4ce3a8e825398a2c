/* Loading data sets by name. */
#include "dataset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cifar10.h"
#include "contract.h"
#include "idx.h"
#include "synthetic.h"
#include "whole_file.h"

enum { PATH_BYTES = 1024, DIGITS = 10, BATCH_RECORDS = 10000 };

static const size_t LARGEST_FILE = (size_t)1 << 30;

static const char *const digit_names[DIGITS] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
static const char *const fashion_names[DIGITS] = {
    "T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"};

void dataset_clear(dataset *d)
{
    free(d->pixels); /* NOLINT(clang-analyzer-unix.Malloc): it overlooks the zeros below */
    free(d->classes);
    *d = (dataset){0};
}

size_t dataset_dimension(const dataset *d)
{
    return d->channels * d->height * d->width;
}

/*
 * Memory in large pages where the system has them: small ones cost as much as reading the file.
 * NULL when there is none. bytes is at most PTRDIFF_MAX, which no memory exceeds.
 */
static uint8_t *allocate_large(size_t bytes)
{
    size_t page = (size_t)2 << 20;
    size_t rounded = (bytes + page - 1) / page * page;
    uint8_t *memory = aligned_alloc(page, rounded);
#ifdef MADV_HUGEPAGE
    if (memory != NULL)
        madvise(memory, rounded, MADV_HUGEPAGE);
#endif
    return memory;
}

bool dataset_allocate(dataset *d, size_t count, error *e)
{
    size_t bytes; /* of pixels and classes together */
    bool possible =
        !__builtin_mul_overflow(count, dataset_dimension(d) + 1, &bytes) && bytes < PTRDIFF_MAX;
    d->count = count;
    d->pixels = possible ? allocate_large(bytes - count + 1) : NULL;
    d->classes = possible ? malloc(count + 1) : NULL;
    if (d->pixels != NULL && d->classes != NULL)
        return true;
    dataset_clear(d);
    return error_set(e, "no memory for %zu images", count);
}

/* ---- CIFAR-10 ---- */

static bool load_batches(const char *folder, const char *const *files, size_t file_count,
                         dataset *d, error *e)
{
    *d = (dataset){.channels = 3,
                   .height = CIFAR10_SIDE,
                   .width = CIFAR10_SIDE,
                   .class_count = CIFAR10_CLASSES,
                   .class_names = cifar10_class_names};
    bool loaded = dataset_allocate(d, file_count * BATCH_RECORDS, e);
    for (size_t i = 0; loaded && i < file_count; i++) {
        char path[PATH_BYTES];
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        size_t first = i * BATCH_RECORDS;
        loaded = cifar10_read(path, BATCH_RECORDS, d->pixels + first * CIFAR10_PIXELS,
                              d->classes + first, e);
    }
    if (!loaded)
        dataset_clear(d);
    return loaded;
}

static bool load_cifar10(const char *directory, dataset *train, dataset *test, error *e)
{
    static const char *const train_files[] = {"data_batch_1.bin", "data_batch_2.bin",
                                              "data_batch_3.bin", "data_batch_4.bin",
                                              "data_batch_5.bin"};
    static const char *const test_files[] = {"test_batch.bin"};
    char inner[PATH_BYTES];
    char probe[PATH_BYTES + 32];
    snprintf(inner, sizeof inner, "%s/cifar-10-batches-bin", directory);
    snprintf(probe, sizeof probe, "%s/test_batch.bin", inner);
    const char *folder = access(probe, F_OK) == 0 ? inner : directory;
    return load_batches(folder, train_files, 5, train, e) &&
           load_batches(folder, test_files, 1, test, e);
}

/* ---- idx ---- */

/* A file of a part, and the array that lies in its bytes. */
typedef struct idx_file {
    char path[PATH_BYTES];
    uint8_t *bytes; /* NULL while nothing was read */
    idx_array array;
} idx_file;

/* Reads folder/part-kind, or folder/part-kind.gz where that is not there. */
static bool read_idx(const char *folder, const char *part, const char *kind, size_t rank,
                     idx_file *file, error *e)
{
    size_t length;
    snprintf(file->path, sizeof file->path, "%s/%s-%s", folder, part, kind);
    if (access(file->path, F_OK) != 0)
        snprintf(file->path, sizeof file->path, "%s/%s-%s.gz", folder, part, kind);
    return whole_file_read(file->path, LARGEST_FILE, &file->bytes, &length, e) &&
           idx_parse(file->path, file->bytes, length, rank, &file->array, e);
}

static bool check_idx(const idx_file *images, const idx_file *classes, error *e)
{
    const size_t *shape = images->array.shape;
    size_t count = classes->array.shape[0];
    if (shape[0] == 0 || shape[1] == 0 || shape[2] == 0)
        return error_set(e, "%s: holds no images", images->path);
    if (shape[0] != count)
        return error_set(e, "%s: %zu images but %zu labels", classes->path, shape[0], count);
    for (size_t i = 0; i < count; i++)
        if (classes->array.values[i] >= DIGITS)
            return error_set(e, "%s: label %zu is %u, should be below %d", classes->path, i,
                             classes->array.values[i], DIGITS);
    return true;
}

static bool copy_idx(const idx_file *images, const idx_file *classes,
                     const char *const *class_names, dataset *d, error *e)
{
    *d = (dataset){.channels = 1,
                   .height = images->array.shape[1],
                   .width = images->array.shape[2],
                   .class_count = DIGITS,
                   .class_names = class_names};
    if (!dataset_allocate(d, images->array.shape[0], e))
        return false;
    memcpy(d->pixels, images->array.values, d->count * dataset_dimension(d));
    memcpy(d->classes, classes->array.values, d->count);
    return true;
}

/* Loads the pair of files of one part, "train" or "t10k". */
static bool load_idx_part(const char *folder, const char *part, const char *const *class_names,
                          dataset *d, error *e)
{
    idx_file images = {.bytes = NULL};
    idx_file classes = {.bytes = NULL};
    bool loaded = read_idx(folder, part, "images-idx3-ubyte", 3, &images, e) &&
                  read_idx(folder, part, "labels-idx1-ubyte", 1, &classes, e) &&
                  check_idx(&images, &classes, e) && copy_idx(&images, &classes, class_names, d, e);
    free(images.bytes);
    free(classes.bytes);
    return loaded;
}

/* Loads both parts, whose images must be of one size: a training program puts them in one model. */
static bool load_idx(const char *folder, const char *const *class_names, dataset *train,
                     dataset *test, error *e)
{
    if (!load_idx_part(folder, "train", class_names, train, e) ||
        !load_idx_part(folder, "t10k", class_names, test, e))
        return false;
    if (test->height == train->height && test->width == train->width)
        return true;
    return error_set(e,
                     "%s: t10k has images of %zu x %zu, those to train with are %zu x %zu: these "
                     "files do not belong together",
                     folder, test->height, test->width, train->height, train->width);
}

/* ---- by name ---- */

typedef struct known_dataset {
    const char *name;
    const char *folder;             /* where it usually is */
    const char *const *class_names; /* of an idx set; NULL: CIFAR-10 */
    const char *how;                /* to get it */
} known_dataset;

static const known_dataset known[] = {
    {"fashion-mnist", "/usr/share/datasets/fashion-mnist", fashion_names,
     "install Debian's package dataset-fashion-mnist"},
    {"mnist", "datasets/mnist", digit_names, "run datasets/fetch mnist"},
    {"cifar10", "datasets/cifar10", NULL, "run datasets/fetch cifar10"},
};

static bool load_known(const known_dataset *k, const char *directory, dataset *train, dataset *test,
                       error *e)
{
    const char *folder = directory != NULL ? directory : k->folder;
    error why;
    if (k->class_names == NULL ? load_cifar10(folder, train, test, &why)
                               : load_idx(folder, k->class_names, train, test, &why))
        return true;
    return error_set(e, "%s (to get %s: %s, or name its folder)", why.text, k->name, k->how);
}

bool dataset_load(const char *name, const char *directory, dataset *train, dataset *test, error *e)
{
    bool loaded = false;
    *train = (dataset){0};
    *test = (dataset){0};
    size_t i = 0;
    size_t count = sizeof known / sizeof *known;
    while (i < count && strcmp(known[i].name, name) != 0)
        i++;
    if (strcmp(name, "synthetic") == 0)
        loaded = synthetic_load(train, test, e);
    else if (i < count)
        loaded = load_known(&known[i], directory, train, test, e);
    else
        error_set(e,
                  "there is no data set called %s; there are fashion-mnist, mnist, cifar10 and "
                  "synthetic",
                  name);
    if (!loaded) {
        dataset_clear(train);
        dataset_clear(test);
    }
    return loaded;
}

/* ---- copying parts ---- */

static void check_part(const char *function, const dataset *d, size_t count, const tensor *X,
                       const labels *y)
{
    if (X != NULL && X->size != count * dataset_dimension(d))
        contract_failed(function, "X has %zu elements, should have %zu", X->size,
                        count * dataset_dimension(d));
    if (y != NULL && y->count != count)
        contract_failed(function, "y holds %zu labels, should hold %zu", y->count, count);
}

static void copy_image(const char *function, const dataset *d, size_t index, size_t row, tensor *X,
                       labels *y)
{
    size_t D = dataset_dimension(d);
    if (index >= d->count)
        contract_failed(function, "image %zu asked for, there are %zu", index, d->count);
    if (X != NULL)
        for (size_t i = 0; i < D; i++)
            X->data[row * D + i] = d->pixels[index * D + i];
    if (y != NULL)
        y->data[row] = d->classes[index];
}

void dataset_copy(const dataset *d, size_t first, size_t count, tensor *X, labels *y)
{
    check_part(__func__, d, count, X, y);
    for (size_t i = 0; i < count; i++)
        copy_image(__func__, d, first + i, i, X, y);
}

void dataset_gather(const dataset *d, const size_t *indices, size_t count, tensor *X, labels *y)
{
    check_part(__func__, d, count, X, y);
    for (size_t i = 0; i < count; i++)
        copy_image(__func__, d, indices[i], i, X, y);
}
