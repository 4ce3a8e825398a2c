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

void conv_forward_naive(const tensor *x, const tensor *w, const tensor *b, conv_shape shape,
                        tensor *out)
{
    check_conv(__func__, x, w, shape, "out", out);
    check_shape_1d(__func__, "b", b, w->shape[0]);
    /*
     * TODO: seven loops: over the result's n, f, i, j, and over c, p, q of the sum. Skip positions
     * outside the image, or copy x into a larger tensor of zeros first.
     */
    NOT_IMPLEMENTED(x, w, b, shape, out);
}

void conv_backward_naive(const tensor *dout, const tensor *x, const tensor *w, conv_shape shape,
                         tensor *dx, tensor *dw, tensor *db)
{
    check_conv(__func__, x, w, shape, "dout", dout);
    check_same_shape(__func__, "dx", dx, x);
    check_same_shape(__func__, "dw", dw, w);
    check_shape_1d(__func__, "db", db, w->shape[0]);
    /*
     * TODO: the loops of the forward pass again. Each product x * w there adds w * dout to dx and
     * x * dout to dw; both add up over all windows.
     */
    NOT_IMPLEMENTED(dout, x, w, shape, dx, dw, db);
}

void conv_forward_im2col(const tensor *x, const tensor *w, const tensor *b, conv_shape shape,
                         tensor *out)
{
    check_conv(__func__, x, w, shape, "out", out);
    check_shape_1d(__func__, "b", b, w->shape[0]);
    /*
     * TODO: for each image build the matrix of its windows, multiply it by the filters
     * (tensor_flattened views them as a matrix), and add the biases.
     */
    NOT_IMPLEMENTED(x, w, b, shape, out);
}

void conv_backward_im2col(const tensor *dout, const tensor *x, const tensor *w, conv_shape shape,
                          tensor *dx, tensor *dw, tensor *db)
{
    check_conv(__func__, x, w, shape, "dout", dout);
    check_same_shape(__func__, "dx", dx, x);
    check_same_shape(__func__, "dw", dw, w);
    check_shape_1d(__func__, "db", db, w->shape[0]);
    /*
     * TODO: two products, as in affine_backward: one gives dw, the other the gradient with respect
     * to the matrix of windows. Add the columns of the latter to dx at their windows' positions:
     * where windows overlap, the gradients add up.
     */
    NOT_IMPLEMENTED(dout, x, w, shape, dx, dw, db);
}

void max_pool_forward_naive(const tensor *x, pool_shape shape, tensor *out)
{
    check_pool(__func__, x, shape, "out", out);
    /* TODO: four loops over the result, and two over a window. */
    NOT_IMPLEMENTED(x, shape, out);
}

void max_pool_backward_naive(const tensor *dout, const tensor *x, pool_shape shape, tensor *dx)
{
    check_pool(__func__, x, shape, "dout", dout);
    check_same_shape(__func__, "dx", dx, x);
    /* TODO: find the largest number of each window again; add up where windows overlap. */
    NOT_IMPLEMENTED(dout, x, shape, dx);
}
