/*
 * Data sets: loading each by its name, every way in which their files can be wrong, and the
 * course's splits. The files are made here; only Fashion-MNIST is also read from where Debian puts
 * it.
 */
#include "dataset.h"

#include <check.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "cifar10.h"
#include "expected_stop.h"
#include "scratch_folder.h"
#include "suite.h"
#include "synthetic.h"

#define FASHION_FOLDER "/usr/share/datasets/fashion-mnist"
#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* Each test begins with an empty folder. */
static void empty_folder(void)
{
    remove_scratch_folder();
    ck_assert_int_eq(mkdir(scratch_folder, 0700), 0);
}

static bool is_empty(const dataset *d)
{
    return d->count == 0 && d->pixels == NULL && d->classes == NULL && d->class_count == 0;
}

static void load(const char *name, const char *directory, dataset *train, dataset *test)
{
    error e = {{0}};
    ck_assert_msg(dataset_load(name, directory, train, test, &e), "%s", e.text);
}

/* Both sets are to be empty, and the message to begin with start and to contain what and how. */
static void expect_refusal(const char *name, const char *start, const char *what, const char *how)
{
    dataset train = {.count = 1}, test = {.count = 1};
    error e = {{0}};
    ck_assert_msg(!dataset_load(name, scratch_folder, &train, &test, &e), "accepted: %s", what);
    ck_assert_msg(strstr(e.text, start) == e.text, "\"%s\" does not begin with \"%s\"", e.text,
                  start);
    ck_assert_msg(strstr(e.text, what) != NULL, "\"%s\" does not say \"%s\"", e.text, what);
    ck_assert_msg(strstr(e.text, how) != NULL, "\"%s\" does not say \"%s\"", e.text, how);
    ck_assert(is_empty(&train) && is_empty(&test));
}

/* ---- idx ---- */

enum { TRAIN = 7, TEST = 5, HEIGHT = 2, WIDTH = 3, PIXELS = HEIGHT * WIDTH };
enum { FIRST_OF_TEST = 100 }; /* the test images are numbered on from here */
enum { IMAGES_BYTES = 16 + TRAIN * PIXELS, LABELS_BYTES = 8 + TRAIN };

static uint8_t pixel_of(size_t image, size_t pixel)
{
    return (uint8_t)(image * 37 + pixel * 11 + 1);
}

static uint8_t class_of(size_t image)
{
    return (uint8_t)(image * 3 % 10);
}

static void write_bytes(const char *name, bool gzipped, const uint8_t *bytes, size_t length)
{
    gzFile file = gzopen(scratch_path(name), gzipped ? "wb" : "wbT");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(gzwrite(file, bytes, (unsigned)length), (int)length);
    ck_assert_int_eq(gzclose(file), Z_OK);
}

/* Writes count images, numbered from first on, and their labels; prefix is "train" or "t10k". */
static void write_idx(const char *prefix, bool gzipped, size_t first, size_t count)
{
    const char *suffix = gzipped ? ".gz" : "";
    uint8_t images[IMAGES_BYTES] = {0, 0, 8, 3,      0, 0, 0, (uint8_t)count,
                                    0, 0, 0, HEIGHT, 0, 0, 0, WIDTH};
    uint8_t classes[LABELS_BYTES] = {0, 0, 8, 1, 0, 0, 0, (uint8_t)count};
    char name[64];
    for (size_t i = 0; i < count; i++) {
        classes[8 + i] = class_of(first + i);
        for (size_t k = 0; k < PIXELS; k++)
            images[16 + i * PIXELS + k] = pixel_of(first + i, k);
    }
    snprintf(name, sizeof name, "%s-images-idx3-ubyte%s", prefix, suffix);
    write_bytes(name, gzipped, images, 16 + count * PIXELS);
    snprintf(name, sizeof name, "%s-labels-idx1-ubyte%s", prefix, suffix);
    write_bytes(name, gzipped, classes, 8 + count);
}

static void write_both(bool train_gzipped, bool test_gzipped)
{
    write_idx("train", train_gzipped, 0, TRAIN);
    write_idx("t10k", test_gzipped, FIRST_OF_TEST, TEST);
}

static void expect_images(const dataset *d, size_t first, size_t count)
{
    ck_assert_uint_eq(d->count, count);
    ck_assert(d->channels == 1 && d->height == HEIGHT && d->width == WIDTH);
    ck_assert_uint_eq(d->class_count, 10);
    ck_assert_uint_eq(dataset_dimension(d), PIXELS);
    for (size_t i = 0; i < count; i++) {
        ck_assert_uint_eq(d->classes[i], class_of(first + i));
        for (size_t k = 0; k < PIXELS; k++)
            ck_assert_uint_eq(d->pixels[i * PIXELS + k], pixel_of(first + i, k));
    }
}

static void expect_both(const char *name, const char *directory)
{
    dataset train, test;
    load(name, directory, &train, &test);
    expect_images(&train, 0, TRAIN);
    expect_images(&test, FIRST_OF_TEST, TEST);
    ck_assert_str_eq(train.class_names[9], strcmp(name, "mnist") == 0 ? "9" : "boot");
    ck_assert_ptr_eq(train.class_names, test.class_names);
    dataset_clear(&train);
    dataset_clear(&test);
}

START_TEST(test_dataset_load_reads_idx_files_gzipped_and_plain)
{
    write_both(_i > 0, _i > 1);
    expect_both("mnist", scratch_folder);
    expect_both("fashion-mnist", scratch_folder);
}
END_TEST

START_TEST(test_dataset_load_looks_below_the_current_folder)
{
    ck_assert_int_eq(mkdir(scratch_path("datasets"), 0700), 0);
    ck_assert_int_eq(chdir(scratch_folder), 0);
    write_both(true, true);
    ck_assert_int_eq(symlink("..", "datasets/mnist"), 0);
    expect_both("mnist", NULL);
}
END_TEST

/* One change to good files: bytes of the file at offset at, or its length. */
static const struct damage {
    const char *file;
    long at; /* -1: none */
    uint8_t byte;
    long length; /* -1: as it was; 0: no file */
    const char *what;
} damages[] = {
    {"train-images-idx3-ubyte", -1, 0, 0, "No such file"},
    {"train-labels-idx1-ubyte", -1, 0, 0, "No such file"},
    {"t10k-images-idx3-ubyte", -1, 0, 0, "No such file"},
    {"t10k-labels-idx1-ubyte", -1, 0, 0, "No such file"},
    {"train-images-idx3-ubyte", -1, 0, IMAGES_BYTES - 1, "truncated"},
    {"t10k-labels-idx1-ubyte", -1, 0, 7, "truncated"},
    {"train-labels-idx1-ubyte", -1, 0, LABELS_BYTES + 1, "too many"},
    {"train-images-idx3-ubyte", 3, 1, -1, "bad magic number"},
    {"t10k-labels-idx1-ubyte", 2, 9, -1, "bad magic number"},
    {"train-labels-idx1-ubyte", 8 + TRAIN - 1, 10, -1, "label 6 is 10, should be below 10"},
    {"t10k-labels-idx1-ubyte", 8, 255, -1, "label 0 is 255, should be below 10"},
};

START_TEST(test_dataset_load_names_the_damaged_idx_file_and_how_to_get_it)
{
    const struct damage *d = &damages[_i];
    write_both(false, false);
    const char *path = scratch_path(d->file);
    int fd = open(path, O_RDWR);
    ck_assert_int_ge(fd, 0);
    if (d->at >= 0)
        ck_assert_int_eq(pwrite(fd, &d->byte, 1, d->at), 1);
    if (d->length > 0)
        ck_assert_int_eq(ftruncate(fd, d->length), 0);
    close(fd);
    if (d->length == 0)
        unlink(path);
    expect_refusal("mnist", path, d->what,
                   "(to get mnist: run datasets/fetch mnist, or name its folder)");
}
END_TEST

START_TEST(test_dataset_load_names_a_damaged_gzipped_file)
{
    write_both(true, true);
    ck_assert_int_eq(truncate(scratch_path("t10k-images-idx3-ubyte.gz"), 20), 0);
    const char *path = scratch_path("t10k-images-idx3-ubyte.gz: ");
    expect_refusal("fashion-mnist", path, "", "install Debian's package dataset-fashion-mnist");
}
END_TEST

START_TEST(test_dataset_load_rejects_other_numbers_of_images_and_labels)
{
    write_both(false, false);
    write_bytes("t10k-labels-idx1-ubyte", false, (uint8_t[]){0, 0, 8, 1, 0, 0, 0, 2, 1, 1}, 10);
    const char *path = scratch_path("t10k-labels-idx1-ubyte");
    expect_refusal("mnist", path, "5 images but 2 labels", "");
}
END_TEST

/* Of other sides, of another width alone, and of another height alone. */
START_TEST(test_dataset_load_rejects_test_images_of_another_size)
{
    static const uint8_t sides[][2] = {{3, 2}, {2, 1}, {1, 3}};
    for (size_t i = 0; i < LENGTH(sides); i++) {
        uint8_t height = sides[i][0], width = sides[i][1];
        uint8_t bytes[IMAGES_BYTES] = {0, 0, 8, 3, 0, 0, 0, TEST, 0, 0, 0, height, 0, 0, 0, width};
        char text[64];
        snprintf(text, sizeof text, "t10k has images of %u x %u, those to train with are 2 x 3",
                 height, width);
        write_both(false, false);
        write_bytes("t10k-images-idx3-ubyte", false, bytes, 16 + (size_t)TEST * height * width);
        expect_refusal("mnist", scratch_folder, text, "");
    }
}
END_TEST

START_TEST(test_dataset_load_rejects_a_file_without_images)
{
    write_both(false, false);
    write_idx("train", false, 0, 0);
    const char *path = scratch_path("train-images-idx3-ubyte");
    expect_refusal("mnist", path, "no images", "");
}
END_TEST

/* Figures: Xiao, Rasul, Vollgraf, "Fashion-MNIST", 2017; its mean brightness as widely used. */
START_TEST(test_dataset_load_reads_debians_fashion_mnist)
{
    static const uint8_t train_begin[] = {9, 0, 0, 3, 0, 2, 7, 2, 5, 5};
    static const uint8_t test_begin[] = {9, 2, 1, 1, 6, 1, 4, 6, 5, 7};
    dataset train, test;
    size_t of_class[10] = {0};
    double sum = 0;
    load("fashion-mnist", NULL, &train, &test);
    ck_assert(train.count == 60000 && test.count == 10000);
    ck_assert(train.channels == 1 && train.height == 28 && train.width == 28);
    ck_assert_mem_eq(train.classes, train_begin, sizeof train_begin);
    ck_assert_mem_eq(test.classes, test_begin, sizeof test_begin);
    for (size_t i = 0; i < train.count; i++)
        of_class[train.classes[i]]++;
    for (size_t c = 0; c < 10; c++)
        ck_assert_uint_eq(of_class[c], 6000);
    for (size_t i = 0; i < train.count * 784; i++)
        sum += train.pixels[i];
    ck_assert_double_eq_tol(sum / (255 * 784 * 60000.0), 0.2860, 0.00005);
    dataset_clear(&train);
    dataset_clear(&test);
}
END_TEST

/* ---- CIFAR-10 ---- */

enum { BATCHES = 6, BATCH = 10000 };

static const char *const batches[BATCHES] = {"data_batch_1.bin", "data_batch_2.bin",
                                             "data_batch_3.bin", "data_batch_4.bin",
                                             "data_batch_5.bin", "test_batch.bin"};

static void write_byte(int fd, size_t record, size_t at, uint8_t byte)
{
    ck_assert_int_eq(pwrite(fd, &byte, 1, (off_t)(record * CIFAR10_RECORD + at)), 1);
}

/*
 * Batch b, of black planes but for its first and its last record, which tell it from the others.
 * What nobody writes is a hole in the file and takes no room on the disk.
 */
static void write_batch(const char *folder, size_t b)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, batches[b]);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(ftruncate(fd, (off_t)BATCH * CIFAR10_RECORD), 0);
    write_byte(fd, 0, 0, (uint8_t)(1 + b));
    write_byte(fd, 0, 1, (uint8_t)(10 + b));
    write_byte(fd, BATCH - 1, 0, (uint8_t)(2 + b));
    write_byte(fd, BATCH - 1, CIFAR10_RECORD - 1, (uint8_t)(20 + b));
    close(fd);
}

/* Whether the records from first on are those of batch b. */
static void expect_batch(const dataset *d, size_t first, size_t b)
{
    ck_assert_uint_eq(d->classes[first], 1 + b);
    ck_assert_uint_eq(d->pixels[first * CIFAR10_PIXELS], 10 + b);
    ck_assert_uint_eq(d->classes[first + 1], 0);
    ck_assert_uint_eq(d->classes[first + BATCH - 1], 2 + b);
    ck_assert_uint_eq(d->pixels[(first + BATCH) * CIFAR10_PIXELS - 1], 20 + b);
}

START_TEST(test_dataset_load_reads_cifar10_from_its_folder_or_the_one_above)
{
    char folder[256];
    snprintf(folder, sizeof folder, "%s/%s", scratch_folder, _i == 0 ? "" : "cifar-10-batches-bin");
    ck_assert(_i == 0 || mkdir(folder, 0700) == 0);
    for (size_t b = 0; b < BATCHES; b++)
        write_batch(folder, b);
    dataset train, test;
    load("cifar10", scratch_folder, &train, &test);
    ck_assert(train.count == 5 * BATCH && test.count == BATCH);
    ck_assert(train.channels == 3 && train.height == 32 && train.width == 32);
    ck_assert_uint_eq(train.class_count, 10);
    ck_assert_ptr_eq(train.class_names, cifar10_class_names);
    for (size_t b = 0; b < BATCHES - 1; b++)
        expect_batch(&train, b * BATCH, b);
    expect_batch(&test, 0, BATCHES - 1);
    dataset_clear(&train);
    dataset_clear(&test);
}
END_TEST

START_TEST(test_dataset_load_names_the_damaged_batch_and_how_to_get_it)
{
    const char *how = "(to get cifar10: run datasets/fetch cifar10, or name its folder)";
    expect_refusal("cifar10", scratch_path(batches[0]), "No such file", how);
    write_batch(scratch_folder, 0);
    expect_refusal("cifar10", scratch_path(batches[1]), "No such file", how);
    write_batch(scratch_folder, 1);
    ck_assert_int_eq(truncate(scratch_path(batches[1]), (off_t)BATCH * CIFAR10_RECORD - 1), 0);
    expect_refusal("cifar10", scratch_path(batches[1]), "truncated", how);
    ck_assert_int_eq(truncate(scratch_path(batches[1]), (off_t)BATCH * CIFAR10_RECORD + 1), 0);
    expect_refusal("cifar10", scratch_path(batches[1]), "too many", how);
    int fd = open(scratch_path(batches[0]), O_WRONLY);
    write_byte(fd, 77, 0, 10);
    close(fd);
    expect_refusal("cifar10", scratch_path(batches[0]), "record 77 has label 10", how);
}
END_TEST

/* ---- the others ---- */

START_TEST(test_dataset_load_makes_the_synthetic_set)
{
    dataset train, test, train_again, test_again;
    error e = {{0}};
    load("synthetic", NULL, &train, &test);
    ck_assert(synthetic_load(&train_again, &test_again, &e));
    ck_assert(train.count == SYNTHETIC_TRAIN && test.count == SYNTHETIC_TEST);
    ck_assert_mem_eq(train.pixels, train_again.pixels, (size_t)SYNTHETIC_TRAIN * CIFAR10_PIXELS);
    ck_assert_mem_eq(test.pixels, test_again.pixels, (size_t)SYNTHETIC_TEST * CIFAR10_PIXELS);
    dataset_clear(&train);
    dataset_clear(&test);
    dataset_clear(&train_again);
    dataset_clear(&test_again);
}
END_TEST

START_TEST(test_dataset_load_says_which_sets_there_are)
{
    static const char *const names[] = {"", "cifar", "cifar100", "MNIST"};
    for (size_t i = 0; i < LENGTH(names); i++) {
        char start[64];
        snprintf(start, sizeof start, "there is no data set called %s; ", names[i]);
        expect_refusal(names[i], start, "there are fashion-mnist, mnist, cifar10 and synthetic",
                       "");
    }
}
END_TEST

START_TEST(test_dataset_allocate_keeps_the_sizes_and_gives_room)
{
    dataset d = {.channels = 2, .height = 3, .width = 5, .class_count = 4};
    error e = {{0}};
    ck_assert_msg(dataset_allocate(&d, 7, &e), "%s", e.text);
    ck_assert(d.count == 7 && d.class_count == 4 && dataset_dimension(&d) == 30);
    memset(d.pixels, 1, (size_t)7 * 30); /* under a sanitizer, a write past the end is seen */
    memset(d.classes, 1, 7);
    dataset_clear(&d);
    ck_assert(is_empty(&d) && d.channels == 0 && d.height == 0 && d.width == 0);
    dataset_clear(&d);
}
END_TEST

/* Sizes whose products wrap around to a small number of bytes, or come close to the largest. */
START_TEST(test_dataset_allocate_refuses_what_no_memory_holds)
{
    static const size_t counts[] = {SIZE_MAX / 4 + 1, SIZE_MAX / 4, SIZE_MAX};
    for (size_t i = 0; i < LENGTH(counts); i++) {
        dataset d = {.channels = 1, .height = 2, .width = 2, .class_count = 10};
        error e = {{0}};
        ck_assert_msg(!dataset_allocate(&d, counts[i], &e), "room for %zu images", counts[i]);
        ck_assert_ptr_nonnull(strstr(e.text, "no memory"));
        ck_assert(is_empty(&d));
    }
}
END_TEST

/* ---- copying parts ---- */

/* Six images of 1 x 2 x 3; their pixels and classes are as above. */
static uint8_t six_pixels[6 * PIXELS], six_classes[6];
static const dataset six = {6, 1, HEIGHT, WIDTH, 10, NULL, six_pixels, six_classes};

static void make_six(void)
{
    for (size_t i = 0; i < six.count; i++) {
        six_classes[i] = class_of(i);
        for (size_t k = 0; k < PIXELS; k++)
            six_pixels[i * PIXELS + k] = pixel_of(i, k);
    }
}

static void expect_row(const tensor *X, const labels *y, size_t row, size_t image)
{
    for (size_t k = 0; X != NULL && k < PIXELS; k++)
        ck_assert(X->data[row * PIXELS + k] == (real)pixel_of(image, k));
    if (y != NULL)
        ck_assert_uint_eq(y->data[row], class_of(image));
}

START_TEST(test_dataset_copy_fills_rows_and_images_from_the_first_asked_for)
{
    tensor *rows = tensor_new_2d(3, PIXELS), *images = tensor_new_4d(3, 1, HEIGHT, WIDTH);
    labels *y = labels_new(3);
    dataset_copy(&six, 2, 3, rows, y);
    dataset_copy(&six, 3, 3, images, NULL);
    for (size_t i = 0; i < 3; i++) {
        expect_row(rows, y, i, 2 + i);
        expect_row(images, NULL, i, 3 + i);
    }
    dataset_copy(&six, 0, 3, NULL, y);
    for (size_t i = 0; i < 3; i++)
        expect_row(NULL, y, i, i);
    tensor_free(rows);
    tensor_free(images);
    labels_free(y);
}
END_TEST

START_TEST(test_dataset_gather_takes_images_in_the_order_asked_for)
{
    static const size_t indices[] = {5, 0, 5, 3};
    tensor *X = tensor_new_2d(4, PIXELS);
    labels *y = labels_new(4);
    dataset_gather(&six, indices, 4, X, y);
    for (size_t i = 0; i < 4; i++)
        expect_row(X, y, i, indices[i]);
    dataset_gather(&six, indices + 1, 3, NULL, &(labels){.count = 3, .data = y->data});
    for (size_t i = 0; i < 3; i++)
        expect_row(NULL, y, i, indices[i + 1]);
    tensor_free(X);
    labels_free(y);
}
END_TEST

/* ---- splits ---- */

START_TEST(test_split_sizes_course_are_the_course_s_or_fewer)
{
    static const struct {
        size_t train, test;
        split_sizes expected;
    } cases[] = {
        {50000, 10000, {49000, 1000, 1000, 500}},
        {60000, 10000, {49000, 1000, 1000, 500}},
        {49999, 999, {48999, 1000, 999, 500}},
        {10000, 2000, {9000, 1000, 1000, 500}},
        {9990, 0, {8991, 999, 0, 500}},
        {600, 100, {540, 60, 100, 500}},
        {100, 7, {90, 10, 7, 90}},
        {1, 1, {1, 0, 1, 1}},
        {0, 0, {0, 0, 0, 0}},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const dataset train = {.count = cases[i].train}, test = {.count = cases[i].test};
        split_sizes sizes = split_sizes_course(&train, &test), expected = cases[i].expected;
        bool same = sizes.train == expected.train && sizes.validation == expected.validation &&
                    sizes.test == expected.test && sizes.development == expected.development;
        ck_assert_msg(same, "of %zu: %zu, %zu, %zu, %zu", cases[i].train, sizes.train,
                      sizes.validation, sizes.test, sizes.development);
    }
}
END_TEST

/* A set of random images of 2 x 2 x 3, of a class each. */
static dataset random_images(size_t count, uint32_t seed)
{
    dataset d = {.channels = 2, .height = 2, .width = 3, .class_count = 200};
    random_state r;
    error e = {{0}};
    ck_assert(dataset_allocate(&d, count, &e));
    random_seed(&r, seed);
    for (size_t i = 0; i < count * dataset_dimension(&d); i++)
        d.pixels[i] = (uint8_t)random_integer(&r, 256);
    for (size_t i = 0; i < count; i++)
        d.classes[i] = (uint8_t)i;
    return d;
}

enum { D = 12, SPLIT_SEED = 231 };
static const split_sizes sizes = {.train = 30, .validation = 7, .test = 5, .development = 11};

/* A split of 40 and of 9 random images; the state of r is how the split left it. */
typedef struct scene {
    dataset train, test;
    image_data data;
    random_state r;
} scene;

static scene new_scene(void)
{
    scene s = {.train = random_images(40, 1), .test = random_images(9, 2)};
    random_seed(&s.r, SPLIT_SEED);
    image_data_split(&s.train, &s.test, sizes, &s.r, &s.data);
    return s;
}

static void clear_scene(scene *s)
{
    dataset_clear(&s->train);
    dataset_clear(&s->test);
    image_data_clear(&s->data);
}

static void mean_of_training(const dataset *train, real mean[D])
{
    for (size_t k = 0; k < D; k++) {
        double sum = 0;
        for (size_t i = 0; i < sizes.train; i++)
            sum += train->pixels[i * D + k];
        mean[k] = (real)(sum / (double)sizes.train);
    }
}

/* Row i of X is to be image indices[i] of d less the mean image. */
static void expect_part(const tensor *X, const labels *y, const dataset *d, const size_t *indices,
                        size_t count, const real mean[D])
{
    ck_assert(X->rank == 2 && X->shape[0] == count && X->shape[1] == D);
    ck_assert_uint_eq(y->count, count);
    for (size_t i = 0; i < count; i++) {
        ck_assert_uint_eq(y->data[i], d->classes[indices[i]]);
        for (size_t k = 0; k < D; k++)
            ck_assert(X->data[i * D + k] == (real)d->pixels[indices[i] * D + k] - mean[k]);
    }
}

START_TEST(test_image_data_split_puts_the_first_images_where_the_course_does)
{
    scene s = new_scene();
    const image_data *data = &s.data;
    size_t in_order[40];
    real mean[D];
    for (size_t i = 0; i < 40; i++)
        in_order[i] = i;
    mean_of_training(&s.train, mean);
    ck_assert(data->mean_image->rank == 1 && data->mean_image->size == D);
    ck_assert_mem_eq(data->mean_image->data, mean, sizeof mean);
    expect_part(data->X_train, data->y_train, &s.train, in_order, sizes.train, mean);
    expect_part(data->X_validation, data->y_validation, &s.train, in_order + sizes.train,
                sizes.validation, mean);
    expect_part(data->X_test, data->y_test, &s.test, in_order, sizes.test, mean);
    ck_assert(data->channels == 2 && data->height == 2 && data->width == 3);
    ck_assert_uint_eq(data->class_count, 200);
    ck_assert_ptr_eq(data->class_names, s.train.class_names);
    clear_scene(&s);
}
END_TEST

START_TEST(test_image_data_split_draws_the_development_set_from_the_training_images)
{
    scene s = new_scene();
    size_t indices[11];
    real mean[D];
    random_state again;
    mean_of_training(&s.train, mean);
    random_seed(&again, SPLIT_SEED);
    random_choice(&again, sizes.train, sizes.development, false, indices);
    expect_part(s.data.X_development, s.data.y_development, &s.train, indices, sizes.development,
                mean);
    ck_assert_uint_eq(random_u32(&s.r), random_u32(&again)); /* nothing else was drawn */
    clear_scene(&s);
}
END_TEST

START_TEST(test_image_data_split_may_take_everything_and_nothing)
{
    dataset train = random_images(8, 1), test = random_images(3, 2);
    random_state r;
    image_data data;
    random_seed(&r, 1);
    image_data_split(&train, &test, (split_sizes){.train = 8, .test = 3, .development = 8}, &r,
                     &data);
    ck_assert(data.X_train->shape[0] == 8 && data.X_development->shape[0] == 8);
    ck_assert(data.X_validation->shape[0] == 0 && data.y_validation->count == 0);
    ck_assert_uint_eq(data.X_test->shape[0], 3);
    image_data_clear(&data);
    ck_assert(data.X_train == NULL && data.y_development == NULL && data.mean_image == NULL);
    image_data_clear(&data);
    dataset_clear(&train);
    dataset_clear(&test);
}
END_TEST

static void expect_bias(const tensor *wider, const tensor *X)
{
    ck_assert(wider->rank == 2 && wider->shape[0] == X->shape[0] && wider->shape[1] == D + 1);
    for (size_t i = 0; i < X->shape[0]; i++) {
        ck_assert_mem_eq(wider->data + i * (D + 1), X->data + i * D, D * sizeof(real));
        ck_assert(wider->data[i * (D + 1) + D] == 1);
    }
}

START_TEST(test_image_data_append_bias_adds_a_column_of_ones_to_all_four)
{
    scene with = new_scene(), without = new_scene();
    image_data_append_bias(&with.data);
    expect_bias(with.data.X_train, without.data.X_train);
    expect_bias(with.data.X_validation, without.data.X_validation);
    expect_bias(with.data.X_test, without.data.X_test);
    expect_bias(with.data.X_development, without.data.X_development);
    ck_assert_uint_eq(with.data.mean_image->size, D);
    clear_scene(&with);
    clear_scene(&without);
}
END_TEST

/* ---- what stops the program ---- */

static void copy(size_t first, size_t count, size_t rows, size_t label_count)
{
    dataset_copy(&six, first, count, tensor_new_2d(rows, PIXELS), labels_new(label_count));
}

static void copy_past_the_end(void)
{
    copy(4, 3, 3, 3);
}

static void copy_to_too_few_rows(void)
{
    copy(0, 3, 2, 3);
}

static void copy_to_too_many_labels(void)
{
    copy(0, 3, 3, 4);
}

static void gather_of_an_image_that_is_not_there(void)
{
    dataset_gather(&six, (size_t[]){0, 6}, 2, tensor_new_2d(2, PIXELS), NULL);
}

static void split(size_t test_count, split_sizes wanted)
{
    dataset train = random_images(10, 1), test = random_images(test_count, 2);
    random_state r;
    image_data data;
    random_seed(&r, 1);
    image_data_split(&train, &test, wanted, &r, &data);
}

static void split_of_more_than_there_is(void)
{
    split(4, (split_sizes){.train = 8, .validation = 3, .test = 4, .development = 8});
}

static void split_of_more_tests_than_there_are(void)
{
    split(4, (split_sizes){.train = 7, .validation = 3, .test = 5, .development = 2});
}

static void split_of_more_development_than_training(void)
{
    split(4, (split_sizes){.train = 7, .validation = 3, .test = 4, .development = 8});
}

static void split_without_training(void)
{
    split(4, (split_sizes){.validation = 3, .test = 4});
}

static void split_of_images_of_two_sizes(void)
{
    dataset train = random_images(10, 1);
    random_state r;
    image_data data;
    random_seed(&r, 1);
    image_data_split(&train, &six, (split_sizes){.train = 10, .test = 6}, &r, &data);
}

static const expected_stop stops[] = {
    {copy_past_the_end, "dataset_copy: image 6 asked for, there are 6"},
    {copy_to_too_few_rows, "dataset_copy: X has 12 elements, should have 18"},
    {copy_to_too_many_labels, "dataset_copy: y holds 4 labels, should hold 3"},
    {gather_of_an_image_that_is_not_there, "dataset_gather: image 6 asked for, there are 6"},
    {split_of_more_than_there_is,
     "image_data_split: 8 + 3 of 10 and 4 of 4 images asked for, 8 of them for development"},
    {split_of_more_tests_than_there_are,
     "image_data_split: 7 + 3 of 10 and 5 of 4 images asked for, 2 of them for development"},
    {split_of_more_development_than_training,
     "image_data_split: 7 + 3 of 10 and 4 of 4 images asked for, 8 of them for development"},
    {split_without_training,
     "image_data_split: 0 + 3 of 10 and 4 of 4 images asked for, 0 of them for development"},
    {split_of_images_of_two_sizes,
     "image_data_split: a training image has 12 values, a test image 6"},
};

START_TEST(test_dataset_functions_stop_on_what_they_cannot_do)
{
    run_to_stop(&stops[_i]);
}
END_TEST

static void add_loading(TCase *tests)
{
    tcase_add_loop_test(tests, test_dataset_load_reads_idx_files_gzipped_and_plain, 0, 3);
    tcase_add_test(tests, test_dataset_load_looks_below_the_current_folder);
    tcase_add_loop_test(tests, test_dataset_load_names_the_damaged_idx_file_and_how_to_get_it, 0,
                        LENGTH(damages));
    tcase_add_test(tests, test_dataset_load_names_a_damaged_gzipped_file);
    tcase_add_test(tests, test_dataset_load_rejects_other_numbers_of_images_and_labels);
    tcase_add_test(tests, test_dataset_load_rejects_test_images_of_another_size);
    tcase_add_test(tests, test_dataset_load_rejects_a_file_without_images);
    if (access(FASHION_FOLDER, F_OK) == 0)
        tcase_add_test(tests, test_dataset_load_reads_debians_fashion_mnist);
    else
        puts("skipped: Fashion-MNIST, which is not at " FASHION_FOLDER);
    tcase_add_loop_test(tests, test_dataset_load_reads_cifar10_from_its_folder_or_the_one_above, 0,
                        2);
    tcase_add_test(tests, test_dataset_load_names_the_damaged_batch_and_how_to_get_it);
    tcase_add_test(tests, test_dataset_load_makes_the_synthetic_set);
    tcase_add_test(tests, test_dataset_load_says_which_sets_there_are);
}

int main(void)
{
    TCase *tests = tcase_create("dataset");
    tcase_set_timeout(tests, 30);
    tcase_add_checked_fixture(tests, empty_folder, NULL);
    add_loading(tests);
    tcase_add_test(tests, test_dataset_allocate_keeps_the_sizes_and_gives_room);
    tcase_add_test(tests, test_dataset_allocate_refuses_what_no_memory_holds);
    tcase_add_test(tests, test_dataset_copy_fills_rows_and_images_from_the_first_asked_for);
    tcase_add_test(tests, test_dataset_gather_takes_images_in_the_order_asked_for);
    tcase_add_test(tests, test_split_sizes_course_are_the_course_s_or_fewer);
    tcase_add_test(tests, test_image_data_split_puts_the_first_images_where_the_course_does);
    tcase_add_test(tests, test_image_data_split_draws_the_development_set_from_the_training_images);
    tcase_add_test(tests, test_image_data_split_may_take_everything_and_nothing);
    tcase_add_test(tests, test_image_data_append_bias_adds_a_column_of_ones_to_all_four);
    tcase_add_loop_exit_test(tests, test_dataset_functions_stop_on_what_they_cannot_do,
                             STOPPED_WELL, 0, LENGTH(stops));
    make_six();
    if (!make_scratch_folder())
        return EXIT_FAILURE;
    int status = run_suite("dataset", tests);
    remove_scratch_folder();
    return status;
}
