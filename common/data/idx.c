/* Reading idx headers. */
#include "idx.h"

enum { UNSIGNED_BYTE = 8 };

static uint32_t big_endian(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

bool idx_parse(const char *name, const uint8_t *bytes, size_t length, size_t rank, idx_array *array,
               error *e)
{
    size_t header = 4 + 4 * rank;
    size_t size = 1;
    if (length < header)
        return error_set(e, "%s: truncated: %zu bytes, the header alone has %zu", name, length,
                         header);
    if (bytes[0] != 0 || bytes[1] != 0 || bytes[2] != UNSIGNED_BYTE || bytes[3] != rank)
        return error_set(e, "%s: bad magic number %02x%02x%02x%02x, should be 000008%02zx", name,
                         bytes[0], bytes[1], bytes[2], bytes[3], rank);
    *array = (idx_array){.rank = rank, .values = bytes + header};
    for (size_t d = 0; d < rank; d++) {
        array->shape[d] = big_endian(bytes + 4 + 4 * d);
        if (__builtin_mul_overflow(size, array->shape[d], &size))
            return error_set(e, "%s: the header tells of an absurd size", name);
    }
    if (size != length - header)
        return error_set(e, "%s: %s: the header tells of %zu values, %zu are there", name,
                         size > length - header ? "truncated" : "bytes too many", size,
                         length - header);
    return true;
}
