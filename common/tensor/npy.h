/*
 * .npy files, NumPy's format for one array: Python can read our tensors, and we can read its
 * arrays.
 *
 * Read: versions 1 to 3, C or Fortran order, either byte order, float32, float64, bool and integers
 * of 8 to 64 bits. Written: version 1, little-endian, float32 or float64, whichever real is. Other
 * types (objects, complex numbers, strings) are refused. Source: NumPy's numpy.lib.format.
 */
#ifndef COMMON_NPY_H
#define COMMON_NPY_H

#include "error.h"
#include "tensor.h"

/*
 * Reads the array in the file path into a new tensor, *t, that the caller frees; a single number
 * (rank 0) becomes a tensor of one element. On failure returns false, fills e (missing, truncated,
 * too many dimensions, a type that is not supported) and sets *t to NULL.
 */
bool npy_load(const char *path, tensor **t, error *e) __attribute__((warn_unused_result));

/*
 * Writes t to the file path: to a temporary name beside it, synced, then renamed, so that path is
 * never half written. On failure returns false and fills e.
 */
bool npy_save(const char *path, const tensor *t, error *e) __attribute__((warn_unused_result));

/*
 * The same for labels y, as unsigned 32-bit integers, in the file path; loading refuses negative
 * numbers and fractions. On failure they return false and fill e.
 */
bool npy_load_labels(const char *path, labels **y, error *e) __attribute__((warn_unused_result));
bool npy_save_labels(const char *path, const labels *y, error *e)
    __attribute__((warn_unused_result));

/*
 * As npy_load, with the same t and e, for an array that already lies in memory, the length bytes at
 * bytes; name stands for the file in messages. npy_load uses it, and the fuzzer calls it.
 */
bool npy_parse(const char *name, const unsigned char *bytes, size_t length, tensor **t, error *e)
    __attribute__((warn_unused_result));

#endif
