/*
 * A folder of a test program's own for the files that it writes: main makes it before the tests run
 * and removes it after them, whatever they left in it.
 */
#ifndef COMMON_TESTS_SCRATCH_FOLDER_H
#define COMMON_TESTS_SCRATCH_FOLDER_H

#include <check.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static char scratch_folder[] = "/tmp/test-common-XXXXXX";

static inline bool make_scratch_folder(void)
{
    return mkdtemp(scratch_folder) != NULL;
}

static inline int remove_one(const char *path, const struct stat *status, int kind, struct FTW *at)
{
    (void)status;
    (void)kind;
    (void)at;
    return remove(path);
}

static inline void remove_scratch_folder(void)
{
    nftw(scratch_folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* The path of the file called name in the folder; good until the next call. */
static inline const char *scratch_path(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", scratch_folder, name);
    return path;
}

/* Writes length bytes to the file called name in the folder and returns its path. */
static inline const char *write_scratch(const char *name, const void *bytes, size_t length)
{
    const char *path = scratch_path(name);
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
    ck_assert_int_eq(fclose(file), 0);
    return path;
}

#endif
