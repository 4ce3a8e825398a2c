/* Layers of generative adversarial nets. gan_layers.h specifies each function. */
#include "gan_layers.h"

#include "contract.h"

void leaky_relu_forward(const tensor *x, real slope, tensor *out)
{
    check_same_shape(__func__, "out", out, x);
#ifdef SOLUTION
    for (size_t i = 0; i < x->size; i++)
        out->data[i] = x->data[i] > 0 ? x->data[i] : slope * x->data[i];
#else
    /* TODO: one loop. */
    NOT_IMPLEMENTED(x, slope, out);
#endif
}

void leaky_relu_backward(const tensor *dout, const tensor *x, real slope, tensor *dx)
{
    check_same_shape(__func__, "x", x, dout);
    check_same_shape(__func__, "dx", dx, dout);
#ifdef SOLUTION
    for (size_t i = 0; i < x->size; i++)
        dx->data[i] = x->data[i] > 0 ? dout->data[i] : slope * dout->data[i];
#else
    /* TODO: one loop. Whose sign decides? */
    NOT_IMPLEMENTED(dout, x, slope, dx);
#endif
}

/* The size of one side of the result; stops the program if it is not at least 1. */
static size_t grown(const char *function, size_t size, size_t filter, conv_shape shape)
{
    if (shape.stride == 0)
        contract_failed(function, "stride is 0, and should be at least 1");
    size_t full = size == 0 ? 0 : (size - 1) * shape.stride + filter;
    if (full <= 2 * shape.pad)
        contract_failed(function, "of a side of %zu pixels, pad = %zu leaves nothing", full,
                        shape.pad);
    return full - 2 * shape.pad;
}

/* Stops the program unless w and result, called name, fit x. */
static void check_conv_transpose(const char *function, const tensor *x, const tensor *w,
                                 conv_shape shape, const char *name, const tensor *result)
{
    check_rank(function, "x", x, 4);
    check_rank(function, "w", w, 4);
    check_shape_4d(function, "w", w, x->shape[1], w->shape[1], w->shape[2], w->shape[3]);
    check_shape_4d(function, name, result, x->shape[0], w->shape[1],
                   grown(function, x->shape[2], w->shape[2], shape),
                   grown(function, x->shape[3], w->shape[3], shape));
}

#ifdef SOLUTION
/* The element at [i, j, k, l] of t, whose rank is 4. */
static size_t at(const tensor *t, size_t i, size_t j, size_t k, size_t l)
{
    return ((i * t->shape[1] + j) * t->shape[2] + k) * t->shape[3] + l;
}

/*
 * The filter of a pixel along one side: element p, of first to last - 1, lies over place start + p
 * of the result; the others were cut off.
 */
typedef struct span {
    size_t first, last;
    ptrdiff_t start; /* the place of element 0, which may be outside */
} span;

static span span_of(size_t i, size_t filter, size_t size, conv_shape shape)
{
    span s = {.last = filter, .start = (ptrdiff_t)(i * shape.stride) - (ptrdiff_t)shape.pad};
    ptrdiff_t left = (ptrdiff_t)size - s.start; /* elements before the far edge */
    if (s.start < 0)
        s.first = -s.start;
    if (left < (ptrdiff_t)filter)
        s.last = left < 0 ? 0 : left;
    return s;
}

/* Lays down the filter of channel c, times value, for image n: on all of its channels. */
static void lay_down(real value, const tensor *w, size_t n, size_t c, span rows, span columns,
                     tensor *out)
{
    for (size_t f = 0; f < w->shape[1]; f++)
        for (size_t p = rows.first; p < rows.last; p++)
            for (size_t q = columns.first; q < columns.last; q++)
                out->data[at(out, n, f, rows.start + p, columns.start + q)] +=
                    value * w->data[at(w, c, f, p, q)];
}
#endif

void conv_transpose_forward_naive(const tensor *x, const tensor *w, const tensor *b,
                                  conv_shape shape, tensor *out)
{
    check_conv_transpose(__func__, x, w, shape, "out", out);
    check_shape_1d(__func__, "b", b, w->shape[1]);
#ifdef SOLUTION
    size_t image = out->shape[2] * out->shape[3];
    for (size_t i = 0; i < out->size; i++)
        out->data[i] = b->data[i / image % w->shape[1]];
    for (size_t n = 0; n < x->shape[0]; n++)
        for (size_t c = 0; c < x->shape[1]; c++)
            for (size_t i = 0; i < x->shape[2]; i++)
                for (size_t j = 0; j < x->shape[3]; j++) {
                    span rows = span_of(i, w->shape[2], out->shape[2], shape);
                    span columns = span_of(j, w->shape[3], out->shape[3], shape);
                    lay_down(x->data[at(x, n, c, i, j)], w, n, c, rows, columns, out);
                }
#else
    /*
     * TODO: fill out with b, then lay down a filter for each n, c, i, j and f. With pad, a filter
     * may begin above row 0: use ptrdiff_t for places, since size_t cannot be negative.
     */
    NOT_IMPLEMENTED(x, w, b, shape, out);
#endif
}

#ifdef SOLUTION
/*
 * What the pixel of that value gets back from where its filter lies; the filter's elements get
 * theirs in dw.
 */
static double gather(const tensor *dout, real value, const tensor *w, size_t n, size_t c, span rows,
                     span columns, tensor *dw)
{
    double sum = 0;
    for (size_t f = 0; f < w->shape[1]; f++)
        for (size_t p = rows.first; p < rows.last; p++)
            for (size_t q = columns.first; q < columns.last; q++) {
                real upstream = dout->data[at(dout, n, f, rows.start + p, columns.start + q)];
                sum += upstream * w->data[at(w, c, f, p, q)];
                dw->data[at(w, c, f, p, q)] += upstream * value;
            }
    return sum;
}
#endif

void conv_transpose_backward_naive(const tensor *dout, const tensor *x, const tensor *w,
                                   conv_shape shape, tensor *dx, tensor *dw, tensor *db)
{
    check_conv_transpose(__func__, x, w, shape, "dout", dout);
    check_same_shape(__func__, "dx", dx, x);
    check_same_shape(__func__, "dw", dw, w);
    check_shape_1d(__func__, "db", db, w->shape[1]);
#ifdef SOLUTION
    tensor_fill(dw, 0);
    tensor_fill(db, 0);
    size_t image = dout->shape[2] * dout->shape[3];
    for (size_t i = 0; i < dout->size; i++)
        db->data[i / image % w->shape[1]] += dout->data[i];
    for (size_t n = 0; n < x->shape[0]; n++)
        for (size_t c = 0; c < x->shape[1]; c++)
            for (size_t i = 0; i < x->shape[2]; i++)
                for (size_t j = 0; j < x->shape[3]; j++) {
                    span rows = span_of(i, w->shape[2], dout->shape[2], shape);
                    span columns = span_of(j, w->shape[3], dout->shape[3], shape);
                    size_t pixel = at(x, n, c, i, j);
                    dx->data[pixel] = gather(dout, x->data[pixel], w, n, c, rows, columns, dw);
                }
#else
    /*
     * TODO: db sums dout. Then visit the same n, c, i, j, f, p, q as the forward pass: where that
     * one added a product of x and w to a place of out, each of the two gets the other, times dout
     * there.
     */
    NOT_IMPLEMENTED(dout, x, w, shape, dx, dw, db);
#endif
}
