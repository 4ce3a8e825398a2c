/* Convolution and max pooling. conv.h specifies each function. */
#include "conv.h"

#include <string.h>

#include "contract.h"
#include "matmul.h"

/* Stops the program unless images x, filters w and the result out of a convolution fit. */
static void check_conv(const char *function, const tensor *x, const tensor *w, conv_shape shape,
                       const char *out_name, const tensor *out)
{
    check_rank(function, "x", x, 4);
    check_rank(function, "w", w, 4);
    if (shape.stride == 0)
        contract_failed(function, "the stride is 0");
    check_shape_4d(function, "w", w, w->shape[0], x->shape[1], w->shape[2], w->shape[3]);
    check_shape_4d(function, out_name, out, x->shape[0], w->shape[0],
                   conv_output_size(x->shape[2], w->shape[2], shape),
                   conv_output_size(x->shape[3], w->shape[3], shape));
}

/* The same for images x and the result out of pooling. */
static void check_pool(const char *function, const tensor *x, pool_shape shape,
                       const char *out_name, const tensor *out)
{
    check_rank(function, "x", x, 4);
    if (shape.stride == 0 || shape.height == 0 || shape.width == 0)
        contract_failed(function, "a side of the window or the stride is 0");
    check_shape_4d(function, out_name, out, x->shape[0], x->shape[1],
                   pool_output_size(x->shape[2], shape.height, shape.stride),
                   pool_output_size(x->shape[3], shape.width, shape.stride));
}

#ifdef SOLUTION
/*
 * Which part of a filter meets the image, along one side: window i covers filter elements first to
 * last - 1; element p lies over pixel i * stride + p - pad.
 */
typedef struct overlap {
    size_t first, last;
    ptrdiff_t start; /* the pixel under element 0, which may be outside */
} overlap;

static overlap overlap_of(size_t i, size_t filter, size_t size, conv_shape shape)
{
    ptrdiff_t start = (ptrdiff_t)(i * shape.stride) - (ptrdiff_t)shape.pad;
    ptrdiff_t last = (ptrdiff_t)size - start;
    size_t first = start < 0 ? -start : 0;
    size_t end = last < 0 ? 0 : last;
    end = end > filter ? filter : end;
    return (overlap){first, end, start}; /* no elements, where first is not before last */
}

/* The element at [i, j, k, l] of t, whose rank is 4. */
static size_t at(const tensor *t, size_t i, size_t j, size_t k, size_t l)
{
    return ((i * t->shape[1] + j) * t->shape[2] + k) * t->shape[3] + l;
}

/* The sum in one element of the result, without the bias. */
static double window_sum(const tensor *x, const tensor *w, size_t n, size_t f, overlap rows,
                         overlap columns)
{
    double sum = 0;
    for (size_t c = 0; c < x->shape[1]; c++)
        for (size_t p = rows.first; p < rows.last; p++)
            for (size_t q = columns.first; q < columns.last; q++)
                sum += x->data[at(x, n, c, rows.start + p, columns.start + q)] *
                       w->data[at(w, f, c, p, q)];
    return sum;
}
#endif

void conv_forward_naive(const tensor *x, const tensor *w, const tensor *b, conv_shape shape,
                        tensor *out)
{
    check_conv(__func__, x, w, shape, "out", out);
    check_shape_1d(__func__, "b", b, w->shape[0]);
#ifdef SOLUTION
    for (size_t n = 0; n < out->shape[0]; n++)
        for (size_t f = 0; f < out->shape[1]; f++)
            for (size_t i = 0; i < out->shape[2]; i++)
                for (size_t j = 0; j < out->shape[3]; j++) {
                    overlap rows = overlap_of(i, w->shape[2], x->shape[2], shape);
                    overlap columns = overlap_of(j, w->shape[3], x->shape[3], shape);
                    out->data[at(out, n, f, i, j)] =
                        window_sum(x, w, n, f, rows, columns) + b->data[f];
                }
#else
    /*
     * TODO: seven loops: over the result's n, f, i, j, and over c, p, q of the sum. Skip positions
     * outside the image, or copy x into a larger tensor of zeros first.
     */
    NOT_IMPLEMENTED(x, w, b, shape, out);
#endif
}

#ifdef SOLUTION
/* What one element of the result, whose upstream gradient is gradient, adds to dx and dw. */
static void window_backward(double gradient, const tensor *x, const tensor *w, size_t n, size_t f,
                            overlap rows, overlap columns, tensor *dx, tensor *dw)
{
    for (size_t c = 0; c < x->shape[1]; c++)
        for (size_t p = rows.first; p < rows.last; p++)
            for (size_t q = columns.first; q < columns.last; q++) {
                size_t pixel = at(x, n, c, rows.start + p, columns.start + q);
                size_t element = at(w, f, c, p, q);
                dx->data[pixel] += gradient * w->data[element];
                dw->data[element] += gradient * x->data[pixel];
            }
}
#endif

void conv_backward_naive(const tensor *dout, const tensor *x, const tensor *w, conv_shape shape,
                         tensor *dx, tensor *dw, tensor *db)
{
    check_conv(__func__, x, w, shape, "dout", dout);
    check_same_shape(__func__, "dx", dx, x);
    check_same_shape(__func__, "dw", dw, w);
    check_shape_1d(__func__, "db", db, w->shape[0]);
#ifdef SOLUTION
    tensor_fill(dx, 0);
    tensor_fill(dw, 0);
    tensor_fill(db, 0);
    for (size_t n = 0; n < dout->shape[0]; n++)
        for (size_t f = 0; f < dout->shape[1]; f++)
            for (size_t i = 0; i < dout->shape[2]; i++)
                for (size_t j = 0; j < dout->shape[3]; j++) {
                    double gradient = dout->data[at(dout, n, f, i, j)];
                    overlap rows = overlap_of(i, w->shape[2], x->shape[2], shape);
                    overlap columns = overlap_of(j, w->shape[3], x->shape[3], shape);
                    window_backward(gradient, x, w, n, f, rows, columns, dx, dw);
                    db->data[f] += gradient;
                }
#else
    /*
     * TODO: the loops of the forward pass again. Each product x * w there adds w * dout to dx and
     * x * dout to dw; both add up over all windows.
     */
    NOT_IMPLEMENTED(dout, x, w, shape, dx, dw, db);
#endif
}

#ifdef SOLUTION
/* One image's windows, and their place in the matrix of columns. */
typedef struct windows {
    size_t C, H, W;       /* of the image */
    size_t HH, WW;        /* of a filter */
    size_t rows, columns; /* of the result */
    conv_shape shape;
} windows;

static windows windows_of(const tensor *x, const tensor *w, const tensor *out, conv_shape shape)
{
    return (windows){.C = x->shape[1],
                     .H = x->shape[2],
                     .W = x->shape[3],
                     .HH = w->shape[2],
                     .WW = w->shape[3],
                     .rows = out->shape[2],
                     .columns = out->shape[3],
                     .shape = shape};
}

/*
 * Moves numbers between an image and the row of the matrix that belongs to filter element (c, p,
 * q): from the image with to_columns, else they are added to the image.
 */
static void move_row(const windows *v, size_t c, size_t p, size_t q, real *image, real *row,
                     bool to_columns)
{
    for (size_t i = 0; i < v->rows; i++)
        for (size_t j = 0; j < v->columns; j++) {
            size_t y = i * v->shape.stride + p - v->shape.pad; /* wraps round above the image */
            size_t x = j * v->shape.stride + q - v->shape.pad;
            bool inside = y < v->H && x < v->W;
            real *pixel = inside ? image + (c * v->H + y) * v->W + x : NULL;
            if (to_columns)
                row[i * v->columns + j] = inside ? *pixel : 0;
            else if (inside)
                *pixel += row[i * v->columns + j];
        }
}

static void move_columns(const windows *v, real *image, tensor *columns, bool to_columns)
{
    real *row = columns->data;
    for (size_t c = 0; c < v->C; c++)
        for (size_t p = 0; p < v->HH; p++)
            for (size_t q = 0; q < v->WW; q++, row += columns->shape[1])
                move_row(v, c, p, q, image, row, to_columns);
}
#endif

void conv_forward_im2col(const tensor *x, const tensor *w, const tensor *b, conv_shape shape,
                         tensor *out)
{
    check_conv(__func__, x, w, shape, "out", out);
    check_shape_1d(__func__, "b", b, w->shape[0]);
#ifdef SOLUTION
    windows v = windows_of(x, w, out, shape);
    size_t F = w->shape[0];
    size_t positions = v.rows * v.columns;
    tensor *columns = tensor_new_2d(v.C * v.HH * v.WW, positions);
    tensor filters = tensor_flattened(w);
    for (size_t n = 0; n < x->shape[0]; n++) {
        real *result = out->data + n * F * positions;
        tensor result_rows = tensor_over(result, 2, (size_t[]){F, positions});
        move_columns(&v, x->data + n * v.C * v.H * v.W, columns, true);
        matmul(&filters, columns, &result_rows);
        for (size_t f = 0; f < F; f++)
            for (size_t i = 0; i < positions; i++)
                result[f * positions + i] += b->data[f];
    }
    tensor_free(columns);
#else
    /*
     * TODO: for each image build the matrix of its windows, multiply it by the filters
     * (tensor_flattened views them as a matrix), and add the biases.
     */
    NOT_IMPLEMENTED(x, w, b, shape, out);
#endif
}

void conv_backward_im2col(const tensor *dout, const tensor *x, const tensor *w, conv_shape shape,
                          tensor *dx, tensor *dw, tensor *db)
{
    check_conv(__func__, x, w, shape, "dout", dout);
    check_same_shape(__func__, "dx", dx, x);
    check_same_shape(__func__, "dw", dw, w);
    check_shape_1d(__func__, "db", db, w->shape[0]);
#ifdef SOLUTION
    windows v = windows_of(x, w, dout, shape);
    size_t F = w->shape[0];
    size_t positions = v.rows * v.columns;
    size_t image_size = v.C * v.H * v.W;
    tensor *columns = tensor_new_2d(v.C * v.HH * v.WW, positions);
    tensor filters = tensor_flattened(w);
    tensor dfilters = tensor_flattened(dw);
    tensor_fill(dx, 0);
    tensor_fill(dw, 0);
    tensor_fill(db, 0);
    for (size_t n = 0; n < x->shape[0]; n++) {
        real *gradients = dout->data + n * F * positions;
        tensor gradient_rows = tensor_over(gradients, 2, (size_t[]){F, positions});
        move_columns(&v, x->data + n * image_size, columns, true);
        matmul_general(false, true, 1, &gradient_rows, columns, 1, &dfilters);
        matmul_transposed_left(&filters, &gradient_rows, columns);
        move_columns(&v, dx->data + n * image_size, columns, false);
        for (size_t f = 0; f < F; f++)
            for (size_t i = 0; i < positions; i++)
                db->data[f] += gradients[f * positions + i];
    }
    tensor_free(columns);
#else
    /*
     * TODO: two products, as in affine_backward: one gives dw, the other the gradient with respect
     * to the matrix of windows. Add the columns of the latter to dx at their windows' positions:
     * where windows overlap, the gradients add up.
     */
    NOT_IMPLEMENTED(dout, x, w, shape, dx, dw, db);
#endif
}

#ifdef SOLUTION
/* Where the largest number of window [i, j] of channel c of image n lies; the first of several. */
static size_t largest_in_window(const tensor *x, pool_shape shape, size_t n, size_t c, size_t i,
                                size_t j)
{
    size_t best = at(x, n, c, i * shape.stride, j * shape.stride);
    for (size_t p = 0; p < shape.height; p++)
        for (size_t q = 0; q < shape.width; q++) {
            size_t pixel = at(x, n, c, i * shape.stride + p, j * shape.stride + q);
            if (x->data[pixel] > x->data[best])
                best = pixel;
        }
    return best;
}
#endif

void max_pool_forward_naive(const tensor *x, pool_shape shape, tensor *out)
{
    check_pool(__func__, x, shape, "out", out);
#ifdef SOLUTION
    for (size_t n = 0; n < out->shape[0]; n++)
        for (size_t c = 0; c < out->shape[1]; c++)
            for (size_t i = 0; i < out->shape[2]; i++)
                for (size_t j = 0; j < out->shape[3]; j++)
                    out->data[at(out, n, c, i, j)] =
                        x->data[largest_in_window(x, shape, n, c, i, j)];
#else
    /* TODO: four loops over the result, and two over a window. */
    NOT_IMPLEMENTED(x, shape, out);
#endif
}

void max_pool_backward_naive(const tensor *dout, const tensor *x, pool_shape shape, tensor *dx)
{
    check_pool(__func__, x, shape, "dout", dout);
    check_same_shape(__func__, "dx", dx, x);
#ifdef SOLUTION
    tensor_fill(dx, 0);
    for (size_t n = 0; n < dout->shape[0]; n++)
        for (size_t c = 0; c < dout->shape[1]; c++)
            for (size_t i = 0; i < dout->shape[2]; i++)
                for (size_t j = 0; j < dout->shape[3]; j++)
                    dx->data[largest_in_window(x, shape, n, c, i, j)] +=
                        dout->data[at(dout, n, c, i, j)];
#else
    /* TODO: find the largest number of each window again; add up where windows overlap. */
    NOT_IMPLEMENTED(dout, x, shape, dx);
#endif
}
