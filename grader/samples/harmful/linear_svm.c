/* Accidents in the SVM. */
#include "linear_svm.h"

#include <stdio.h>
#include <stdlib.h>

/* A recursion without an end: the stack overflows. */
static real sum_from(const tensor *t, size_t i)
{
    volatile char here[256];
    here[0] = (char)i;
    return sum_from(t, i + 1) + t->data[i % t->size] + here[0];
}

real svm_loss_naive(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    tensor_fill(dW, 0);
    return sum_from(W, 0) + X->data[0] + y->data[0] + reg;
}

/* Allocates in a loop and never frees. */
real svm_loss_vectorized(const tensor *W, const tensor *X, const labels *y, real reg, tensor *dW)
{
    for (;;) {
        char *block = malloc(1 << 20);
        if (block == NULL) {
            printf("no memory\n");
            dW->data[0] = W->data[0] + X->data[0] + y->data[0] + reg;
            *block = 1; /* and then uses what it did not get */
        }
        for (size_t i = 0; i < 1 << 20; i += 4096)
            block[i] = 1;
    }
}
