/* Tensors: making, viewing, filling and comparing them. */
#include "tensor.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract.h"
#include "multiversion.h"
#include "parallel.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

enum { ELEMENTS_OF_A_LINE = TENSOR_ALIGNMENT / sizeof(real) };

/* How many threads a pass over size elements takes. */
static size_t threads_for(size_t size)
{
    const double elements_of_a_thread = 1e5; /* some 30 microseconds */
    return parallel_threads((double)size / elements_of_a_thread);
}

/* Sets the shape and the size; stops the program on a bad rank or an overflow. */
static void set_shape(const char *function, tensor *t, size_t rank, const size_t *shape)
{
    if (rank < 1 || rank > TENSOR_MAX_RANK)
        contract_failed(function, "a tensor has 1 to %d dimensions, not %zu", TENSOR_MAX_RANK,
                        rank);
    t->rank = rank;
    t->size = 1;
    for (size_t d = 0; d < TENSOR_MAX_RANK; d++) {
        t->shape[d] = d < rank ? shape[d] : 1;
        if (__builtin_mul_overflow(t->size, t->shape[d], &t->size))
            contract_failed(function, "a tensor of this shape has too many elements");
    }
}

/*
 * Lets malloc keep what is freed. A training step frees as much as the next one needs, and getting
 * it from the system anew, page by page, takes longer than most layers.
 */
static void keep_freed_memory(void)
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 32 << 20); /* the largest that it takes */
    mallopt(M_TRIM_THRESHOLD, 256 << 20);
#endif
}

/* bytes of memory, aligned; stops the program when there is none. */
static void *allocate(const char *function, size_t count, size_t size)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    size_t bytes;
    pthread_once(&once, keep_freed_memory);
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2)
        contract_failed(function, "%zu elements are too many", count);
    void *memory; /* of just this size: sanitizers see whoever goes one number beyond */
    if (posix_memalign(&memory, TENSOR_ALIGNMENT, bytes > 0 ? bytes : 1) != 0)
        contract_failed(function, "no memory for %zu elements (%zu bytes)", count, bytes);
    return memory;
}

static tensor *new_unfilled(size_t rank, const size_t *shape)
{
    tensor *t = allocate("tensor_new", 1, sizeof *t);
    set_shape("tensor_new", t, rank, shape);
    t->data = allocate("tensor_new", t->size, sizeof *t->data);
    return t;
}

static void clear_part(const void *argument, size_t index, size_t count)
{
    const tensor *t = argument;
    size_t first = parallel_begin(t->size, ELEMENTS_OF_A_LINE, index, count);
    size_t last = parallel_begin(t->size, ELEMENTS_OF_A_LINE, index + 1, count);
    memset(t->data + first, 0, (last - first) * sizeof *t->data);
}

tensor *tensor_new(size_t rank, const size_t *shape)
{
    tensor *t = new_unfilled(rank, shape);
    run_in_parallel(threads_for(t->size), clear_part, t);
    return t;
}

tensor *tensor_new_1d(size_t d0)
{
    return tensor_new(1, &d0);
}

tensor *tensor_new_2d(size_t rows, size_t columns)
{
    return tensor_new(2, (size_t[]){rows, columns});
}

tensor *tensor_new_3d(size_t d0, size_t d1, size_t d2)
{
    return tensor_new(3, (size_t[]){d0, d1, d2});
}

tensor *tensor_new_4d(size_t d0, size_t d1, size_t d2, size_t d3)
{
    return tensor_new(4, (size_t[]){d0, d1, d2, d3});
}

tensor *tensor_new_like(const tensor *t)
{
    return tensor_new(t->rank, t->shape);
}

tensor *tensor_new_copy(const tensor *t)
{
    tensor *copy = new_unfilled(t->rank, t->shape);
    tensor_copy(t, copy);
    return copy;
}

void tensor_free(tensor *t)
{
    if (t == NULL)
        return;
    free(t->data);
    free(t);
}

tensor tensor_over(real *data, size_t rank, const size_t *shape)
{
    tensor view = {.data = data};
    set_shape("tensor_over", &view, rank, shape);
    return view;
}

tensor tensor_rows(const tensor *t, size_t first, size_t count)
{
    if (first > t->shape[0] || count > t->shape[0] - first)
        contract_failed("tensor_rows", "rows %zu to %zu asked for, there are %zu", first,
                        first + count, t->shape[0]);
    tensor view = *t;
    size_t stride = t->shape[0] > 0 ? t->size / t->shape[0] : 0;
    view.shape[0] = count;
    view.size = count * stride;
    view.data = t->data + first * stride;
    return view;
}

tensor tensor_row(const tensor *t, size_t i)
{
    if (t->rank < 2)
        contract_failed("tensor_row", "t has 1 dimension, should have 2 or more");
    tensor row = tensor_rows(t, i, 1);
    return tensor_over(row.data, t->rank - 1, t->shape + 1);
}

tensor tensor_reshaped(const tensor *t, size_t rank, const size_t *shape)
{
    tensor view = tensor_over(t->data, rank, shape);
    if (view.size != t->size)
        contract_failed("tensor_reshaped", "t has %zu elements, the new shape %zu", t->size,
                        view.size);
    return view;
}

tensor tensor_flattened(const tensor *t)
{
    size_t columns = 1;
    for (size_t d = 1; d < t->rank; d++)
        columns *= t->shape[d];
    return tensor_over(t->data, 2, (size_t[]){t->shape[0], columns});
}

bool tensor_same_shape(const tensor *a, const tensor *b)
{
    if (a->rank != b->rank)
        return false;
    for (size_t d = 0; d < a->rank; d++)
        if (a->shape[d] != b->shape[d])
            return false;
    return true;
}

void tensor_fill(tensor *t, real value)
{
    for (size_t i = 0; i < t->size; i++)
        t->data[i] = value;
}

void tensor_fill_linspace(tensor *t, double first, double last)
{
    if (t->size == 0)
        return;
    double step = t->size > 1 ? (last - first) / (double)(t->size - 1) : 0;
    for (size_t i = 0; i < t->size; i++)
        t->data[i] = (real)(first + (double)i * step);
    if (t->size > 1)
        t->data[t->size - 1] = (real)last;
}

static void check_same_size(const char *function, const tensor *a, const tensor *b)
{
    if (a->size != b->size)
        contract_failed(function, "one tensor has %zu elements, the other %zu", a->size, b->size);
}

void tensor_copy(const tensor *from, tensor *to)
{
    check_same_size(__func__, from, to);
    memmove(to->data, from->data, from->size * sizeof *from->data);
}

void tensor_transpose(const tensor *a, tensor *out)
{
    enum { TILE = 16 }; /* both sides of a tile stay in the cache */
    check_rank(__func__, "a", a, 2);
    size_t rows = a->shape[0];
    size_t columns = a->shape[1];
    check_shape_2d(__func__, "out", out, columns, rows);
    for (size_t i0 = 0; i0 < rows; i0 += TILE)
        for (size_t j0 = 0; j0 < columns; j0 += TILE)
            for (size_t i = i0; i < i0 + TILE && i < rows; i++)
                for (size_t j = j0; j < j0 + TILE && j < columns; j++)
                    out->data[j * rows + i] = a->data[i * columns + j];
}

/* An elementwise operation: what it reads, a factor where it has one, and what it writes. */
typedef struct elementwise {
    void (*run)(const struct elementwise *e, size_t first, size_t last); /* these elements */
    const real *a, *b;
    real factor;
    real *out;
    size_t size;
} elementwise;

static void run_part(const void *argument, size_t index, size_t count)
{
    const elementwise *e = argument;
    e->run(e, parallel_begin(e->size, ELEMENTS_OF_A_LINE, index, count),
           parallel_begin(e->size, ELEMENTS_OF_A_LINE, index + 1, count));
}

static void run_elementwise(const elementwise *e)
{
    run_in_parallel(threads_for(e->size), run_part, e);
}

MULTIVERSION
static void add(const elementwise *e, size_t first, size_t last)
{
    for (size_t i = first; i < last; i++)
        e->out[i] = e->a[i] + e->b[i];
}

MULTIVERSION
static void subtract(const elementwise *e, size_t first, size_t last)
{
    for (size_t i = first; i < last; i++)
        e->out[i] = e->a[i] - e->b[i];
}

MULTIVERSION
static void multiply(const elementwise *e, size_t first, size_t last)
{
    for (size_t i = first; i < last; i++)
        e->out[i] = e->a[i] * e->b[i];
}

MULTIVERSION
static void scale(const elementwise *e, size_t first, size_t last)
{
    for (size_t i = first; i < last; i++)
        e->out[i] *= e->factor;
}

MULTIVERSION
static void add_scaled(const elementwise *e, size_t first, size_t last)
{
    for (size_t i = first; i < last; i++)
        e->out[i] += e->factor * e->a[i];
}

void tensor_add(const tensor *a, const tensor *b, tensor *out)
{
    check_same_size(__func__, a, b);
    check_same_size(__func__, a, out);
    run_elementwise(&(elementwise){add, a->data, b->data, 0, out->data, a->size});
}

void tensor_subtract(const tensor *a, const tensor *b, tensor *out)
{
    check_same_size(__func__, a, b);
    check_same_size(__func__, a, out);
    run_elementwise(&(elementwise){subtract, a->data, b->data, 0, out->data, a->size});
}

void tensor_multiply(const tensor *a, const tensor *b, tensor *out)
{
    check_same_size(__func__, a, b);
    check_same_size(__func__, a, out);
    run_elementwise(&(elementwise){multiply, a->data, b->data, 0, out->data, a->size});
}

/* A matrix, and a vector as long as its rows. */
typedef struct rows_and_vector {
    size_t N, M;
    real *rows, *vector;
} rows_and_vector;

static rows_and_vector with_rows(const char *function, const char *name, const tensor *vector,
                                 const tensor *t)
{
    tensor rows = tensor_flattened(t);
    check_shape_1d(function, name, vector, rows.shape[1]);
    return (rows_and_vector){rows.shape[0], rows.shape[1], rows.data, vector->data};
}

static void fill_rows_part(const void *argument, size_t index, size_t count)
{
    const rows_and_vector *v = argument;
    size_t last = parallel_begin(v->N, 1, index + 1, count);
    for (size_t i = parallel_begin(v->N, 1, index, count); i < last; i++)
        memcpy(v->rows + i * v->M, v->vector, v->M * sizeof(real));
}

void tensor_fill_rows(const tensor *row, tensor *t)
{
    rows_and_vector v = with_rows(__func__, "row", row, t);
    run_in_parallel(threads_for(t->size), fill_rows_part, &v);
}

/* The sums of count columns, from rows that lie M numbers apart. */
MULTIVERSION
static void sum_columns(const real *restrict column, size_t N, size_t M, size_t count,
                        real *restrict sums)
{
    memset(sums, 0, count * sizeof *sums);
    for (size_t i = 0; i < N; i++, column += M)
        for (size_t j = 0; j < count; j++)
            sums[j] += column[j];
}

static void sum_rows_part(const void *argument, size_t index, size_t count)
{
    const rows_and_vector *v = argument;
    size_t first = parallel_begin(v->M, ELEMENTS_OF_A_LINE, index, count);
    size_t last = parallel_begin(v->M, ELEMENTS_OF_A_LINE, index + 1, count);
    sum_columns(v->rows + first, v->N, v->M, last - first, v->vector + first);
}

void tensor_sum_rows(const tensor *t, tensor *out)
{
    rows_and_vector v = with_rows(__func__, "out", out, t);
    run_in_parallel(threads_for(t->size), sum_rows_part, &v);
}

void tensor_scale(tensor *t, real factor)
{
    run_elementwise(&(elementwise){scale, NULL, NULL, factor, t->data, t->size});
}

void tensor_add_scaled(const tensor *from, real factor, tensor *to)
{
    check_same_size(__func__, from, to);
    run_elementwise(&(elementwise){add_scaled, from->data, NULL, factor, to->data, from->size});
}

double tensor_sum(const tensor *t)
{
    double sum = 0;
    for (size_t i = 0; i < t->size; i++)
        sum += (double)t->data[i];
    return sum;
}

double tensor_mean(const tensor *t)
{
    return tensor_sum(t) / (double)t->size;
}

/* The squares of data[first] .. data[last - 1], added up. */
MULTIVERSION
static double sum_of_squares(const real *data, size_t first, size_t last)
{
    enum { SUMS = 8 }; /* side by side: an addition waits for the one before it into the same sum */
    double sums[SUMS] = {0};
    size_t i = first;
    for (; i + SUMS <= last; i += SUMS) {
#pragma GCC unroll 8
        for (size_t j = 0; j < SUMS; j++)
            sums[j] += (double)data[i + j] * (double)data[i + j];
    }
    double sum = 0;
    for (; i < last; i++)
        sum += (double)data[i] * (double)data[i];
    for (size_t j = 0; j < SUMS; j++)
        sum += sums[j];
    return sum;
}

/* Squares to be added up, and each part's sum. */
typedef struct squares {
    const tensor *t;
    double *sums;
} squares;

static void sum_part(const void *argument, size_t index, size_t count)
{
    const squares *s = argument;
    size_t size = s->t->size;
    s->sums[index] =
        sum_of_squares(s->t->data, parallel_begin(size, ELEMENTS_OF_A_LINE, index, count),
                       parallel_begin(size, ELEMENTS_OF_A_LINE, index + 1, count));
}

double tensor_sum_of_squares(const tensor *t)
{
    double sums[PARALLEL_MOST_THREADS];
    double sum = 0;
    size_t threads = threads_for(t->size);
    run_in_parallel(threads, sum_part, &(squares){t, sums});
    for (size_t i = 0; i < threads; i++)
        sum += sums[i];
    return sum;
}

double tensor_std(const tensor *t)
{
    double mean = tensor_mean(t);
    double sum = 0;
    for (size_t i = 0; i < t->size; i++) {
        double difference = (double)t->data[i] - mean;
        sum += difference * difference;
    }
    return sqrt(sum / (double)t->size);
}

static size_t argmax(const real *values, size_t count)
{
    size_t best = 0;
    for (size_t i = 1; i < count; i++)
        if (values[i] > values[best])
            best = i;
    return best;
}

size_t tensor_argmax(const tensor *t)
{
    if (t->size == 0)
        contract_failed(__func__, "t is empty");
    return argmax(t->data, t->size);
}

void tensor_argmax_rows(const tensor *t, labels *out)
{
    check_rank(__func__, "t", t, 2);
    check_labels(__func__, "out", out, t->shape[0], SIZE_MAX);
    for (size_t i = 0; i < t->shape[0]; i++)
        out->data[i] = (uint32_t)argmax(t->data + i * t->shape[1], t->shape[1]);
}

bool tensor_all_finite(const tensor *t)
{
    for (size_t i = 0; i < t->size; i++)
        if (!isfinite(t->data[i]))
            return false;
    return true;
}

double relative_error(const tensor *a, const tensor *b)
{
    const double floor = 1e-8;
    if (a->size != b->size)
        return NAN;
    double worst = 0;
    for (size_t i = 0; i < a->size; i++) {
        double x = (double)a->data[i];
        double y = (double)b->data[i];
        double error = fabs(x - y) / fmax(floor, fabs(x) + fabs(y));
        if (isnan(error))
            return NAN;
        worst = fmax(worst, error);
    }
    return worst;
}

double frobenius_distance(const tensor *a, const tensor *b)
{
    check_same_size(__func__, a, b);
    double sum = 0;
    for (size_t i = 0; i < a->size; i++) {
        double difference = (double)a->data[i] - (double)b->data[i];
        sum += difference * difference;
    }
    return sqrt(sum);
}

labels *labels_new(size_t count)
{
    labels *y = allocate("labels_new", 1, sizeof *y);
    y->count = count;
    y->data = allocate("labels_new", count, sizeof *y->data);
    memset(y->data, 0, count * sizeof *y->data);
    return y;
}

void labels_free(labels *y)
{
    if (y == NULL)
        return;
    free(y->data);
    free(y);
}

labels labels_slice(const labels *y, size_t first, size_t count)
{
    if (first > y->count || count > y->count - first)
        contract_failed(__func__, "labels %zu to %zu asked for, there are %zu", first,
                        first + count, y->count);
    return (labels){.count = count, .data = y->data + first};
}

double labels_accuracy(const labels *predicted, const labels *y)
{
    if (predicted->count != y->count || y->count == 0)
        contract_failed(__func__, "predicted holds %zu labels, y %zu", predicted->count, y->count);
    size_t right = 0;
    for (size_t i = 0; i < y->count; i++)
        right += predicted->data[i] == y->data[i];
    return (double)right / (double)y->count;
}

void gather_rows(const tensor *X, const labels *y, const size_t *indices, size_t count,
                 tensor *X_out, labels *y_out)
{
    size_t stride = X->shape[0] > 0 ? X->size / X->shape[0] : 0;
    if (X_out->size != count * stride)
        contract_failed(__func__, "X_out has %zu elements, should have %zu", X_out->size,
                        count * stride);
    if ((y == NULL) != (y_out == NULL))
        contract_failed(__func__, "y and y_out are to be given together");
    if (y_out != NULL && (y_out->count != count || y->count != X->shape[0]))
        contract_failed(__func__, "y_out holds %zu labels, should hold %zu", y_out->count, count);
    for (size_t i = 0; i < count; i++) {
        if (indices[i] >= X->shape[0])
            contract_failed(__func__, "indices[%zu] is %zu, X has %zu rows", i, indices[i],
                            X->shape[0]);
        memcpy(X_out->data + i * stride, X->data + indices[i] * stride, stride * sizeof(real));
        if (y_out != NULL)
            y_out->data[i] = y->data[indices[i]];
    }
}

const char *tensor_shape_text(const tensor *t, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    if (t->rank > TENSOR_MAX_RANK)
        snprintf(text, size,
                 "no shape any more: something wrote over the tensor (make check-asan)");
    for (size_t d = 0; t->rank <= TENSOR_MAX_RANK && d < t->rank && used < size; d++)
        used +=
            (size_t)snprintf(text + used, size - used, "%s%zu", d > 0 ? " x " : "", t->shape[d]);
    return text;
}
