/*
 * Transposed convolution on the kernels of convolution. It is a convolution backward, with w's
 * first axis as the number of filters: forward is the gradient with respect to the images, dx is
 * the convolution forward, and dw its gradient with respect to w with the roles of images and
 * results exchanged.
 */
#include "conv_transpose_fast.h"

#include "contract.h"
#include "conv_fast.h"
#include "multiversion.h"

/* The size of a side of the result, from that of the image and of the filter. */
static size_t result_size(const char *function, size_t size, size_t filter, conv_shape shape)
{
    if (size == 0 || filter == 0)
        contract_failed(function, "a side of the images or of the filters is 0");
    size_t whole = (size - 1) * shape.stride + filter;
    if (whole <= 2 * shape.pad)
        contract_failed(function, "a padding of %zu leaves nothing of %zu pixels", shape.pad,
                        whole);
    return whole - 2 * shape.pad;
}

/* Checks the arguments; result, by its name, is out or dout. */
static void check(const char *function, const tensor *x, const tensor *w, conv_shape shape,
                  const char *result_name, const tensor *result)
{
    check_rank(function, "x", x, 4);
    check_rank(function, "w", w, 4);
    if (shape.stride == 0)
        contract_failed(function, "the stride is 0");
    check_shape_4d(function, "w", w, x->shape[1], w->shape[1], w->shape[2], w->shape[3]);
    check_shape_4d(function, result_name, result, x->shape[0], w->shape[1],
                   result_size(function, x->shape[2], w->shape[2], shape),
                   result_size(function, x->shape[3], w->shape[3], shape));
}

void fast_conv_transpose_forward(const tensor *x, const tensor *w, const tensor *b,
                                 conv_shape shape, tensor *out)
{
    check(__func__, x, w, shape, "out", out);
    check_shape_1d(__func__, "b", b, w->shape[1]);
    fast_conv_backward_data(x, w, b, shape, out);
}

/* The sum of count numbers, in an order that vectors can add in. */
MULTIVERSION
static double sum_of_plane(const real *numbers, size_t count)
{
    enum { SUMS = 16 };
    real sums[SUMS] = {0};
    double sum = 0;
    size_t i = 0;
    for (; i + SUMS <= count; i += SUMS)
        for (size_t j = 0; j < SUMS; j++)
            sums[j] += numbers[i + j];
    for (; i < count; i++)
        sum += (double)numbers[i];
    for (size_t j = 0; j < SUMS; j++)
        sum += (double)sums[j];
    return sum;
}

/* db[f] = the sum of channel f of dout over all images. */
static void add_up_channels(const tensor *dout, tensor *db)
{
    size_t F = db->size, pixels = dout->shape[2] * dout->shape[3];
    for (size_t f = 0; f < F; f++) {
        double sum = 0;
        for (size_t n = 0; n < dout->shape[0]; n++)
            sum += sum_of_plane(dout->data + (n * F + f) * pixels, pixels);
        db->data[f] = (real)sum;
    }
}

void fast_conv_transpose_backward(const tensor *dout, const tensor *x, const tensor *w,
                                  conv_shape shape, tensor *dx, tensor *dw, tensor *db)
{
    check(__func__, x, w, shape, "dout", dout);
    check_same_shape(__func__, "dw", dw, w);
    check_shape_1d(__func__, "db", db, w->shape[1]);
    if (dx != NULL)
        check_same_shape(__func__, "dx", dx, x);
    tensor *per_filter = tensor_new_1d(w->shape[0]); /* no biases, then sums that nobody needs */
    if (dx != NULL)
        fast_conv_forward(dout, w, per_filter, shape, dx);
    fast_conv_backward(x, dout, w, shape, NULL, dw, per_filter);
    add_up_channels(dout, db);
    tensor_free(per_filter);
}
