/* Promises that every linear loss keeps. */
#include "linear_checks.h"

#include <string.h>

#include "check_support.h"

linear_problem linear_problem_new(uint32_t seed, size_t N, size_t D, size_t C, double deviation)
{
    random_state r;
    random_seed(&r, seed);
    linear_problem p = {.W = normal_2d(&r, D, C, deviation),
                        .X = normal_2d(&r, N, D, 1),
                        .dW = output_2d(D, C),
                        .y = labels_new(N)};
    labels_fill_random(p.y, &r, C);
    return p;
}

linear_problem problem_of_scores(tensor *scores, labels *y)
{
    linear_problem p = {
        .W = scores, .X = tensor_new_2d(y->count, y->count), .dW = output_like(scores), .y = y};
    for (size_t i = 0; i < y->count; i++) /* X is the identity, so that X W = W */
        p.X->data[i * y->count + i] = 1;
    return p;
}

void linear_problem_clear(linear_problem *p)
{
    tensor_free(p->W);
    tensor_free(p->X);
    tensor_free(p->dW);
    labels_free(p->y);
}

void check_zero_weights(linear_loss loss, double expected)
{
    linear_problem p = linear_problem_new(1, 6, 5, 10, 0);
    expect_number("the loss at W = 0 with 10 classes", (double)loss(p.W, p.X, p.y, 1, p.dW),
                  expected, 1e-9);
    linear_problem_clear(&p);
}

/* A loss as a function of W alone. */
typedef struct loss_of_W {
    linear_loss loss;
    const linear_problem *problem;
    real reg;
    tensor *unused;
} loss_of_W;

static double value_at(const tensor *W, void *context)
{
    const loss_of_W *f = context;
    return (double)f->loss(W, f->problem->X, f->problem->y, f->reg, f->unused);
}

void check_gradient(linear_loss loss, double reg)
{
    linear_problem p = linear_problem_new(231, 9, 6, 4, 0.5);
    loss_of_W f = {.loss = loss, .problem = &p, .reg = (real)reg, .unused = tensor_new_like(p.W)};
    loss(p.W, p.X, p.y, (real)reg, p.dW);
    expect_gradient("dW", p.dW, value_at, &f, p.W);
    tensor_free(f.unused);
    linear_problem_clear(&p);
}

void check_mean(linear_loss loss)
{
    linear_problem once = linear_problem_new(4, 5, 3, 4, 1);
    linear_problem twice = linear_problem_new(4, 10, 3, 4, 1);
    tensor_copy(once.W, twice.W);
    for (size_t half = 0; half < 2; half++) {
        memcpy(twice.X->data + half * once.X->size, once.X->data, once.X->size * sizeof(real));
        memcpy(twice.y->data + half * 5, once.y->data, 5 * sizeof *once.y->data);
    }
    double expected = (double)loss(once.W, once.X, once.y, 0.5, once.dW);
    hint("Every example of the minibatch is there twice, which changes no mean: what is divided by "
         "N, and how often?");
    expect_number("the loss", (double)loss(twice.W, twice.X, twice.y, 0.5, twice.dW), expected,
                  1e-9);
    expect_close("dW", twice.dW, once.dW, 1e-9);
    linear_problem_clear(&once);
    linear_problem_clear(&twice);
}

void check_regularization(linear_loss loss)
{
    linear_problem p = linear_problem_new(2, 4, 3, 5, 1);
    tensor_fill(p.X, 0); /* all scores are 0, and the data do not pull at W */
    double without = (double)loss(p.W, p.X, p.y, 0, p.dW);
    tensor *expected = tensor_new_copy(p.W);
    tensor_scale(expected, 2 * 7);
    hint("X is 0 and reg 7 here. L has reg * sum(W^2), without a half and not divided by N; its "
         "gradient is 2 * reg * W.");
    expect_number("the part of the loss that reg 7 adds",
                  (double)loss(p.W, p.X, p.y, 7, p.dW) - without, 7 * tensor_sum_of_squares(p.W),
                  1e-9);
    expect_close("dW", p.dW, expected, 1e-9);
    tensor_free(expected);
    linear_problem_clear(&p);
}

void check_same(linear_loss naive, linear_loss vectorized)
{
    for (int strong = 0; strong < 2; strong++) {
        linear_problem p = linear_problem_new(5, 13, 7, 5, 1);
        tensor *expected = tensor_new_like(p.W);
        real reg = strong ? 50 : 5e-6;
        double loss = (double)naive(p.W, p.X, p.y, reg, expected);
        hint(strong ? "This is against the naive one, with reg 50."
                    : "This is against the naive one, with reg 5e-6.");
        expect_number("the loss", (double)vectorized(p.W, p.X, p.y, reg, p.dW), loss, 1e-9);
        expect_close("dW", p.dW, expected, 1e-9);
        tensor_free(expected);
        linear_problem_clear(&p);
    }
}

void check_clean(linear_loss loss)
{
    linear_problem p = linear_problem_new(8, 5, 4, 3, 1);
    tensor *again = tensor_new_like(p.W);
    tensor_fill(again, 1000);
    double first = (double)loss(p.W, p.X, p.y, 1, p.dW);
    hint("This is a second call, with 1000 in every element of dW before it.");
    expect_number("the loss", (double)loss(p.W, p.X, p.y, 1, again), first, 1e-12);
    expect_close("dW", again, p.dW, 1e-12);
    tensor_free(again);
    linear_problem_clear(&p);
}
