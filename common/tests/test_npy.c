/*
 * .npy files: every form that may be read, every way in which a file can be wrong, and what is
 * written. The files are built here, byte by byte; where Debian's python3-numpy is installed, NumPy
 * also reads ours and we read NumPy's.
 */
#include "npy.h"

#include <check.h>
#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scratch_folder.h"
#include "suite.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* A file in the making. */
typedef struct file_bytes {
    unsigned char bytes[1024];
    size_t length;
} file_bytes;

/* The file of the given version with header as its dictionary, followed by count bytes of values */
static file_bytes build(unsigned version, const char *header, const void *values, size_t count)
{
    file_bytes f = {.bytes = "\x93NUMPY", .length = 8};
    size_t text = strlen(header);
    f.bytes[6] = (unsigned char)version;
    for (size_t i = 0; i < (version == 1 ? 2 : 4); i++)
        f.bytes[f.length++] = (unsigned char)(text >> 8 * i);
    ck_assert_uint_le(f.length + text + count, sizeof f.bytes);
    memcpy(f.bytes + f.length, header, text);
    memcpy(f.bytes + f.length + text, values, count);
    f.length += text + count;
    return f;
}

static tensor *parse(const file_bytes *f)
{
    error e = {.text = ""};
    tensor *t = NULL;
    ck_assert_msg(npy_parse("x.npy", f->bytes, f->length, &t, &e), "%s", e.text);
    ck_assert_ptr_nonnull(t);
    return t;
}

/* Parses the length bytes of f that are there, which must fail with text after the name. */
static void expect_error(const file_bytes *f, size_t length, const char *text)
{
    error e = {.text = ""};
    tensor *t = NULL;
    unsigned char *copy = malloc(length > 0 ? length : 1); /* a read past its end is seen */
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, f->bytes, length);
    ck_assert_msg(!npy_parse("x.npy", copy, length, &t, &e), "accepted, expected: %s", text);
    ck_assert_ptr_null(t);
    ck_assert_msg(strncmp(e.text, "x.npy: ", 7) == 0 && strstr(e.text, text) != NULL,
                  "said \"%s\", expected \"%s\"", e.text, text);
    free(copy);
}

static void expect_values(const tensor *t, const double *expected, size_t count)
{
    ck_assert_uint_eq(t->size, count);
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(t->data[i] == (real)expected[i], "value %zu is %.17g, expected %.17g", i,
                      (double)t->data[i], expected[i]);
}

#define HEADER(descr, order, shape)                                                                \
    "{'descr': '" descr "', 'fortran_order': " order ", 'shape': " shape ", }   \n"

/* 0, 1, 2, 3, 4, 5 as bytes */
static const char six_bytes[] = {0, 1, 2, 3, 4, 5};

static file_bytes build_six(const char *header)
{
    return build(1, header, six_bytes, sizeof six_bytes);
}

/* ---- what is read ---- */

START_TEST(test_npy_parse_reads_versions_1_to_3)
{
    for (unsigned version = 1; version <= 3; version++) {
        file_bytes f = build(version, HEADER("|u1", "False", "(2, 3)"), six_bytes, 6);
        tensor *t = parse(&f);
        ck_assert(t->rank == 2 && t->shape[0] == 2 && t->shape[1] == 3);
        expect_values(t, (double[]){0, 1, 2, 3, 4, 5}, 6);
        tensor_free(t);
    }
}
END_TEST

/* What version 2 is for; of the length, 0x01020304, each byte is another. */
START_TEST(test_npy_parse_reads_a_header_of_version_2_that_version_1_cannot_hold)
{
    static const char header[] = HEADER("|u1", "False", "(2, 3)");
    static const unsigned char prefix[] = {0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, 4, 3, 2, 1};
    const size_t text = 0x01020304, length = sizeof prefix + text + sizeof six_bytes;
    unsigned char *bytes = malloc(length);
    ck_assert_ptr_nonnull(bytes);
    memset(bytes, ' ', length);
    memcpy(bytes, prefix, sizeof prefix);
    memcpy(bytes + sizeof prefix, header, sizeof header - 1);
    memcpy(bytes + sizeof prefix + text, six_bytes, sizeof six_bytes);
    error e = {.text = ""};
    tensor *t = NULL;
    ck_assert_msg(npy_parse("x.npy", bytes, length, &t, &e), "%s", e.text);
    expect_values(t, (double[]){0, 1, 2, 3, 4, 5}, 6);
    tensor_free(t);
    free(bytes);
}
END_TEST

/* A type of two values: its name, their bytes in the file, and what they are. */
static const struct type {
    const char *descr;
    size_t count;
    unsigned char bytes[16];
    double values[2];
} types[] = {
    {"|b1", 2, {1, 0}, {1, 0}},
    {"|i1", 2, {0x80, 0x7f}, {-128, 127}},
    {"|u1", 2, {0x80, 0xff}, {128, 255}},
    {"<i2", 4, {0xfe, 0xff, 0x02, 0x01}, {-2, 258}},
    {">i2", 4, {0xff, 0xfe, 0x01, 0x02}, {-2, 258}},
    {"<u2", 4, {0xfe, 0xff, 0x02, 0x01}, {65534, 258}},
    {">u2", 4, {0xff, 0xfe, 0x01, 0x02}, {65534, 258}},
    {"<i4", 8, {0xfd, 0xff, 0xff, 0xff, 4, 3, 2, 1}, {-3, 0x01020304}},
    {">i4", 8, {0xff, 0xff, 0xff, 0xfd, 1, 2, 3, 4}, {-3, 0x01020304}},
    {"<u4", 8, {0, 0, 0, 0x80, 4, 3, 2, 1}, {2147483648, 0x01020304}},
    {">u4", 8, {0x80, 0, 0, 0, 1, 2, 3, 4}, {2147483648, 0x01020304}},
    {"<i8",
     16,
     {0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1, 0, 0},
     {-256, 0x1p40}},
    {">i8",
     16,
     {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0},
     {-256, 0x1p40}},
    {"<u8", 16, {0, 0, 0, 0, 0, 0, 0, 0x80, 7}, {0x1p63, 7}},
    {">u8", 16, {0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7}, {0x1p63, 7}},
    {"<f4", 8, {0, 0, 0xc0, 0x3f, 0, 0, 0x20, 0xc0}, {1.5, -2.5}},
    {">f4", 8, {0x3f, 0xc0, 0, 0, 0xc0, 0x20, 0, 0}, {1.5, -2.5}},
    {"<f8", 16, {0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0, 0, 0, 0, 0, 0, 4, 0xc0}, {1.5, -2.5}},
    {">f8", 16, {0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xc0, 4, 0, 0, 0, 0, 0, 0}, {1.5, -2.5}},
};

START_TEST(test_npy_parse_reads_every_type_in_either_byte_order)
{
    const struct type *type = &types[_i];
    char header[128];
    snprintf(header, sizeof header, HEADER("%s", "False", "(2,)"), type->descr);
    file_bytes f = build(1, header, type->bytes, type->count);
    tensor *t = parse(&f);
    ck_assert(t->rank == 1 && t->shape[0] == 2);
    expect_values(t, type->values, 2);
    tensor_free(t);
}
END_TEST

START_TEST(test_npy_parse_rounds_float64_to_real)
{
    const double third[] = {1.0 / 3};
    file_bytes f = build(1, HEADER("<f8", "False", "(1,)"), third, sizeof third);
    tensor *t = parse(&f);
    expect_values(t, third, 1);
    tensor_free(t);
}
END_TEST

START_TEST(test_npy_parse_turns_fortran_order_around)
{
    file_bytes f = build_six(HEADER("|u1", "True", "(2, 3)"));
    tensor *t = parse(&f);
    ck_assert(t->rank == 2 && t->shape[0] == 2 && t->shape[1] == 3);
    expect_values(t, (double[]){0, 2, 4, 1, 3, 5}, 6);
    tensor_free(t);
    unsigned char many[24];
    for (size_t i = 0; i < sizeof many; i++)
        many[i] = (unsigned char)i;
    f = build(1, HEADER("|u1", "True", "(2, 3, 4)"), many, sizeof many);
    t = parse(&f);
    for (size_t i = 0; i < 24; i++) /* element [a, b, c] stands at a + 2 b + 6 c */
        ck_assert(t->data[i] == (real)(i / 12 + 2 * (i / 4 % 3) + 6 * (i % 4)));
    tensor_free(t);
}
END_TEST

START_TEST(test_npy_parse_reads_ranks_0_to_6)
{
    static const char *const shapes[] = {"()",
                                         "(1,)",
                                         "(1, 1)",
                                         "(1, 1, 1)",
                                         "(1, 1, 1, 1)",
                                         "(1, 1, 1, 1, 1)",
                                         "(1, 1, 1, 1, 1, 1)"};
    for (size_t rank = 0; rank < LENGTH(shapes); rank++) {
        char header[128];
        snprintf(header, sizeof header, HEADER("|u1", "False", "%s"), shapes[rank]);
        file_bytes f = build(1, header, "\x07", 1);
        tensor *t = parse(&f);
        ck_assert_uint_eq(t->rank, rank > 0 ? rank : 1);
        expect_values(t, (double[]){7}, 1);
        tensor_free(t);
    }
}
END_TEST

START_TEST(test_npy_parse_reads_an_array_without_elements)
{
    file_bytes f = build(1, HEADER("<f8", "True", "(3, 0, 2)"), "", 0);
    tensor *t = parse(&f);
    ck_assert(t->rank == 3 && t->shape[0] == 3 && t->shape[1] == 0 && t->shape[2] == 2);
    ck_assert_uint_eq(t->size, 0);
    tensor_free(t);
}
END_TEST

START_TEST(test_npy_parse_accepts_keys_in_any_order_and_spacing)
{
    static const char *const headers[] = {
        "{'shape':(2,3),'fortran_order':False,'descr':'|u1'}",
        "{ 'fortran_order' : False , 'descr' : '|u1' , 'shape' : ( 2 , 3 , ) }  \n",
    };
    for (size_t i = 0; i < LENGTH(headers); i++) {
        file_bytes f = build_six(headers[i]);
        tensor *t = parse(&f);
        ck_assert(t->rank == 2 && t->shape[0] == 2 && t->shape[1] == 3);
        tensor_free(t);
    }
}
END_TEST

/* ---- what is refused ---- */

START_TEST(test_npy_parse_rejects_a_file_cut_anywhere)
{
    for (unsigned version = 1; version <= 3; version++) {
        file_bytes f = build(version, HEADER("|u1", "False", "(2, 3)"), six_bytes, 6);
        for (size_t length = 0; length < f.length; length++)
            expect_error(&f, length, "truncated");
    }
}
END_TEST

START_TEST(test_npy_parse_rejects_trailing_bytes)
{
    file_bytes f = build_six(HEADER("|u1", "False", "(2, 3)"));
    expect_error(&f, f.length + 1, "bytes too many: 7 bytes of values where the shape asks for 6");
}
END_TEST

START_TEST(test_npy_parse_rejects_another_magic_and_version)
{
    for (size_t i = 0; i < 6; i++) {
        file_bytes f = build_six(HEADER("|u1", "False", "(2, 3)"));
        f.bytes[i] ^= 1;
        expect_error(&f, f.length, "not a .npy file");
    }
    for (unsigned version = 0; version < 256; version += version == 0 ? 4 : 1) {
        file_bytes f = build(version, HEADER("|u1", "False", "(2, 3)"), six_bytes, 6);
        expect_error(&f, f.length, "version");
    }
}
END_TEST

START_TEST(test_npy_parse_rejects_types_that_are_no_real_numbers)
{
    static const char *const descrs[] = {
        "'|O'",   "'<c8'", "'<c16'", "'<U5'",  "'|S5'", "'<M8[s]'",       "'<f2'",
        "'<f16'", "'|V8'", "'<i3'",  "'<i16'", "'?b1'", "[('a', '<f8')]", "'<f8",
        "<f8",    "''",    "'<f8x'", "'|b8'",  "'<f/'", "'\001f8'",       "'<u0'",
    };
    for (size_t i = 0; i < LENGTH(descrs); i++) {
        char header[128];
        snprintf(header, sizeof header, "{'descr': %s, 'fortran_order': False, 'shape': (1,), }",
                 descrs[i]);
        file_bytes f = build(1, header, "12345678", 8);
        expect_error(&f, f.length, "not supported");
    }
}
END_TEST

START_TEST(test_npy_parse_rejects_absurd_shapes)
{
    static const char *const shapes[] = {
        "(4294967296, 4294967296)",        /* 2^64 elements */
        "(4294967295, 4294967295, 65536)", /* the product overflows late */
        "(2305843009213693952,)",          /* 2^61 elements, 2^64 bytes */
        "(18446744073709551615, 2)",
    };
    for (size_t i = 0; i < LENGTH(shapes); i++) {
        char header[128];
        snprintf(header, sizeof header, HEADER("<f8", "False", "%s"), shapes[i]);
        file_bytes f = build(1, header, "12345678", 8);
        expect_error(&f, f.length, "the shape is absurdly large");
    }
    file_bytes f = build(1, HEADER("<f8", "False", "(18446744073709551616,)"), "", 0);
    expect_error(&f, f.length, "no shape");
    f = build(1, HEADER("|u1", "False", "(1, 1, 1, 1, 1, 1, 1)"), "1", 1);
    expect_error(&f, f.length, "more than 6 dimensions");
}
END_TEST

START_TEST(test_npy_parse_rejects_damaged_headers)
{
    static const char *const headers[] = {
        "",
        "{",
        "{}",
        "'descr': '|u1', 'fortran_order': False, 'shape': (2, 3)",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3)",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3",
        "{'descr': '|u1', 'fortran_order': False, }",
        "{'descr': '|u1', 'shape': (2, 3), }",
        "{'fortran_order': False, 'shape': (2, 3), }",
        "{'descr': '|u1', 'fortran_order': Maybe, 'shape': (2, 3), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (-2, -3), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': 6, }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2, , 3), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), 'other': 1, }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), } and more",
    };
    for (size_t i = 0; i < LENGTH(headers); i++) {
        file_bytes f = build_six(headers[i]);
        expect_error(&f, f.length, "header");
    }
}
END_TEST

START_TEST(test_npy_load_names_the_file_that_is_missing_or_no_npy)
{
    error e = {.text = ""};
    tensor *t = NULL;
    const char *path = scratch_path("missing.npy");
    ck_assert(!npy_load(path, &t, &e));
    ck_assert(t == NULL && strstr(e.text, path) == e.text);
    path = write_scratch("text.npy", "1 2 3 4 5 6 7\n", 14);
    ck_assert(!npy_load(path, &t, &e));
    ck_assert(t == NULL && strstr(e.text, path) == e.text);
    ck_assert(!npy_load(scratch_folder, &t, &e));
    ck_assert(t == NULL && strstr(e.text, scratch_folder) == e.text);
}
END_TEST

/* ---- what is written ---- */

static void expect_round_trip(const tensor *t)
{
    error e = {.text = ""};
    tensor *back = NULL;
    const char *path = scratch_path("back.npy");
    ck_assert_msg(npy_save(path, t, &e), "%s", e.text);
    ck_assert_msg(npy_load(path, &back, &e), "%s", e.text);
    ck_assert(tensor_same_shape(t, back));
    ck_assert_int_eq(memcmp(t->data, back->data, t->size * sizeof(real)), 0);
    tensor_free(back);
}

START_TEST(test_npy_save_and_load_keep_every_rank)
{
    static const size_t shape[] = {2, 3, 1, 5, 4, 7};
    for (size_t rank = 1; rank <= TENSOR_MAX_RANK; rank++) {
        tensor *t = tensor_new(rank, shape);
        tensor_fill_linspace(t, -1, 1);
        expect_round_trip(t);
        tensor_free(t);
    }
}
END_TEST

START_TEST(test_npy_save_and_load_keep_every_bit)
{
#ifdef REAL_IS_DOUBLE
    const real tiny = DBL_TRUE_MIN;
#else
    const real tiny = FLT_TRUE_MIN;
#endif
    real values[] = {0, (real)-0.0, (real)0.1, tiny, REAL_MAX, -REAL_MAX, INFINITY, -INFINITY, NAN};
    size_t count = LENGTH(values);
    tensor t = tensor_over(values, 1, &count);
    expect_round_trip(&t);
}
END_TEST

START_TEST(test_npy_save_keeps_empty_and_very_large_sizes)
{
    real none;
    tensor t =
        tensor_over(&none, 6, (size_t[]){0, SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX});
    expect_round_trip(&t);
}
END_TEST

/* NumPy's format wants the values at a multiple of 64 bytes, after a header that ends a line. */
START_TEST(test_npy_save_aligns_the_values)
{
    error e;
    unsigned char bytes[256];
    tensor *t = tensor_new_2d(2, 3);
    const char *path = scratch_path("aligned.npy");
    ck_assert(npy_save(path, t, &e));
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    size_t length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    size_t start = length - 6 * sizeof(real);
    ck_assert_uint_eq(start % 64, 0);
    ck_assert_uint_eq(bytes[start - 1], '\n');
    ck_assert_uint_eq(bytes[8] + 256U * bytes[9], start - 10);
    ck_assert(memcmp(bytes, "\x93NUMPY\x01\x00", 8) == 0);
    tensor_free(t);
}
END_TEST

START_TEST(test_npy_save_replaces_an_older_file)
{
    error e;
    tensor *back, *t = tensor_new_1d(3);
    const char *path = write_scratch("older.npy", "what was there before", 21);
    ck_assert(npy_save(path, t, &e));
    ck_assert(npy_load(path, &back, &e));
    ck_assert_uint_eq(back->size, 3);
    tensor_free(back);
    tensor_free(t);
}
END_TEST

START_TEST(test_npy_save_names_a_folder_that_is_missing)
{
    error e = {.text = ""};
    tensor *t = tensor_new_1d(3);
    labels *y = labels_new(3);
    const char *path = scratch_path("missing/x.npy");
    ck_assert(!npy_save(path, t, &e) && strstr(e.text, path) != NULL);
    e.text[0] = '\0';
    ck_assert(!npy_save_labels(path, y, &e) && strstr(e.text, path) != NULL);
    tensor_free(t);
    labels_free(y);
}
END_TEST

/* ---- labels ---- */

START_TEST(test_npy_save_labels_and_load_labels_keep_32_bits)
{
    error e = {.text = ""};
    labels y = {.count = 4, .data = (uint32_t[]){0, 9, 16777217, UINT32_MAX}};
    labels *back = NULL;
    const char *path = scratch_path("labels.npy");
    ck_assert_msg(npy_save_labels(path, &y, &e), "%s", e.text);
    ck_assert_msg(npy_load_labels(path, &back, &e), "%s", e.text);
    ck_assert_uint_eq(back->count, 4);
    ck_assert(memcmp(back->data, y.data, 4 * sizeof *y.data) == 0);
    labels_free(back);
}
END_TEST

START_TEST(test_npy_load_labels_reads_whole_numbers_of_any_type)
{
    const double whole[] = {3, 0, 7};
    file_bytes files[] = {
        build(1, HEADER("<f8", "False", "(3,)"), whole, sizeof whole),
        build(1, HEADER("|i1", "False", "(3,)"), "\x03\x00\x07", 3),
        build(1, HEADER(">u2", "True", "(3,)"), "\x00\x03\x00\x00\x00\x07", 6),
    };
    for (size_t i = 0; i < LENGTH(files); i++) {
        error e = {.text = ""};
        labels *y = NULL;
        const char *path = write_scratch("whole.npy", files[i].bytes, files[i].length);
        ck_assert_msg(npy_load_labels(path, &y, &e), "%s", e.text);
        ck_assert(y->count == 3 && y->data[0] == 3 && y->data[1] == 0 && y->data[2] == 7);
        labels_free(y);
    }
}
END_TEST

/* Two values, the second of which is no label, and what is said of it. */
static const struct no_label {
    const char *descr, *shape, *text;
    size_t count;
    unsigned char bytes[16];
} no_labels[] = {
    {"|i1", "(2,)", "entry 1 is -1, which is no label", 2, {1, 0xff}},
    {">f4", "(2,)", "entry 1 is 1.5, which is no label", 8, {0, 0, 0, 0, 0x3f, 0xc0, 0, 0}},
    {">f4", "(2,)", "nan, which is no label", 8, {0, 0, 0, 0, 0x7f, 0xc0, 0, 0}},
    {">f4", "(2,)", "inf, which is no label", 8, {0, 0, 0, 0, 0x7f, 0x80, 0, 0}},
    {"<i8", "(2,)", "e+09, which is no label", 16, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}},
    {"|i1", "(2, 1)", "labels have 1 dimension, not 2", 2, {1, 2}},
    {"|i1", "(3,)", "truncated", 2, {1, 2}},
};

START_TEST(test_npy_load_labels_refuses_what_is_no_label)
{
    const struct no_label *n = &no_labels[_i];
    error e = {.text = ""};
    labels *y = NULL;
    char header[128];
    snprintf(header, sizeof header, HEADER("%s", "False", "%s"), n->descr, n->shape);
    file_bytes f = build(1, header, n->bytes, n->count);
    const char *path = write_scratch("no-labels.npy", f.bytes, f.length);
    ck_assert(!npy_load_labels(path, &y, &e));
    ck_assert_ptr_null(y);
    ck_assert_msg(strstr(e.text, path) == e.text && strstr(e.text, n->text) != NULL,
                  "said \"%s\", expected \"%s\"", e.text, n->text);
}
END_TEST

/* ---- NumPy itself ---- */

#define PYTHON "/usr/bin/python3" /* the one that Debian's python3-numpy belongs to */

/* Runs code, in which p is the path of the file x.npy, and returns whether it ended well. */
static bool run_numpy(const char *code)
{
    char command[1024];
    snprintf(command, sizeof command, PYTHON " -c 'import numpy as np; p = \"%s\"; %s'",
             scratch_path("x.npy"), code);
    return system(command) == 0; /* NOLINT(cert-env33-c) */
}

START_TEST(test_npy_save_writes_what_numpy_loads)
{
    error e;
    tensor *t = tensor_new_4d(2, 3, 4, 5);
    tensor_fill_linspace(t, 0, 119);
    ck_assert(npy_save(scratch_path("x.npy"), t, &e));
    ck_assert(run_numpy(sizeof(real) == sizeof(double)
                            ? "x = np.load(p); assert x.dtype == np.float64;"
                              "assert (x == np.arange(120).reshape(2, 3, 4, 5)).all()"
                            : "x = np.load(p); assert x.dtype == np.float32;"
                              "assert (x == np.arange(120).reshape(2, 3, 4, 5)).all()"));
    tensor vector = tensor_over(t->data, 1, (size_t[]){120});
    ck_assert(npy_save(scratch_path("x.npy"), &vector, &e));
    ck_assert(run_numpy("assert (np.load(p) == np.arange(120)).all()"));
    labels y = {.count = 3, .data = (uint32_t[]){7, 0, UINT32_MAX}};
    ck_assert(npy_save_labels(scratch_path("x.npy"), &y, &e));
    ck_assert(run_numpy("y = np.load(p); assert y.dtype == np.uint32;"
                        "assert y.tolist() == [7, 0, 2**32 - 1]"));
    tensor_free(t);
}
END_TEST

static const char *const numpy_types[] = {"<f8", ">f8", "<f4", ">f4", "<i8", ">i2", "u1", "<u4"};

START_TEST(test_npy_load_reads_what_numpy_saves)
{
    for (size_t fortran = 0; fortran < 2; fortran++) {
        char code[512];
        error e = {.text = ""};
        tensor *t = NULL;
        snprintf(code, sizeof code,
                 "np.save(p, np.asarray(np.arange(24).reshape(2, 3, 4), \"%s\", order=\"%s\"))",
                 numpy_types[_i], fortran == 1 ? "F" : "C");
        ck_assert(run_numpy(code));
        ck_assert_msg(npy_load(scratch_path("x.npy"), &t, &e), "%s", e.text);
        ck_assert(t->rank == 3 && t->shape[0] == 2 && t->shape[1] == 3 && t->shape[2] == 4);
        for (size_t i = 0; i < 24; i++)
            ck_assert(t->data[i] == (real)i);
        tensor_free(t);
    }
}
END_TEST

/* Adds the tests that need NumPy, or says that they are left out. */
static void add_exchanges(TCase *tests)
{
    if (system(PYTHON " -c 'import numpy' 2>/dev/null") != 0) { /* NOLINT(cert-env33-c) */
        puts("skipped: the exchange of files with NumPy, which " PYTHON " does not have");
        return;
    }
    tcase_add_test(tests, test_npy_save_writes_what_numpy_loads);
    tcase_add_loop_test(tests, test_npy_load_reads_what_numpy_saves, 0, LENGTH(numpy_types));
}

int main(void)
{
    TCase *tests = tcase_create("npy");
    tcase_set_timeout(tests, 30);
    tcase_add_test(tests, test_npy_parse_reads_versions_1_to_3);
    tcase_add_test(tests, test_npy_parse_reads_a_header_of_version_2_that_version_1_cannot_hold);
    tcase_add_loop_test(tests, test_npy_parse_reads_every_type_in_either_byte_order, 0,
                        LENGTH(types));
    tcase_add_test(tests, test_npy_parse_rounds_float64_to_real);
    tcase_add_test(tests, test_npy_parse_turns_fortran_order_around);
    tcase_add_test(tests, test_npy_parse_reads_ranks_0_to_6);
    tcase_add_test(tests, test_npy_parse_reads_an_array_without_elements);
    tcase_add_test(tests, test_npy_parse_accepts_keys_in_any_order_and_spacing);
    tcase_add_test(tests, test_npy_parse_rejects_a_file_cut_anywhere);
    tcase_add_test(tests, test_npy_parse_rejects_trailing_bytes);
    tcase_add_test(tests, test_npy_parse_rejects_another_magic_and_version);
    tcase_add_test(tests, test_npy_parse_rejects_types_that_are_no_real_numbers);
    tcase_add_test(tests, test_npy_parse_rejects_absurd_shapes);
    tcase_add_test(tests, test_npy_parse_rejects_damaged_headers);
    tcase_add_test(tests, test_npy_load_names_the_file_that_is_missing_or_no_npy);
    tcase_add_test(tests, test_npy_save_and_load_keep_every_rank);
    tcase_add_test(tests, test_npy_save_and_load_keep_every_bit);
    tcase_add_test(tests, test_npy_save_keeps_empty_and_very_large_sizes);
    tcase_add_test(tests, test_npy_save_aligns_the_values);
    tcase_add_test(tests, test_npy_save_replaces_an_older_file);
    tcase_add_test(tests, test_npy_save_names_a_folder_that_is_missing);
    tcase_add_test(tests, test_npy_save_labels_and_load_labels_keep_32_bits);
    tcase_add_test(tests, test_npy_load_labels_reads_whole_numbers_of_any_type);
    tcase_add_loop_test(tests, test_npy_load_labels_refuses_what_is_no_label, 0, LENGTH(no_labels));
    add_exchanges(tests);
    if (!make_scratch_folder())
        return EXIT_FAILURE;
    int status = run_suite("npy", tests);
    remove_scratch_folder();
    return status;
}
