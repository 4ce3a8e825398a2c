/* Hidden cases of dropout. */
#include <math.h>

#include "attempt.h"

static sizes draw_shape(attempt *a)
{
    size_t rows = draw_size(a, 3, 9);
    size_t columns = draw_size(a, 2, 9);
    return draw_size(a, 0, 1) == 0 ? sizes2(rows, columns) : sizes3(rows, columns, 2);
}

static void give_dropout(attempt *a, sizes shape, double keep, bool training)
{
    give_normal(a, "x", shape, 3, 1);
    give_number(a, "keep", keep);
    give_number(a, "training", training);
    give_number(a, "seed", (double)draw_size(a, 0, 1000000));
}

CASE(dropout_forward_any_shape, "kept and dropped elements, drawn in the header's order",
     .stays = "mask and mean see its mistakes too, but the output is what a net needs")
{
    for (size_t round = 0; round < 3; round++) {
        sizes shape = draw_shape(a);
        double keep = draw_number(a, 0.2, 0.9);
        give_dropout(a, shape, keep, true);
        call(a, "dropout_forward");
        expect_close(a, "out");
    }
}

CASE(dropout_forward_mask, "the mask holds the factors", .needs = "dropout_forward_any_shape",
     .stays = "a program that keeps something else works with its own backward alone")
{
    sizes shape = draw_shape(a);
    double keep = draw_number(a, 0.2, 0.9);
    give_dropout(a, shape, keep, true);
    call(a, "dropout_forward");
    expect_close(a, "mask");
}

/* A case that does not rely on the order of drawing. */
CASE(dropout_forward_share, "the fraction that is kept, and the mean",
     .stays = "a program that draws in another order keeps these points")
{
    double keep = draw_number(a, 0.2, 0.4);
    give_dropout(a, sizes2(200, 100), keep, true);
    if (!call(a, "dropout_forward"))
        return;
    const tensor *out = got(a, "out");
    double zeros = 0;
    for (size_t i = 0; i < out->size; i++)
        zeros += out->data[i] == 0;
    double stays = 1 - zeros / (double)out->size;
    expect(a, "share", fabs(stays - keep) < 0.03,
           "%.0f %% of the elements stay" EXPECTED ", keep is %.2f", 100 * stays, keep);
    double mean = tensor_mean(out) / tensor_mean(given(a, "x"));
    expect(a, "mean", fabs(mean - 1) < 0.1, "the mean of out is %.2f times that of x", mean);
}

CASE(dropout_forward_keep_all, "keep 1 keeps everything", .needs = "dropout_forward_any_shape",
     .stays = "the edge of what keep may be")
{
    give_dropout(a, draw_shape(a), 1, true);
    call(a, "dropout_forward");
    expect_close(a, "out");
}

CASE(dropout_forward_test_mode, "test mode returns the input")
{
    sizes shape = draw_shape(a);
    double keep = draw_number(a, 0.2, 0.8);
    give_dropout(a, shape, keep, false);
    call(a, "dropout_forward");
    expect_close(a, "out");
}

static void give_backward(attempt *a, bool training)
{
    sizes shape = draw_shape(a);
    tensor *mask = give_uniform(a, "mask", shape, 0, 1);
    for (size_t i = 0; i < mask->size; i++)
        mask->data[i] = mask->data[i] < 0.4 ? 1 / 0.4 : 0;
    give_normal(a, "dout", shape, 0, 1);
    give_number(a, "training", training);
}

CASE(dropout_backward_any_shape, "the gradient uses the mask of the forward pass")
{
    for (size_t round = 0; round < 3; round++) {
        give_backward(a, true);
        call(a, "dropout_backward");
        expect_close(a, "dx");
    }
}

CASE(dropout_backward_test_mode, "test mode passes the gradient through", .stays = "the other mode")
{
    give_backward(a, false);
    call(a, "dropout_backward");
    expect_close(a, "dx");
}

CASE(dropout_float, "dropout in float", .variant = CASE_FLOAT, .needs = "dropout_forward_any_shape",
     .stays = "that float is enough")
{
    give_dropout(a, sizes2(20, 30), 0.5, true);
    call(a, "dropout_forward");
    expect_close(a, "out");
}

CASE(dropout_memory, "no memory error in dropout", .variant = CASE_SANITIZED)
{
    give_dropout(a, sizes2(5, 7), 0.5, true);
    call(a, "dropout_forward");
    expect_close(a, "out");
    give_backward(a, true);
    call(a, "dropout_backward");
    expect_close(a, "dx");
}
