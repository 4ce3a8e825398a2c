/* Hidden cases of the layers. */
#include "attempt.h"

/* An input of N examples of rank 2 to 4 with D numbers each; returns D. */
static size_t give_examples(attempt *a, const char *name, size_t N)
{
    size_t d1 = draw_size(a, 1, 5);
    size_t d2 = draw_size(a, 1, 4);
    size_t d3 = draw_size(a, 1, 3);
    switch (draw_size(a, 2, 4)) {
    case 2:
        give_normal(a, name, sizes2(N, d1), 0, 1);
        return d1;
    case 3:
        give_normal(a, name, sizes3(N, d1, d2), 0, 1);
        return d1 * d2;
    default:
        give_normal(a, name, sizes4(N, d1, d2, d3), 0, 1);
        return d1 * d2 * d3;
    }
}

static size_t give_affine(attempt *a, size_t N, size_t M)
{
    size_t D = give_examples(a, "x", N);
    give_normal(a, "w", sizes2(D, M), 0, 1);
    give_normal(a, "b", sizes1(M), 0, 1);
    return D;
}

CASE(affine_forward_any_shape, "the affine layer, forward, for inputs of any rank",
     .stays = "the net and the published values see its mistakes too, in one shape")
{
    for (size_t round = 0; round < 5; round++) {
        size_t N = draw_size(a, 1, 12);
        size_t M = draw_size(a, 1, 9);
        give_affine(a, N, M);
        call(a, "affine_forward");
        expect_close(a, "out");
    }
}

CASE(affine_backward_any_shape, "the affine layer, backward, for inputs of any rank",
     .stays = "the net sees its mistakes too, but cannot say which layer it is")
{
    for (size_t round = 0; round < 5; round++) {
        size_t N = draw_size(a, 1, 12);
        size_t M = draw_size(a, 1, 9);
        give_affine(a, N, M);
        give_normal(a, "dout", sizes2(N, M), 0, 1);
        call(a, "affine_backward");
        expect_close(a, "dx");
        expect_close(a, "dw");
        expect_close(a, "db");
    }
}

CASE(relu_forward_any_shape, "the ReLU, forward, for inputs of any rank",
     .stays = "the net and the published values see its mistakes too")
{
    for (size_t round = 0; round < 3; round++) {
        give_examples(a, "x", draw_size(a, 8, 20));
        call(a, "relu_forward");
        expect_close(a, "out");
    }
}

/* dout is drawn on its own, so that a mask taken from it shows. */
CASE(relu_backward_any_shape, "the ReLU, backward, for inputs of any rank",
     .stays = "the net sees its mistakes too, but cannot say which layer it is")
{
    for (size_t round = 0; round < 3; round++) {
        size_t N = draw_size(a, 8, 20);
        size_t d = draw_size(a, 1, 6);
        give_normal(a, "x", sizes3(N, d, 2), 0, 1);
        give_normal(a, "dout", sizes3(N, d, 2), 0, 1);
        call(a, "relu_backward");
        expect_close(a, "dx");
    }
}

CASE(relu_backward_at_zero, "the ReLU passes no gradient where its input is 0",
     .needs = "relu_backward_any_shape")
{
    tensor *x = give_normal(a, "x", sizes2(6, 9), 0, 1);
    for (size_t i = 0; i < x->size; i += 2)
        x->data[i] = 0;
    give_normal(a, "dout", sizes2(6, 9), 0, 1);
    call(a, "relu_backward");
    expect_close(a, "dx");
}

static void check_loss(attempt *a, const char *operation)
{
    for (size_t round = 0; round < 4; round++) {
        size_t N = draw_size(a, 1, 30);
        size_t C = draw_size(a, 2, 12);
        give_normal(a, "x", sizes2(N, C), 0, 2);
        give_labels(a, "y", N, C);
        call(a, operation);
        expect_close(a, "loss");
        expect_close(a, "dx");
    }
}

CASE(layer_svm_loss_any_shape, "the hinge loss of scores and its gradient")
{
    check_loss(a, "svm_loss");
    /* where each margin is just met: whole numbers, so that it is so to the last bit */
    size_t C = draw_size(a, 2, 7);
    tensor *x = give_zeros(a, "x", sizes2(draw_size(a, 1, 9), C));
    labels *y = give_labels(a, "y", x->shape[0], C);
    for (size_t i = 0; i < y->count; i++)
        x->data[i * C + y->data[i]] = 1;
    call(a, "svm_loss");
    expect_close(a, "loss");
    expect_close(a, "dx");
}

CASE(layer_softmax_loss_any_shape, "the cross-entropy loss of scores and its gradient",
     .stays = "the net sees its mistakes too, but cannot say which layer it is")
{
    check_loss(a, "softmax_loss");
}

CASE(layer_softmax_loss_large_scores, "the cross-entropy loss of scores of 1e4 and -1e4",
     .needs = "layer_softmax_loss_any_shape")
{
    size_t C = draw_size(a, 3, 8);
    tensor *x = give_normal(a, "x", sizes2(6, C), 0, 2);
    for (size_t i = 0; i < x->size; i++)
        x->data[i] += i / C % 2 == 0 ? 1e4 : -1e4;
    give_labels(a, "y", 6, C);
    call(a, "softmax_loss");
    expect_close_within(a, "loss", 1e-8);
    expect_close_within(a, "dx", 1e-8);
}

CASE(layers_float, "the layers in float", .variant = CASE_FLOAT,
     .needs = "affine_backward_any_shape")
{
    give_normal(a, "x", sizes4(20, 3, 8, 8), 0, 1);
    give_normal(a, "w", sizes2(192, 15), 0, 1);
    give_normal(a, "b", sizes1(15), 0, 1);
    give_normal(a, "dout", sizes2(20, 15), 0, 1);
    call(a, "affine_forward");
    expect_close(a, "out");
    call(a, "affine_backward");
    expect_close(a, "dx");
    expect_close(a, "dw");
    expect_close(a, "db");
    give_normal(a, "x", sizes2(40, 10), 0, 3);
    give_labels(a, "y", 40, 10);
    call(a, "softmax_loss");
    expect_close(a, "loss");
    expect_close(a, "dx");
}

CASE(layers_memory, "no memory error in the layers", .variant = CASE_SANITIZED)
{
    give_affine(a, 5, 3);
    give_normal(a, "dout", sizes2(5, 3), 0, 1);
    call(a, "affine_forward");
    expect_close(a, "out");
    call(a, "affine_backward");
    expect_close(a, "dx");
    give_normal(a, "x", sizes2(5, 3), 0, 1);
    call(a, "relu_forward");
    expect_close(a, "out");
    call(a, "relu_backward");
    expect_close(a, "dx");
    give_labels(a, "y", 5, 3);
    call(a, "svm_loss");
    expect_close(a, "dx");
    call(a, "softmax_loss");
    expect_close(a, "dx");
}
