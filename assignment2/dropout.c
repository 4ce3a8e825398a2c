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
    /* TODO: in training draw one number per element; in test mode copy x. */
    NOT_IMPLEMENTED(x, keep, training, random, mask, out);
}

void dropout_backward(const tensor *dout, const tensor *mask, bool training, tensor *dx)
{
    check_same_shape(__func__, "dx", dx, dout);
    if (training)
        check_same_shape(__func__, "mask", mask, dout);
    /* TODO: do to dout what forward did to x. */
    NOT_IMPLEMENTED(dout, mask, training, dx);
}
