/* The given sandwich layers: what each layer alone gives, one after the other. */
#include "sandwiches.h"

#include "checks/check_support.h"
#include "conv_fast.h"
#include "layers.h"
#include "tests/suite.h"

static tensor *output_of(const tensor *t)
{
    return keep(output_like(t));
}

START_TEST(test_affine_relu_is_an_affine_layer_and_a_relu)
{
    random_state r;
    random_seed(&r, 231);
    tensor *x = kept_normal(&r, 0, 1, SHAPE(4, 3, 2, 2));
    tensor *w = kept_normal(&r, 0, 1, SHAPE(12, 5)), *b = kept_normal(&r, 0, 1, SHAPE(5));
    tensor *dout = kept_normal(&r, 0, 1, SHAPE(4, 5));
    tensor *between = output_of(dout), *expected = output_of(dout), *dbetween = output_of(dout);
    tensor *affine = output_of(dout), *out = output_of(dout);
    tensor *got[] = {output_of(x), output_of(w), output_of(b)};
    tensor *wanted[] = {output_of(x), output_of(w), output_of(b)};
    affine_relu_forward(x, w, b, affine, out);
    affine_forward(x, w, b, between);
    relu_forward(between, expected);
    expect_close("affine", affine, between, 0);
    expect_close("out", out, expected, 0);
    affine_relu_backward(dout, affine, x, w, got[0], got[1], got[2]);
    relu_backward(dout, between, dbetween);
    affine_backward(dbetween, x, w, wanted[0], wanted[1], wanted[2]);
    expect_close("dx", got[0], wanted[0], 0);
    expect_close("dw", got[1], wanted[1], 0);
    expect_close("db", got[2], wanted[2], 0);
}
END_TEST

START_TEST(test_conv_relu_is_a_convolution_and_a_relu)
{
    const conv_shape shape = {1, 1};
    random_state r;
    random_seed(&r, 231);
    tensor *x = kept_normal(&r, 0, 1, SHAPE(2, 3, 8, 8));
    tensor *w = kept_normal(&r, 0, 1, SHAPE(3, 3, 3, 3)), *b = kept_normal(&r, 0, 1, SHAPE(3));
    tensor *dout = kept_normal(&r, 0, 1, SHAPE(2, 3, 8, 8));
    tensor *between = output_of(dout), *expected = output_of(dout), *dbetween = output_of(dout);
    tensor *conv = output_of(dout), *out = output_of(dout);
    tensor *got[] = {output_of(x), output_of(w), output_of(b)};
    tensor *wanted[] = {output_of(x), output_of(w), output_of(b)};
    conv_relu_forward(x, w, b, shape, conv, out);
    fast_conv_forward(x, w, b, shape, between);
    relu_forward(between, expected);
    expect_close("conv", conv, between, 0);
    expect_close("out", out, expected, 0);
    conv_relu_backward(dout, conv, x, w, shape, got[0], got[1], got[2]);
    relu_backward(dout, between, dbetween);
    fast_conv_backward(dbetween, x, w, shape, wanted[0], wanted[1], wanted[2]);
    expect_close("dx", got[0], wanted[0], 0);
    expect_close("dw", got[1], wanted[1], 0);
    expect_close("db", got[2], wanted[2], 0);
    got[1] = output_of(w);
    conv_relu_backward(dout, conv, x, w, shape, NULL, got[1], got[2]);
    expect_close("dw, where dx is not wanted", got[1], wanted[1], 0);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("sandwiches");
    tcase_add_test(tests, test_affine_relu_is_an_affine_layer_and_a_relu);
    tcase_add_test(tests, test_conv_relu_is_a_convolution_and_a_relu);
    return run_suite("sandwiches", tests);
}
