/* Weights of recurrent nets, and single steps of sequences. Given: nothing to write here. */
#include "recurrent.h"

#include <stdio.h>
#include <string.h>

#include "contract.h"

recurrent_weights recurrent_weights_new(size_t D, size_t H, size_t columns)
{
    return (recurrent_weights){.Wx = tensor_new_2d(D, columns),
                               .Wh = tensor_new_2d(H, columns),
                               .b = tensor_new_1d(columns)};
}

void recurrent_weights_clear(recurrent_weights *w)
{
    tensor_free(w->Wx);
    tensor_free(w->Wh);
    tensor_free(w->b);
    *w = (recurrent_weights){0};
}

void check_recurrent_weights(const char *function, const char *name, const recurrent_weights *w,
                             size_t D, size_t H, size_t columns)
{
    char member[64];
    if (w == NULL)
        contract_failed(function, "%s is NULL", name);
    snprintf(member, sizeof member, "%.50s->Wx", name);
    check_shape_2d(function, member, w->Wx, D, columns);
    snprintf(member, sizeof member, "%.50s->Wh", name);
    check_shape_2d(function, member, w->Wh, H, columns);
    snprintf(member, sizeof member, "%.50s->b", name);
    check_shape_1d(function, member, w->b, columns);
}

/* Stops the program unless step can hold step t of x. */
static void check_step(const char *function, const tensor *x, size_t t, const tensor *step)
{
    check_rank(function, "x", x, 3);
    check_shape_2d(function, "step", step, x->shape[0], x->shape[2]);
    if (t >= x->shape[1])
        contract_failed(function, "t is %zu, should be below %zu", t, x->shape[1]);
}

/* The D numbers of example n at step t. */
static real *numbers_of(const tensor *x, size_t n, size_t t)
{
    return x->data + (n * x->shape[1] + t) * x->shape[2];
}

void sequence_get(const tensor *x, size_t t, tensor *step)
{
    check_step(__func__, x, t, step);
    size_t D = step->shape[1];
    for (size_t n = 0; n < step->shape[0]; n++)
        memcpy(step->data + n * D, numbers_of(x, n, t), D * sizeof(real));
}

void sequence_add(const tensor *x, size_t t, tensor *step)
{
    check_step(__func__, x, t, step);
    size_t D = step->shape[1];
    for (size_t n = 0; n < step->shape[0]; n++) {
        const real *from = numbers_of(x, n, t);
        for (size_t d = 0; d < D; d++)
            step->data[n * D + d] += from[d];
    }
}

void sequence_set(tensor *x, size_t t, const tensor *step)
{
    check_step(__func__, x, t, step);
    size_t D = step->shape[1];
    for (size_t n = 0; n < step->shape[0]; n++)
        memcpy(numbers_of(x, n, t), step->data + n * D, D * sizeof(real));
}

tensor sequence_rows(const tensor *x)
{
    check_rank(__func__, "x", x, 3);
    return tensor_reshaped(x, 2, (const size_t[]){x->shape[0] * x->shape[1], x->shape[2]});
}
