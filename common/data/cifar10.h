/*
 * CIFAR-10's binary batches: records of one byte of label (0 .. 9) and 3072 bytes of pixels, the
 * red, the green and the blue plane of 32 x 32, each row by row. Source: the data set's home page
 * (Krizhevsky, 2009).
 */
#ifndef COMMON_CIFAR10_H
#define COMMON_CIFAR10_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

enum {
    CIFAR10_CLASSES = 10,
    CIFAR10_SIDE = 32,
    CIFAR10_PIXELS = 3 * 32 * 32,
    CIFAR10_RECORD = 3073
};

/* "plane", "car", ... "truck": the course's names of the ten classes. */
extern const char *const cifar10_class_names[CIFAR10_CLASSES];

/*
 * Reads the file path, which is to hold just count records, into pixels (count x 3072) and classes
 * (count). False and e when it cannot be read, has another length, or holds a label over 9.
 */
bool cifar10_read(const char *path, size_t count, uint8_t *pixels, uint8_t *classes, error *e)
    __attribute__((warn_unused_result));

#endif
