/*
 * Whole files: everything in a file, gzipped or not, as bytes in memory.
 */
#ifndef COMMON_WHOLE_FILE_H
#define COMMON_WHOLE_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

/*
 * Reads the file path, which zlib unpacks when it is gzipped, into new memory, *bytes, that the
 * caller frees, and its length into *length. False and e when it is missing, cannot be read, is
 * damaged, or holds more than limit bytes unpacked; *bytes is then NULL.
 */
bool whole_file_read(const char *path, size_t limit, uint8_t **bytes, size_t *length, error *e)
    __attribute__((warn_unused_result));

#endif
