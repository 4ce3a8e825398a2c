/*
 * Reading and writing .npy files.
 *
 * A file is the magic "\x93NUMPY", two bytes of version, the length of the header (2 bytes, from
 * version 2 on 4), the header and the values. The header is a Python dictionary in plain ASCII:
 *
 *     {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }
 *
 * Only what NumPy writes is accepted: these three keys, in any order and spacing.
 */
#include "npy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomic_file.h"
#include "whole_file.h"

enum { PREFIX = 8, WRITTEN_HEADER = 128, NUMBER_TEXT = 24 };

static const size_t LARGEST_FILE = (size_t)8 << 30;

/* What a header says. */
typedef struct npy_header {
    char kind;        /* 'f', 'i', 'u' or 'b' */
    size_t item_size; /* bytes of a value */
    bool swapped;     /* big-endian */
    bool fortran;     /* column-major */
    size_t rank;
    size_t shape[TENSOR_MAX_RANK];
    size_t size;
    const unsigned char *values;
} npy_header;

/* ---- the header ---- */

/* A place in the header's text. */
typedef struct cursor {
    const char *at, *end;
} cursor;

static void skip_spaces(cursor *c)
{
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\n'))
        c->at++;
}

/* Passes over word, and spaces before it. */
static bool take(cursor *c, const char *word)
{
    size_t length = strlen(word);
    skip_spaces(c);
    if ((size_t)(c->end - c->at) < length || memcmp(c->at, word, length) != 0)
        return false;
    c->at += length;
    return true;
}

static bool take_number(cursor *c, size_t *number)
{
    skip_spaces(c);
    const char *start = c->at;
    *number = 0;
    for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++)
        if (__builtin_mul_overflow(*number, (size_t)10, number) ||
            __builtin_add_overflow(*number, (size_t)(*c->at - '0'), number))
            return false;
    return c->at > start;
}

/* '<f8' and the like. */
static bool take_descr(const char *name, cursor *c, npy_header *h, error *e)
{
    if (!take(c, "'") || c->end - c->at < 4)
        return error_set(e, "%s: its type is not supported: only real numbers and integers are",
                         name);
    char order = c->at[0];
    h->kind = c->at[1];
    h->item_size = (size_t)(c->at[2] - '0');
    h->swapped = order == '>';
    bool known = (h->kind == 'f' && (h->item_size == 4 || h->item_size == 8)) ||
                 ((h->kind == 'i' || h->kind == 'u') && (h->item_size == 1 || h->item_size == 2 ||
                                                         h->item_size == 4 || h->item_size == 8)) ||
                 (h->kind == 'b' && h->item_size == 1);
    if (strchr("<>|=", order) == NULL || order == '\0' || !known || c->at[3] != '\'')
        return error_set(e,
                         "%s: type '%.4s' is not supported: float32, float64, bool and integers of "
                         "8 to 64 bits are",
                         name, c->at);
    c->at += 4;
    return true;
}

static bool take_shape(const char *name, cursor *c, npy_header *h, error *e)
{
    h->rank = 0;
    h->size = 1;
    if (!take(c, "("))
        return error_set(e, "%s: damaged header: no shape", name);
    while (!take(c, ")")) {
        size_t size;
        if (!take_number(c, &size))
            return error_set(e, "%s: damaged header: no shape", name);
        if (h->rank == TENSOR_MAX_RANK)
            return error_set(e, "%s: more than %d dimensions", name, TENSOR_MAX_RANK);
        h->shape[h->rank++] = size;
        if (__builtin_mul_overflow(h->size, size, &h->size))
            return error_set(e, "%s: the shape is absurdly large", name);
        take(c, ",");
    }
    if (h->rank == 0) /* a single number */
        h->shape[h->rank++] = 1;
    return true;
}

static bool take_entries(const char *name, cursor *c, npy_header *h, error *e)
{
    bool descr = false;
    bool order = false;
    bool shape = false;
    if (!take(c, "{"))
        return error_set(e, "%s: damaged header", name);
    while (!take(c, "}")) {
        if (take(c, "'descr'") && take(c, ":")) {
            descr = take_descr(name, c, h, e);
            if (!descr)
                return false;
        } else if (take(c, "'fortran_order'") && take(c, ":")) {
            h->fortran = take(c, "True");
            order = h->fortran || take(c, "False");
        } else if (take(c, "'shape'") && take(c, ":")) {
            shape = take_shape(name, c, h, e);
            if (!shape)
                return false;
        } else {
            return error_set(e, "%s: damaged header", name);
        }
        take(c, ",");
    }
    skip_spaces(c);
    if (c->at != c->end)
        return error_set(e, "%s: damaged header: more than its dictionary", name);
    return (descr && order && shape) || error_set(e, "%s: the header is not complete", name);
}

static bool read_header(const char *name, const unsigned char *bytes, size_t length, npy_header *h,
                        error *e)
{
    static const char magic[] = "\x93NUMPY";
    *h = (npy_header){0};
    if (length < PREFIX + 4 || memcmp(bytes, magic, 6) != 0)
        return error_set(e, "%s: not a .npy file, or truncated", name);
    if (bytes[6] < 1 || bytes[6] > 3)
        return error_set(e, "%s: version %u of the format is not supported: 1 to 3 are", name,
                         bytes[6]);
    size_t start = bytes[6] == 1 ? PREFIX + 2 : PREFIX + 4;
    size_t text = bytes[8] | (size_t)bytes[9] << 8;
    if (bytes[6] > 1)
        text |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
    if (text > length - start)
        return error_set(e, "%s: truncated in its header", name);
    cursor c = {.at = (const char *)bytes + start, .end = (const char *)bytes + start + text};
    if (!take_entries(name, &c, h, e))
        return false;
    size_t wanted;
    size_t there = length - start - text;
    if (__builtin_mul_overflow(h->size, h->item_size, &wanted))
        return error_set(e, "%s: the shape is absurdly large", name);
    if (wanted != there)
        return error_set(e, "%s: %s: %zu bytes of values where the shape asks for %zu", name,
                         wanted > there ? "truncated" : "bytes too many", there, wanted);
    h->values = bytes + start + text;
    return true;
}

/* ---- the values ---- */

/* The bits of value index, in this machine's order. */
static uint64_t bits_of(const npy_header *h, size_t index)
{
    const unsigned char *bytes = h->values + index * h->item_size;
    uint64_t bits = 0;
    for (size_t i = 0; i < h->item_size; i++)
        bits |= (uint64_t)bytes[h->swapped ? h->item_size - 1 - i : i] << (8 * i);
    return bits;
}

/* The low size bytes of bits as a number with a sign. */
static double signed_value(uint64_t bits, size_t size)
{
    switch (size) {
    case 1:
        return (double)(int8_t)bits;
    case 2:
        return (double)(int16_t)bits;
    case 4:
        return (double)(int32_t)bits;
    default:
        return (double)(int64_t)bits;
    }
}

static double value_of(const npy_header *h, size_t index)
{
    uint64_t bits = bits_of(h, index);
    if (h->kind == 'f' && h->item_size == 8) {
        double value;
        memcpy(&value, &bits, sizeof value);
        return value;
    }
    if (h->kind == 'f') {
        uint32_t half = (uint32_t)bits;
        float value;
        memcpy(&value, &half, sizeof value);
        return (double)value;
    }
    return h->kind == 'i' ? signed_value(bits, h->item_size) : (double)bits;
}

/* Where the value that comes index-th in row-major order stands in the file. */
static size_t place_of(const npy_header *h, size_t index)
{
    if (!h->fortran)
        return index;
    size_t place = 0;
    size_t strides[TENSOR_MAX_RANK];
    size_t stride = 1;
    for (size_t d = 0; d < h->rank; d++) {
        strides[d] = stride;
        stride *= h->shape[d];
    }
    for (size_t d = h->rank; d-- > 0;) {
        place += index % h->shape[d] * strides[d];
        index /= h->shape[d];
    }
    return place;
}

bool npy_parse(const char *name, const unsigned char *bytes, size_t length, tensor **t, error *e)
{
    npy_header h;
    *t = NULL;
    if (!read_header(name, bytes, length, &h, e))
        return false;
    *t = tensor_new(h.rank, h.shape);
    for (size_t i = 0; i < h.size; i++)
        (*t)->data[i] = (real)value_of(&h, place_of(&h, i));
    return true;
}

bool npy_load(const char *path, tensor **t, error *e)
{
    uint8_t *bytes;
    size_t length;
    *t = NULL;
    if (!whole_file_read(path, LARGEST_FILE, &bytes, &length, e))
        return false;
    bool loaded = npy_parse(path, bytes, length, t, e);
    free(bytes);
    return loaded;
}

bool npy_load_labels(const char *path, labels **y, error *e)
{
    uint8_t *bytes;
    size_t length;
    npy_header h;
    *y = NULL;
    if (!whole_file_read(path, LARGEST_FILE, &bytes, &length, e))
        return false;
    bool loaded = read_header(path, bytes, length, &h, e);
    if (loaded && h.rank != 1)
        loaded = error_set(e, "%s: labels have 1 dimension, not %zu", path, h.rank);
    if (loaded)
        *y = labels_new(h.size);
    for (size_t i = 0; loaded && i < h.size; i++) {
        double value = value_of(&h, i);
        if (value >= 0 && value <= UINT32_MAX && value == floor(value))
            (*y)->data[i] = (uint32_t)value;
        else
            loaded = error_set(e, "%s: entry %zu is %g, which is no label", path, i, value);
    }
    free(bytes);
    if (!loaded) {
        labels_free(*y);
        *y = NULL;
    }
    return loaded;
}

/* ---- writing ---- */

/* Writes the header for a descr and a shape, padded so that the values are aligned. */
static void write_header(FILE *stream, const char *descr, size_t rank, const size_t *shape)
{
    char sizes[TENSOR_MAX_RANK * NUMBER_TEXT];
    char header[WRITTEN_HEADER + TENSOR_MAX_RANK * NUMBER_TEXT];
    size_t used = 0;
    for (size_t d = 0; d < rank; d++)
        used += (size_t)snprintf(sizes + used, sizeof sizes - used, "%s%zu%s", d > 0 ? " " : "",
                                 shape[d], d + 1 < rank || rank == 1 ? "," : "");
    int length = snprintf(header, sizeof header,
                          "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, sizes);
    size_t total = (PREFIX + 2 + (size_t)length + 1 + 63) / 64 * 64;
    size_t text = total - PREFIX - 2;
    const unsigned char prefix[] = {0x93,
                                    'N',
                                    'U',
                                    'M',
                                    'P',
                                    'Y',
                                    1,
                                    0,
                                    (unsigned char)(text & 255),
                                    (unsigned char)(text >> 8)};
    fwrite(prefix, 1, sizeof prefix, stream);
    fprintf(stream, "%-*s\n", (int)text - 1, header);
}

/* Whether this machine puts the low byte first, as the descr that we write says. */
static const char *order(void)
{
    const uint16_t one = 1;
    unsigned char first;
    memcpy(&first, &one, 1);
    return first == 1 ? "<" : ">";
}

static bool save(const char *path, const char *type, size_t rank, const size_t *shape,
                 const void *values, size_t bytes, error *e)
{
    atomic_file out;
    char descr[8];
    if (!atomic_file_open(&out, path, e))
        return false;
    snprintf(descr, sizeof descr, "%s%s", order(), type);
    write_header(out.stream, descr, rank, shape);
    fwrite(values, 1, bytes, out.stream);
    return atomic_file_commit(&out, e);
}

bool npy_save(const char *path, const tensor *t, error *e)
{
    return save(path, sizeof(real) == sizeof(float) ? "f4" : "f8", t->rank, t->shape, t->data,
                t->size * sizeof(real), e);
}

bool npy_save_labels(const char *path, const labels *y, error *e)
{
    return save(path, "u4", 1, &y->count, y->data, y->count * sizeof(uint32_t), e);
}
