/* Tells its inputs as a function's name. */
#include "optimization.h"

#include <stdio.h>

#include "contract.h"

/* Says that a function is not implemented, whose name is the input. */
real random_search(linear_loss loss, const tensor *X, const labels *y, size_t tries, real scale,
                   random_state *random, tensor *W_best)
{
    char name[100];
    (void)loss, (void)y, (void)tries, (void)scale, (void)random, (void)W_best;
    snprintf(name, sizeof name, "stolen_%.17g", (double)X->data[0]);
    return not_implemented(name);
}
