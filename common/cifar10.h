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
 * Checks the length bytes at bytes, which name stands for in messages, and stores the number of
 * their records in *count. False and e when they are not whole records, or none, or a label is over
 * 9.
 */
bool cifar10_check(const char *name, const uint8_t *bytes, size_t length, size_t *count, error *e)
    __attribute__((warn_unused_result));

/* Copies the count records at bytes to pixels (count x 3072) and classes (count). */
void cifar10_copy(const uint8_t *bytes, size_t count, uint8_t *pixels, uint8_t *classes);

#endif
