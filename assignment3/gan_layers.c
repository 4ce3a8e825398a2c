/* Layers of generative adversarial nets. gan_layers.h specifies each function. */
#include "gan_layers.h"

#include "contract.h"

void leaky_relu_forward(const tensor *x, real slope, tensor *out)
{
    check_same_shape(__func__, "out", out, x);
    /* TODO: one loop. */
    NOT_IMPLEMENTED(x, slope, out);
}

void leaky_relu_backward(const tensor *dout, const tensor *x, real slope, tensor *dx)
{
    check_same_shape(__func__, "x", x, dout);
    check_same_shape(__func__, "dx", dx, dout);
    /* TODO: one loop. Whose sign decides? */
    NOT_IMPLEMENTED(dout, x, slope, dx);
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

void conv_transpose_forward_naive(const tensor *x, const tensor *w, const tensor *b,
                                  conv_shape shape, tensor *out)
{
    check_conv_transpose(__func__, x, w, shape, "out", out);
    check_shape_1d(__func__, "b", b, w->shape[1]);
    /*
     * TODO: fill out with b, then lay down a filter for each n, c, i, j and f. With pad, a filter
     * may begin above row 0: use ptrdiff_t for places, since size_t cannot be negative.
     */
    NOT_IMPLEMENTED(x, w, b, shape, out);
}

void conv_transpose_backward_naive(const tensor *dout, const tensor *x, const tensor *w,
                                   conv_shape shape, tensor *dx, tensor *dw, tensor *db)
{
    check_conv_transpose(__func__, x, w, shape, "dout", dout);
    check_same_shape(__func__, "dx", dx, x);
    check_same_shape(__func__, "dw", dw, w);
    check_shape_1d(__func__, "db", db, w->shape[1]);
    /*
     * TODO: db sums dout. Then visit the same n, c, i, j, f, p, q as the forward pass: where that
     * one added a product of x and w to a place of out, each of the two gets the other, times dout
     * there.
     */
    NOT_IMPLEMENTED(dout, x, w, shape, dx, dw, db);
}
