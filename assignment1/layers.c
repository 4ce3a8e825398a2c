/* Layers, forward and backward. layers.h specifies each function. */
#include "layers.h"

#include "contract.h"
#include "matmul.h"

/* Stops the program unless each example in x, flattened, has as many numbers as w has rows. */
static void check_affine(const char *function, const tensor *x, const tensor *w)
{
    if (x == NULL)
        contract_failed(function, "x is NULL");
    check_rank(function, "w", w, 2);
    tensor flat = tensor_flattened(x);
    check_shape_2d(function, "x (flattened)", &flat, x->shape[0], w->shape[0]);
}

/* Checks the arguments of both losses. */
static void check_scores(const char *function, const tensor *x, const labels *y, const tensor *dx)
{
    check_rank(function, "x", x, 2);
    check_labels(function, "y", y, x->shape[0], x->shape[1]);
    check_same_shape(function, "dx", dx, x);
}

void affine_forward(const tensor *x, const tensor *w, const tensor *b, tensor *out)
{
    check_affine(__func__, x, w);
    check_shape_1d(__func__, "b", b, w->shape[1]);
    check_shape_2d(__func__, "out", out, x->shape[0], w->shape[1]);
    /*
     * TODO: a product, with b added to each of its rows. The memory of x already is that of an
     * N x D matrix: tensor_flattened returns x with that shape and copies nothing.
     */
    NOT_IMPLEMENTED(x, w, b, out);
}

void affine_backward(const tensor *dout, const tensor *x, const tensor *w, tensor *dx, tensor *dw,
                     tensor *db)
{
    check_affine(__func__, x, w);
    check_shape_2d(__func__, "dout", dout, x->shape[0], w->shape[1]);
    check_same_shape(__func__, "dx", dx, x);
    check_same_shape(__func__, "dw", dw, w);
    check_shape_1d(__func__, "db", db, w->shape[1]);
    /*
     * TODO: write down how one element of out depends on x, w and b; the shapes then leave only one
     * way to multiply. Every example contributes to dw and db.
     */
    NOT_IMPLEMENTED(dout, x, w, dx, dw, db);
}

void relu_forward(const tensor *x, tensor *out)
{
    check_same_shape(__func__, "out", out, x);
    /* TODO: one loop over the x->size elements of x->data. */
    NOT_IMPLEMENTED(x, out);
}

void relu_backward(const tensor *dout, const tensor *x, tensor *dx)
{
    check_same_shape(__func__, "dout", dout, x);
    check_same_shape(__func__, "dx", dx, x);
    /* TODO: the gradient passes where the input was positive. */
    NOT_IMPLEMENTED(dout, x, dx);
}

real svm_loss(const tensor *x, const labels *y, tensor *dx)
{
    check_scores(__func__, x, y, dx);
    /*
     * TODO: as in linear_svm.c, but the scores are given, and dx is the gradient of the loss with
     * respect to them.
     */
    return NOT_IMPLEMENTED(x, y, dx);
}

real softmax_loss(const tensor *x, const labels *y, tensor *dx)
{
    check_scores(__func__, x, y, dx);
    /*
     * TODO: as in softmax.c, but the scores are given, and dx is the gradient of the loss with
     * respect to them. Subtract each row's own largest score before exp.
     */
    return NOT_IMPLEMENTED(x, y, dx);
}
