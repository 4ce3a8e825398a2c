/* CIFAR-10's binary records: what is read where, and every way in which a file can be wrong. */
#include "cifar10.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "scratch_folder.h"
#include "suite.h"

enum { COUNT = 600, GUARD = 0xa5 }; /* more records than one read takes, by a part of another */

static uint8_t *file_bytes, *pixels, *classes;

static uint8_t pixel_of(size_t record, size_t pixel)
{
    return (uint8_t)((record * 31 + pixel * 7 + pixel / 256) % 251);
}

/* COUNT good records, and room for what is read from them, with a guard behind each. */
static void make_records(void)
{
    file_bytes = malloc((COUNT + 1) * CIFAR10_RECORD);
    pixels = malloc(COUNT * CIFAR10_PIXELS + 1);
    classes = malloc(COUNT + 1);
    ck_assert(file_bytes != NULL && pixels != NULL && classes != NULL);
    for (size_t i = 0; i <= COUNT; i++) {
        uint8_t *record = file_bytes + i * CIFAR10_RECORD;
        record[0] = (uint8_t)(i * 3 % CIFAR10_CLASSES);
        for (size_t k = 0; k < CIFAR10_PIXELS; k++)
            record[1 + k] = pixel_of(i, k);
    }
    memset(pixels, GUARD, COUNT * CIFAR10_PIXELS + 1);
    memset(classes, GUARD, COUNT + 1);
}

static void free_records(void)
{
    free(file_bytes);
    free(pixels);
    free(classes);
}

static void expect_error(const char *path, const char *text)
{
    error e = {.text = ""};
    ck_assert_msg(!cifar10_read(path, COUNT, pixels, classes, &e), "accepted, expected: %s", text);
    ck_assert_msg(strstr(e.text, path) == e.text && strstr(e.text, text) != NULL,
                  "said \"%s\", expected \"%s\"", e.text, text);
}

static void expect_records(size_t count)
{
    error e = {.text = ""};
    const char *path = write_scratch("batch.bin", file_bytes, count * CIFAR10_RECORD);
    ck_assert_msg(cifar10_read(path, count, pixels, classes, &e), "%s", e.text);
    for (size_t i = 0; i < count; i++) {
        ck_assert_uint_eq(classes[i], i * 3 % CIFAR10_CLASSES);
        for (size_t k = 0; k < CIFAR10_PIXELS; k++)
            EXPECT_IN_LOOP(pixels[i * CIFAR10_PIXELS + k] == pixel_of(i, k),
                           "pixel %zu of record %zu differs", k, i);
    }
    ck_assert_uint_eq(pixels[count * CIFAR10_PIXELS], GUARD);
    ck_assert_uint_eq(classes[count], GUARD);
}

static const size_t counts[] = {COUNT, 1, 255, 256, 257, 512};

START_TEST(test_cifar10_read_puts_labels_and_pixels_where_they_belong)
{
    expect_records(counts[_i]);
}
END_TEST

START_TEST(test_cifar10_read_names_a_file_that_is_missing_or_a_folder)
{
    expect_error(scratch_path("missing.bin"), "No such file");
    expect_error(scratch_folder, "not a regular file");
}
END_TEST

START_TEST(test_cifar10_read_rejects_a_truncated_file)
{
    size_t whole = COUNT * CIFAR10_RECORD;
    const size_t lengths[] = {0, 1, whole - CIFAR10_RECORD, whole - 1};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        expect_error(write_scratch("batch.bin", file_bytes, lengths[i]), "truncated");
}
END_TEST

START_TEST(test_cifar10_read_rejects_trailing_bytes)
{
    size_t whole = COUNT * CIFAR10_RECORD;
    expect_error(write_scratch("batch.bin", file_bytes, whole + 1), "too many");
    expect_error(write_scratch("batch.bin", file_bytes, whole + CIFAR10_RECORD), "too many");
}
END_TEST

START_TEST(test_cifar10_read_rejects_a_label_over_9_wherever_it_is)
{
    static const size_t places[] = {0, 256, COUNT - 1};
    for (size_t i = 0; i < 3; i++) {
        char text[64];
        uint8_t *label = file_bytes + places[i] * CIFAR10_RECORD, kept = *label;
        *label = CIFAR10_CLASSES;
        snprintf(text, sizeof text, "record %zu has label 10, should be below 10", places[i]);
        expect_error(write_scratch("batch.bin", file_bytes, COUNT * CIFAR10_RECORD), text);
        *label = kept;
    }
}
END_TEST

START_TEST(test_cifar10_class_names_are_the_course_s)
{
    static const char *const names[] = {"plane", "car",  "bird",  "cat",  "deer",
                                        "dog",   "frog", "horse", "ship", "truck"};
    for (size_t i = 0; i < CIFAR10_CLASSES; i++)
        ck_assert_str_eq(cifar10_class_names[i], names[i]);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("cifar10");
    tcase_add_checked_fixture(tests, make_records, free_records);
    tcase_add_loop_test(tests, test_cifar10_read_puts_labels_and_pixels_where_they_belong, 0,
                        sizeof counts / sizeof *counts);
    tcase_add_test(tests, test_cifar10_read_names_a_file_that_is_missing_or_a_folder);
    tcase_add_test(tests, test_cifar10_read_rejects_a_truncated_file);
    tcase_add_test(tests, test_cifar10_read_rejects_trailing_bytes);
    tcase_add_test(tests, test_cifar10_read_rejects_a_label_over_9_wherever_it_is);
    tcase_add_test(tests, test_cifar10_class_names_are_the_course_s);
    if (!make_scratch_folder())
        return EXIT_FAILURE;
    int status = run_suite("cifar10", tests);
    remove_scratch_folder();
    return status;
}
