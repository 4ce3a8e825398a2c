/* Inverted dropout. What to write stands in dropout.h. */
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
    /* TODO: in training a number for each element; in test mode a copy. */
    NOT_IMPLEMENTED(x, keep, training, random, mask, out);
}

void dropout_backward(const tensor *dout, const tensor *mask, bool training, tensor *dx)
{
    check_same_shape(__func__, "dx", dx, dout);
    if (training)
        check_same_shape(__func__, "mask", mask, dout);
    /* TODO: what forward did to x, backward does to dout. */
    NOT_IMPLEMENTED(dout, mask, training, dx);
}
