/*
 * The kernels of convolutions for each kind of processor, from one text. They are all compiled for
 * every x86-64; which of them run is decided when the program starts.
 *
 * AVX-512 has 32 registers: 12 outputs of 2 vectors, or 4 filters of 6 elements, are 24 sums. AVX2
 * has 16, of which 12 hold sums. Others (SSE2, NEON) take half as wide vectors in the same manner.
 */
#include "conv_kernels.h"

#include "multiversion.h"

/* A multiply and an add as one instruction: gcc's C17 mode keeps them apart unless told. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("fp-contract=fast")
#endif

#ifdef __x86_64__
#define KERNEL(name) name##_avx512
#define TARGET __attribute__((target("avx512f")))
#define VECTOR_BYTES 64
#define OUTPUTS 12
#define WIDE_OUTPUTS 5
#define FILTERS 4
#define ELEMENTS 6
#define KEEP_IN_REGISTER(vector) __asm__("" : "+v"(vector))
#include "conv_kernels.inc" // NOLINT(readability-duplicate-include)

#define KERNEL(name) name##_avx2
#define TARGET __attribute__((target("avx2,fma")))
#define VECTOR_BYTES 32
#define OUTPUTS 6
#define WIDE_OUTPUTS 3
#define FILTERS 4
#define ELEMENTS 3
#define KEEP_IN_REGISTER(vector) __asm__("" : "+x"(vector))
#include "conv_kernels.inc" // NOLINT(readability-duplicate-include)
#endif

#include "conv_kernels.inc" // NOLINT(readability-duplicate-include)

static size_t chosen; /* number of the kernels in use */

/* The kernels of number index, the best first; NULL where there are no more. */
static const conv_kernels *kernels_at(size_t index)
{
    const conv_kernels *all[3];
    size_t count = 0;
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx512f"))
        all[count++] = &kernels_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        all[count++] = &kernels_avx2;
#endif
    all[count++] = &kernels_any;
    return index < count ? all[index] : NULL;
}

const conv_kernels *conv_kernels_chosen(void)
{
    return kernels_at(chosen);
}

bool conv_kernels_choose(size_t index)
{
    if (kernels_at(index) == NULL)
        return false;
    chosen = index;
    return true;
}
