/* Inputs, outputs and comparisons of the check suites. */
#include "check_support.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Finite differences are right to some ten digits of the loss. */
static const double gradient_tolerance = 1e-6;

static const char *current_hint;

void hint(const char *sentence)
{
    current_hint = sentence;
}

/* ---- messages ---- */

/* A sentence that grows; what does not fit is cut. */
typedef struct message {
    char text[400];
} message;

__attribute__((format(printf, 2, 3))) static void add(message *m, const char *format, ...)
{
    size_t used = strlen(m->text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(m->text + used, sizeof m->text - used, format, arguments);
    va_end(arguments);
}

/* Adds "dW[3,0]" for the element of t at a row-major index. */
static void add_element(message *m, const char *name, const tensor *t, size_t index)
{
    size_t position[TENSOR_MAX_RANK];
    for (size_t d = t->rank; d-- > 0; index /= t->shape[d])
        position[d] = index % t->shape[d];
    add(m, "%s[", name);
    for (size_t d = 0; d < t->rank; d++)
        add(m, "%s%zu", d > 0 ? "," : "", position[d]);
    add(m, "]");
}

/* Ends the test with the message, and the hint. */
static void give_up(const message *m)
{
    if (current_hint != NULL)
        ck_abort_msg("%s.\n    %s", m->text, current_hint);
    ck_abort_msg("%s.", m->text);
}

/* ---- comparisons ---- */

static double largest_magnitude(const tensor *t)
{
    double largest = 0;
    for (size_t i = 0; i < t->size; i++)
        largest = fmax(largest, fabs((double)t->data[i]));
    return largest > 0 ? largest : 1;
}

/* The number r for which got = r * expected in every element; NaN when there is none. */
static double common_factor(const tensor *got, const tensor *expected)
{
    double product = 0;
    size_t telling = 0;
    for (size_t i = 0; i < got->size; i++) {
        product += (double)got->data[i] * (double)expected->data[i];
        telling += expected->data[i] != 0;
    }
    double r = product / tensor_sum_of_squares(expected);
    double allowed = 1e-5 * largest_magnitude(got);
    for (size_t i = 0; i < got->size; i++)
        if (!(fabs((double)got->data[i] - r * (double)expected->data[i]) <= allowed))
            return NAN;
    return telling >= 2 && fabs(r) > 1e-9 ? r : NAN;
}

/* Whether r is a factor that says something, such as 2, 1/500 or -1. */
static bool is_telling(double r)
{
    double larger = fabs(r) < 1 ? 1 / fabs(r) : fabs(r);
    return fabs(r - 1) > 1e-6 && fabs(larger - round(larger)) < 1e-6 * larger && larger < 1e5;
}

/* What a comparison found. */
typedef struct finding {
    size_t wrong;     /* elements that are too far off, or NaN */
    size_t nan_count; /* elements that are NaN */
    size_t worst;     /* the element furthest off, or the first that is NaN */
} finding;

/* How far element i may be off: part is the tolerance's part of the largest magnitude expected. */
typedef double (*allowance)(double got, double expected, double part, double tolerance);

static double allow_part_of_largest(double got, double expected, double part, double tolerance)
{
    (void)got;
    (void)expected;
    (void)tolerance;
    return part;
}

/* As relative_error has it. */
static double allow_relative(double got, double expected, double part, double tolerance)
{
    (void)part;
    return tolerance * fmax(1e-8, fabs(got) + fabs(expected));
}

static finding compare(const tensor *got, const tensor *expected, allowance allowed,
                       double tolerance)
{
    finding f = {0};
    double furthest = -1;
    double part = tolerance * largest_magnitude(expected);
    for (size_t i = 0; i < expected->size; i++) {
        double is = (double)got->data[i];
        double wanted = (double)expected->data[i];
        double off = fabs(is - wanted);
        if (off <= allowed(is, wanted, part, tolerance))
            continue;
        f.wrong++;
        if (isnan(off) ? f.nan_count++ == 0 : f.nan_count == 0 && off > furthest) {
            furthest = off;
            f.worst = i;
        }
    }
    return f;
}

/* Leaves out the hint: it suspects another mistake than an element that was never written. */
static void tell_nan(const char *name, const tensor *got, finding f)
{
    message m = {""};
    add_element(&m, name, got, f.worst);
    add(&m, " was never written, or is NaN, as %zu of %zu elements are", f.nan_count, got->size);
    add(&m, "; outputs hold NaN before the call: set each element before you add to it");
    ck_abort_msg("%s", m.text);
}

static void tell_difference(const char *name, const tensor *got, const tensor *expected,
                            const char *should, finding f)
{
    message m = {""};
    double is = (double)got->data[f.worst];
    double wanted = (double)expected->data[f.worst];
    double factor = common_factor(got, expected);
    add_element(&m, name, got, f.worst);
    add(&m, " is %.8g, %s %.8g", is, should, wanted);
    if (isfinite(is) && isfinite(wanted))
        add(&m, ": off by %.3g", fabs(is - wanted));
    if (f.wrong > 1)
        add(&m, ", the worst of %zu wrong elements among %zu", f.wrong, got->size);
    if (fabs(factor + 1) < 1e-4)
        add(&m, "; every element has the wrong sign");
    else if (!isnan(factor))
        add(&m, "; every element is %.4g times what it should be", factor);
    give_up(&m);
}

static void expect(const char *name, const tensor *got, const tensor *expected, allowance allowed,
                   double tolerance, const char *should)
{
    ck_assert_msg(got->size == expected->size, "the test compares %zu elements of %s with %zu",
                  got->size, name, expected->size);
    finding f = compare(got, expected, allowed, tolerance);
    if (f.nan_count > 0)
        tell_nan(name, got, f);
    if (f.wrong > 0)
        tell_difference(name, got, expected, should, f);
}

void expect_close(const char *name, const tensor *got, const tensor *expected, double tolerance)
{
    expect(name, got, expected, allow_part_of_largest, tolerance, "should be");
}

void expect_values(const char *name, const tensor *got, const double *values, double tolerance)
{
    tensor *expected = tensor_new_like(got);
    for (size_t i = 0; i < got->size; i++)
        expected->data[i] = (real)values[i];
    expect_close(name, got, expected, tolerance);
    tensor_free(expected);
}

void expect_published(const char *name, const tensor *got, const tensor *expected, double tolerance)
{
    expect(name, got, expected, allow_relative, tolerance, "should be");
}

void expect_number(const char *name, double got, double expected, double tolerance)
{
    message m = {""};
    double off = fabs(got - expected);
    if (off <= tolerance * (expected != 0 ? fabs(expected) : 1))
        return;
    if (isnan(got))
        add(&m, "%s is NaN (not a number), should be %.10g", name, expected);
    else
        add(&m, "%s is %.10g, should be %.10g", name, got, expected);
    if (isfinite(off))
        add(&m, ": off by %.3g", off);
    if (is_telling(got / expected))
        add(&m, ", %.4g times what it should be", got / expected);
    give_up(&m);
}

void expect_labels(const char *name, const labels *got, const labels *expected)
{
    message m = {""};
    size_t wrong = 0;
    for (size_t i = 0; i < expected->count; i++) {
        if (got->data[i] == expected->data[i] || wrong++ > 0)
            continue;
        if (got->data[i] == UINT32_MAX)
            add(&m, "%s[%zu] was never written", name, i);
        else
            add(&m, "%s[%zu] is %u, should be %u", name, i, got->data[i], expected->data[i]);
    }
    if (wrong > 1)
        add(&m, ", the first of %zu wrong ones among %zu", wrong, expected->count);
    if (wrong > 0)
        give_up(&m);
}

void expect_captions(const char *name, const captions *got, const captions *expected)
{
    message m = {""};
    size_t wrong = 0;
    ck_assert_msg(got->count == expected->count && got->length == expected->length,
                  "the test compares %zu x %zu words of %s with %zu x %zu", got->count, got->length,
                  name, expected->count, expected->length);
    for (size_t i = 0; i < expected->count * expected->length; i++) {
        if (got->words[i] == expected->words[i] || wrong++ > 0)
            continue;
        add(&m, "%s[%zu,%zu] ", name, i / expected->length, i % expected->length);
        if (got->words[i] == UINT32_MAX)
            add(&m, "was never written");
        else
            add(&m, "is %u, should be %u", got->words[i], expected->words[i]);
    }
    if (wrong > 1)
        add(&m, ", the first of %zu wrong words among %zu", wrong,
            expected->count * expected->length);
    if (wrong > 0)
        give_up(&m);
}

void expect_gradient(const char *name, const tensor *got, scalar_function f, void *context,
                     tensor *x)
{
    tensor *numeric = tensor_new_like(x);
    numerical_gradient(f, context, x, GRADIENT_STEP, numeric);
    expect(name, got, numeric, allow_part_of_largest, gradient_tolerance, "finite differences say");
    tensor_free(numeric);
}

void expect_gradient_array(const char *name, const tensor *got, tensor_function f, void *context,
                           tensor *x, const tensor *dout)
{
    tensor *numeric = tensor_new_like(x);
    numerical_gradient_array(f, context, x, dout, GRADIENT_STEP, numeric);
    expect(name, got, numeric, allow_part_of_largest, gradient_tolerance, "finite differences say");
    tensor_free(numeric);
}

void expect_unchanged(const char *name, const tensor *t, const tensor *copy)
{
    if (memcmp(t->data, copy->data, t->size * sizeof(real)) != 0)
        ck_abort_msg("%s was changed: an input belongs to the caller, work on a copy", name);
}

/* ---- inputs and outputs ---- */

void poison(tensor *t)
{
    tensor_fill(t, (real)NAN);
}

void poison_labels(labels *y)
{
    for (size_t i = 0; i < y->count; i++)
        y->data[i] = UINT32_MAX;
}

void poison_captions(captions *c)
{
    for (size_t i = 0; i < c->count * c->length; i++)
        c->words[i] = UINT32_MAX;
}

tensor *matrix(size_t rows, size_t columns, const double *values)
{
    tensor *t = tensor_new_2d(rows, columns);
    for (size_t i = 0; i < t->size; i++)
        t->data[i] = (real)values[i];
    return t;
}

tensor *normal_2d(random_state *r, size_t rows, size_t columns, double deviation)
{
    tensor *t = tensor_new_2d(rows, columns);
    tensor_fill_normal(t, r, 0, deviation);
    return t;
}

labels *labels_of(size_t count, const uint32_t *values)
{
    labels *y = labels_new(count);
    memcpy(y->data, values, count * sizeof *values);
    return y;
}

enum { MOST_KEPT = 256 };
static tensor *kept[MOST_KEPT];
static size_t kept_count;
static captions *kept_words[MOST_KEPT];
static size_t kept_words_count;

static void free_kept(void)
{
    while (kept_count > 0)
        tensor_free(kept[--kept_count]);
}

static void free_kept_words(void)
{
    while (kept_words_count > 0)
        captions_free(kept_words[--kept_words_count]);
}

tensor *keep(tensor *t)
{
    if (kept_count == 0)
        atexit(free_kept);
    ck_assert_uint_lt(kept_count, MOST_KEPT);
    kept[kept_count++] = t;
    return t;
}

tensor *kept_normal(random_state *r, double mean, double deviation, size_t rank,
                    const size_t *shape)
{
    tensor *t = keep(tensor_new(rank, shape));
    tensor_fill_normal(t, r, mean, deviation);
    return t;
}

tensor *kept_output(size_t rank, const size_t *shape)
{
    tensor *t = keep(tensor_new(rank, shape));
    poison(t);
    return t;
}

captions *kept_captions(size_t count, size_t length, const uint32_t *words)
{
    captions *c = captions_new(count, length);
    if (kept_words_count == 0)
        atexit(free_kept_words);
    ck_assert_uint_lt(kept_words_count, MOST_KEPT);
    kept_words[kept_words_count++] = c;
    if (words != NULL)
        memcpy(c->words, words, count * length * sizeof *words);
    else
        poison_captions(c);
    return c;
}

tensor *output_2d(size_t rows, size_t columns)
{
    tensor *t = tensor_new_2d(rows, columns);
    poison(t);
    return t;
}

tensor *output_like(const tensor *t)
{
    tensor *output = tensor_new_like(t);
    poison(output);
    return output;
}

labels *output_labels(size_t count)
{
    labels *y = labels_new(count);
    poison_labels(y);
    return y;
}

published_case *published_beside(const char *suite, const char *function, size_t index)
{
    error e;
    char path[512];
    const char *end = strrchr(suite, '/');
    snprintf(path, sizeof path, "%.*s/published.json", (int)(end - suite), suite);
    published_case *c = published_case_open(path, function, index, &e);
    ck_assert_msg(c != NULL, "%s", e.text);
    return c;
}
