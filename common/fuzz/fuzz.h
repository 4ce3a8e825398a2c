/*
 * What the fuzzers share. Each fuzz_NAME.c is a libFuzzer program for one reader; what it has to
 * hold stands in its first line. Its seeds, and every input that once broke it, are in seeds/NAME.
 */
#ifndef COMMON_FUZZ_FUZZ_H
#define COMMON_FUZZ_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FUZZ_PATH = 32 };

/* libFuzzer calls it with each input, length bytes at bytes; it returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* A file in memory that holds the length bytes at bytes, open for as long as its path is used. */
static inline int fuzz_file(const uint8_t *bytes, size_t length, char path[FUZZ_PATH])
{
    int file = memfd_create("fuzz", MFD_CLOEXEC);
    if (file < 0 || write(file, bytes, length) != (ssize_t)length)
        abort();
    snprintf(path, FUZZ_PATH, "/proc/self/fd/%d", file);
    return file;
}

#endif
