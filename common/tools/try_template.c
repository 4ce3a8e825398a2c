/*
 * A program to try things in: make try builds it with your modules and runs it. Include the header
 * of a module and call it; change and delete what stands here.
 */
#include <stdio.h>

#include "image.h"
#include "npy.h"
#include "random.h"
#include "tensor.h"

int main(void)
{
    random_state r;
    error e;
    tensor *x = tensor_new_2d(3, 4);
    random_seed(&r, 231);
    tensor_fill_normal(x, &r, 0, 1);
    tensor_print(x); /* shape, range, mean, and the numbers as NumPy prints them */

    /* For Python: numpy.load("build/try.npy") */
    if (!npy_save("build/try.npy", x, &e))
        printf("%s\n", e.text);
    tensor_free(x);
    return 0;
}
