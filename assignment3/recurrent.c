/* Weights of recurrent nets, and single steps of sequences. Given: nothing to write here. */
#include "recurrent.h"

#include <stdio.h>
#include <string.h>

#include "contract.h"
#include "parallel.h"

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

/* A step of all examples, and what is done with the D numbers of each. */
typedef struct step_of_all {
    const tensor *x, *step;
    size_t t;
    void (*of_example)(real *numbers, real *step, size_t D);
} step_of_all;

static void get_numbers(real *numbers, real *step, size_t D)
{
    memcpy(step, numbers, D * sizeof *step);
}

static void add_numbers(real *numbers, real *step, size_t D)
{
    for (size_t d = 0; d < D; d++)
        step[d] += numbers[d];
}

static void set_numbers(real *numbers, real *step, size_t D)
{
    memcpy(numbers, step, D * sizeof *step);
}

static void step_part(const void *argument, size_t index, size_t count)
{
    const step_of_all *s = argument;
    size_t N = s->step->shape[0], T = s->x->shape[1], D = s->step->shape[1];
    size_t last = parallel_begin(N, 1, index + 1, count);
    for (size_t n = parallel_begin(N, 1, index, count); n < last; n++)
        s->of_example(s->x->data + (n * T + s->t) * D, s->step->data + n * D, D);
}

/* Does step t of x, which comes from function, in threads. */
static void for_each_example(const char *function, const step_of_all *s)
{
    const double numbers_of_a_thread = 3e4; /* some 20 microseconds: they lie far apart */
    check_step(function, s->x, s->t, s->step);
    run_in_parallel(parallel_threads((double)s->step->size / numbers_of_a_thread), step_part, s);
}

void sequence_get(const tensor *x, size_t t, tensor *step)
{
    for_each_example(__func__, &(step_of_all){x, step, t, get_numbers});
}

void sequence_add(const tensor *x, size_t t, tensor *step)
{
    for_each_example(__func__, &(step_of_all){x, step, t, add_numbers});
}

void sequence_set(tensor *x, size_t t, const tensor *step)
{
    for_each_example(__func__, &(step_of_all){x, step, t, set_numbers});
}

tensor sequence_rows(const tensor *x)
{
    check_rank(__func__, "x", x, 3);
    return tensor_reshaped(x, 2, (const size_t[]){x->shape[0] * x->shape[1], x->shape[2]});
}
