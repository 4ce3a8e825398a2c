/* Promises of dropout.c. */
#include "check_support.h"
#include "dropout.h"

/* The course's numbers: 500 x 500, normal around 10, seed 231. */
static tensor *course_input(random_state *r)
{
    random_seed(r, 231);
    return kept_normal(r, 10, 1, SHAPE(500, 500));
}

static double share_of_zeros(const tensor *t)
{
    double zeros = 0;
    for (size_t i = 0; i < t->size; i++)
        zeros += t->data[i] == 0;
    return zeros / (double)t->size;
}

/* Figures: CS231n 2022, Dropout notebook, with mask = (rand < p) / p. */
START_TEST(test_dropout_forward_gives_the_published_means)
{
    const double keeps[] = {0.25, 0.4, 0.7};
    const double means[] = {10.014059116977283, 9.977917658761159, 9.987811912159426};
    const double zeros[] = {0.749784, 0.600796, 0.30074};
    random_state r;
    tensor *x = course_input(&r);
    tensor *out = kept_output(SHAPE(500, 500)), *mask = kept_output(SHAPE(500, 500));
    expect_number("x's mean, of the drawn numbers", tensor_mean(x), 10.000207878477502, 1e-12);
    hint("One number is drawn for each element, in row-major order; it is kept where the number is "
         "below keep, and is then divided by keep.");
    for (size_t i = 0; i < 3; i++) {
        dropout_forward(x, (real)keeps[i], true, &r, mask, out);
        expect_number("the mean of out", tensor_mean(out), means[i], 1e-10);
        expect_number("the share of zeros", share_of_zeros(out), zeros[i], 1e-10);
    }
}
END_TEST

START_TEST(test_dropout_forward_keeps_with_probability_keep)
{
    random_state r;
    tensor *x = course_input(&r);
    tensor *out = kept_output(SHAPE(500, 500)), *mask = kept_output(SHAPE(500, 500));
    dropout_forward(x, (real)0.2, true, &r, mask, out);
    double zeros = share_of_zeros(out);
    hint("keep is the probability that an element is kept, not that it is dropped.");
    ck_assert_msg(fabs(zeros - 0.8) < 0.01, "with keep 0.2 %.0f %% are zero, should be 80 %%",
                  100 * zeros);
}
END_TEST

START_TEST(test_dropout_forward_leaves_the_mean_as_it_was)
{
    random_state r;
    tensor *x = course_input(&r);
    tensor *out = kept_output(SHAPE(500, 500)), *mask = kept_output(SHAPE(500, 500));
    dropout_forward(x, (real)0.5, true, &r, mask, out);
    hint("Kept elements are divided by keep, so that the mean over many elements is that of x.");
    ck_assert_msg(fabs(tensor_mean(out) - 10) < 0.2, "the mean is %g, should be near 10",
                  tensor_mean(out));
}
END_TEST

START_TEST(test_dropout_forward_writes_the_factors_into_mask)
{
    random_state r;
    random_seed(&r, 1);
    tensor *x = kept_normal(&r, 3, 1, SHAPE(4, 5));
    tensor *out = kept_output(SHAPE(4, 5)), *mask = kept_output(SHAPE(4, 5));
    tensor *product = keep(tensor_new_like(x));
    dropout_forward(x, (real)0.5, true, &r, mask, out);
    for (size_t i = 0; i < mask->size; i++)
        ck_assert_msg(mask->data[i] == 0 || mask->data[i] == 2,
                      "with keep 0.5 an element of mask is %g, should be 0 or 2",
                      (double)mask->data[i]);
    tensor_multiply(x, mask, product);
    expect_close("out", out, product, 1e-12);
}
END_TEST

START_TEST(test_dropout_forward_in_test_mode_gives_x)
{
    random_state r;
    random_seed(&r, 1);
    tensor *x = kept_normal(&r, 3, 1, SHAPE(4, 5));
    tensor *out = kept_output(SHAPE(4, 5));
    hint("In test mode nothing is dropped and nothing is scaled.");
    dropout_forward(x, (real)0.25, false, NULL, NULL, out);
    expect_close("out", out, x, 0);
}
END_TEST

START_TEST(test_dropout_backward_passes_the_gradient_where_an_element_stayed)
{
    tensor *dout = keep(matrix(2, 2, (const double[]){1, 2, 3, 4}));
    tensor *mask = keep(matrix(2, 2, (const double[]){0, 4, 4, 0}));
    tensor *dx = kept_output(SHAPE(2, 2));
    hint("Backward uses the mask of the forward pass, factors and all.");
    dropout_backward(dout, mask, true, dx);
    expect_values("dx", dx, (const double[]){0, 8, 12, 0}, 1e-12);
}
END_TEST

START_TEST(test_dropout_backward_in_test_mode_passes_the_gradient)
{
    tensor *dout = keep(matrix(2, 2, (const double[]){1, 2, 3, 4}));
    tensor *dx = kept_output(SHAPE(2, 2));
    dropout_backward(dout, NULL, false, dx);
    expect_close("dx", dx, dout, 0);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"dropout_forward", test_dropout_forward_gives_the_published_means},
        {"dropout_forward", test_dropout_forward_keeps_with_probability_keep},
        {"dropout_forward", test_dropout_forward_leaves_the_mean_as_it_was},
        {"dropout_forward", test_dropout_forward_writes_the_factors_into_mask},
        {"dropout_forward", test_dropout_forward_in_test_mode_gives_x},
        {"dropout_backward", test_dropout_backward_passes_the_gradient_where_an_element_stayed},
        {"dropout_backward", test_dropout_backward_in_test_mode_passes_the_gradient},
    };
    return check_module("dropout", promises, sizeof promises / sizeof *promises);
}
