/* Whole files: plain and gzipped ones, limits on both, and every way of being damaged. */
#include "whole_file.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "suite.h"

static char folder[] = "/tmp/test-whole-XXXXXX";
static char path[64];

enum { LENGTH = 200000 }; /* over the first guess for a small gzipped file */
static uint8_t content[LENGTH];

/* Bytes that pack to a part of their length, but not to nothing. */
static void make_content(void)
{
    for (size_t i = 0; i < LENGTH; i++)
        content[i] = (uint8_t)((i / 64 * 2654435761u) >> 13);
}

static void write_plain(const uint8_t *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
    ck_assert_int_eq(fclose(file), 0);
}

/* mode is "wb" or, for one more gzipped part at the end, "ab". */
static void write_gzipped(const char *mode, const uint8_t *bytes, size_t length)
{
    gzFile file = gzopen(path, mode);
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(gzwrite(file, bytes, (unsigned)length), (int)length);
    ck_assert_int_eq(gzclose(file), Z_OK);
}

static void expect_content(size_t limit, size_t length)
{
    uint8_t *bytes;
    size_t found;
    error e = {{0}};
    ck_assert_msg(whole_file_read(path, limit, &bytes, &found, &e), "%s", e.text);
    ck_assert_uint_eq(found, length);
    ck_assert_mem_eq(bytes, content, length);
    free(bytes);
}

static void expect_refusal(const char *name, size_t limit, const char *words)
{
    uint8_t *bytes = content;
    size_t length;
    error e = {{0}};
    ck_assert_msg(!whole_file_read(name, limit, &bytes, &length, &e), "%s was read", name);
    ck_assert_ptr_null(bytes);
    ck_assert_msg(strstr(e.text, name) == e.text, "does not name the file: %s", e.text);
    ck_assert_msg(strstr(e.text, words) != NULL, "%s", e.text);
}

static const size_t lengths[] = {0, 1, 2, 3, 65535, 65536, 65537, LENGTH};
enum { LENGTH_COUNT = sizeof lengths / sizeof *lengths };

START_TEST(test_whole_file_read_gives_the_bytes_of_a_plain_file)
{
    for (size_t i = 0; i < LENGTH_COUNT; i++) {
        write_plain(content, lengths[i]);
        expect_content(1 << 20, lengths[i]);
    }
}
END_TEST

START_TEST(test_whole_file_read_unpacks_a_gzipped_file)
{
    for (size_t i = 0; i < LENGTH_COUNT; i++) {
        write_gzipped("wb", content, lengths[i]);
        expect_content(1 << 20, lengths[i]);
    }
}
END_TEST

START_TEST(test_whole_file_read_unpacks_all_parts_of_a_gzipped_file)
{
    write_gzipped("wb", content, 70000);
    write_gzipped("ab", content + 70000, LENGTH - 70000);
    expect_content(1 << 20, LENGTH);
}
END_TEST

START_TEST(test_whole_file_read_takes_the_limit_and_no_byte_more)
{
    for (size_t i = 1; i < LENGTH_COUNT; i++) {
        write_plain(content, lengths[i]);
        expect_content(lengths[i], lengths[i]);
        expect_refusal(path, lengths[i] - 1, "holds more than");
        write_gzipped("wb", content, lengths[i]);
        expect_content(lengths[i], lengths[i]);
        expect_refusal(path, lengths[i] - 1, "holds more than");
    }
}
END_TEST

START_TEST(test_whole_file_read_stops_at_the_limit_of_what_never_ends)
{
    expect_refusal("/dev/zero", 1000000, "holds more than 1000000 bytes");
}
END_TEST

START_TEST(test_whole_file_read_takes_no_memory_for_what_is_beyond_the_limit)
{
    write_plain(content, 1);
    ck_assert_int_eq(truncate(path, (off_t)1 << 40), 0); /* a hole: no disk is used */
    expect_refusal(path, 1000000, "holds more than 1000000 bytes");
}
END_TEST

/* The gzipped content as bytes; the caller frees them. */
static uint8_t *packed(size_t *length)
{
    uint8_t *bytes = malloc(LENGTH);
    ck_assert_ptr_nonnull(bytes);
    write_gzipped("wb", content, LENGTH);
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    *length = fread(bytes, 1, LENGTH, file);
    fclose(file);
    ck_assert(*length > 1000 && *length < LENGTH);
    return bytes;
}

START_TEST(test_whole_file_read_rejects_a_gzipped_file_cut_anywhere)
{
    size_t length;
    uint8_t *bytes = packed(&length);
    for (size_t cut = 2; cut < length; cut += cut < 20 || cut > length - 20 ? 1 : 97) {
        write_plain(bytes, cut); /* from 2 on: less is not known to be gzipped */
        expect_refusal(path, 1 << 20, "");
    }
    free(bytes);
}
END_TEST

START_TEST(test_whole_file_read_rejects_a_gzipped_file_with_a_wrong_byte)
{
    size_t length;
    uint8_t *bytes = packed(&length);
    for (size_t i = 10; i<length; i += i> length - 10 ? 1 : 397) { /* 10: after the header */
        bytes[i] ^= 0x10;
        write_plain(bytes, length);
        expect_refusal(path, 1 << 20, "damaged");
        bytes[i] ^= 0x10;
    }
    free(bytes);
}
END_TEST

START_TEST(test_whole_file_read_says_what_is_missing_or_no_file)
{
    unlink(path);
    expect_refusal(path, 100, "No such file");
    expect_refusal(folder, 100, "directory");
    expect_refusal("/dev/null/x", 100, "Not a directory");
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("whole_file");
    tcase_add_test(tests, test_whole_file_read_gives_the_bytes_of_a_plain_file);
    tcase_add_test(tests, test_whole_file_read_unpacks_a_gzipped_file);
    tcase_add_test(tests, test_whole_file_read_unpacks_all_parts_of_a_gzipped_file);
    tcase_add_test(tests, test_whole_file_read_takes_the_limit_and_no_byte_more);
    tcase_add_test(tests, test_whole_file_read_stops_at_the_limit_of_what_never_ends);
    tcase_add_test(tests, test_whole_file_read_takes_no_memory_for_what_is_beyond_the_limit);
    tcase_add_test(tests, test_whole_file_read_rejects_a_gzipped_file_cut_anywhere);
    tcase_add_test(tests, test_whole_file_read_rejects_a_gzipped_file_with_a_wrong_byte);
    tcase_add_test(tests, test_whole_file_read_says_what_is_missing_or_no_file);
    if (mkdtemp(folder) == NULL)
        return 1;
    snprintf(path, sizeof path, "%s/file", folder);
    make_content();
    int status = run_suite("whole_file", tests);
    unlink(path);
    return rmdir(folder) == 0 ? status : 1; /* nothing may be left behind */
}
