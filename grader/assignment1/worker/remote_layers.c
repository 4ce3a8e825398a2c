/* The layers as remote calls: what a net is linked with when it is tried without its own layers. */
#include "layers.h"
#include "remote.h"

void affine_forward(const tensor *x, const tensor *w, const tensor *b, tensor *out)
{
    remote_begin("affine_forward");
    remote_in("x", x);
    remote_in("w", w);
    remote_in("b", b);
    remote_out("out", out);
    remote_end();
}

void affine_backward(const tensor *dout, const tensor *x, const tensor *w, tensor *dx, tensor *dw,
                     tensor *db)
{
    remote_begin("affine_backward");
    remote_in("dout", dout);
    remote_in("x", x);
    remote_in("w", w);
    remote_out("dx", dx);
    remote_out("dw", dw);
    remote_out("db", db);
    remote_end();
}

void relu_forward(const tensor *x, tensor *out)
{
    remote_begin("relu_forward");
    remote_in("x", x);
    remote_out("out", out);
    remote_end();
}

void relu_backward(const tensor *dout, const tensor *x, tensor *dx)
{
    remote_begin("relu_backward");
    remote_in("x", x);
    remote_in("dout", dout);
    remote_out("dx", dx);
    remote_end();
}

real svm_loss(const tensor *x, const labels *y, tensor *dx)
{
    remote_begin("svm_loss");
    remote_in("x", x);
    remote_in_labels("y", y);
    remote_out_number("loss");
    remote_out("dx", dx);
    return remote_end();
}

real softmax_loss(const tensor *x, const labels *y, tensor *dx)
{
    remote_begin("softmax_loss");
    remote_in("x", x);
    remote_in_labels("y", y);
    remote_out_number("loss");
    remote_out("dx", dx);
    return remote_end();
}
