/*
 * Printed tensors: the same characters as NumPy 1.24's print of the same array.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"
#include "tensor.h"

/* What tensor_print(t) writes to standard output; good until the next call. */
static const char *printed(const tensor *t)
{
    static char text[8192];
    FILE *file = tmpfile();
    ck_assert_ptr_nonnull(file);
    fflush(stdout);
    int terminal = dup(STDOUT_FILENO);
    dup2(fileno(file), STDOUT_FILENO);
    tensor_print(t);
    fflush(stdout);
    dup2(terminal, STDOUT_FILENO);
    close(terminal);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

/* The same without the line above the numbers. */
static const char *printed_numbers(const tensor *t)
{
    return strchr(printed(t), '\n') + 1;
}

/* t's numbers are printed as the lines of expected. */
static void expect_numbers(const tensor *t, const char *expected)
{
    ck_assert_str_eq(printed_numbers(t), expected);
}

/* The vector of values is printed as expected. */
static void expect_vector(size_t count, const double *values, const char *expected)
{
    tensor *t = tensor_new_1d(count);
    for (size_t i = 0; i < count; i++)
        t->data[i] = (real)values[i];
    expect_numbers(t, expected);
    tensor_free(t);
}

#define VECTOR(...)                                                                                \
    sizeof((const double[]){__VA_ARGS__}) / sizeof(double), (const double[])                       \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }

/* A new tensor that holds 0, 1, 2, ... in row-major order. */
static tensor *new_counting(size_t rank, const size_t *shape)
{
    tensor *t = tensor_new(rank, shape);
    for (size_t i = 0; i < t->size; i++)
        t->data[i] = (real)i;
    return t;
}

START_TEST(test_the_first_line_has_shape_range_mean_and_what_is_no_number)
{
    real values[] = {1, -1.5F, 0.25F, 0.5F, 4, (real)NAN};
    tensor t = tensor_over(values, 2, (size_t[]){2, 3});
    const char *text = printed(&t);
    const char *first = "2 x 3, from -1.5 to 4, mean 0.85, 1 NaN, 0 infinite\n";
    ck_assert_msg(strncmp(text, first, strlen(first)) == 0, "it begins %s", text);
}
END_TEST

START_TEST(test_columns_are_aligned_at_the_point)
{
    real values[] = {1, -1.5F, 0.25F, 0.5F, 4, (real)NAN};
    tensor t = tensor_over(values, 2, (size_t[]){2, 3});
    expect_numbers(&t, "[[ 1.   -1.5   0.25]\n"
                       " [ 0.5   4.     nan]]\n");
    expect_vector(VECTOR(-200, 9999.5, 12), "[-200.  9999.5   12. ]\n");
}
END_TEST

START_TEST(test_numbers_have_as_many_digits_as_tell_them_apart)
{
    bool in_double = sizeof(real) == sizeof(double);
    expect_vector(VECTOR(0.1, 0.7, 1.0 / 3), in_double ? "[0.1        0.7        0.33333333]\n"
                                                       : "[0.1        0.7        0.33333334]\n");
    expect_vector(VECTOR(0.00012345678912), "[0.00012346]\n");
}
END_TEST

START_TEST(test_numbers_of_different_sizes_have_exponents)
{
    expect_vector(VECTOR(1e-5, 2, -3e10, INFINITY), "[ 1.e-05  2.e+00 -3.e+10     inf]\n");
    expect_vector(VECTOR(0.1, 1100.1, 3e-4), "[1.0000e-01 1.1001e+03 3.0000e-04]\n");
    expect_vector(VECTOR(1e8, 1), "[1.e+08 1.e+00]\n");
    expect_vector(VECTOR(1e3, 1), "[1000.    1.]\n");
}
END_TEST

START_TEST(test_what_is_not_finite_is_nan_or_inf)
{
    expect_vector(VECTOR(-INFINITY, 1.5), "[-inf  1.5]\n");
    expect_vector(VECTOR(NAN, -1), "[nan -1.]\n");
    expect_vector(VECTOR(NAN, NAN), "[nan nan]\n");
}
END_TEST

START_TEST(test_images_stand_apart)
{
    tensor *t = new_counting(4, (size_t[]){2, 2, 2, 2});
    expect_numbers(t, "[[[[ 0.  1.]\n   [ 2.  3.]]\n\n  [[ 4.  5.]\n   [ 6.  7.]]]\n\n\n"
                      " [[[ 8.  9.]\n   [10. 11.]]\n\n  [[12. 13.]\n   [14. 15.]]]]\n");
    tensor_free(t);
}
END_TEST

START_TEST(test_a_long_row_takes_several_lines)
{
    tensor *t = new_counting(2, (size_t[]){2, 24});
    for (size_t i = 0; i < t->size; i++)
        t->data[i] /= 2;
    expect_numbers(t, "[[ 0.   0.5  1.   1.5  2.   2.5  3.   3.5  4.   4.5  5.   5.5  6.   6.5\n"
                      "   7.   7.5  8.   8.5  9.   9.5 10.  10.5 11.  11.5]\n"
                      " [12.  12.5 13.  13.5 14.  14.5 15.  15.5 16.  16.5 17.  17.5 18.  18.5\n"
                      "  19.  19.5 20.  20.5 21.  21.5 22.  22.5 23.  23.5]]\n");
    tensor_free(t);
}
END_TEST

START_TEST(test_over_a_thousand_elements_only_the_edges_are_shown)
{
    tensor *t = new_counting(1, (size_t[]){1001});
    expect_numbers(t, "[   0.    1.    2. ...  998.  999. 1000.]\n");
    tensor_free(t);
    t = new_counting(2, (size_t[]){300, 7});
    expect_numbers(t, "[[0.000e+00 1.000e+00 2.000e+00 ... 4.000e+00 5.000e+00 6.000e+00]\n"
                      " [7.000e+00 8.000e+00 9.000e+00 ... 1.100e+01 1.200e+01 1.300e+01]\n"
                      " [1.400e+01 1.500e+01 1.600e+01 ... 1.800e+01 1.900e+01 2.000e+01]\n"
                      " ...\n"
                      " [2.079e+03 2.080e+03 2.081e+03 ... 2.083e+03 2.084e+03 2.085e+03]\n"
                      " [2.086e+03 2.087e+03 2.088e+03 ... 2.090e+03 2.091e+03 2.092e+03]\n"
                      " [2.093e+03 2.094e+03 2.095e+03 ... 2.097e+03 2.098e+03 2.099e+03]]\n");
    tensor_free(t);
}
END_TEST

START_TEST(test_the_first_line_counts_what_is_not_shown)
{
    tensor *t = tensor_new_2d(100, 20);
    t->data[500] = (real)NAN;
    t->data[501] = 9;
    ck_assert_ptr_nonnull(strstr(printed(t), "100 x 20, from 0 to 9, mean 0.0045"));
    ck_assert_ptr_nonnull(strstr(printed(t), ", 1 NaN, 0 infinite\n[[0. 0. 0. ... 0. 0. 0.]\n"));
    tensor_free(t);
}
END_TEST

START_TEST(test_what_is_no_tensor_is_said_in_a_line)
{
    tensor *empty = tensor_new_2d(0, 3);
    tensor broken = {.rank = 77};
    ck_assert_str_eq(printed(empty), "0 x 3\n[]\n");
    ck_assert_str_eq(printed(NULL), "no tensor: NULL\n");
    ck_assert_ptr_nonnull(strstr(printed(&broken), "not a tensor: rank 77"));
    tensor_free(empty);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("tensor_print");
    tcase_add_test(tests, test_the_first_line_has_shape_range_mean_and_what_is_no_number);
    tcase_add_test(tests, test_columns_are_aligned_at_the_point);
    tcase_add_test(tests, test_numbers_have_as_many_digits_as_tell_them_apart);
    tcase_add_test(tests, test_numbers_of_different_sizes_have_exponents);
    tcase_add_test(tests, test_what_is_not_finite_is_nan_or_inf);
    tcase_add_test(tests, test_images_stand_apart);
    tcase_add_test(tests, test_a_long_row_takes_several_lines);
    tcase_add_test(tests, test_over_a_thousand_elements_only_the_edges_are_shown);
    tcase_add_test(tests, test_the_first_line_counts_what_is_not_shown);
    tcase_add_test(tests, test_what_is_no_tensor_is_said_in_a_line);
    return run_suite("tensor_print", tests);
}
