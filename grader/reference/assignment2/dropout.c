/* Inverted dropout. dropout.h specifies each function. */
#include "dropout.h"

#include "contract.h"

void dropout_forward(const tensor *x, real keep, bool training, random_state *random, tensor *mask,
                     tensor *out)
{
    check_same_shape(__func__, "out", out, x);
    if (training)
        check_same_shape(__func__, "mask", mask, x);
    if (!(keep > 0 && keep <= 1))
        contract_failed(__func__, "keep is %g, should be over 0 and at most 1", (double)keep);
#ifdef SOLUTION
    if (!training) {
        tensor_copy(x, out);
        return;
    }
    const real factor = 1 / keep;
    tensor_fill_uniform(mask, random, 0, 1);
    for (size_t i = 0; i < x->size; i++)
        mask->data[i] = mask->data[i] < keep ? factor : 0;
    tensor_multiply(x, mask, out);
#else
    /* TODO: in training draw one number per element; in test mode copy x. */
    NOT_IMPLEMENTED(x, keep, training, random, mask, out);
#endif
}

void dropout_backward(const tensor *dout, const tensor *mask, bool training, tensor *dx)
{
    check_same_shape(__func__, "dx", dx, dout);
    if (training)
        check_same_shape(__func__, "mask", mask, dout);
#ifdef SOLUTION
    if (training)
        tensor_multiply(dout, mask, dx);
    else
        tensor_copy(dout, dx);
#else
    /* TODO: do to dout what forward did to x. */
    NOT_IMPLEMENTED(dout, mask, training, dx);
#endif
}
