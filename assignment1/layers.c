/* The layers of a small net. */
#include "layers.h"

#include "contract.h"
#include "matmul.h"

void affine_forward(const tensor *x, const tensor *w, const tensor *b, tensor *out)
{
    tensor rows = tensor_flattened(x); /* N x D */
    check_shape_2d(__func__, "w", w, rows.shape[1], w->shape[1]);
    check_shape_1d(__func__, "b", b, w->shape[1]);
    check_shape_2d(__func__, "out", out, rows.shape[0], w->shape[1]);
    /* TODO: rows shows x as N x D; out is its product with w, with b added to every row. */
    NOT_IMPLEMENTED(x, w, b, out, rows);
}

void affine_backward(const tensor *dout, const tensor *x, const tensor *w, tensor *dx, tensor *dw,
                     tensor *db)
{
    tensor rows = tensor_flattened(x); /* N x D */
    check_shape_2d(__func__, "dout", dout, rows.shape[0], w->shape[1]);
    check_shape_2d(__func__, "w", w, rows.shape[1], w->shape[1]);
    check_same_shape(__func__, "dx", dx, x);
    check_same_shape(__func__, "dw", dw, w);
    check_shape_1d(__func__, "db", db, w->shape[1]);
    /*
     * TODO: each gradient has the shape of what it belongs to; that nearly says which product it
     * is. Every example adds to db.
     */
    NOT_IMPLEMENTED(dout, x, w, dx, dw, db, rows);
}

void relu_forward(const tensor *x, tensor *out)
{
    check_same_shape(__func__, "out", out, x);
    /* TODO: keep what is positive, replace the rest by 0. */
    NOT_IMPLEMENTED(x, out);
}

void relu_backward(const tensor *dout, const tensor *x, tensor *dx)
{
    check_same_shape(__func__, "dout", dout, x);
    check_same_shape(__func__, "dx", dx, x);
    /* TODO: let the gradient through just where the input was positive. */
    NOT_IMPLEMENTED(dout, x, dx);
}

real svm_loss(const tensor *x, const labels *y, tensor *dx)
{
    check_rank(__func__, "x", x, 2);
    check_labels(__func__, "y", y, x->shape[0], x->shape[1]);
    check_same_shape(__func__, "dx", dx, x);
    /* TODO: as in svm_loss_vectorized, but the scores are given and the gradient is by them. */
    return NOT_IMPLEMENTED(x, y, dx);
}

real softmax_loss(const tensor *x, const labels *y, tensor *dx)
{
    check_rank(__func__, "x", x, 2);
    check_labels(__func__, "y", y, x->shape[0], x->shape[1]);
    check_same_shape(__func__, "dx", dx, x);
    /* TODO: as in softmax_loss_vectorized, but the scores are given and the gradient is by them. */
    return NOT_IMPLEMENTED(x, y, dx);
}
