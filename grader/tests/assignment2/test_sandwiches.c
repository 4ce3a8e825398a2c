/* The given sandwich layers: what each layer alone gives, one after the other. */
#include "sandwiches.h"

#include <check.h>

#include "conv_fast.h"
#include "layers.h"
#include "random.h"
#include "tests/suite.h"

static tensor *normal(random_state *r, size_t d0, size_t d1, size_t d2, size_t d3)
{
    tensor *t = d2 == 0 ? tensor_new_2d(d0, d1) : tensor_new_4d(d0, d1, d2, d3);
    tensor_fill_normal(t, r, 0, 1);
    return t;
}

static tensor *rubbish_like(const tensor *t)
{
    tensor *rubbish = tensor_new_like(t);
    tensor_fill(rubbish, (real)NAN);
    return rubbish;
}

static void check_equal(const tensor *a, const tensor *b)
{
    ck_assert(tensor_same_shape(a, b));
    for (size_t i = 0; i < a->size; i++)
        ck_assert(a->data[i] == b->data[i]);
}

START_TEST(test_affine_relu_is_an_affine_layer_and_a_relu)
{
    random_state r;
    random_seed(&r, 231);
    tensor *x = normal(&r, 4, 3, 2, 2), *w = normal(&r, 12, 5, 0, 0), *b = tensor_new_1d(5);
    tensor *dout = normal(&r, 4, 5, 0, 0), *between = rubbish_like(dout), *dbetween;
    tensor *affine = rubbish_like(dout), *out = rubbish_like(dout), *expected = rubbish_like(dout);
    tensor *got[] = {rubbish_like(x), rubbish_like(w), rubbish_like(b)};
    tensor *wanted[] = {rubbish_like(x), rubbish_like(w), rubbish_like(b)};
    tensor_fill_normal(b, &r, 0, 1);
    affine_relu_forward(x, w, b, affine, out);
    affine_forward(x, w, b, between);
    relu_forward(between, expected);
    check_equal(affine, between);
    check_equal(out, expected);
    dbetween = rubbish_like(dout);
    relu_backward(dout, between, dbetween);
    affine_backward(dbetween, x, w, wanted[0], wanted[1], wanted[2]);
    affine_relu_backward(dout, affine, x, w, got[0], got[1], got[2]);
    for (size_t i = 0; i < 3; i++)
        check_equal(got[i], wanted[i]);
}
END_TEST

START_TEST(test_conv_relu_is_a_convolution_and_a_relu)
{
    const conv_shape shape = {1, 1};
    random_state r;
    random_seed(&r, 231);
    tensor *x = normal(&r, 2, 3, 8, 8), *w = normal(&r, 3, 3, 3, 3), *b = tensor_new_1d(3);
    tensor *dout = normal(&r, 2, 3, 8, 8), *between = rubbish_like(dout);
    tensor *conv = rubbish_like(dout), *out = rubbish_like(dout), *expected = rubbish_like(dout);
    tensor *dbetween = rubbish_like(dout);
    tensor *got[] = {rubbish_like(x), rubbish_like(w), rubbish_like(b)};
    tensor *wanted[] = {rubbish_like(x), rubbish_like(w), rubbish_like(b)};
    tensor_fill_normal(b, &r, 0, 1);
    conv_relu_forward(x, w, b, shape, conv, out);
    fast_conv_forward(x, w, b, shape, between);
    relu_forward(between, expected);
    check_equal(conv, between);
    check_equal(out, expected);
    relu_backward(dout, between, dbetween);
    fast_conv_backward(dbetween, x, w, shape, wanted[0], wanted[1], wanted[2]);
    conv_relu_backward(dout, conv, x, w, shape, got[0], got[1], got[2]);
    for (size_t i = 0; i < 3; i++)
        check_equal(got[i], wanted[i]);
    conv_relu_backward(dout, conv, x, w, shape, NULL, got[1], got[2]);
    check_equal(got[1], wanted[1]);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("sandwiches");
    tcase_add_test(tests, test_affine_relu_is_an_affine_layer_and_a_relu);
    tcase_add_test(tests, test_conv_relu_is_a_convolution_and_a_relu);
    return run_suite("sandwiches", tests);
}
