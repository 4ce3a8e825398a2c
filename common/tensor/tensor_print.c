/*
 * Tensors as text, laid out as NumPy lays out arrays.
 *
 * All numbers of one print are equally wide. A first look at those that will be shown decides
 * whether they need exponents; a second one, how much room they take before and after the point.
 * Then they are written, row by row.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tensor.h"

/* NumPy's defaults: threshold, edgeitems, precision, linewidth. */
enum { MOST_SHOWN = 1000, EDGE = 3, MOST_DIGITS = 8, LINE_WIDTH = 75 };
enum { TEXT_SIZE = 400 }; /* DBL_MAX has 309 digits before its point */

typedef struct layout {
    bool shortened;           /* of a long dimension only the edges are shown */
    double largest, smallest; /* absolute values of what is shown, without zeros */
    bool exponents;           /* 1.5e-05 rather than 0.000015 */
    int digits;               /* after the point, at most */
    int before, after;        /* characters before the point, and after it */
    bool negative_infinity, not_finite;
    int column;  /* how long the current line is */
    int pending; /* blanks that are not written yet; a line ends without them */
} layout;

/* ---- what is shown ---- */

/* Whether the elements that follow index i of a dimension of that length are left out. */
static bool is_gap(const layout *l, size_t length, size_t i)
{
    return l->shortened && length > 2 * (size_t)EDGE && i == (size_t)EDGE - 1;
}

static size_t next_shown(const layout *l, size_t length, size_t i)
{
    return is_gap(l, length, i) ? length - EDGE : i + 1;
}

typedef void (*visitor)(layout *l, real value);

/* Calls look for all that is shown of the part of t at that index of the dimensions before axis. */
static void visit_shown(layout *l, const tensor *t, size_t axis, size_t index, visitor look)
{
    size_t length = t->shape[axis];
    for (size_t i = 0; i < length; i = next_shown(l, length, i)) {
        if (axis + 1 == t->rank)
            look(l, t->data[index * length + i]);
        else
            visit_shown(l, t, axis + 1, index * length + i, look);
    }
}

/* ---- measuring ---- */

static void see_range(layout *l, real value)
{
    double magnitude = fabs((double)value);
    if (value == 0 || !isfinite(value))
        return;
    l->largest = fmax(l->largest, magnitude);
    l->smallest = fmin(l->smallest, magnitude);
}

/* Writes value with that many digits after the point. The point is always there. */
static double write_digits(const layout *l, real value, int digits, char *text)
{
    snprintf(text, TEXT_SIZE, l->exponents ? "%#.*e" : "%#.*f", digits, (double)value);
    return strtod(text, NULL);
}

/* Writes value with the fewest digits that still read back as value, or with MOST_DIGITS, and
 * returns their number; zeros at the end are never among them. */
static int write_shortest(const layout *l, real value, char *text)
{
    double best = write_digits(l, value, MOST_DIGITS, text);
    for (int digits = 0;; digits++) {
        double read = write_digits(l, value, digits, text);
        if (digits == MOST_DIGITS || (real)read == value || read == best)
            return digits;
    }
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static void see_width(layout *l, real value)
{
    char text[TEXT_SIZE];
    if (!isfinite(value)) {
        l->not_finite = true;
        l->negative_infinity |= isinf(value) && value < 0;
        return;
    }
    int digits = write_shortest(l, value, text);
    const char *exponent = strchr(text, 'e');
    l->digits = larger(l->digits, digits);
    l->before = larger(l->before, (int)strcspn(text, "."));
    l->after = larger(l->after, exponent != NULL ? (int)strlen(exponent) : 0);
}

static layout measure(const tensor *t)
{
    layout l = {.shortened = t->size > MOST_SHOWN, .smallest = INFINITY};
    visit_shown(&l, t, 0, 0, see_range);
    l.exponents =
        l.largest >= 1e8 || (l.largest > 0 && (l.smallest < 1e-4 || l.largest > 1e3 * l.smallest));
    visit_shown(&l, t, 0, 0, see_width);
    l.after += l.digits;
    if (l.not_finite)
        l.before = larger(l.before, (l.negative_infinity ? 4 : 3) - 1 - l.after);
    return l;
}

/* ---- writing ---- */

static void put(layout *l, const char *text)
{
    printf("%*s%s", l->pending, "", text);
    l->pending = 0;
    l->column += (int)strlen(text);
}

static void put_blanks(layout *l, int count)
{
    l->pending += count;
    l->column += count;
}

static void new_line(layout *l, size_t count, size_t indent)
{
    for (size_t i = 0; i < count; i++)
        putchar('\n');
    l->column = 0;
    l->pending = 0;
    put_blanks(l, (int)indent);
}

static void put_number(layout *l, real value)
{
    char text[TEXT_SIZE];
    int width = l->before + 1 + l->after;
    int behind = 0;
    if (isnan(value))
        snprintf(text, sizeof text, "nan");
    else if (isinf(value))
        snprintf(text, sizeof text, value < 0 ? "-inf" : "inf");
    else if (l->exponents)
        write_digits(l, value, l->digits, text);
    else
        behind = l->digits - write_shortest(l, value, text);
    put_blanks(l, width - behind - (int)strlen(text));
    put(l, text);
    put_blanks(l, behind);
}

/* Goes to the next line if the current one has no room for a word of that width. */
static void make_room(layout *l, size_t rank, int width)
{
    if (l->column > (int)rank && l->column + width > LINE_WIDTH - (int)rank)
        new_line(l, 1, rank);
}

static void put_row(layout *l, const tensor *t, size_t index)
{
    size_t length = t->shape[t->rank - 1];
    for (size_t i = 0; i < length; i = next_shown(l, length, i)) {
        if (i > 0)
            put_blanks(l, 1);
        make_room(l, t->rank, l->before + 1 + l->after);
        put_number(l, t->data[index * length + i]);
        if (!is_gap(l, length, i))
            continue;
        put_blanks(l, 1);
        make_room(l, t->rank, 3);
        put(l, "...");
    }
}

static void put_part(layout *l, const tensor *t, size_t axis, size_t index)
{
    size_t length = t->shape[axis];
    size_t apart = t->rank - axis - 1; /* lines from one part to the next */
    put(l, "[");
    if (apart == 0)
        put_row(l, t, index);
    for (size_t i = 0; apart > 0 && i < length; i = next_shown(l, length, i)) {
        if (i > 0)
            new_line(l, apart, axis + 1);
        put_part(l, t, axis + 1, index * length + i);
        if (!is_gap(l, length, i))
            continue;
        new_line(l, apart, axis + 1);
        put(l, "...");
    }
    put(l, "]");
}

/* The line above the numbers: the shape, and all that a part of a large tensor does not show. */
static void print_head(const tensor *t)
{
    char shape[TEXT_SIZE];
    size_t nan_count = 0;
    size_t infinite = 0;
    size_t finite = 0;
    double sum = 0;
    double low = INFINITY;
    double high = -INFINITY;
    for (size_t i = 0; i < t->size; i++) {
        double value = (double)t->data[i];
        nan_count += isnan(value) != 0;
        infinite += isinf(value) != 0;
        if (!isfinite(value))
            continue;
        finite++;
        sum += value;
        low = fmin(low, value);
        high = fmax(high, value);
    }
    printf("%s", tensor_shape_text(t, shape, sizeof shape));
    if (finite > 0)
        printf(", from %g to %g, mean %g", low, high, sum / (double)finite);
    if (nan_count + infinite > 0)
        printf(", %zu NaN, %zu infinite", nan_count, infinite);
    printf("\n");
}

void tensor_print(const tensor *t)
{
    if (t == NULL) {
        printf("no tensor: NULL\n");
        return;
    }
    bool sound = t->rank >= 1 && t->rank <= TENSOR_MAX_RANK;
    if (!sound || (t->data == NULL && t->size > 0)) {
        printf("not a tensor: rank %zu, data at %p\n", t->rank, (void *)t->data);
        return;
    }
    print_head(t);
    if (t->data == NULL || t->size == 0) {
        printf("[]\n");
        return;
    }
    layout l = measure(t);
    put_part(&l, t, 0, 0);
    putchar('\n');
}
