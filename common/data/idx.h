/*
 * idx files, the format of MNIST and its successors: a magic number that tells the number of
 * dimensions, their sizes as big-endian 32-bit numbers, then one byte a value, row-major.
 * Source: the MNIST data set's home page (LeCun, Cortes, Burges).
 */
#ifndef COMMON_IDX_H
#define COMMON_IDX_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

enum { IDX_MAX_RANK = 3 };

/* An idx array of bytes that lies in somebody else's memory. */
typedef struct idx_array {
    size_t rank; /* 1: labels; 3: images */
    size_t shape[IDX_MAX_RANK];
    const uint8_t *values;
} idx_array;

/*
 * Reads the idx array of the given rank in the length bytes at bytes; name stands for the file in
 * messages. False and e when the magic number is another, the values are not bytes, or the length
 * is not just what the sizes say.
 */
bool idx_parse(const char *name, const uint8_t *bytes, size_t length, size_t rank, idx_array *array,
               error *e) __attribute__((warn_unused_result));

#endif
