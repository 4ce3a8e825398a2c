/*
 * Data sets: loading idx files, plain and gzipped, the messages about wrong ones, copying parts,
 * and the course's splits.
 */
#include "dataset.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "expected_stop.h"
#include "scratch_folder.h"
#include "suite.h"

/* A small idx set: images of 2 x 3. */
enum { TRAIN = 30, TEST = 12, HEIGHT = 2, WIDTH = 3, PIXELS = 6 };

static uint8_t pixel_of(size_t image, size_t pixel)
{
    return (uint8_t)((image * image * 13 + pixel * 41) % 256);
}

static uint8_t class_of(size_t image)
{
    return (uint8_t)(image * 7 % 10);
}

/* ---- idx files ---- */

static size_t start_idx(uint8_t *bytes, size_t rank, const size_t *shape)
{
    memset(bytes, 0, 4 + 4 * rank);
    bytes[2] = 8;
    bytes[3] = (uint8_t)rank;
    for (size_t d = 0; d < rank; d++)
        bytes[7 + 4 * d] = (uint8_t)shape[d];
    return 4 + 4 * rank;
}

static void write_images(const char *name, size_t count, size_t height, size_t cut)
{
    uint8_t bytes[1024];
    size_t length = start_idx(bytes, 3, (size_t[]){count, height, WIDTH});
    for (size_t i = 0; i < count * height * WIDTH; i++)
        bytes[length++] = pixel_of(i / (height * WIDTH), i % (height * WIDTH));
    write_scratch(name, bytes, length - cut);
}

static void write_labels(const char *name, size_t count, uint8_t last)
{
    uint8_t bytes[1024];
    size_t length = start_idx(bytes, 1, &count);
    for (size_t i = 0; i < count; i++)
        bytes[length++] = i + 1 < count ? class_of(i) : last;
    write_scratch(name, bytes, length);
}

static void write_set(void)
{
    write_images("train-images-idx3-ubyte", TRAIN, HEIGHT, 0);
    write_labels("train-labels-idx1-ubyte", TRAIN, class_of(TRAIN - 1));
    write_images("t10k-images-idx3-ubyte", TEST, HEIGHT, 0);
    write_labels("t10k-labels-idx1-ubyte", TEST, class_of(TEST - 1));
}

/* Puts name.gz in the place of the file called name. */
static void gzip_scratch(const char *name)
{
    uint8_t bytes[1024];
    char packed[64];
    FILE *file = fopen(scratch_path(name), "rb");
    ck_assert_ptr_nonnull(file);
    size_t length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    remove(scratch_path(name));
    snprintf(packed, sizeof packed, "%s.gz", name);
    gzFile out = gzopen(scratch_path(packed), "wb");
    ck_assert_ptr_nonnull(out);
    ck_assert_int_eq(gzwrite(out, bytes, (unsigned)length), (int)length);
    ck_assert_int_eq(gzclose(out), Z_OK);
}

static void expect_part(const dataset *d, size_t count)
{
    ck_assert_uint_eq(d->count, count);
    ck_assert(d->channels == 1 && d->height == HEIGHT && d->width == WIDTH);
    ck_assert_uint_eq(d->class_count, 10);
    ck_assert_uint_eq(dataset_dimension(d), PIXELS);
    for (size_t i = 0; i < count; i++) {
        ck_assert_uint_eq(d->classes[i], class_of(i));
        for (size_t k = 0; k < PIXELS; k++)
            ck_assert_uint_eq(d->pixels[i * PIXELS + k], pixel_of(i, k));
    }
}

static void expect_loaded(void)
{
    error e = {.text = ""};
    dataset train, test;
    ck_assert_msg(dataset_load("mnist", scratch_folder, &train, &test, &e), "%s", e.text);
    expect_part(&train, TRAIN);
    expect_part(&test, TEST);
    ck_assert_str_eq(train.class_names[9], "9");
    dataset_clear(&train);
    dataset_clear(&test);
}

/* Loads the set called name from the folder, which must fail and name file and what is wrong. */
static void expect_error(const char *name, const char *file, const char *text)
{
    error e = {.text = ""};
    dataset train = {.count = 7}, test = {.count = 7};
    ck_assert_msg(!dataset_load(name, scratch_folder, &train, &test, &e), "accepted: %s", text);
    ck_assert_msg(strstr(e.text, file) != NULL && strstr(e.text, text) != NULL,
                  "said \"%s\", expected \"%s\" about %s", e.text, text, file);
    ck_assert(train.count == 0 && train.pixels == NULL && train.classes == NULL);
    ck_assert(test.count == 0 && test.pixels == NULL && test.classes == NULL);
}

START_TEST(test_dataset_load_reads_plain_idx_files)
{
    write_set();
    expect_loaded();
}
END_TEST

START_TEST(test_dataset_load_reads_gzipped_idx_files)
{
    write_set();
    gzip_scratch("train-images-idx3-ubyte");
    gzip_scratch("train-labels-idx1-ubyte");
    gzip_scratch("t10k-images-idx3-ubyte");
    expect_loaded();
}
END_TEST

START_TEST(test_dataset_load_says_which_file_is_missing_and_how_to_get_it)
{
    write_set();
    remove(scratch_path("t10k-labels-idx1-ubyte"));
    expect_error("mnist", "t10k-labels-idx1-ubyte", "run datasets/fetch mnist");
    expect_error("fashion-mnist", "t10k-labels-idx1-ubyte", "dataset-fashion-mnist");
    expect_error("cifar10", "data_batch_1.bin", "run datasets/fetch cifar10");
}
END_TEST

START_TEST(test_dataset_load_rejects_truncated_images)
{
    write_set();
    write_images("t10k-images-idx3-ubyte", TEST, HEIGHT, 1);
    expect_error("mnist", "t10k-images-idx3-ubyte", "truncated");
}
END_TEST

START_TEST(test_dataset_load_rejects_a_label_over_9)
{
    write_set();
    write_labels("train-labels-idx1-ubyte", TRAIN, 10);
    expect_error("mnist", "train-labels-idx1-ubyte", "label 29 is 10, should be below 10");
}
END_TEST

START_TEST(test_dataset_load_rejects_more_labels_than_images)
{
    write_set();
    write_labels("train-labels-idx1-ubyte", TRAIN + 1, 0);
    expect_error("mnist", "train-labels-idx1-ubyte", "30 images but 31 labels");
}
END_TEST

/* The split takes one part's mean from the other: their images must be of one size. */
START_TEST(test_dataset_load_rejects_test_images_of_another_size)
{
    write_set();
    write_images("t10k-images-idx3-ubyte", TEST, HEIGHT - 1, 0);
    expect_error("mnist", "t10k", "images of 1 x 3, those to train with are 2 x 3");
}
END_TEST

START_TEST(test_dataset_load_lists_the_names_that_there_are)
{
    expect_error("imagenet", "imagenet", "fashion-mnist, mnist, cifar10 and synthetic");
}
END_TEST

/* ---- copying parts ---- */

static dataset made;
static const char *const ten_names[10] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};

/* count images of 3 x 1 x 2. */
static void make_dataset(dataset *d, size_t count)
{
    error e = {.text = ""};
    *d = (dataset){
        .channels = 3, .height = 1, .width = 2, .class_count = 10, .class_names = ten_names};
    ck_assert(dataset_allocate(d, count, &e));
    ck_assert_uint_eq(d->count, count);
    for (size_t i = 0; i < count * PIXELS; i++)
        d->pixels[i] = pixel_of(i / PIXELS, i % PIXELS);
    for (size_t i = 0; i < count; i++)
        d->classes[i] = class_of(i);
}

static void make(void)
{
    make_dataset(&made, TRAIN);
}

static void clear(void)
{
    dataset_clear(&made);
    ck_assert(made.pixels == NULL && made.classes == NULL && made.count == 0);
    dataset_clear(&made);
}

static void expect_row(const tensor *X, size_t row, size_t image)
{
    for (size_t k = 0; k < PIXELS; k++)
        ck_assert(X->data[row * PIXELS + k] == (real)pixel_of(image, k));
}

START_TEST(test_dataset_copy_fills_matrices_and_images_from_first_on)
{
    tensor *X = tensor_new_2d(4, PIXELS), *images = tensor_new_4d(4, 3, 1, 2);
    labels *y = labels_new(4);
    dataset_copy(&made, TRAIN - 4, 4, X, y);
    dataset_copy(&made, TRAIN - 4, 4, images, NULL);
    for (size_t i = 0; i < 4; i++) {
        expect_row(X, i, TRAIN - 4 + i);
        ck_assert_uint_eq(y->data[i], class_of(TRAIN - 4 + i));
    }
    ck_assert(memcmp(X->data, images->data, X->size * sizeof(real)) == 0);
    dataset_copy(&made, 1, 4, NULL, y);
    ck_assert_uint_eq(y->data[0], class_of(1));
    tensor_free(X);
    tensor_free(images);
    labels_free(y);
}
END_TEST

START_TEST(test_dataset_gather_takes_the_images_in_the_order_asked_for)
{
    static const size_t indices[] = {29, 0, 5, 5};
    tensor *X = tensor_new_2d(4, PIXELS);
    labels *y = labels_new(4);
    dataset_gather(&made, indices, 4, X, y);
    for (size_t i = 0; i < 4; i++) {
        expect_row(X, i, indices[i]);
        ck_assert_uint_eq(y->data[i], class_of(indices[i]));
    }
    tensor_free(X);
    labels_free(y);
}
END_TEST

/* ---- splits ---- */

START_TEST(test_split_sizes_course_takes_less_where_there_is_less)
{
    static const struct {
        size_t train, test;
        split_sizes sizes;
    } sets[] = {
        {50000, 10000, {49000, 1000, 1000, 500}},
        {60000, 10000, {49000, 1000, 1000, 500}},
        {10000, 2000, {9000, 1000, 1000, 500}},
        {600, 100, {540, 60, 100, 500}},
        {100, 10, {90, 10, 10, 90}},
    };
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        dataset train = {.count = sets[i].train}, test = {.count = sets[i].test};
        split_sizes sizes = split_sizes_course(&train, &test);
        ck_assert(memcmp(&sizes, &sets[i].sizes, sizeof sizes) == 0);
    }
}
END_TEST

/* The mean of pixel k of the first count images. */
static double mean_of(size_t count, size_t k)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += pixel_of(i, k);
    return sum / (double)count;
}

/* Row i of X and label i of y are image first + i, less the mean of the first 20 images. */
static void expect_centred(const tensor *X, const labels *y, size_t first, size_t count)
{
    ck_assert(X->rank == 2 && X->shape[0] == count && X->shape[1] == PIXELS && y->count == count);
    for (size_t i = 0; i < count; i++) {
        ck_assert_uint_eq(y->data[i], class_of(first + i));
        for (size_t k = 0; k < PIXELS; k++)
            ck_assert_double_eq_tol((double)X->data[i * PIXELS + k],
                                    pixel_of(first + i, k) - mean_of(20, k),
                                    512 * (double)REAL_EPSILON);
    }
}

static const split_sizes small_sizes = {.train = 20, .validation = 7, .test = 5, .development = 6};

START_TEST(test_image_data_split_takes_the_course_s_parts_and_subtracts_the_mean)
{
    random_state r;
    image_data d;
    random_seed(&r, 231);
    image_data_split(&made, &made, small_sizes, &r, &d);
    expect_centred(d.X_train, d.y_train, 0, 20);
    expect_centred(d.X_validation, d.y_validation, 20, 7);
    expect_centred(d.X_test, d.y_test, 0, 5);
    ck_assert_uint_eq(d.mean_image->size, PIXELS);
    for (size_t k = 0; k < PIXELS; k++)
        ck_assert(d.mean_image->data[k] == (real)mean_of(20, k));
    ck_assert(d.channels == 3 && d.height == 1 && d.width == 2 && d.class_count == 10);
    ck_assert_ptr_eq(d.class_names, ten_names);
    image_data_clear(&d);
    ck_assert(d.X_train == NULL && d.y_test == NULL && d.mean_image == NULL);
}
END_TEST

START_TEST(test_image_data_split_draws_development_from_training_without_replacement)
{
    random_state r, same;
    image_data d;
    size_t drawn[6];
    random_seed(&r, 231);
    same = r;
    image_data_split(&made, &made, small_sizes, &r, &d);
    random_choice(&same, 20, 6, false, drawn);
    for (size_t i = 0; i < 6; i++) {
        tensor row = tensor_rows(d.X_development, i, 1);
        expect_centred(&row, &(labels){.count = 1, .data = d.y_development->data + i}, drawn[i], 1);
    }
    ck_assert_uint_eq(d.X_development->shape[0], 6);
    ck_assert_uint_eq(random_u32(&r), random_u32(&same));
    image_data_clear(&d);
}
END_TEST

START_TEST(test_image_data_append_bias_adds_a_column_of_ones)
{
    random_state r;
    image_data plain, wider;
    random_seed(&r, 231);
    image_data_split(&made, &made, small_sizes, &r, &plain);
    random_seed(&r, 231);
    image_data_split(&made, &made, small_sizes, &r, &wider);
    image_data_append_bias(&wider);
    const tensor *before[] = {plain.X_train, plain.X_validation, plain.X_test, plain.X_development};
    const tensor *after[] = {wider.X_train, wider.X_validation, wider.X_test, wider.X_development};
    for (size_t m = 0; m < 4; m++) {
        size_t N = before[m]->shape[0];
        ck_assert(after[m]->rank == 2 && after[m]->shape[0] == N);
        ck_assert_uint_eq(after[m]->shape[1], PIXELS + 1);
        for (size_t i = 0; i < N; i++) {
            const real *row = after[m]->data + i * (PIXELS + 1);
            for (size_t k = 0; k < PIXELS; k++)
                ck_assert(row[k] == before[m]->data[i * PIXELS + k]);
            ck_assert(row[PIXELS] == 1);
        }
    }
    image_data_clear(&plain);
    image_data_clear(&wider);
}
END_TEST

/* ---- what stops the program ---- */

static real numbers[4 * PIXELS];
static uint32_t classes[4];

static void copy(size_t first, size_t count, size_t rows, size_t label_count)
{
    tensor X = tensor_over(numbers, 2, (size_t[]){rows, PIXELS});
    labels y = {.count = label_count, .data = classes};
    dataset_copy(&made, first, count, &X, &y);
}

static void copy_past_the_end(void)
{
    copy(TRAIN - 1, 2, 2, 2);
}

static void copy_to_too_few_rows(void)
{
    copy(0, 3, 2, 3);
}

static void copy_to_too_few_labels(void)
{
    copy(0, 3, 3, 2);
}

static void gather_of_an_image_that_is_not_there(void)
{
    labels y = {.count = 1, .data = classes};
    dataset_gather(&made, (size_t[]){TRAIN}, 1, NULL, &y);
}

static void split(split_sizes sizes)
{
    random_state r;
    image_data d;
    random_seed(&r, 231);
    image_data_split(&made, &made, sizes, &r, &d);
}

static void split_of_more_than_train_has(void)
{
    split((split_sizes){.train = 24, .validation = 7});
}

static void split_of_more_than_test_has(void)
{
    split((split_sizes){.train = 20, .test = 31});
}

static void split_with_more_development_than_training(void)
{
    split((split_sizes){.train = 20, .development = 21});
}

static const expected_stop stops[] = {
    {copy_past_the_end, "dataset_copy: image 30 asked for, there are 30"},
    {copy_to_too_few_rows, "dataset_copy: X has 12 elements, should have 18"},
    {copy_to_too_few_labels, "dataset_copy: y holds 2 labels, should hold 3"},
    {gather_of_an_image_that_is_not_there, "dataset_copy: image 30 asked for, there are 30"},
    {split_of_more_than_train_has, "image_data_split: 24 + 7 of 30 and 0 of 30 images asked for"},
    {split_of_more_than_test_has, "image_data_split: 20 + 0 of 30 and 31 of 30 images asked for"},
    {split_with_more_development_than_training,
     "image_data_split: 20 + 0 of 30 and 0 of 30 images asked for"},
};

START_TEST(test_dataset_functions_stop_on_what_is_not_there)
{
    run_to_stop(&stops[_i]);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("dataset");
    tcase_add_checked_fixture(tests, make, clear);
    tcase_add_test(tests, test_dataset_load_reads_plain_idx_files);
    tcase_add_test(tests, test_dataset_load_reads_gzipped_idx_files);
    tcase_add_test(tests, test_dataset_load_says_which_file_is_missing_and_how_to_get_it);
    tcase_add_test(tests, test_dataset_load_rejects_truncated_images);
    tcase_add_test(tests, test_dataset_load_rejects_a_label_over_9);
    tcase_add_test(tests, test_dataset_load_rejects_more_labels_than_images);
    tcase_add_test(tests, test_dataset_load_rejects_test_images_of_another_size);
    tcase_add_test(tests, test_dataset_load_lists_the_names_that_there_are);
    tcase_add_test(tests, test_dataset_copy_fills_matrices_and_images_from_first_on);
    tcase_add_test(tests, test_dataset_gather_takes_the_images_in_the_order_asked_for);
    tcase_add_test(tests, test_split_sizes_course_takes_less_where_there_is_less);
    tcase_add_test(tests, test_image_data_split_takes_the_course_s_parts_and_subtracts_the_mean);
    tcase_add_test(tests,
                   test_image_data_split_draws_development_from_training_without_replacement);
    tcase_add_test(tests, test_image_data_append_bias_adds_a_column_of_ones);
    tcase_add_loop_exit_test(tests, test_dataset_functions_stop_on_what_is_not_there, STOPPED_WELL,
                             0, sizeof stops / sizeof *stops);
    if (!make_scratch_folder())
        return EXIT_FAILURE;
    int status = run_suite("dataset", tests);
    remove_scratch_folder();
    return status;
}
