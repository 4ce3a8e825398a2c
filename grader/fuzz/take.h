/*
 * Taking numbers off the bytes of a fuzzer, where bytes as they come would never get deep. from is
 * what is left throughout; at its end all numbers are 0.
 */
#ifndef GRADER_TAKE_H
#define GRADER_TAKE_H

#include <stdint.h>
#include <string.h>

typedef struct taking {
    const uint8_t *next;
    size_t left;
} taking;

/* Takes up to size bytes to place, zeros behind them; the number taken. */
static inline size_t take_bytes(taking *from, void *place, size_t size)
{
    size_t count = size < from->left ? size : from->left;
    memset(place, 0, size);
    memcpy(place, from->next, count);
    from->next += count;
    from->left -= count;
    return count;
}

/* Takes a byte, and of it a number below limit, at most 256. */
static inline size_t take_below(taking *from, size_t limit)
{
    uint8_t byte;
    take_bytes(from, &byte, 1);
    return byte % limit;
}

/* Takes a number: small, near a power of two, or any. */
static inline uint64_t take_number(taking *from)
{
    uint64_t any;
    switch (take_below(from, 4)) {
    case 0:
        return take_below(from, 256);
    case 1:
        return (UINT64_C(1) << take_below(from, 64)) - take_below(from, 3) + 1;
    case 2:
        return take_below(from, 256) * UINT64_C(64);
    default:
        take_bytes(from, &any, sizeof any);
        return any;
    }
}

#endif
