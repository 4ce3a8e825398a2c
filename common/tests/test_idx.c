/* idx arrays: what is read, and every way in which their bytes can be wrong. */
#include "idx.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"

/* Three labels, and two images of 2 x 3. */
static const uint8_t labels_bytes[] = {0, 0, 8, 1, 0, 0, 0, 3, 7, 0, 9};
static const uint8_t images_bytes[] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2,  0,  0,
                                       0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

/* Parses a copy of just length bytes, so that a read past their end is seen. */
static void expect_error(const uint8_t *bytes, size_t length, size_t rank, const char *text)
{
    error e = {.text = ""};
    idx_array array;
    uint8_t *copy = malloc(length > 0 ? length : 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, bytes, length);
    ck_assert_msg(!idx_parse("x-idx", copy, length, rank, &array, &e), "accepted, expected: %s",
                  text);
    ck_assert_msg(strncmp(e.text, "x-idx: ", 7) == 0 && strstr(e.text, text) != NULL,
                  "said \"%s\", expected \"%s\"", e.text, text);
    free(copy);
}

START_TEST(test_idx_parse_reads_labels)
{
    error e = {.text = ""};
    idx_array array;
    ck_assert_msg(idx_parse("x-idx", labels_bytes, sizeof labels_bytes, 1, &array, &e), "%s",
                  e.text);
    ck_assert(array.rank == 1 && array.shape[0] == 3);
    ck_assert_ptr_eq(array.values, labels_bytes + 8);
}
END_TEST

START_TEST(test_idx_parse_reads_images)
{
    error e = {.text = ""};
    idx_array array;
    ck_assert_msg(idx_parse("x-idx", images_bytes, sizeof images_bytes, 3, &array, &e), "%s",
                  e.text);
    ck_assert(array.rank == 3);
    ck_assert(array.shape[0] == 2 && array.shape[1] == 2 && array.shape[2] == 3);
    ck_assert_ptr_eq(array.values, images_bytes + 16);
}
END_TEST

START_TEST(test_idx_parse_takes_all_four_bytes_of_a_size)
{
    enum { COUNT = 0x010203 };
    error e = {.text = ""};
    idx_array array;
    uint8_t *bytes = calloc(8 + COUNT, 1);
    ck_assert_ptr_nonnull(bytes);
    memcpy(bytes, (uint8_t[]){0, 0, 8, 1, 0, 1, 2, 3}, 8);
    ck_assert_msg(idx_parse("x-idx", bytes, 8 + COUNT, 1, &array, &e), "%s", e.text);
    ck_assert_uint_eq(array.shape[0], COUNT);
    bytes[4] = 1;
    ck_assert(!idx_parse("x-idx", bytes, 8 + COUNT, 1, &array, &e));
    free(bytes);
}
END_TEST

START_TEST(test_idx_parse_reads_an_array_without_values)
{
    error e = {.text = ""};
    idx_array array;
    static const uint8_t bytes[] = {0, 0, 8, 1, 0, 0, 0, 0};
    ck_assert_msg(idx_parse("x-idx", bytes, sizeof bytes, 1, &array, &e), "%s", e.text);
    ck_assert_uint_eq(array.shape[0], 0);
}
END_TEST

START_TEST(test_idx_parse_rejects_bytes_cut_anywhere)
{
    for (size_t length = 0; length < sizeof labels_bytes; length++)
        expect_error(labels_bytes, length, 1, "truncated");
    for (size_t length = 0; length < sizeof images_bytes; length++)
        expect_error(images_bytes, length, 3, "truncated");
}
END_TEST

START_TEST(test_idx_parse_rejects_trailing_bytes)
{
    uint8_t longer[sizeof images_bytes + 1] = {0};
    memcpy(longer, images_bytes, sizeof images_bytes);
    expect_error(longer, sizeof longer, 3,
                 "bytes too many: the header tells of 12 values, 13 are there");
}
END_TEST

START_TEST(test_idx_parse_rejects_another_magic_number)
{
    for (size_t i = 0; i < 4; i++) {
        uint8_t bytes[sizeof labels_bytes];
        memcpy(bytes, labels_bytes, sizeof bytes);
        bytes[i] ^= 4;
        expect_error(bytes, sizeof bytes, 1, "bad magic number");
    }
    expect_error(images_bytes, sizeof images_bytes, 1,
                 "bad magic number 00000803, should be 00000801");
    expect_error(images_bytes, sizeof images_bytes, 2,
                 "bad magic number 00000803, should be 00000802");
}
END_TEST

/* 2^32 - 1 in every size overflows; 2^31 x 2^31 x 4 is 2^64, which wraps around to 0 values. */
START_TEST(test_idx_parse_rejects_absurd_sizes)
{
    static const uint8_t largest[] = {0,   0,   8,   3,   255, 255, 255, 255,
                                      255, 255, 255, 255, 255, 255, 255, 255};
    static const uint8_t wraps[] = {0, 0, 8, 3, 128, 0, 0, 0, 128, 0, 0, 0, 0, 0, 0, 4};
    static const uint8_t many[] = {0, 0, 8, 1, 255, 255, 255, 255, 1};
    expect_error(largest, sizeof largest, 3, "absurd size");
    expect_error(wraps, sizeof wraps, 3, "absurd size");
    expect_error(many, sizeof many, 1, "truncated: the header tells of 4294967295 values, 1 are");
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("idx");
    tcase_add_test(tests, test_idx_parse_reads_labels);
    tcase_add_test(tests, test_idx_parse_reads_images);
    tcase_add_test(tests, test_idx_parse_takes_all_four_bytes_of_a_size);
    tcase_add_test(tests, test_idx_parse_reads_an_array_without_values);
    tcase_add_test(tests, test_idx_parse_rejects_bytes_cut_anywhere);
    tcase_add_test(tests, test_idx_parse_rejects_trailing_bytes);
    tcase_add_test(tests, test_idx_parse_rejects_another_magic_number);
    tcase_add_test(tests, test_idx_parse_rejects_absurd_sizes);
    return run_suite("idx", tests);
}
