/* Promises of conv.c. */
#include <stdio.h>

#include "check_support.h"
#include "conv.h"
#include "conv_fast.h"

typedef void (*forward_function)(const tensor *, const tensor *, const tensor *, conv_shape,
                                 tensor *);
typedef void (*backward_function)(const tensor *, const tensor *, const tensor *, conv_shape,
                                  tensor *, tensor *, tensor *);

/* Where a convolution is tried: N x C x H x W images, F filters of HH x WW. */
typedef struct size_set {
    size_t N, C, H, W, F, HH, WW;
    conv_shape shape;
} size_set;

/* Square and not, with strides, much padding, a filter as large as the image, pixels left over. */
static const size_set sizes[] = {
    {2, 3, 5, 5, 2, 3, 3, {1, 1}}, {2, 2, 5, 7, 3, 3, 2, {1, 0}}, {1, 2, 7, 6, 2, 3, 3, {2, 1}},
    {2, 1, 6, 5, 2, 2, 3, {3, 2}}, {1, 1, 4, 3, 1, 4, 3, {1, 0}}, {1, 2, 3, 4, 2, 1, 1, {2, 0}},
};
enum { SIZES = sizeof sizes / sizeof *sizes };

/* Says which sizes a failure is about. */
static void hint_sizes(const size_set *s)
{
    static char text[160];
    snprintf(
        text, sizeof text,
        "Here images are %zu x %zu with %zu channels, %zu filters are %zu x %zu, the stride is "
        "%zu, the padding %zu.",
        s->H, s->W, s->C, s->F, s->HH, s->WW, s->shape.stride, s->shape.pad);
    hint(text);
}

/* A convolution with its gradients, as backward wrote them. */
typedef struct convolution {
    tensor *x, *w, *b, *dout, *dx, *dw, *db;
    conv_shape shape;
    forward_function forward;
} convolution;

static convolution new_convolution(const size_set *s, forward_function forward,
                                   backward_function backward)
{
    random_state r;
    random_seed(&r, 231);
    convolution v = {.shape = s->shape, .forward = forward};
    v.x = kept_normal(&r, 0, 1, SHAPE(s->N, s->C, s->H, s->W));
    v.w = kept_normal(&r, 0, 1, SHAPE(s->F, s->C, s->HH, s->WW));
    v.b = kept_normal(&r, 0, 1, SHAPE(s->F));
    v.dout = kept_normal(&r, 0, 1,
                         SHAPE(s->N, s->F, conv_output_size(s->H, s->HH, s->shape),
                               conv_output_size(s->W, s->WW, s->shape)));
    v.dx = keep(output_like(v.x));
    v.dw = keep(output_like(v.w));
    v.db = keep(output_like(v.b));
    if (backward != NULL)
        backward(v.dout, v.x, v.w, v.shape, v.dx, v.dw, v.db);
    return v;
}

static void out_of_x(const tensor *x, tensor *out, void *context)
{
    const convolution *v = context;
    v->forward(x, v->w, v->b, v->shape, out);
}

static void out_of_w(const tensor *w, tensor *out, void *context)
{
    const convolution *v = context;
    v->forward(v->x, w, v->b, v->shape, out);
}

static void out_of_b(const tensor *b, tensor *out, void *context)
{
    const convolution *v = context;
    v->forward(v->x, v->w, b, v->shape, out);
}

static void expect_published_forward(forward_function forward)
{
    published_case *c = published("conv_forward", 0);
    tensor *x = keep(published_input(c, "x"));
    tensor *w = keep(published_input(c, "w"));
    tensor *b = keep(published_input(c, "b"));
    tensor *expected = keep(published_expected(c, "out"));
    conv_shape shape = {(size_t)published_input_number(c, "stride"),
                        (size_t)published_input_number(c, "pad")};
    tensor *out = keep(output_like(expected));
    forward(x, w, b, shape, out);
    expect_published("out", out, expected, published_tolerance(c));
    published_case_close(c);
}

START_TEST(test_conv_forward_naive_gives_the_published_figures)
{
    expect_published_forward(conv_forward_naive);
}
END_TEST

/* One image, one filter of 2 x 2 that is not symmetric. */
START_TEST(test_conv_forward_naive_does_not_turn_the_filter)
{
    tensor *x = keep(tensor_new_4d(1, 1, 2, 2)), *w = keep(tensor_new_4d(1, 1, 2, 2));
    tensor *out = kept_output(SHAPE(1, 1, 1, 1));
    tensor *b = keep(tensor_new_1d(1));
    for (size_t i = 0; i < 4; i++) {
        x->data[i] = (real)(i + 1);
        w->data[i] = i == 1 ? 10 : 0;
    }
    hint("Element [p, q] of the filter meets pixel [i + p, j + q].");
    conv_forward_naive(x, w, b, (conv_shape){1, 0}, out);
    expect_number("out", (double)out->data[0], 20, 1e-12);
}
END_TEST

START_TEST(test_conv_forward_naive_leaves_x_alone)
{
    convolution v = new_convolution(&sizes[0], conv_forward_naive, NULL);
    tensor *copy = keep(tensor_new_copy(v.x));
    conv_forward_naive(v.x, v.w, v.b, v.shape, keep(output_like(v.dout)));
    expect_unchanged("x", v.x, copy);
}
END_TEST

/* The mean of all pixels under a filter of ones, with a bias: rows and columns are not swapped. */
START_TEST(test_conv_forward_naive_takes_images_that_are_not_square)
{
    tensor *x = keep(tensor_new_4d(1, 1, 2, 4)), *w = keep(tensor_new_4d(1, 1, 2, 2));
    tensor *out = kept_output(SHAPE(1, 1, 1, 3));
    tensor *b = keep(tensor_new_1d(1));
    tensor_fill(w, 1);
    b->data[0] = 100;
    for (size_t i = 0; i < 8; i++)
        x->data[i] = (real)i;
    conv_forward_naive(x, w, b, (conv_shape){1, 0}, out);
    expect_values("out", out, (const double[]){110, 114, 118}, 1e-12);
}
END_TEST

START_TEST(test_conv_forward_naive_leaves_out_windows_that_reach_beyond)
{
    tensor *x = keep(tensor_new_4d(1, 1, 1, 6)), *w = keep(tensor_new_4d(1, 1, 1, 3));
    tensor *out = kept_output(SHAPE(1, 1, 1, 2));
    tensor_fill(w, 1);
    for (size_t i = 0; i < 6; i++)
        x->data[i] = (real)i;
    hint("With stride 2 windows begin at 0 and 2; at 4 there is no room for one.");
    conv_forward_naive(x, w, keep(tensor_new_1d(1)), (conv_shape){2, 0}, out);
    expect_values("out", out, (const double[]){3, 9}, 1e-12);
}
END_TEST

static void expect_gradients(const size_set *s, forward_function forward,
                             backward_function backward)
{
    convolution v = new_convolution(s, forward, backward);
    expect_gradient_array("db", v.db, out_of_b, &v, v.b, v.dout);
    expect_gradient_array("dw", v.dw, out_of_w, &v, v.w, v.dout);
    expect_gradient_array("dx", v.dx, out_of_x, &v, v.x, v.dout);
}

START_TEST(test_conv_backward_naive_gives_the_gradients_with_stride_1)
{
    hint("dx has x's shape: the padding's gradient is dropped.");
    expect_gradients(&sizes[0], conv_forward_naive, conv_backward_naive);
}
END_TEST

START_TEST(test_conv_backward_naive_gives_the_gradients_of_images_that_are_not_square)
{
    expect_gradients(&sizes[1], conv_forward_naive, conv_backward_naive);
}
END_TEST

START_TEST(test_conv_backward_naive_gives_the_gradients_with_larger_strides)
{
    hint("Windows begin at multiples of the stride, in the backward pass too.");
    expect_gradients(&sizes[2], conv_forward_naive, conv_backward_naive);
    expect_gradients(&sizes[3], conv_forward_naive, conv_backward_naive);
}
END_TEST

START_TEST(test_conv_backward_naive_forgets_what_its_outputs_held)
{
    convolution v = new_convolution(&sizes[0], conv_forward_naive, conv_backward_naive);
    tensor *dx = keep(tensor_new_copy(v.dx));
    tensor *dw = keep(tensor_new_copy(v.dw));
    tensor *db = keep(tensor_new_copy(v.db));
    hint("This is the second call with the same tensors: are old contents added to?");
    conv_backward_naive(v.dout, v.x, v.w, v.shape, v.dx, v.dw, v.db);
    expect_close("dx", v.dx, dx, 1e-12);
    expect_close("dw", v.dw, dw, 1e-12);
    expect_close("db", v.db, db, 1e-12);
}
END_TEST

START_TEST(test_conv_forward_im2col_gives_the_published_figures)
{
    expect_published_forward(conv_forward_im2col);
}
END_TEST

/* The expected values are those of the layer that is given, fast_conv_forward. */
static void expect_forward(forward_function forward)
{
    for (size_t s = 0; s < SIZES; s++) {
        convolution v = new_convolution(&sizes[s], forward, NULL);
        tensor *out = keep(output_like(v.dout)), *expected = keep(output_like(v.dout));
        hint_sizes(&sizes[s]);
        fast_conv_forward(v.x, v.w, v.b, v.shape, expected);
        forward(v.x, v.w, v.b, v.shape, out);
        expect_close("out", out, expected, 1e-12);
    }
}

START_TEST(test_conv_forward_naive_is_the_sum_for_every_stride_and_padding)
{
    expect_forward(conv_forward_naive);
}
END_TEST

START_TEST(test_conv_forward_im2col_is_the_sum_for_every_stride_and_padding)
{
    expect_forward(conv_forward_im2col);
}
END_TEST

START_TEST(test_conv_backward_im2col_gives_the_gradients_for_every_stride_and_padding)
{
    for (size_t s = 0; s < SIZES; s++) {
        hint_sizes(&sizes[s]);
        expect_gradients(&sizes[s], conv_forward_im2col, conv_backward_im2col);
    }
}
END_TEST

START_TEST(test_max_pool_forward_gives_the_published_figures)
{
    published_case *c = published("max_pool_forward", 0);
    tensor *x = keep(published_input(c, "x"));
    tensor *expected = keep(published_expected(c, "out"));
    pool_shape shape = {(size_t)published_input_number(c, "pool_height"),
                        (size_t)published_input_number(c, "pool_width"),
                        (size_t)published_input_number(c, "stride")};
    tensor *out = keep(output_like(expected));
    max_pool_forward_naive(x, shape, out);
    expect_published("out", out, expected, published_tolerance(c));
    published_case_close(c);
}
END_TEST

START_TEST(test_max_pool_forward_tells_the_window_from_the_stride)
{
    tensor *x = keep(tensor_new_4d(1, 1, 1, 6));
    const double values[] = {-5, -4, -9, -1, -2, -3};
    tensor *out = kept_output(SHAPE(1, 1, 1, 3));
    for (size_t i = 0; i < 6; i++)
        x->data[i] = (real)values[i];
    hint("Windows of 1 x 2 that begin at 0, 2 and 4; all numbers are negative.");
    max_pool_forward_naive(x, (pool_shape){1, 2, 2}, out);
    expect_values("out", out, (const double[]){-4, -1, -2}, 1e-12);
    for (size_t i = 0; i < 6; i++)
        x->data[i] -= (real)1e9;
    hint("All numbers are far below 0: start with the first number of the window, not with a small "
         "number.");
    max_pool_forward_naive(x, (pool_shape){1, 2, 2}, out);
    expect_values("out", out, (const double[]){-1e9 - 4, -1e9 - 1, -1e9 - 2}, 1e-12);
    for (size_t i = 0; i < 6; i++)
        x->data[i] = (real)values[i];
    tensor *overlapping = kept_output(SHAPE(1, 1, 1, 4));
    hint("Windows of 1 x 3 that begin at 0, 1, 2 and 3.");
    max_pool_forward_naive(x, (pool_shape){1, 3, 1}, overlapping);
    expect_values("out", overlapping, (const double[]){-4, -1, -1, -1}, 1e-12);
}
END_TEST

/* Pooling, to be compared with finite differences. */
static void pooled(const tensor *x, tensor *out, void *context)
{
    const pool_shape *shape = context;
    max_pool_forward_naive(x, *shape, out);
}

static void expect_pool_gradient(pool_shape shape, size_t H, size_t W)
{
    random_state r;
    random_seed(&r, 231);
    tensor *x = kept_normal(&r, 0, 1, SHAPE(3, 2, H, W));
    tensor *dout = kept_normal(&r, 0, 1,
                               SHAPE(3, 2, pool_output_size(H, shape.height, shape.stride),
                                     pool_output_size(W, shape.width, shape.stride)));
    tensor *dx = keep(output_like(x));
    max_pool_backward_naive(dout, x, shape, dx);
    expect_gradient_array("dx", dx, pooled, &shape, x, dout);
}

START_TEST(test_max_pool_backward_gives_the_gradient)
{
    expect_pool_gradient((pool_shape){2, 2, 2}, 8, 8);
    expect_pool_gradient((pool_shape){2, 3, 2}, 7, 8);
}
END_TEST

START_TEST(test_max_pool_backward_adds_up_where_windows_overlap)
{
    expect_pool_gradient((pool_shape){3, 3, 1}, 5, 6);
}
END_TEST

START_TEST(test_max_pool_backward_hands_a_tie_to_the_first)
{
    tensor *x = keep(tensor_new_4d(1, 1, 2, 2));
    tensor *dout = keep(tensor_new_4d(1, 1, 1, 1)), *dx = kept_output(SHAPE(1, 1, 2, 2));
    x->data[1] = x->data[2] = 7;
    dout->data[0] = 5;
    hint("Two pixels are equally large; the first in row-major order gets all of the gradient.");
    max_pool_backward_naive(dout, x, (pool_shape){2, 2, 2}, dx);
    expect_values("dx", dx, (const double[]){0, 5, 0, 0}, 1e-12);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"conv_forward_naive", test_conv_forward_naive_gives_the_published_figures},
        {"conv_forward_naive", test_conv_forward_naive_does_not_turn_the_filter},
        {"conv_forward_naive", test_conv_forward_naive_leaves_x_alone},
        {"conv_forward_naive", test_conv_forward_naive_takes_images_that_are_not_square},
        {"conv_forward_naive", test_conv_forward_naive_leaves_out_windows_that_reach_beyond},
        {"conv_forward_naive", test_conv_forward_naive_is_the_sum_for_every_stride_and_padding},
        {"conv_backward_naive", test_conv_backward_naive_gives_the_gradients_with_stride_1},
        {"conv_backward_naive",
         test_conv_backward_naive_gives_the_gradients_of_images_that_are_not_square},
        {"conv_backward_naive", test_conv_backward_naive_gives_the_gradients_with_larger_strides},
        {"conv_backward_naive", test_conv_backward_naive_forgets_what_its_outputs_held},
        {"conv_forward_im2col", test_conv_forward_im2col_gives_the_published_figures},
        {"conv_forward_im2col", test_conv_forward_im2col_is_the_sum_for_every_stride_and_padding},
        {"conv_backward_im2col",
         test_conv_backward_im2col_gives_the_gradients_for_every_stride_and_padding},
        {"max_pool_forward_naive", test_max_pool_forward_gives_the_published_figures},
        {"max_pool_forward_naive", test_max_pool_forward_tells_the_window_from_the_stride},
        {"max_pool_backward_naive", test_max_pool_backward_gives_the_gradient},
        {"max_pool_backward_naive", test_max_pool_backward_adds_up_where_windows_overlap},
        {"max_pool_backward_naive", test_max_pool_backward_hands_a_tie_to_the_first},
    };
    return check_module("conv", promises, sizeof promises / sizeof *promises);
}
