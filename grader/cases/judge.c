/* Comparing outputs with what is expected. Every comparison is written so that NaN fails it. */
#include "judge.h"

#include <stdio.h>
#include <string.h>

#include "contract.h"

static const uint64_t poison_bits = UINT64_C(0x7ffc231000000000); /* fits a float's NaN as well */

double judge_poison(void)
{
    double value;
    memcpy(&value, &poison_bits, sizeof value);
    return value;
}

float judge_poison_float(void)
{
    uint32_t bits = 0x7fe11880; /* the same fraction, cut to 23 bits */
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

bool judge_is_poison(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (bits & ~(UINT64_C(1) << 63)) == poison_bits;
}

/* Writes "dW[3,0]" for the element at a row-major index. */
static void name_element(const char *name, const tensor *t, size_t index, char *text, size_t size)
{
    size_t position[TENSOR_MAX_RANK] = {0};
    for (size_t d = t->rank; d-- > 0;) {
        position[d] = index % t->shape[d];
        index /= t->shape[d];
    }
    size_t used = (size_t)snprintf(text, size, "%s[", name);
    for (size_t d = 0; d < t->rank && used < size; d++)
        used += (size_t)snprintf(text + used, size - used, "%s%zu", d > 0 ? "," : "", position[d]);
    if (used < size)
        snprintf(text + used, size - used, "]");
}

static double largest_magnitude(const tensor *t)
{
    double largest = 0;
    for (size_t i = 0; i < t->size; i++)
        largest = fmax(largest, fabs((double)t->data[i]));
    return largest;
}

/*
 * 0 for right; 1 to 9 by the error's size on a logarithmic scale from the tolerance to the whole.
 */
static unsigned char error_level(double part, double tolerance)
{
    if (!isfinite(part))
        return 9;
    double span = log10(1.0 / fmax(tolerance, 1e-12));
    double level = 1 + 8 * (1 + log10(fmax(part, 1e-300)) / span);
    return (unsigned char)fmin(9, fmax(1, level));
}

static void mark(judgement *j, const tensor *t, size_t index, unsigned char level)
{
    size_t columns = t->rank > 1 ? t->size / t->shape[0] : t->size;
    size_t rows = t->rank > 1 ? t->shape[0] : 1;
    size_t row = index / columns * j->map_rows / rows;
    size_t column = index % columns * j->map_columns / columns;
    unsigned char *cell = &j->map[row * j->map_columns + column];
    if (*cell < level)
        *cell = level;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void start_map(judgement *j, const tensor *t)
{
    size_t columns = t->rank > 1 && t->shape[0] > 0 ? t->size / t->shape[0] : t->size;
    j->map_rows = t->rank > 1 ? smaller(t->shape[0], MAP_ROWS) : 1;
    j->map_columns = smaller(columns, MAP_COLUMNS);
}

/* A number in 0 to 1 for each index, always the same. */
static double weight_of(size_t index)
{
    return (double)((uint32_t)index * UINT32_C(2654435761)) / 4294967296.0;
}

/*
 * Two weighted sums of got, as parts of its norm, with the sign with which the first is positive:
 * no factor changes them.
 */
static void tell_alike(const tensor *got, const tensor *expected, judgement *j)
{
    double squares = 0;
    double expected_squares = 0;
    double products = 0;
    double sums[2] = {0, 0};
    for (size_t i = 0; i < got->size; i++) {
        double value = (double)got->data[i];
        double right = (double)expected->data[i];
        squares += value * value;
        expected_squares += right * right;
        products += value * right;
        sums[0] += value * weight_of(2 * i + 1);
        sums[1] += value * weight_of(2 * i + 2);
    }
    bool multiple = products * products >= (1 - 1e-9) * squares * expected_squares;
    if (got->size < 3 || multiple || !isfinite(squares) || !(squares > 0))
        return;
    double norm = sums[0] < 0 ? -sqrt(squares) : sqrt(squares);
    snprintf(j->alike, sizeof j->alike, "~%.5f,%.5f", sums[0] / norm, sums[1] / norm);
}

void judge_tensor(const char *name, const tensor *got, const tensor *expected, double tolerance,
                  judgement *j)
{
    if (!tensor_same_shape(got, expected))
        contract_failed(__func__, "%s has another shape than what is expected", name);
    *j = (judgement){.total = expected->size};
    double scale = largest_magnitude(expected);
    if (!(scale > 0))
        scale = 1;
    start_map(j, expected);
    for (size_t i = 0; i < expected->size; i++) {
        double value = (double)got->data[i];
        double part = fabs(value - (double)expected->data[i]) / scale;
        if (part <= tolerance && isfinite(value))
            continue;
        if (j->wrong++ == 0) {
            j->index = i;
            j->got = value;
            j->expected = (double)expected->data[i];
        }
        j->unwritten += judge_is_poison(value) ? 1 : 0;
        j->not_finite += isfinite(value) ? 0 : 1;
        if (isfinite(part))
            j->largest_error = fmax(j->largest_error, part);
        mark(j, expected, i, error_level(part, tolerance));
    }
    j->passed = j->wrong == 0;
    if (j->passed)
        return;
    name_element(name, expected, j->index, j->place, sizeof j->place);
    tell_alike(got, expected, j);
}

void judge_number(const char *name, double got, double expected, double tolerance, judgement *j)
{
    double scale = fabs(expected) > 0 ? fabs(expected) : 1;
    double part = fabs(got - expected) / scale;
    bool passed = part <= tolerance && isfinite(got);
    *j = (judgement){.passed = passed,
                     .total = 1,
                     .wrong = passed ? 0 : 1,
                     .got = got,
                     .expected = expected,
                     .unwritten = judge_is_poison(got) ? 1 : 0,
                     .not_finite = (size_t)!isfinite(got),
                     .largest_error = isfinite(part) ? part : 0};
    if (!passed)
        snprintf(j->place, sizeof j->place, "%s", name);
}

void judge_labels(const char *name, const labels *got, const labels *expected, judgement *j)
{
    if (got->count != expected->count)
        contract_failed(__func__, "%s has %zu labels, %zu are expected", name, got->count,
                        expected->count);
    *j = (judgement){.total = expected->count};
    j->map_rows = 1;
    j->map_columns = smaller(expected->count, MAP_COLUMNS);
    for (size_t i = 0; i < expected->count; i++) {
        if (got->data[i] == expected->data[i])
            continue;
        if (j->wrong++ == 0) {
            j->index = i;
            j->got = got->data[i] == JUDGE_POISON_LABEL ? judge_poison() : got->data[i];
            j->expected = expected->data[i];
        }
        j->unwritten += got->data[i] == JUDGE_POISON_LABEL ? 1 : 0;
        j->map[i * j->map_columns / expected->count] = 9;
    }
    j->passed = j->wrong == 0;
    if (!j->passed)
        snprintf(j->place, sizeof j->place, "%s[%zu]", name, j->index);
}

void judge_words(const char *name, const labels *got, const labels *expected, size_t length,
                 judgement *j)
{
    judge_labels(name, got, expected, j);
    if (!j->passed)
        snprintf(j->place, sizeof j->place, "%s[%zu,%zu]", name, j->index / length,
                 j->index % length);
}
