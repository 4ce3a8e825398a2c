/* Promises of gan_layers.c. */
#include "gan_layers.h"

#include "check_support.h"

static tensor *kept_input(const published_case *c, const char *name)
{
    return keep(published_input(c, name));
}

static void expect_case(const char *name, const tensor *got, const published_case *c)
{
    expect_close(name, got, keep(published_expected(c, name)), published_tolerance(c));
}

START_TEST(test_leaky_relu_forward_gives_the_published_figures)
{
    published_case *c = published("leaky_relu", 0);
    tensor *x = kept_input(c, "x"), *out = keep(output_like(x));
    leaky_relu_forward(x, (real)published_input_number(c, "slope"), out);
    expect_case("out", out, c);
    published_case_close(c);
}
END_TEST

START_TEST(test_leaky_relu_multiplies_by_the_slope_below_0)
{
    tensor *x = keep(matrix(1, 4, (const double[]){-10, -1, 1, 10})), *out = keep(output_like(x));
    hint("The slope is 0.1: below 0 the results are a tenth.");
    leaky_relu_forward(x, (real)0.1, out);
    expect_values("out", out, (const double[]){-1, -0.1, 1, 10}, 1e-12);
}
END_TEST

START_TEST(test_leaky_relu_backward_gives_the_computed_figures)
{
    published_case *c = published("leaky_relu", 1);
    tensor *x = kept_input(c, "x"), *dx = keep(output_like(x));
    hint("The third x is 0: there the gradient takes the slope.");
    leaky_relu_backward(kept_input(c, "dout"), x, (real)published_input_number(c, "slope"), dx);
    expect_case("dx", dx, c);
    published_case_close(c);
}
END_TEST

START_TEST(test_leaky_relu_backward_looks_at_x_and_not_at_dout)
{
    tensor *x = keep(matrix(1, 4, (const double[]){-3, -2, 2, 3})), *dx = keep(output_like(x));
    const tensor *dout = keep(matrix(1, 4, (const double[]){1, -1, 1, -1}));
    hint("The slope is 1/2, the first two x are below 0.");
    leaky_relu_backward(dout, x, (real)0.5, dx);
    expect_values("dx", dx, (const double[]){0.5, -0.5, 1, -1}, 1e-12);
}
END_TEST

/* ---- transposed convolution ---- */

/* A call both ways, with poisoned outputs. */
typedef struct transposed {
    tensor *x, *w, *b, *dout, *out, *dx, *dw, *db;
    conv_shape shape;
} transposed;

static void add_outputs(transposed *t)
{
    const size_t *x = t->x->shape, *w = t->w->shape;
    size_t stride = t->shape.stride, cut = 2 * t->shape.pad;
    t->out = kept_output(
        SHAPE(x[0], w[1], (x[2] - 1) * stride + w[2] - cut, (x[3] - 1) * stride + w[3] - cut));
    t->dx = keep(output_like(t->x));
    t->dw = keep(output_like(t->w));
    t->db = keep(output_like(t->b));
}

static void forward(const transposed *t)
{
    conv_transpose_forward_naive(t->x, t->w, t->b, t->shape, t->out);
}

static void backward(const transposed *t)
{
    conv_transpose_backward_naive(t->dout, t->x, t->w, t->shape, t->dx, t->dw, t->db);
}

/* Two images of 3 channels and 3 x 2 pixels, 2 filters of 3 x 4 a channel. */
static transposed drawn(size_t stride, size_t pad)
{
    random_state r;
    random_seed(&r, 231);
    transposed t = {.shape = {stride, pad}};
    t.x = kept_normal(&r, 0, 1, SHAPE(2, 3, 3, 2));
    t.w = kept_normal(&r, 0, 1, SHAPE(3, 2, 3, 4));
    t.b = kept_normal(&r, 0, 1, SHAPE(2));
    add_outputs(&t);
    t.dout = kept_normal(&r, 0, 1, t.out->rank, t.out->shape);
    return t;
}

static transposed published_call(const published_case *c)
{
    transposed t = {.x = kept_input(c, "x"),
                    .w = kept_input(c, "w"),
                    .b = kept_input(c, "b"),
                    .dout = kept_input(c, "dout"),
                    .shape = {(size_t)published_input_number(c, "stride"),
                              (size_t)published_input_number(c, "pad")}};
    add_outputs(&t);
    return t;
}

/* One image and one filter, both 2 x 2; b is 0.5. */
static transposed small(size_t stride, size_t pad)
{
    transposed t = {.shape = {stride, pad}};
    t.x = keep(tensor_new_4d(1, 1, 2, 2));
    t.w = keep(tensor_new_4d(1, 1, 2, 2));
    t.b = keep(tensor_new_1d(1));
    tensor_copy(keep(matrix(2, 2, (const double[]){1, 2, 3, 4})), t.x);
    tensor_copy(keep(matrix(2, 2, (const double[]){10, 20, 40, 30})), t.w);
    tensor_fill(t.b, (real)0.5);
    add_outputs(&t);
    return t;
}

START_TEST(test_conv_transpose_forward_lays_each_filter_down)
{
    transposed t = small(2, 0);
    hint(
        "With stride 2 the 2 x 2 filters touch and do not overlap: four blocks, each a pixel times "
        "the filter, as it stands, plus 0.5.");
    forward(&t);
    expect_values("out", t.out,
                  (const double[]){10.5, 20.5, 20.5, 40.5, 40.5, 30.5, 80.5, 60.5, 30.5, 60.5, 40.5,
                                   80.5, 120.5, 90.5, 160.5, 120.5},
                  1e-12);
}
END_TEST

START_TEST(test_conv_transpose_forward_adds_where_filters_overlap)
{
    transposed t = small(1, 0);
    hint("With stride 1 neighbours overlap by one; the pixel in the middle is in all four filters, "
         "and gets b once.");
    forward(&t);
    expect_values("out", t.out,
                  (const double[]){10.5, 40.5, 40.5, 70.5, 210.5, 140.5, 120.5, 250.5, 120.5},
                  1e-12);
}
END_TEST

START_TEST(test_conv_transpose_forward_leaves_gaps)
{
    transposed t = small(3, 0);
    hint("With stride 3 there is a row and a column between filters, which hold b.");
    forward(&t);
    expect_values("out", t.out,
                  (const double[]){10.5, 20.5, 0.5,   20.5, 40.5, 40.5,  30.5, 0.5,  80.5,
                                   60.5, 0.5,  0.5,   0.5,  0.5,  0.5,   30.5, 60.5, 0.5,
                                   40.5, 80.5, 120.5, 90.5, 0.5,  160.5, 120.5},
                  1e-12);
}
END_TEST

START_TEST(test_conv_transpose_forward_cuts_the_padding_off)
{
    transposed t = small(2, 1);
    hint("Without padding it is 4 x 4; pad 1 leaves the 2 x 2 in the middle.");
    forward(&t);
    expect_values("out", t.out, (const double[]){30.5, 80.5, 60.5, 40.5}, 1e-12);
}
END_TEST

START_TEST(test_conv_transpose_forward_of_a_single_pixel_is_the_filter)
{
    transposed t = small(1, 0);
    t.x = keep(tensor_new_4d(1, 1, 1, 1));
    tensor_fill(t.x, 2);
    add_outputs(&t);
    forward(&t);
    expect_values("out", t.out, (const double[]){20.5, 40.5, 80.5, 60.5}, 1e-12);
}
END_TEST

static void expect_computed_figures(size_t index)
{
    published_case *c = published("conv_transpose", index);
    transposed t = published_call(c);
    forward(&t);
    backward(&t);
    expect_case("out", t.out, c);
    expect_case("dx", t.dx, c);
    expect_case("dw", t.dw, c);
    expect_case("db", t.db, c);
    published_case_close(c);
}

START_TEST(test_conv_transpose_gives_the_computed_figures)
{
    expect_computed_figures(0);
}
END_TEST

START_TEST(test_conv_transpose_of_one_channel_gives_the_computed_figures)
{
    expect_computed_figures(1);
}
END_TEST

static void result_of(const tensor *changed, tensor *out, void *context)
{
    transposed t = *(transposed *)context;
    (void)changed; /* x, w or b, changed in place */
    t.out = out;
    forward(&t);
}

static void expect_gradients(transposed t)
{
    backward(&t);
    expect_gradient_array("dx", t.dx, result_of, &t, t.x, t.dout);
    expect_gradient_array("dw", t.dw, result_of, &t, t.w, t.dout);
    expect_gradient_array("db", t.db, result_of, &t, t.b, t.dout);
}

START_TEST(test_conv_transpose_backward_gives_the_gradients_where_filters_overlap)
{
    expect_gradients(drawn(1, 2));
}
END_TEST

START_TEST(test_conv_transpose_backward_gives_the_gradients_with_stride_2)
{
    expect_gradients(drawn(2, 1));
}
END_TEST

START_TEST(test_conv_transpose_backward_gives_the_gradients_where_gaps_are_left)
{
    expect_gradients(drawn(5, 0));
}
END_TEST

START_TEST(test_conv_transpose_backward_gives_the_gradients_where_filters_are_cut_off_altogether)
{
    expect_gradients(drawn(4, 3));
}
END_TEST

START_TEST(test_conv_transpose_backward_is_the_adjoint)
{
    transposed t = drawn(3, 1);
    tensor_fill(t.b, 0);
    forward(&t);
    backward(&t);
    tensor_multiply(t.out, t.dout, t.out);
    tensor_multiply(t.x, t.dx, t.dx);
    hint("Without b, sum(dout * out) and sum(x * dx) are the same sum.");
    expect_number("sum(x * dx)", tensor_sum(t.dx), tensor_sum(t.out), 1e-10);
}
END_TEST

START_TEST(test_conv_transpose_both_ways_forgets_what_its_outputs_held)
{
    transposed t = drawn(2, 1);
    forward(&t);
    backward(&t);
    tensor *const outputs[] = {t.out, t.dx, t.dw, t.db};
    const char *const names[] = {"out", "dx", "dw", "db"};
    tensor *first[4];
    for (size_t i = 0; i < 4; i++)
        first[i] = keep(tensor_new_copy(outputs[i]));
    forward(&t);
    backward(&t);
    hint("This is the second call with the same tensors: are old contents added to?");
    for (size_t i = 0; i < 4; i++)
        expect_close(names[i], outputs[i], first[i], 0);
}
END_TEST

START_TEST(test_gan_layers_leave_their_inputs_as_they_were)
{
    transposed t = drawn(2, 1);
    const tensor *const inputs[] = {t.x, t.w, t.b, t.dout};
    const char *const names[] = {"x", "w", "b", "dout"};
    tensor *before[4];
    for (size_t i = 0; i < 4; i++)
        before[i] = keep(tensor_new_copy(inputs[i]));
    forward(&t);
    backward(&t);
    leaky_relu_forward(t.x, (real)0.1, keep(output_like(t.x)));
    leaky_relu_backward(t.x, t.x, (real)0.1, keep(output_like(t.x)));
    for (size_t i = 0; i < 4; i++)
        expect_unchanged(names[i], inputs[i], before[i]);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"leaky_relu_forward", test_leaky_relu_forward_gives_the_published_figures},
        {"leaky_relu_forward", test_leaky_relu_multiplies_by_the_slope_below_0},
        {"leaky_relu_backward", test_leaky_relu_backward_gives_the_computed_figures},
        {"leaky_relu_backward", test_leaky_relu_backward_looks_at_x_and_not_at_dout},
        {"conv_transpose_forward_naive",
         test_conv_transpose_forward_of_a_single_pixel_is_the_filter},
        {"conv_transpose_forward_naive", test_conv_transpose_forward_lays_each_filter_down},
        {"conv_transpose_forward_naive", test_conv_transpose_forward_adds_where_filters_overlap},
        {"conv_transpose_forward_naive", test_conv_transpose_forward_leaves_gaps},
        {"conv_transpose_forward_naive", test_conv_transpose_forward_cuts_the_padding_off},
        {"conv_transpose_backward_naive", test_conv_transpose_gives_the_computed_figures},
        {"conv_transpose_backward_naive",
         test_conv_transpose_of_one_channel_gives_the_computed_figures},
        {"conv_transpose_backward_naive",
         test_conv_transpose_backward_gives_the_gradients_where_filters_overlap},
        {"conv_transpose_backward_naive",
         test_conv_transpose_backward_gives_the_gradients_with_stride_2},
        {"conv_transpose_backward_naive",
         test_conv_transpose_backward_gives_the_gradients_where_gaps_are_left},
        {"conv_transpose_backward_naive",
         test_conv_transpose_backward_gives_the_gradients_where_filters_are_cut_off_altogether},
        {"conv_transpose_backward_naive", test_conv_transpose_backward_is_the_adjoint},
        {"conv_transpose_backward_naive",
         test_conv_transpose_both_ways_forgets_what_its_outputs_held},
        {"conv_transpose_backward_naive", test_gan_layers_leave_their_inputs_as_they_were},
    };
    return check_module("gan_layers", promises, sizeof promises / sizeof *promises);
}
