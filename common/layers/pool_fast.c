/*
 * Max pooling. Windows of 2 x 2 side by side, the usual ones, have loops without branches, which
 * compilers turn into vector instructions: a branch on which of four numbers is the largest is
 * mispredicted every other time.
 */
#include "pool_fast.h"

#include <string.h>

#include "contract.h"
#include "multiversion.h"
#include "parallel.h"

/* A pooling under way. */
typedef struct pool {
    const tensor *x, *dout;
    tensor *out, *dx;
    pool_shape shape;
    size_t H, W, rows, columns; /* of a channel, and of its result */
} pool;

static void start(const char *function, pool *v, const char *result_name, const tensor *result)
{
    pool_shape shape = v->shape;
    check_rank(function, "x", v->x, 4);
    if (shape.stride == 0 || shape.height == 0 || shape.width == 0)
        contract_failed(function, "a side of the window or the stride is 0");
    v->H = v->x->shape[2];
    v->W = v->x->shape[3];
    v->rows = pool_output_size(v->H, shape.height, shape.stride);
    v->columns = pool_output_size(v->W, shape.width, shape.stride);
    check_shape_4d(function, result_name, result, v->x->shape[0], v->x->shape[1], v->rows,
                   v->columns);
}

static bool side_by_side(pool_shape shape)
{
    return shape.height == 2 && shape.width == 2 && shape.stride == 2;
}

/* Channels, of all images. */
static size_t channel_count(const pool *v)
{
    return v->x->shape[0] * v->x->shape[1];
}

static size_t threads_for(const pool *v)
{
    const double pixels_of_a_thread = 1e5; /* some 50 microseconds */
    return parallel_threads((double)v->x->size / pixels_of_a_thread);
}

static inline real larger(real a, real b)
{
    return a < b ? b : a;
}

/* A row of results from two rows of pixels. */
MULTIVERSION
static void row_of_pairs(const real *restrict above, const real *restrict below, size_t count,
                         real *restrict out)
{
    for (size_t j = 0; j < count; j++)
        out[j] =
            larger(larger(above[2 * j], above[2 * j + 1]), larger(below[2 * j], below[2 * j + 1]));
}

static void forward_channel(const pool *v, const real *channel, real *out)
{
    size_t stride = v->shape.stride;
    for (size_t i = 0; i < v->rows; i++, out += v->columns) {
        const real *rows = channel + i * stride * v->W;
        if (side_by_side(v->shape)) {
            row_of_pairs(rows, rows + v->W, v->columns, out);
            continue;
        }
        for (size_t j = 0; j < v->columns; j++)
            out[j] = rows[j * stride];
        for (size_t p = 0; p < v->shape.height; p++)
            for (size_t q = 0; q < v->shape.width; q++)
                for (size_t j = 0; j < v->columns; j++)
                    out[j] = larger(out[j], rows[p * v->W + j * stride + q]);
    }
}

static void forward_part(const void *argument, size_t index, size_t count)
{
    const pool *v = argument;
    size_t last = parallel_begin(channel_count(v), 1, index + 1, count);
    for (size_t c = parallel_begin(channel_count(v), 1, index, count); c < last; c++)
        forward_channel(v, v->x->data + c * v->H * v->W, v->out->data + c * v->rows * v->columns);
}

void fast_max_pool_forward(const tensor *x, pool_shape shape, tensor *out)
{
    pool v = {.x = x, .out = out, .shape = shape};
    start(__func__, &v, "out", out);
    run_in_parallel(threads_for(&v), forward_part, &v);
}

/* A row of gradients to two rows of pixels; the first of equal ones gets it. */
MULTIVERSION
static void row_of_pairs_backward(const real *restrict above, const real *restrict below,
                                  const real *restrict gradients, size_t count,
                                  real *restrict dabove, real *restrict dbelow)
{
    for (size_t j = 0; j < count; j++) {
        real a = above[2 * j], b = above[2 * j + 1], c = below[2 * j], d = below[2 * j + 1];
        real top = larger(a, b), bottom = larger(c, d);
        real for_top = top < bottom ? 0 : gradients[j];
        real for_bottom = top < bottom ? gradients[j] : 0;
        dabove[2 * j] = a < b ? 0 : for_top;
        dabove[2 * j + 1] = a < b ? for_top : 0;
        dbelow[2 * j] = c < d ? 0 : for_bottom;
        dbelow[2 * j + 1] = c < d ? for_bottom : 0;
    }
}

/* The first of the largest pixels of the window that begins at first. */
static size_t largest(const pool *v, const real *first)
{
    size_t best = 0;
    for (size_t p = 0; p < v->shape.height; p++)
        for (size_t q = 0; q < v->shape.width; q++)
            if (first[p * v->W + q] > first[best])
                best = p * v->W + q;
    return best;
}

static void backward_channel(const pool *v, const real *channel, const real *gradients, real *dx)
{
    size_t stride = v->shape.stride;
    memset(dx, 0, v->H * v->W * sizeof *dx);
    for (size_t i = 0; i < v->rows; i++, gradients += v->columns) {
        size_t start = i * stride * v->W;
        if (side_by_side(v->shape)) {
            row_of_pairs_backward(channel + start, channel + start + v->W, gradients, v->columns,
                                  dx + start, dx + start + v->W);
            continue;
        }
        for (size_t j = 0; j < v->columns; j++) {
            size_t first = start + j * stride;
            dx[first + largest(v, channel + first)] += gradients[j];
        }
    }
}

static void backward_part(const void *argument, size_t index, size_t count)
{
    const pool *v = argument;
    size_t last = parallel_begin(channel_count(v), 1, index + 1, count);
    for (size_t c = parallel_begin(channel_count(v), 1, index, count); c < last; c++)
        backward_channel(v, v->x->data + c * v->H * v->W, v->dout->data + c * v->rows * v->columns,
                         v->dx->data + c * v->H * v->W);
}

void fast_max_pool_backward(const tensor *dout, const tensor *x, pool_shape shape, tensor *dx)
{
    pool v = {.x = x, .dout = dout, .dx = dx, .shape = shape};
    start(__func__, &v, "dout", dout);
    check_same_shape(__func__, "dx", dx, x);
    run_in_parallel(threads_for(&v), backward_part, &v);
}
