/*
 * Convolution by a matrix product an image. The matrix of an image's windows has a row for each
 * element of a filter and a column for each window; for a whole batch it would leave every cache.
 */
#include "conv_fast.h"

#include <stdlib.h>
#include <string.h>

#include "contract.h"
#include "matmul.h"
#include "parallel.h"

/* A convolution under way, and each thread's own memory. */
typedef struct conv {
    const tensor *x, *w, *b, *dout;
    tensor *out, *dx;
    conv_shape shape;
    size_t C, H, W, F, HH, WW;
    size_t rows, columns;                   /* of a result */
    tensor *windows[PARALLEL_MOST_THREADS]; /* (C * HH * WW) x (rows * columns) */
    tensor *dw[PARALLEL_MOST_THREADS];      /* F x (C * HH * WW) */
    double *db;                             /* threads x F */
} conv;

static size_t window_size(const conv *v)
{
    return v->C * v->HH * v->WW;
}

static size_t window_count(const conv *v)
{
    return v->rows * v->columns;
}

/* The windows [first, last) along a side of size pixels at which element p lies in the image. */
static void inside(size_t p, size_t size, size_t count, conv_shape shape, size_t *first,
                   size_t *last)
{
    size_t before = p < shape.pad ? shape.pad - p : 0; /* pixels short of the image */
    size_t end = size + shape.pad > p ? size + shape.pad - p : 0;
    *first = (before + shape.stride - 1) / shape.stride;
    *last = (end + shape.stride - 1) / shape.stride;
    *last = *last > count ? count : *last;
    *first = *first > *last ? *last : *first;
}

/* One row of the matrix: filter element (p, q) in one channel at all windows. */
static void gather_row(const conv *v, const real *channel, size_t p, size_t q, real *row)
{
    size_t first_i, last_i, first_j, last_j;
    size_t stride = v->shape.stride;
    inside(p, v->H, v->rows, v->shape, &first_i, &last_i);
    inside(q, v->W, v->columns, v->shape, &first_j, &last_j);
    memset(row, 0, first_i * v->columns * sizeof *row);
    for (size_t i = first_i; i < last_i; i++) {
        real *to = row + i * v->columns;
        const real *from = channel + (i * stride + p - v->shape.pad) * v->W;
        memset(to, 0, first_j * sizeof *to);
        if (stride == 1) {
            memcpy(to + first_j, from + (first_j + q - v->shape.pad),
                   (last_j - first_j) * sizeof *to);
        } else {
            for (size_t j = first_j; j < last_j; j++)
                to[j] = from[j * stride + q - v->shape.pad];
        }
        memset(to + last_j, 0, (v->columns - last_j) * sizeof *to);
    }
    memset(row + last_i * v->columns, 0, (v->rows - last_i) * v->columns * sizeof *row);
}

/* The way back: adds the row's gradients to the channel's. */
static void scatter_row(const conv *v, const real *row, size_t p, size_t q, real *channel)
{
    size_t first_i, last_i, first_j, last_j;
    size_t stride = v->shape.stride;
    inside(p, v->H, v->rows, v->shape, &first_i, &last_i);
    inside(q, v->W, v->columns, v->shape, &first_j, &last_j);
    for (size_t i = first_i; i < last_i; i++) {
        const real *from = row + i * v->columns;
        real *to = channel + (i * stride + p - v->shape.pad) * v->W;
        if (stride == 1) {
            to += q - v->shape.pad;
            for (size_t j = first_j; j < last_j; j++)
                to[j] += from[j];
        } else {
            for (size_t j = first_j; j < last_j; j++)
                to[j * stride + q - v->shape.pad] += from[j];
        }
    }
}

static void gather(const conv *v, const real *image, tensor *windows)
{
    real *row = windows->data;
    for (size_t c = 0; c < v->C; c++)
        for (size_t p = 0; p < v->HH; p++)
            for (size_t q = 0; q < v->WW; q++, row += window_count(v))
                gather_row(v, image + c * v->H * v->W, p, q, row);
}

static void scatter(const conv *v, const tensor *windows, real *image)
{
    const real *row = windows->data;
    memset(image, 0, v->C * v->H * v->W * sizeof *image);
    for (size_t c = 0; c < v->C; c++)
        for (size_t p = 0; p < v->HH; p++)
            for (size_t q = 0; q < v->WW; q++, row += window_count(v))
                scatter_row(v, row, p, q, image + c * v->H * v->W);
}

/* Fills in the sizes, once all tensors but the result are there. */
static void start(const char *function, conv *v, const char *result_name, const tensor *result)
{
    check_rank(function, "x", v->x, 4);
    check_rank(function, "w", v->w, 4);
    if (v->shape.stride == 0)
        contract_failed(function, "the stride is 0");
    v->C = v->x->shape[1];
    v->H = v->x->shape[2];
    v->W = v->x->shape[3];
    v->F = v->w->shape[0];
    v->HH = v->w->shape[2];
    v->WW = v->w->shape[3];
    v->rows = conv_output_size(v->H, v->HH, v->shape);
    v->columns = conv_output_size(v->W, v->WW, v->shape);
    check_shape_4d(function, "w", v->w, v->F, v->C, v->HH, v->WW);
    check_shape_4d(function, result_name, result, v->x->shape[0], v->F, v->rows, v->columns);
}

/* How many threads the images are shared by. */
static size_t threads_for(const conv *v)
{
    const double work_of_a_thread = 2e6; /* multiplications, a few times what its start costs */
    double work = (double)v->x->shape[0] * (double)v->F * (double)window_size(v) *
                  (double)window_count(v) / work_of_a_thread;
    size_t threads = parallel_threads(work);
    return threads > v->x->shape[0] && v->x->shape[0] > 0 ? v->x->shape[0] : threads;
}

static void forward_part(const void *argument, size_t index, size_t count)
{
    const conv *v = argument;
    size_t last = parallel_begin(v->x->shape[0], 1, index + 1, count);
    tensor filters = tensor_flattened(v->w);
    for (size_t n = parallel_begin(v->x->shape[0], 1, index, count); n < last; n++) {
        real *result = v->out->data + n * v->F * window_count(v);
        tensor rows = tensor_over(result, 2, (const size_t[]){v->F, window_count(v)});
        gather(v, v->x->data + n * v->C * v->H * v->W, v->windows[index]);
        for (size_t f = 0; f < v->F; f++)
            for (size_t i = 0; i < window_count(v); i++)
                result[f * window_count(v) + i] = v->b->data[f];
        matmul_general(false, false, 1, &filters, v->windows[index], 1, &rows);
    }
}

void fast_conv_forward(const tensor *x, const tensor *w, const tensor *b, conv_shape shape,
                       tensor *out)
{
    conv v = {.x = x, .w = w, .b = b, .out = out, .shape = shape};
    start(__func__, &v, "out", out);
    check_shape_1d(__func__, "b", b, v.F);
    size_t threads = threads_for(&v);
    for (size_t t = 0; t < threads; t++)
        v.windows[t] = tensor_new_2d(window_size(&v), window_count(&v));
    run_in_parallel(threads, forward_part, &v);
    for (size_t t = 0; t < threads; t++)
        tensor_free(v.windows[t]);
}

static void backward_part(const void *argument, size_t index, size_t count)
{
    const conv *v = argument;
    size_t last = parallel_begin(v->x->shape[0], 1, index + 1, count);
    tensor filters = tensor_flattened(v->w);
    double *db = v->db + index * v->F;
    for (size_t n = parallel_begin(v->x->shape[0], 1, index, count); n < last; n++) {
        real *slopes = v->dout->data + n * v->F * window_count(v);
        tensor rows = tensor_over(slopes, 2, (const size_t[]){v->F, window_count(v)});
        gather(v, v->x->data + n * v->C * v->H * v->W, v->windows[index]);
        matmul_general(false, true, 1, &rows, v->windows[index], 1, v->dw[index]);
        for (size_t f = 0; f < v->F; f++)
            for (size_t i = 0; i < window_count(v); i++)
                db[f] += (double)slopes[f * window_count(v) + i];
        if (v->dx == NULL)
            continue;
        matmul_transposed_left(&filters, &rows, v->windows[index]);
        scatter(v, v->windows[index], v->dx->data + n * v->C * v->H * v->W);
    }
}

void fast_conv_backward(const tensor *dout, const tensor *x, const tensor *w, conv_shape shape,
                        tensor *dx, tensor *dw, tensor *db)
{
    conv v = {.x = x, .w = w, .dout = dout, .dx = dx, .shape = shape};
    start(__func__, &v, "dout", dout);
    check_same_shape(__func__, "dw", dw, w);
    check_shape_1d(__func__, "db", db, v.F);
    if (dx != NULL)
        check_same_shape(__func__, "dx", dx, x);
    size_t threads = threads_for(&v);
    tensor sums = tensor_flattened(dw);
    v.db = calloc(threads * v.F + 1, sizeof *v.db);
    if (v.db == NULL)
        contract_failed(__func__, "no memory");
    for (size_t t = 0; t < threads; t++) {
        v.windows[t] = tensor_new_2d(window_size(&v), window_count(&v));
        v.dw[t] = tensor_new_2d(v.F, window_size(&v));
    }
    run_in_parallel(threads, backward_part, &v);
    tensor_fill(dw, 0);
    tensor_fill(db, 0);
    for (size_t t = 0; t < threads; t++) {
        tensor_add(&sums, v.dw[t], &sums);
        for (size_t f = 0; f < v.F; f++)
            db->data[f] += (real)v.db[t * v.F + f];
        tensor_free(v.windows[t]);
        tensor_free(v.dw[t]);
    }
    free(v.db);
}
