/* Hidden cases of convolution and pooling. */
#include "attempt.h"
#include "conv_shape.h"

/* The sizes of a convolution. */
typedef struct conv_sizes {
    size_t N, C, H, W, F, P, Q;
    conv_shape shape;
} conv_sizes;

/* Any sizes with that stride, at most that padding; sides differ. */
static conv_sizes draw_conv(attempt *a, size_t stride, size_t most_padding)
{
    conv_sizes s = {.shape = {.stride = stride}};
    s.N = draw_size(a, 1, 3);
    s.C = draw_size(a, 1, 3);
    s.P = draw_size(a, 1, 4);
    s.Q = draw_size(a, 1, 4);
    s.F = draw_size(a, 1, 4);
    s.shape.pad = draw_size(a, 0, most_padding);
    s.H = draw_size(a, s.P, 8);
    s.W = draw_size(a, s.Q, 8);
    if (s.H == s.W)
        s.W++;
    return s;
}

static void give_forward(attempt *a, const conv_sizes *s)
{
    give_normal(a, "x", sizes4(s->N, s->C, s->H, s->W), 0, 1);
    give_normal(a, "w", sizes4(s->F, s->C, s->P, s->Q), 0, 1);
    give_normal(a, "b", sizes1(s->F), 0, 1);
    give_number(a, "stride", (double)s->shape.stride);
    give_number(a, "pad", (double)s->shape.pad);
    give_size(a, 'I', conv_output_size(s->H, s->P, s->shape));
    give_size(a, 'J', conv_output_size(s->W, s->Q, s->shape));
}

static void give_backward(attempt *a, const conv_sizes *s)
{
    give_forward(a, s);
    give_normal(a, "dout",
                sizes4(s->N, s->F, conv_output_size(s->H, s->P, s->shape),
                       conv_output_size(s->W, s->Q, s->shape)),
                0, 1);
}

static void check_forward(attempt *a, const char *operation, size_t stride, size_t most_padding)
{
    for (size_t round = 0; round < 4; round++) {
        conv_sizes s = draw_conv(a, stride, most_padding);
        give_forward(a, &s);
        call(a, operation);
        expect_close(a, "out");
    }
}

static void check_backward(attempt *a, const char *operation, size_t stride, size_t most_padding)
{
    for (size_t round = 0; round < 4; round++) {
        conv_sizes s = draw_conv(a, stride, most_padding);
        give_backward(a, &s);
        call(a, operation);
        expect_close(a, "dx");
        expect_close(a, "dw");
        expect_close(a, "db");
    }
}

CASE(conv_forward_any_shape, "the naive convolution, for images and filters that are not square",
     .stays = "with padding its mistakes show too, but not whether padding is at fault")
{
    check_forward(a, "conv_forward_naive", 1, 0);
}

CASE(conv_forward_padding, "the naive convolution with padding",
     .stays = "says that padding is at fault")
{
    check_forward(a, "conv_forward_naive", 1, 3);
}

CASE(conv_forward_stride, "the naive convolution with strides of 2 and 3",
     .stays = "says that the stride is at fault")
{
    check_forward(a, "conv_forward_naive", 2, 2);
    check_forward(a, "conv_forward_naive", 3, 1);
}

CASE(conv_backward_any_shape, "its gradients, for images and filters that are not square",
     .stays = "with padding its mistakes show too, but not whether padding is at fault")
{
    check_backward(a, "conv_backward_naive", 1, 0);
}

CASE(conv_backward_padding, "its gradients with padding", .stays = "says that padding is at fault")
{
    check_backward(a, "conv_backward_naive", 1, 3);
}

CASE(conv_backward_stride, "its gradients with strides of 2 and 3")
{
    check_backward(a, "conv_backward_naive", 2, 2);
    check_backward(a, "conv_backward_naive", 3, 1);
}

CASE(conv_im2col_forward_any_shape, "the convolution by im2col, for any shape",
     .stays = "with a stride its mistakes show too, but not whether the stride is at fault")
{
    check_forward(a, "conv_forward_im2col", 1, 2);
}

CASE(conv_im2col_forward_stride, "the convolution by im2col with strides of 2 and 3",
     .stays = "says that the stride is at fault")
{
    check_forward(a, "conv_forward_im2col", 2, 2);
    check_forward(a, "conv_forward_im2col", 3, 1);
}

CASE(conv_im2col_backward_any_shape, "its gradients, for any shape",
     .stays = "with a stride its mistakes show too, but not whether the stride is at fault")
{
    check_backward(a, "conv_backward_im2col", 1, 2);
}

CASE(conv_im2col_backward_stride, "its gradients with strides of 2 and 3",
     .stays = "says that the stride is at fault")
{
    check_backward(a, "conv_backward_im2col", 2, 2);
    check_backward(a, "conv_backward_im2col", 3, 1);
}

static void give_large_forward(attempt *a)
{
    give_forward(a, &(conv_sizes){4, 16, 24, 24, 32, 3, 3, {1, 1}});
}

CASE(conv_im2col_speed, "the convolution by im2col at the speed of matrix products",
     .variant = CASE_FLOAT, .needs = "conv_im2col_forward_any_shape")
{
    expect_speed(a, "conv_forward_im2col", give_large_forward, 5);
}

/* Numbers that are all different, so that no maximum is a tie. */
static void give_different(attempt *a, sizes shape)
{
    tensor *x = give_zeros(a, "x", shape);
    for (size_t i = 0; i < x->size; i++)
        x->data[i] = (double)i * 0.25 - (double)x->size / 7;
    for (size_t i = x->size; i-- > 1;) {
        size_t j = draw_size(a, 0, i);
        real swapped = x->data[i];
        x->data[i] = x->data[j];
        x->data[j] = swapped;
    }
}

static void give_pooling(attempt *a, size_t height, size_t width, size_t stride)
{
    size_t N = draw_size(a, 1, 3);
    size_t C = draw_size(a, 1, 3);
    size_t H = draw_size(a, height, 9);
    size_t W = draw_size(a, width, 9);
    give_different(a, sizes4(N, C, H, W));
    give_number(a, "height", (double)height);
    give_number(a, "width", (double)width);
    give_number(a, "stride", (double)stride);
    give_size(a, 'I', pool_output_size(H, height, stride));
    give_size(a, 'J', pool_output_size(W, width, stride));
    give_normal(
        a, "dout",
        sizes4(N, C, pool_output_size(H, height, stride), pool_output_size(W, width, stride)), 0,
        1);
}

CASE(pool_forward_any_shape, "max pooling, for any window and stride")
{
    for (size_t round = 0; round < 5; round++) {
        size_t height = draw_size(a, 1, 4);
        size_t width = draw_size(a, 1, 4);
        size_t stride = draw_size(a, 1, 3);
        give_pooling(a, height, width, stride);
        call(a, "max_pool_forward_naive");
        expect_close(a, "out");
    }
}

CASE(pool_forward_negative, "max pooling where all numbers are negative",
     .needs = "pool_forward_any_shape", .stays = "a maximum that starts from 0")
{
    give_pooling(a, 2, 2, 2);
    tensor *x = given(a, "x");
    for (size_t i = 0; i < x->size;
         i++) /* far below any number that is written as "the smallest" */
        x->data[i] = (x->data[i] - 1000) * 1e30;
    call(a, "max_pool_forward_naive");
    expect_close(a, "out");
}

CASE(pool_backward_side_by_side, "the gradient of pooling with windows side by side",
     .stays = "overlapping windows see its mistakes too")
{
    for (size_t round = 0; round < 3; round++) {
        give_pooling(a, 2, 2, 2);
        call(a, "max_pool_backward_naive");
        expect_close(a, "dx");
    }
}

CASE(pool_backward_overlap, "the gradient of pooling with overlapping windows",
     .needs = "pool_backward_side_by_side")
{
    for (size_t round = 0; round < 3; round++) {
        give_pooling(a, 3, 2, 1);
        call(a, "max_pool_backward_naive");
        expect_close(a, "dx");
    }
}

CASE(pool_backward_ties, "in a tie the first pixel gets the gradient",
     .needs = "pool_backward_side_by_side")
{
    give_pooling(a, 2, 2, 2);
    tensor *x = given(a, "x");
    for (size_t i = 0; i < x->size; i++)
        x->data[i] = (double)draw_size(a, 0, 1);
    call(a, "max_pool_backward_naive");
    expect_close(a, "dx");
}

CASE(conv_called_twice, "a second call gives the same, whatever the outputs' contents",
     .needs = "conv_backward_any_shape", .stays = "a program that adds to what its outputs held")
{
    conv_sizes s = draw_conv(a, 1, 1);
    give_backward(a, &s);
    fill_outputs(a, 1e3);
    call(a, "conv_backward_naive");
    expect_close(a, "dx");
    expect_close(a, "dw");
    expect_close(a, "db");
    call(a, "conv_backward_im2col");
    expect_close(a, "dx");
    expect_close(a, "dw");
    expect_close(a, "db");
}

CASE(conv_float, "convolution in float", .variant = CASE_FLOAT, .needs = "conv_backward_any_shape")
{
    const conv_sizes s = {3, 3, 16, 15, 8, 5, 5, {1, 2}};
    give_backward(a, &s);
    call(a, "conv_forward_im2col");
    expect_close(a, "out");
    call(a, "conv_backward_im2col");
    expect_close(a, "dx");
    expect_close(a, "dw");
    expect_close(a, "db");
}

CASE(conv_memory, "no memory error in convolution and pooling", .variant = CASE_SANITIZED)
{
    const conv_sizes s = {2, 2, 5, 6, 3, 3, 2, {2, 1}};
    give_backward(a, &s);
    call(a, "conv_forward_naive");
    expect_close(a, "out");
    call(a, "conv_forward_im2col");
    expect_close(a, "out");
    call(a, "conv_backward_naive");
    expect_close(a, "dx");
    call(a, "conv_backward_im2col");
    expect_close(a, "dx");
    give_pooling(a, 3, 2, 2);
    call(a, "max_pool_forward_naive");
    expect_close(a, "out");
    call(a, "max_pool_backward_naive");
    expect_close(a, "dx");
}
