/*
 * MULTIVERSION in front of a function compiles it for several kinds of processor; which one runs is
 * decided when the program starts. Compilers turn its loops into vector instructions of 512, 256 or
 * 128 bits. Elsewhere than on x86-64 with Linux, and under sanitizers, it means nothing.
 *
 * The function's name must be the program's only one, though it be static: clang 14 makes the
 * symbol global that chooses.
 */
#ifndef COMMON_MULTIVERSION_H
#define COMMON_MULTIVERSION_H

#include "under_sanitizer.h"

#if defined __x86_64__ && defined __linux__ && !UNDER_SANITIZER
#define MULTIVERSION __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define MULTIVERSION
#endif

/* How many rounds of a loop become one text, for `#pragma GCC unroll UNROLL_4`: that many, but one
 * under sanitizers, whose checks of each access would take a minute to compile. */
enum {
    UNROLL_2 = UNDER_SANITIZER ? 1 : 2,
    UNROLL_4 = UNDER_SANITIZER ? 1 : 4,
    UNROLL_6 = UNDER_SANITIZER ? 1 : 6,
    UNROLL_8 = UNDER_SANITIZER ? 1 : 8,
    UNROLL_12 = UNDER_SANITIZER ? 1 : 12,
    UNROLL_14 = UNDER_SANITIZER ? 1 : 14
};

#endif
