/* Shared by the suites of recurrent nets: weights as inputs and outputs, and published cases. */
#ifndef ASSIGNMENT3_RECURRENT_CHECKS_H
#define ASSIGNMENT3_RECURRENT_CHECKS_H

#include "check_support.h"
#include "recurrent.h"

/* Weights of normal numbers of that deviation, from r, for D inputs, H units and gH columns. */
static inline recurrent_weights kept_weights(random_state *r, size_t D, size_t H, size_t columns,
                                             double deviation)
{
    recurrent_weights w;
    w.Wx = kept_normal(r, 0, deviation, SHAPE(D, columns));
    w.Wh = kept_normal(r, 0, deviation, SHAPE(H, columns));
    w.b = kept_normal(r, 0, deviation, SHAPE(columns));
    return w;
}

/* Poisoned outputs of w's shapes. */
static inline recurrent_weights kept_weight_outputs(const recurrent_weights *w)
{
    return (recurrent_weights){.Wx = keep(output_like(w->Wx)),
                               .Wh = keep(output_like(w->Wh)),
                               .b = keep(output_like(w->b))};
}

/* The input called name of c, kept; the weights Wx, Wh and b of c, kept. */
static inline tensor *kept_input(const published_case *c, const char *name)
{
    return keep(published_input(c, name));
}
static inline recurrent_weights kept_input_weights(const published_case *c)
{
    return (recurrent_weights){
        .Wx = kept_input(c, "Wx"), .Wh = kept_input(c, "Wh"), .b = kept_input(c, "b")};
}

/* Compares got with what c expects under its name, to c's tolerance. */
static inline void expect_case(const char *name, const tensor *got, const published_case *c)
{
    expect_published(name, got, keep(published_expected(c, name)), published_tolerance(c));
}

/* Copies of count tensors, kept; and that the tensors still equal them. */
static inline void keep_copies(tensor *const *tensors, size_t count, tensor **copies)
{
    for (size_t i = 0; i < count; i++)
        copies[i] = keep(tensor_new_copy(tensors[i]));
}
static inline void expect_all_unchanged(const char *const *names, tensor *const *tensors,
                                        size_t count, tensor *const *copies)
{
    for (size_t i = 0; i < count; i++)
        expect_unchanged(names[i], tensors[i], copies[i]);
}

#endif
