/* Layers that often follow one another. Given: nothing to write here. */
#include "sandwiches.h"

#include "conv_fast.h"
#include "layers.h"

void affine_relu_forward(const tensor *x, const tensor *w, const tensor *b, tensor *affine,
                         tensor *out)
{
    affine_forward(x, w, b, affine);
    relu_forward(affine, out);
}

void affine_relu_backward(const tensor *dout, const tensor *affine, const tensor *x,
                          const tensor *w, tensor *dx, tensor *dw, tensor *db)
{
    tensor *daffine = tensor_new_like(affine);
    relu_backward(dout, affine, daffine);
    affine_backward(daffine, x, w, dx, dw, db);
    tensor_free(daffine);
}

void conv_relu_forward(const tensor *x, const tensor *w, const tensor *b, conv_shape shape,
                       tensor *conv, tensor *out)
{
    fast_conv_forward(x, w, b, shape, conv);
    relu_forward(conv, out);
}

void conv_relu_backward(const tensor *dout, const tensor *conv, const tensor *x, const tensor *w,
                        conv_shape shape, tensor *dx, tensor *dw, tensor *db)
{
    tensor *dconv = tensor_new_like(conv);
    relu_backward(dout, conv, dconv);
    fast_conv_backward(dconv, x, w, shape, dx, dw, db);
    tensor_free(dconv);
}
