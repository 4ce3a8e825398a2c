/* Finite differences against functions whose gradients are known. */
#include "gradient_check.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"

/* Where the function bends, the step decides how near the gradient comes. */
#ifdef REAL_IS_DOUBLE
static const double STEP = GRADIENT_STEP, NEAR = 1e-9;
#else
static const double STEP = 1e-2, NEAR = 1e-4;
#endif

/* x^T A x for the square matrix A at context: its gradient is (A + A^T) x. */
static double quadratic_form(const tensor *x, void *context)
{
    const tensor *A = context;
    double sum = 0;
    for (size_t i = 0; i < x->size; i++)
        for (size_t j = 0; j < x->size; j++)
            sum += (double)x->data[i] * (double)A->data[i * x->size + j] * (double)x->data[j];
    return sum;
}

static double sum_of_sines(const tensor *x, void *context)
{
    (void)context;
    double sum = 0;
    for (size_t i = 0; i < x->size; i++)
        sum += sin((double)x->data[i]);
    return sum;
}

static double always_seven(const tensor *x, void *context)
{
    (void)x;
    (void)context;
    return 7;
}

/* out[i,j] = x[i] * x[j]: from a vector of n to a matrix of n x n. */
static void outer_product(const tensor *x, tensor *out, void *context)
{
    (void)context;
    for (size_t i = 0; i < x->size; i++)
        for (size_t j = 0; j < x->size; j++)
            out->data[i * x->size + j] = x->data[i] * x->data[j];
}

START_TEST(test_numerical_gradient_of_a_quadratic_form_is_exact)
{
    tensor *A = tensor_new_2d(5, 5), *x = tensor_new_1d(5), *gradient = tensor_new_1d(5);
    for (size_t i = 0; i < A->size; i++)
        A->data[i] = (real)((i * 7) % 11) - 5;
    tensor_fill_linspace(x, -1, 1); /* binary fractions: nothing is rounded */
    numerical_gradient(quadratic_form, A, x, 0.125, gradient);
    for (size_t i = 0; i < 5; i++) {
        double expected = 0;
        for (size_t j = 0; j < 5; j++)
            expected += (double)((A->data[i * 5 + j] + A->data[j * 5 + i]) * x->data[j]);
        ck_assert_double_eq_tol((double)gradient->data[i], expected, 1e-12);
    }
    tensor_free(A);
    tensor_free(x);
    tensor_free(gradient);
}
END_TEST

START_TEST(test_numerical_gradient_of_sines_is_their_cosines)
{
    tensor *x = tensor_new_4d(2, 3, 1, 4), *gradient = tensor_new_like(x);
    tensor_fill_linspace(x, -3, 3);
    numerical_gradient(sum_of_sines, NULL, x, STEP, gradient);
    for (size_t i = 0; i < x->size; i++)
        ck_assert_double_eq_tol((double)gradient->data[i], cos((double)x->data[i]), NEAR);
    tensor_free(x);
    tensor_free(gradient);
}
END_TEST

START_TEST(test_numerical_gradient_array_weights_every_output_by_dout)
{
    tensor *x = tensor_new_1d(4), *dout = tensor_new_2d(4, 4), *gradient = tensor_new_1d(4);
    tensor_fill_linspace(x, -0.5, 1);
    for (size_t i = 0; i < dout->size; i++)
        dout->data[i] = (real)((i * 5) % 7) - 3;
    numerical_gradient_array(outer_product, NULL, x, dout, 0.0625, gradient);
    for (size_t i = 0; i < 4; i++) { /* d/dx_i sum x_k x_l dout_kl */
        double expected = 0;
        for (size_t j = 0; j < 4; j++)
            expected += (double)((dout->data[i * 4 + j] + dout->data[j * 4 + i]) * x->data[j]);
        ck_assert_double_eq_tol((double)gradient->data[i], expected, 1e-12);
    }
    tensor_free(x);
    tensor_free(dout);
    tensor_free(gradient);
}
END_TEST

/* x + h - h is not x where x is small, so it must be put back from a copy. */
START_TEST(test_gradient_checks_put_x_back_to_the_bit)
{
    random_state r;
    random_seed(&r, 231);
    tensor *x = tensor_new_2d(6, 7), *gradient = tensor_new_like(x);
    tensor_fill_normal(x, &r, 0, 1e-6);
    tensor *before = tensor_new_copy(x);
    numerical_gradient(sum_of_sines, NULL, x, STEP, gradient);
    gradient_check_sparse(sum_of_sines, NULL, x, gradient, 50, STEP, &r, NULL);
    ck_assert_mem_eq(x->data, before->data, x->size * sizeof *x->data);

    tensor *vector = tensor_new_1d(3), *dout = tensor_new_2d(3, 3), *d = tensor_new_1d(3);
    tensor_fill(vector, (real)1e-6);
    numerical_gradient_array(outer_product, NULL, vector, dout, STEP, d);
    for (size_t i = 0; i < 3; i++)
        ck_assert(vector->data[i] == (real)1e-6);
    tensor_free(x);
    tensor_free(gradient);
    tensor_free(before);
    tensor_free(vector);
    tensor_free(dout);
    tensor_free(d);
}
END_TEST

START_TEST(test_gradient_check_sparse_draws_one_number_a_dimension)
{
    random_state r, copy;
    random_seed(&r, 231);
    copy = r;
    tensor *x = tensor_new_3d(3, 5, 4), *analytic = tensor_new_like(x);
    gradient_probe probes[8];
    gradient_check_sparse(always_seven, NULL, x, analytic, 8, STEP, &r, probes);
    for (size_t k = 0; k < 8; k++) {
        size_t i = random_integer(&copy, 3);
        size_t j = random_integer(&copy, 5);
        ck_assert_uint_eq(probes[k].index, (i * 5 + j) * 4 + random_integer(&copy, 4));
    }
    tensor_free(x);
    tensor_free(analytic);
}
END_TEST

START_TEST(test_gradient_check_sparse_takes_zero_against_zero_as_equal)
{
    random_state r;
    random_seed(&r, 1);
    tensor *x = tensor_new_1d(10), *analytic = tensor_new_1d(10);
    gradient_probe probes[5];
    double error = gradient_check_sparse(always_seven, NULL, x, analytic, 5, STEP, &r, probes);
    ck_assert_double_eq(error, 0);
    ck_assert_double_eq(probes[4].relative_error, 0);
    tensor_free(x);
    tensor_free(analytic);
}
END_TEST

/* The mistake that everybody makes once: a factor of two. |2g - g| / (|2g| + |g|) = 1/3. */
START_TEST(test_gradient_check_sparse_measures_a_factor_of_two_as_a_third)
{
    random_state r;
    random_seed(&r, 2);
    tensor *x = tensor_new_1d(6), *analytic = tensor_new_1d(6);
    tensor_fill_linspace(x, -1, 1);
    for (size_t i = 0; i < 6; i++)
        analytic->data[i] = 2 * cos(x->data[i]);
    gradient_probe probes[10];
    double error = gradient_check_sparse(sum_of_sines, NULL, x, analytic, 10, STEP, &r, probes);
    ck_assert_double_eq_tol(error, 1.0 / 3, 10 * NEAR);
    for (size_t k = 0; k < 10; k++) {
        ck_assert_double_eq_tol(probes[k].analytic, 2 * probes[k].numeric, 10 * NEAR);
        ck_assert(probes[k].relative_error <= error);
    }
    tensor_free(x);
    tensor_free(analytic);
}
END_TEST

START_TEST(test_gradient_check_sparse_does_not_hide_nan)
{
    random_state r;
    random_seed(&r, 3);
    tensor *x = tensor_new_1d(2), *analytic = tensor_new_1d(2);
    analytic->data[0] = (real)NAN;
    ck_assert(isnan(gradient_check_sparse(sum_of_sines, NULL, x, analytic, 40, STEP, &r, NULL)));
    tensor_free(x);
    tensor_free(analytic);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("gradient_check");
    tcase_add_test(tests, test_numerical_gradient_of_a_quadratic_form_is_exact);
    tcase_add_test(tests, test_numerical_gradient_of_sines_is_their_cosines);
    tcase_add_test(tests, test_numerical_gradient_array_weights_every_output_by_dout);
    tcase_add_test(tests, test_gradient_checks_put_x_back_to_the_bit);
    tcase_add_test(tests, test_gradient_check_sparse_draws_one_number_a_dimension);
    tcase_add_test(tests, test_gradient_check_sparse_takes_zero_against_zero_as_equal);
    tcase_add_test(tests, test_gradient_check_sparse_measures_a_factor_of_two_as_a_third);
    tcase_add_test(tests, test_gradient_check_sparse_does_not_hide_nan);
    return run_suite("gradient_check", tests);
}
