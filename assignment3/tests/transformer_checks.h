/* Shared by the suites of transformers: weights as inputs and outputs, and their gradients. */
#ifndef ASSIGNMENT3_TRANSFORMER_CHECKS_H
#define ASSIGNMENT3_TRANSFORMER_CHECKS_H

#include <stdio.h>

#include "recurrent_checks.h"
#include "transformer_parts.h"

/* Weights of E numbers per position and that many heads, normal numbers of that deviation. */
static inline multi_head_weights kept_multi_head(random_state *r, size_t E, size_t heads,
                                                 double deviation)
{
    multi_head_weights w = multi_head_weights_new(E, heads);
    tensor *list[MULTI_HEAD_TENSORS];
    multi_head_weights_list(&w, list);
    for (size_t i = 0; i < MULTI_HEAD_TENSORS; i++)
        tensor_fill_normal(keep(list[i]), r, 0, deviation);
    return w;
}

/* Poisoned outputs of w's shapes. heads is 0, since nobody is to read it. */
static inline multi_head_weights kept_multi_head_outputs(const multi_head_weights *w)
{
    multi_head_weights dw = multi_head_weights_new(w->bq->shape[0], 0);
    tensor *list[MULTI_HEAD_TENSORS];
    multi_head_weights_list(&dw, list);
    for (size_t i = 0; i < MULTI_HEAD_TENSORS; i++)
        poison(keep(list[i]));
    return dw;
}

/* A poisoned cache. */
static inline multi_head_cache kept_multi_head_cache(size_t N, size_t S, size_t T, size_t E,
                                                     size_t heads)
{
    multi_head_cache cache = multi_head_cache_new(N, S, T, E, heads);
    tensor *const all[] = {cache.q, cache.k, cache.v, cache.weights, cache.joined};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        poison(keep(all[i]));
    return cache;
}

/* The input of c whose name is prefix and name, kept. */
static inline tensor *kept_prefixed(const published_case *c, const char *prefix, const char *name)
{
    char whole[80];
    snprintf(whole, sizeof whole, "%s%s", prefix, name);
    return kept_input(c, whole);
}

/* The weights of c whose names begin with prefix ("" for none), and its number of heads. */
static inline multi_head_weights kept_input_multi_head(const published_case *c, const char *prefix)
{
    return (multi_head_weights){.Wq = kept_prefixed(c, prefix, "Wq"),
                                .bq = kept_prefixed(c, prefix, "bq"),
                                .Wk = kept_prefixed(c, prefix, "Wk"),
                                .bk = kept_prefixed(c, prefix, "bk"),
                                .Wv = kept_prefixed(c, prefix, "Wv"),
                                .bv = kept_prefixed(c, prefix, "bv"),
                                .Wo = kept_prefixed(c, prefix, "Wo"),
                                .bo = kept_prefixed(c, prefix, "bo"),
                                .heads = (size_t)published_input_number(c, "heads")};
}

/*
 * Fails the test unless dbk is 0 up to rounding, which is judged on the scale of dbq: a bias of the
 * keys adds the same number to all scores of a row, and the softmax does not see it.
 */
static inline void expect_no_gradient(const char *name, const tensor *dbk, const tensor *dbq)
{
    double scale = sqrt(tensor_sum_of_squares(dbq)), size = sqrt(tensor_sum_of_squares(dbk));
    ck_assert_msg(
        size <= 1e-9 * (scale > 1e-9 ? scale : 1),
        "%s has the length %.3g, should be 0 up to rounding: a bias of the keys moves all "
        "scores of a row alike",
        name, size);
}

/* "dWq" for prefix "" and name Wq, into text; returned. */
static inline const char *gradient_name(char text[80], const char *prefix, const char *name)
{
    snprintf(text, 80, "d%s%s", prefix, name);
    return text;
}

/*
 * A list of weights with their gradients: those of a layer, or of a whole net. Names are those of
 * the published cases. Those that end in bk are 0 up to rounding, on the scale of their bq.
 */
typedef struct weights_and_gradients {
    size_t count;
    const char *const *names;
    tensor **values, **gradients;
} weights_and_gradients;

static inline bool is_key_bias(const char *name)
{
    return strcmp(name + strlen(name) - 2, "bk") == 0;
}

/* Compares gradients with finite differences of f at the upstream gradient dout. */
static inline void expect_layer_gradients(const weights_and_gradients *w, tensor_function f,
                                          void *context, const tensor *dout)
{
    char name[80];
    for (size_t i = 0; i < w->count; i++) {
        gradient_name(name, "", w->names[i]);
        if (is_key_bias(w->names[i]))
            expect_no_gradient(name, w->gradients[i], w->gradients[i - 2]);
        else
            expect_gradient_array(name, w->gradients[i], f, context, w->values[i], dout);
    }
}

/* Compares gradients with what c expects under their names. */
static inline void expect_layer_case(const weights_and_gradients *w, const published_case *c)
{
    char name[80];
    for (size_t i = 0; i < w->count; i++) {
        gradient_name(name, "", w->names[i]);
        if (is_key_bias(w->names[i]))
            expect_no_gradient(name, w->gradients[i], w->gradients[i - 2]);
        else
            expect_case(name, w->gradients[i], c);
    }
}

/* Poisons count tensors, and keeps them. */
static inline void keep_poisoned(tensor *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        poison(keep(list[i]));
}

/* Fills count tensors with normal numbers of that deviation, 1 more for scales, and keeps them. */
static inline void keep_drawn(tensor *const *list, const char *const *names, size_t count,
                              random_state *r, double deviation)
{
    for (size_t i = 0; i < count; i++)
        tensor_fill_normal(keep(list[i]), r, strncmp(names[i], "gamma", 5) == 0, deviation);
}

/* Copies to list, count tensors, the inputs of c of these names after prefix. */
static inline void copy_inputs(const published_case *c, const char *prefix,
                               const char *const *names, tensor *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        tensor_copy(kept_prefixed(c, prefix, names[i]), list[i]);
}

#endif
