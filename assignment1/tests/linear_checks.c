/* Checks that hold for any linear loss. */
#include "linear_checks.h"

#include "check_support.h"

linear_problem linear_problem_new(uint32_t seed, size_t N, size_t D, size_t C, double deviation)
{
    random_state r;
    random_seed(&r, seed);
    linear_problem p = {.W = normal_2d(&r, D, C, deviation),
                        .X = normal_2d(&r, N, D, 1),
                        .dW = tensor_new_2d(D, C),
                        .y = labels_new(N)};
    labels_fill_random(p.y, &r, C);
    poison(p.dW);
    return p;
}

void linear_problem_clear(linear_problem *p)
{
    tensor_free(p->W);
    tensor_free(p->X);
    tensor_free(p->dW);
    labels_free(p->y);
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
    tensor *numeric = tensor_new_like(p.W);
    loss_of_W f = {
        .loss = loss, .problem = &p, .reg = (real)reg, .unused = tensor_new_like(p.W)};
    loss(p.W, p.X, p.y, (real)reg, p.dW);
    numerical_gradient(value_at, &f, p.W, GRADIENT_STEP, numeric);
    expect_close("dW, against finite differences,", p.dW, numeric, 1e-6);
    tensor_free(numeric);
    tensor_free(f.unused);
    linear_problem_clear(&p);
}

void check_same(linear_loss naive, linear_loss vectorized)
{
    for (int strong = 0; strong < 2; strong++) {
        linear_problem p = linear_problem_new(5, 13, 7, 5, 1);
        tensor *expected = tensor_new_like(p.W);
        real reg = strong ? 50 : (real)0.1;
        real loss = naive(p.W, p.X, p.y, reg, expected);
        expect_number("the loss, against the naive one,",
                      (double)vectorized(p.W, p.X, p.y, reg, p.dW), (double)loss, 1e-9);
        expect_close("dW, against the naive one,", p.dW, expected, 1e-9);
        tensor_free(expected);
        linear_problem_clear(&p);
    }
}

void check_clean(linear_loss loss)
{
    linear_problem p = linear_problem_new(8, 5, 4, 3, 1);
    tensor *W = tensor_new_copy(p.W);
    tensor *X = tensor_new_copy(p.X);
    tensor *again = tensor_new_like(p.W);
    tensor_fill(again, 1000);
    real first = loss(p.W, p.X, p.y, 1, p.dW);
    expect_unchanged("W", p.W, W);
    expect_unchanged("X", p.X, X);
    expect_number("the loss of a second call", (double)loss(p.W, p.X, p.y, 1, again),
                  (double)first, 1e-12);
    expect_close("dW of a second call, which held 1000 before,", again, p.dW, 1e-12);
    tensor_free(W);
    tensor_free(X);
    tensor_free(again);
    linear_problem_clear(&p);
}
