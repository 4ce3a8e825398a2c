/* Hidden cases of leaky ReLU and transposed convolution. */
#include "attempt.h"

/* Numbers of which about a fifth are 0. */
static void give_with_zeros(attempt *a, const char *name, sizes shape)
{
    tensor *x = give_normal(a, name, shape, 0, 2);
    for (size_t i = 0; i < x->size; i++)
        if (draw_size(a, 0, 4) == 0)
            x->data[i] = 0;
}

CASE(leaky_relu_forward_any_shape, "leaky ReLU, for any shape and slope")
{
    for (size_t round = 0; round < 2; round++) {
        size_t rows = draw_size(a, 2, 5);
        size_t columns = draw_size(a, 2, 5);
        size_t depth = draw_size(a, 2, 5);
        give_with_zeros(a, "x", sizes3(rows, columns, depth));
        give_number(a, "slope", draw_number(a, 0.05, 0.6));
        call(a, "leaky_relu_forward");
        expect_close(a, "out");
    }
}

CASE(leaky_relu_backward_any_shape, "its gradient, which takes the slope at 0")
{
    for (size_t round = 0; round < 2; round++) {
        size_t rows = draw_size(a, 4, 9);
        size_t columns = draw_size(a, 4, 9);
        sizes shape = sizes2(rows, columns);
        give_with_zeros(a, "x", shape);
        give_normal(a, "dout", shape, 0, 1);
        give_number(a, "slope", draw_number(a, 0.05, 0.6));
        call(a, "leaky_relu_backward");
        expect_close(a, "dx");
    }
}

/* Images, filters and settings of a transposed convolution; both ways. */
typedef struct transposed_sizes {
    size_t N, C, H, W, F, P, Q, stride, pad;
} transposed_sizes;

/* Sizes that all differ, with filters that overlap, touch or leave gaps. */
static transposed_sizes draw_transposed_sizes(attempt *a, size_t stride)
{
    size_t C = draw_size(a, 3, 4);
    size_t H = draw_size(a, 3, 4);
    size_t W = draw_size(a, 5, 6);
    size_t F = draw_size(a, 5, 6);
    return (transposed_sizes){
        .N = 2, .C = C, .H = H, .W = W, .F = F, .P = 3, .Q = 2, .stride = stride, .pad = 0};
}

static size_t side(size_t size, size_t filter, transposed_sizes s)
{
    return (size - 1) * s.stride + filter - 2 * s.pad;
}

static void give_transposed(attempt *a, transposed_sizes s)
{
    give_normal(a, "x", sizes4(s.N, s.C, s.H, s.W), 0, 1);
    give_normal(a, "w", sizes4(s.C, s.F, s.P, s.Q), 0, 1);
    give_normal(a, "b", sizes1(s.F), 0, 2);
    give_number(a, "stride", (double)s.stride);
    give_number(a, "pad", (double)s.pad);
    give_size(a, 'U', side(s.H, s.P, s));
    give_size(a, 'V', side(s.W, s.Q, s));
}

static void check_forward(attempt *a, transposed_sizes s)
{
    give_transposed(a, s);
    call(a, "conv_transpose_forward_naive");
    expect_close(a, "out");
}

static void check_backward(attempt *a, transposed_sizes s)
{
    give_transposed(a, s);
    give_normal(a, "dout", sizes4(s.N, s.F, side(s.H, s.P, s), side(s.W, s.Q, s)), 0, 1);
    call(a, "conv_transpose_backward_naive");
    expect_close(a, "dx");
    expect_close(a, "dw");
    expect_close(a, "db");
}

CASE(conv_transpose_forward_any_shape, "transposed convolution: filters overlap, touch, leave gaps")
{
    for (size_t stride = 1; stride <= 4; stride++)
        check_forward(a, draw_transposed_sizes(a, stride));
}

/* Larger filters, with as much padding as leaves something. */
static transposed_sizes draw_padded_sizes(attempt *a, size_t stride, size_t pad)
{
    transposed_sizes s = draw_transposed_sizes(a, stride);
    s.P = 4;
    s.Q = 5;
    s.pad = pad;
    return s;
}

/* Padding as wide as the filters, so that those at the edges are cut off altogether. */
static transposed_sizes draw_wide_padding(attempt *a)
{
    transposed_sizes s = draw_transposed_sizes(a, 4);
    s.pad = s.P;
    return s;
}

CASE(conv_transpose_forward_padding, "transposed convolution: what the padding cuts off",
     .needs = "conv_transpose_forward_any_shape")
{
    check_forward(a, draw_padded_sizes(a, 1, 2));
    check_forward(a, draw_padded_sizes(a, 2, 1));
    check_forward(a, draw_padded_sizes(a, 3, 3));
    check_forward(a, draw_wide_padding(a));
}

CASE(conv_transpose_backward_any_shape, "the gradients of transposed convolution")
{
    for (size_t stride = 1; stride <= 4; stride++)
        check_backward(a, draw_transposed_sizes(a, stride));
}

CASE(conv_transpose_backward_padding, "the gradients where padding was cut off",
     .needs = "conv_transpose_backward_any_shape")
{
    check_backward(a, draw_padded_sizes(a, 1, 2));
    check_backward(a, draw_padded_sizes(a, 2, 1));
    check_backward(a, draw_padded_sizes(a, 3, 3));
    check_backward(a, draw_wide_padding(a));
}

CASE(conv_transpose_called_twice, "nothing is left from the call before",
     .needs = "conv_transpose_backward_any_shape", .stays = "outputs that hold numbers already")
{
    fill_outputs(a, 3);
    check_forward(a, draw_transposed_sizes(a, 2));
    fill_outputs(a, -2);
    check_backward(a, draw_transposed_sizes(a, 2));
    fill_outputs(a, 4);
    check_backward(a, draw_transposed_sizes(a, 1));
}

CASE(gan_layers_float, "transposed convolution in float", .variant = CASE_FLOAT,
     .needs = "conv_transpose_backward_any_shape", .stays = "that float is enough")
{
    transposed_sizes s = {
        .N = 5, .C = 8, .H = 7, .W = 6, .F = 6, .P = 4, .Q = 4, .stride = 2, .pad = 1};
    check_forward(a, s);
    check_backward(a, s);
}

CASE(gan_layers_memory, "no memory error in leaky ReLU and transposed convolution",
     .variant = CASE_SANITIZED)
{
    transposed_sizes s = draw_padded_sizes(a, 2, 3);
    check_forward(a, s);
    check_backward(a, s);
    give_with_zeros(a, "x", sizes2(3, 5));
    give_normal(a, "dout", sizes2(3, 5), 0, 1);
    give_number(a, "slope", 0.25);
    call(a, "leaky_relu_forward");
    expect_close(a, "out");
    call(a, "leaky_relu_backward");
    expect_close(a, "dx");
}
