/* Tensors: what making, viewing, filling, reducing and comparing them promise. */
#include "tensor.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "expected_stop.h"
#include "parallel.h"
#include "suite.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* A view of values as a vector. */
static tensor vector(real *values, size_t count)
{
    return tensor_over(values, 1, &count);
}

static void expect_values(const tensor *t, const double *expected, size_t count)
{
    ck_assert_uint_eq(t->size, count);
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(t->data[i] == (real)expected[i], "element %zu is %g, expected %g", i,
                      (double)t->data[i], expected[i]);
}

static void expect_shape(const tensor *t, size_t rank, const size_t *shape)
{
    ck_assert_uint_eq(t->rank, rank);
    for (size_t d = 0; d < TENSOR_MAX_RANK; d++)
        ck_assert_uint_eq(t->shape[d], d < rank ? shape[d] : 1);
}

/* A new tensor that holds 0, 1, 2, ... in row-major order. */
static tensor *new_counting(size_t rank, const size_t *shape)
{
    tensor *t = tensor_new(rank, shape);
    for (size_t i = 0; i < t->size; i++)
        t->data[i] = (real)i;
    return t;
}

/* ---- making ---- */

START_TEST(test_tensor_new_gives_aligned_zeros_of_every_rank)
{
    static const size_t shape[] = {2, 3, 1, 5, 4, 7};
    size_t size = 1;
    for (size_t rank = 1; rank <= TENSOR_MAX_RANK; rank++) {
        tensor *t = tensor_new(rank, shape);
        size *= shape[rank - 1];
        expect_shape(t, rank, shape);
        ck_assert_uint_eq(t->size, size);
        ck_assert_uint_eq((uintptr_t)t->data % TENSOR_ALIGNMENT, 0);
        for (size_t i = 0; i < t->size; i++)
            ck_assert(t->data[i] == 0);
        tensor_free(t);
    }
}
END_TEST

START_TEST(test_tensor_new_writes_zeros_over_memory_that_was_used)
{
    tensor *used = tensor_new_1d(1000);
    tensor_fill(used, 7);
    tensor_free(used);
    tensor *t = tensor_new_1d(1000);
    ck_assert(tensor_sum_of_squares(t) == 0);
    tensor_free(t);
}
END_TEST

START_TEST(test_tensor_new_accepts_sizes_of_0)
{
    static const size_t shape[] = {3, 0, 5};
    tensor *t = tensor_new(3, shape);
    expect_shape(t, 3, shape);
    ck_assert_uint_eq(t->size, 0);
    ck_assert_ptr_nonnull(t->data);
    tensor_free(t);
}
END_TEST

START_TEST(test_tensor_new_1d_to_4d_put_the_sizes_in_order)
{
    tensor *made[] = {tensor_new_1d(5), tensor_new_2d(5, 3), tensor_new_3d(5, 3, 2),
                      tensor_new_4d(5, 3, 2, 4)};
    for (size_t i = 0; i < LENGTH(made); i++) {
        expect_shape(made[i], i + 1, (size_t[]){5, 3, 2, 4});
        tensor_free(made[i]);
    }
}
END_TEST

START_TEST(test_tensor_new_like_takes_the_shape_and_not_the_elements)
{
    tensor *t = new_counting(3, (size_t[]){2, 3, 4});
    tensor *like = tensor_new_like(t);
    ck_assert(tensor_same_shape(t, like));
    ck_assert(tensor_sum_of_squares(like) == 0);
    tensor_free(t);
    tensor_free(like);
}
END_TEST

START_TEST(test_tensor_new_copy_has_elements_of_its_own)
{
    tensor *t = new_counting(2, (size_t[]){2, 3});
    tensor *copy = tensor_new_copy(t);
    tensor_fill(t, -1);
    ck_assert(tensor_same_shape(t, copy));
    expect_values(copy, (double[]){0, 1, 2, 3, 4, 5}, 6);
    tensor_free(t);
    tensor_free(copy);
}
END_TEST

START_TEST(test_tensor_free_and_labels_free_accept_null)
{
    tensor_free(NULL);
    labels_free(NULL);
}
END_TEST

/* ---- views ---- */

START_TEST(test_tensor_rows_looks_at_slices_of_the_outermost_dimension)
{
    tensor *t = new_counting(3, (size_t[]){4, 3, 2});
    tensor rows = tensor_rows(t, 1, 2);
    expect_shape(&rows, 3, (size_t[]){2, 3, 2});
    expect_values(&rows, (double[]){6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17}, 12);
    tensor_fill(&rows, -1);
    ck_assert(t->data[5] == 5 && t->data[6] == -1 && t->data[17] == -1 && t->data[18] == 18);
    tensor_free(t);
}
END_TEST

START_TEST(test_tensor_rows_may_be_all_or_none)
{
    tensor *t = new_counting(2, (size_t[]){4, 3});
    tensor all = tensor_rows(t, 0, 4);
    tensor none = tensor_rows(t, 4, 0);
    ck_assert(all.size == 12 && all.data == t->data);
    ck_assert(none.size == 0 && none.shape[0] == 0 && none.shape[1] == 3);
    tensor_free(t);
}
END_TEST

START_TEST(test_tensor_row_drops_the_outermost_dimension)
{
    tensor *t = new_counting(3, (size_t[]){4, 3, 2});
    tensor row = tensor_row(t, 2);
    expect_shape(&row, 2, (size_t[]){3, 2});
    expect_values(&row, (double[]){12, 13, 14, 15, 16, 17}, 6);
    tensor inner = tensor_row(&row, 1);
    expect_shape(&inner, 1, (size_t[]){2});
    expect_values(&inner, (double[]){14, 15}, 2);
    tensor_free(t);
}
END_TEST

START_TEST(test_tensor_reshaped_and_flattened_look_into_the_same_memory)
{
    tensor *t = new_counting(4, (size_t[]){4, 3, 2, 5});
    tensor reshaped = tensor_reshaped(t, 2, (size_t[]){10, 12});
    tensor flat = tensor_flattened(t);
    expect_shape(&reshaped, 2, (size_t[]){10, 12});
    expect_shape(&flat, 2, (size_t[]){4, 30});
    ck_assert(reshaped.size == 120 && reshaped.data == t->data);
    ck_assert(flat.size == 120 && flat.data == t->data);
    tensor_free(t);
}
END_TEST

START_TEST(test_tensor_flattened_makes_a_vector_a_column)
{
    tensor *t = tensor_new_1d(7);
    tensor flat = tensor_flattened(t);
    expect_shape(&flat, 2, (size_t[]){7, 1});
    tensor_free(t);
}
END_TEST

START_TEST(test_tensor_same_shape_looks_at_rank_and_sizes)
{
    tensor v = {.rank = 1, .shape = {6, 1, 1, 1, 1, 1}, .size = 6};
    tensor column = {.rank = 2, .shape = {6, 1, 1, 1, 1, 1}, .size = 6};
    tensor matrix = {.rank = 2, .shape = {2, 3, 1, 1, 1, 1}, .size = 6};
    tensor turned = {.rank = 2, .shape = {3, 2, 1, 1, 1, 1}, .size = 6};
    ck_assert(tensor_same_shape(&matrix, &matrix));
    ck_assert(!tensor_same_shape(&v, &column));
    ck_assert(!tensor_same_shape(&matrix, &turned));
}
END_TEST

START_TEST(test_tensor_shape_text_is_cut_to_fit)
{
    char text[64];
    tensor t = {.rank = 3, .shape = {3, 40, 5, 1, 1, 1}};
    ck_assert_str_eq(tensor_shape_text(&t, text, sizeof text), "3 x 40 x 5");
    memset(text, '!', sizeof text);
    ck_assert_str_eq(tensor_shape_text(&t, text, 6), "3 x 4");
    ck_assert(text[6] == '!');
    t.rank = 1;
    ck_assert_str_eq(tensor_shape_text(&t, text, sizeof text), "3");
}
END_TEST

/* ---- filling and copying ---- */

START_TEST(test_tensor_fill_linspace_includes_both_ends)
{
    tensor *t = tensor_new_2d(3, 4);
    tensor_fill_linspace(t, -0.5, 0.5);
    for (size_t i = 0; i < 12; i++)
        ck_assert_double_eq_tol((double)t->data[i], -0.5 + (double)i / 11, (double)REAL_EPSILON);
    ck_assert(t->data[0] == (real)-0.5 && t->data[11] == (real)0.5);
    tensor_free(t);
}
END_TEST

/* Multiples of the step need not end at the last number, which NumPy writes as it was given. */
START_TEST(test_tensor_fill_linspace_ends_with_just_the_last_number)
{
    for (size_t size = 2; size < 100; size++) {
        tensor *t = tensor_new_1d(size);
        tensor_fill_linspace(t, 0.1, 0.7);
        ck_assert(t->data[0] == (real)0.1 && t->data[size - 1] == (real)0.7);
        tensor_free(t);
    }
}
END_TEST

START_TEST(test_tensor_fill_linspace_of_one_element_is_the_first_number)
{
    tensor *t = tensor_new_1d(1);
    tensor *empty = tensor_new_1d(0);
    tensor_fill_linspace(t, 3, 4);
    tensor_fill_linspace(empty, 3, 4);
    ck_assert(t->data[0] == 3);
    tensor_free(t);
    tensor_free(empty);
}
END_TEST

START_TEST(test_tensor_copy_keeps_the_target_shape)
{
    tensor *from = new_counting(2, (size_t[]){2, 3});
    tensor *to = tensor_new_1d(6);
    tensor_copy(from, to);
    expect_shape(to, 1, (size_t[]){6});
    expect_values(to, (double[]){0, 1, 2, 3, 4, 5}, 6);
    tensor_free(from);
    tensor_free(to);
}
END_TEST

START_TEST(test_tensor_transpose_turns_shapes_around_its_tiles)
{
    static const size_t sizes[] = {1, 2, 15, 16, 17, 33};
    for (size_t i = 0; i < LENGTH(sizes) * LENGTH(sizes); i++) {
        size_t rows = sizes[i / LENGTH(sizes)], columns = sizes[i % LENGTH(sizes)];
        tensor *a = new_counting(2, (size_t[]){rows, columns});
        tensor *out = tensor_new_2d(columns, rows);
        tensor_fill(out, NAN);
        tensor_transpose(a, out);
        for (size_t k = 0; k < a->size; k++)
            ck_assert(out->data[k % columns * rows + k / columns] == (real)k);
        tensor_free(a);
        tensor_free(out);
    }
}
END_TEST

/* ---- elementwise ---- */

START_TEST(test_tensor_add_subtract_multiply_work_elementwise)
{
    real of_a[] = {1, -2, 3, 0.5}, of_b[] = {4, 0.25, -8, 2}, of_out[] = {NAN, NAN, NAN, NAN};
    tensor a = vector(of_a, 4), b = vector(of_b, 4), out = vector(of_out, 4);
    tensor_add(&a, &b, &out);
    expect_values(&out, (double[]){5, -1.75, -5, 2.5}, 4);
    tensor_subtract(&a, &b, &out);
    expect_values(&out, (double[]){-3, -2.25, 11, -1.5}, 4);
    tensor_multiply(&a, &b, &out);
    expect_values(&out, (double[]){4, -0.5, -24, 1}, 4);
}
END_TEST

START_TEST(test_tensor_elementwise_out_may_be_an_input)
{
    real of_a[] = {1, -2, 3}, of_b[] = {4, 5, -8};
    tensor a = vector(of_a, 3), b = vector(of_b, 3);
    tensor_add(&a, &b, &a);
    expect_values(&a, (double[]){5, 3, -5}, 3);
    tensor_subtract(&a, &b, &b);
    expect_values(&b, (double[]){1, -2, 3}, 3);
    tensor_multiply(&a, &b, &a);
    expect_values(&a, (double[]){5, -6, -15}, 3);
}
END_TEST

START_TEST(test_tensor_scale_and_add_scaled)
{
    real of_a[] = {1, -2, 3}, of_b[] = {4, 5, -8};
    tensor a = vector(of_a, 3), b = vector(of_b, 3);
    tensor_add_scaled(&a, -2, &b);
    expect_values(&b, (double[]){2, 9, -14}, 3);
    expect_values(&a, (double[]){1, -2, 3}, 3);
    tensor_scale(&b, (real)0.5);
    expect_values(&b, (double[]){1, 4.5, -7}, 3);
}
END_TEST

/* At sizes that several threads share, and at small ones. */
START_TEST(test_tensor_fill_rows_and_sum_rows_take_each_row_and_column_once)
{
    static const size_t sizes[][2] = {{1, 1}, {3, 5}, {0, 4}, {5, 0}, {17, 300}, {1301, 1003}};
    for (int threads = 1; threads < 4; threads++)
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            size_t N = sizes[k][0], M = sizes[k][1], wrong = 0;
            tensor *t = tensor_new_3d(N, 1, M), *row = tensor_new_1d(M), *sums = tensor_new_1d(M);
            parallel_set_threads(threads);
            tensor_fill_linspace(row, 1, (double)M);
            tensor_fill_rows(row, t);
            for (size_t i = 0; i < N * M; i++)
                wrong += t->data[i] != row->data[i % M];
            for (size_t i = 0; i < N * M; i++)
                t->data[i] = (real)(i / M % 10 + i % M); /* sums of whole numbers are exact */
            tensor_fill(sums, NAN);
            tensor_sum_rows(t, sums);
            for (size_t j = 0; j < M; j++) {
                size_t sum = N * j;
                for (size_t i = 0; i < N; i++)
                    sum += i % 10;
                wrong += sums->data[j] != (real)sum;
            }
            ck_assert_uint_eq(wrong, 0);
            tensor_free(t);
            tensor_free(row);
            tensor_free(sums);
        }
    parallel_set_threads(1);
}
END_TEST

/* ---- reductions ---- */

START_TEST(test_tensor_reductions_agree_with_figures_made_by_hand)
{
    real values[] = {2, 4, 4, 4, 5, 5, 7, 9};
    tensor t = vector(values, 8);
    ck_assert_double_eq(tensor_sum(&t), 40);
    ck_assert_double_eq(tensor_mean(&t), 5);
    ck_assert_double_eq(tensor_sum_of_squares(&t), 232);
    ck_assert_double_eq(tensor_std(&t), 2);
}
END_TEST

/* Several are added side by side: each size has its own rest, and what lies behind it is NaN. */
START_TEST(test_tensor_sum_of_squares_takes_each_element_once_at_any_size)
{
    enum { MOST = 20 };
    for (size_t size = 0; size < MOST; size++) {
        real values[MOST];
        double expected = 0;
        for (size_t i = 0; i < MOST; i++) {
            values[i] = i < size ? (real)(i + 1) : (real)NAN;
            expected += i < size ? (double)((i + 1) * (i + 1)) : 0;
        }
        tensor t = vector(values, size);
        ck_assert_double_eq(tensor_sum_of_squares(&t), expected);
    }
}
END_TEST

/* In float, 2^24 + 1 is 2^24, and the squares of 2^12 + 1 lose their last digit. */
START_TEST(test_tensor_reductions_add_up_in_double)
{
    real values[] = {16777216, 1, 1, 1};
    tensor t = vector(values, 4);
    ck_assert_double_eq(tensor_sum(&t), 16777219);
    real odd[] = {4097};
    t = vector(odd, 1);
    ck_assert_double_eq(tensor_sum_of_squares(&t), 16785409);
    real far[] = {16777216, 16777218};
    t = vector(far, 2);
    ck_assert_double_eq(tensor_mean(&t), 16777217);
    ck_assert_double_eq(tensor_std(&t), 1);
}
END_TEST

START_TEST(test_tensor_argmax_is_the_first_of_several)
{
    real values[] = {-5, 3, -1, 3, 2, 3};
    tensor t = vector(values, 6);
    ck_assert_uint_eq(tensor_argmax(&t), 1);
    t = vector(values + 2, 4);
    ck_assert_uint_eq(tensor_argmax(&t), 1);
    real negative[] = {-5, -3, -4};
    t = vector(negative, 3);
    ck_assert_uint_eq(tensor_argmax(&t), 1);
}
END_TEST

START_TEST(test_tensor_argmax_rows_finds_the_first_largest_of_each_row)
{
    real values[] = {1, 5, 5, 0, -9, -3, -2, -2, 7, 1, 2, 3};
    tensor t = tensor_over(values, 2, (size_t[]){3, 4});
    labels *out = labels_new(3);
    tensor_argmax_rows(&t, out);
    ck_assert(out->data[0] == 1 && out->data[1] == 2 && out->data[2] == 0);
    labels_free(out);
}
END_TEST

START_TEST(test_tensor_all_finite_finds_one_bad_element_anywhere)
{
    const real bad[] = {NAN, INFINITY, -INFINITY};
    for (size_t i = 0; i < LENGTH(bad); i++)
        for (size_t place = 0; place < 3; place++) {
            real values[] = {REAL_MAX, -REAL_MAX, 0};
            tensor t = vector(values, 3);
            ck_assert(tensor_all_finite(&t));
            values[place] = bad[i];
            ck_assert(!tensor_all_finite(&t));
        }
}
END_TEST

/* ---- comparing ---- */

START_TEST(test_relative_error_is_the_largest_over_the_elements)
{
    real of_a[] = {1, 2, -3, 0}, of_b[] = {1, 6, -3, 0};
    tensor a = vector(of_a, 4), b = vector(of_b, 4);
    ck_assert_double_eq(relative_error(&a, &b), 0.5);
    ck_assert_double_eq(relative_error(&b, &a), 0.5);
    of_b[2] = 3;
    ck_assert_double_eq(relative_error(&a, &b), 1);
    ck_assert_double_eq(relative_error(&a, &a), 0);
}
END_TEST

START_TEST(test_relative_error_has_a_floor_of_1e_8)
{
    real of_a[] = {0}, of_b[] = {(real)1e-10};
    tensor a = vector(of_a, 1), b = vector(of_b, 1);
    ck_assert_double_eq_tol(relative_error(&a, &b), 1e-2, 1e-8);
}
END_TEST

START_TEST(test_relative_error_is_nan_for_a_nan_on_either_side)
{
    real of_a[] = {NAN, 1}, of_b[] = {2, 1};
    tensor a = vector(of_a, 2), b = vector(of_b, 2);
    ck_assert(isnan(relative_error(&a, &b)));
    ck_assert(isnan(relative_error(&b, &a)));
    ck_assert(isnan(relative_error(&a, &a)));
    of_a[0] = 2;
    of_a[1] = NAN;
    ck_assert(isnan(relative_error(&a, &b)));
}
END_TEST

START_TEST(test_relative_error_is_nan_for_different_sizes)
{
    real values[] = {1, 1};
    tensor a = vector(values, 2), b = vector(values, 1);
    ck_assert(isnan(relative_error(&a, &b)));
}
END_TEST

START_TEST(test_frobenius_distance_is_the_root_of_the_squares)
{
    real of_a[] = {1, 2, 3}, of_b[] = {4, 2, -1};
    tensor a = vector(of_a, 3), b = vector(of_b, 3);
    ck_assert_double_eq(frobenius_distance(&a, &b), 5);
    ck_assert_double_eq(frobenius_distance(&a, &a), 0);
}
END_TEST

/* ---- labels ---- */

START_TEST(test_labels_new_gives_zeros_and_slices_look_into_them)
{
    labels *y = labels_new(5);
    for (size_t i = 0; i < 5; i++)
        ck_assert_uint_eq(y->data[i], 0);
    labels slice = labels_slice(y, 1, 3);
    slice.data[2] = 9;
    ck_assert(slice.count == 3 && y->data[3] == 9);
    ck_assert_uint_eq(labels_slice(y, 5, 0).count, 0);
    labels_free(y);
}
END_TEST

START_TEST(test_labels_accuracy_counts_what_is_equal)
{
    labels y = {.count = 4, .data = (uint32_t[]){1, 2, 3, 4}};
    labels predicted = {.count = 4, .data = (uint32_t[]){1, 2, 4, 3}};
    ck_assert_double_eq(labels_accuracy(&predicted, &y), 0.5);
    ck_assert_double_eq(labels_accuracy(&y, &y), 1);
}
END_TEST

START_TEST(test_gather_rows_takes_rows_in_the_order_asked_for)
{
    tensor *X = new_counting(3, (size_t[]){4, 1, 2});
    tensor *X_out = tensor_new_3d(3, 1, 2);
    labels y = {.count = 4, .data = (uint32_t[]){10, 11, 12, 13}};
    labels *y_out = labels_new(3);
    gather_rows(X, &y, (size_t[]){3, 0, 3}, 3, X_out, y_out);
    expect_values(X_out, (double[]){6, 7, 0, 1, 6, 7}, 6);
    ck_assert(y_out->data[0] == 13 && y_out->data[1] == 10 && y_out->data[2] == 13);
    gather_rows(X, NULL, (size_t[]){1, 2, 0}, 3, X_out, NULL);
    expect_values(X_out, (double[]){2, 3, 4, 5, 0, 1}, 6);
    tensor_free(X);
    tensor_free(X_out);
    labels_free(y_out);
}
END_TEST

/* ---- what stops the program ---- */

static real six[6];
static uint32_t classes[3];

static tensor matrix_2_by_3(void)
{
    return tensor_over(six, 2, (size_t[]){2, 3});
}

static void new_of_rank_0(void)
{
    tensor_free(tensor_new(0, (size_t[]){1}));
}

static void new_of_rank_7(void)
{
    tensor_free(tensor_new(7, (size_t[]){1, 1, 1, 1, 1, 1, 1}));
}

static void new_whose_elements_overflow(void)
{
    tensor_free(tensor_new_2d(SIZE_MAX / 2, 3));
}

static void new_whose_bytes_overflow(void)
{
    tensor_free(tensor_new_1d(SIZE_MAX / sizeof(real) + 1));
}

static void over_of_rank_0(void)
{
    tensor_over(six, 0, (size_t[]){1});
}

static void rows_past_the_end(void)
{
    tensor t = matrix_2_by_3();
    tensor_rows(&t, 1, 2);
}

static void rows_that_wrap_around(void)
{
    tensor t = matrix_2_by_3();
    tensor_rows(&t, 2, SIZE_MAX - 1);
}

static void row_past_the_end(void)
{
    tensor t = matrix_2_by_3();
    tensor_row(&t, 2);
}

static void row_of_a_vector(void)
{
    tensor t = vector(six, 6);
    tensor_row(&t, 0);
}

static void reshaped_to_another_size(void)
{
    tensor t = matrix_2_by_3();
    tensor_reshaped(&t, 2, (size_t[]){2, 4});
}

static void copy_to_another_size(void)
{
    tensor from = matrix_2_by_3(), to = vector(six, 5);
    tensor_copy(&from, &to);
}

static void transpose_to_the_same_shape(void)
{
    tensor a = matrix_2_by_3(), out = matrix_2_by_3();
    tensor_transpose(&a, &out);
}

static void transpose_of_a_vector(void)
{
    tensor a = vector(six, 6), out = vector(six, 6);
    tensor_transpose(&a, &out);
}

static void add_of_another_size(void)
{
    tensor a = matrix_2_by_3(), b = vector(six, 5);
    tensor_add(&a, &b, &a);
}

static void subtract_to_another_size(void)
{
    tensor a = matrix_2_by_3(), out = vector(six, 5);
    tensor_subtract(&a, &a, &out);
}

static void multiply_of_another_size(void)
{
    tensor a = matrix_2_by_3(), b = vector(six, 5);
    tensor_multiply(&b, &a, &a);
}

static void add_scaled_of_another_size(void)
{
    tensor from = matrix_2_by_3(), to = vector(six, 5);
    tensor_add_scaled(&from, 1, &to);
}

static void fill_rows_of_another_length(void)
{
    tensor t = matrix_2_by_3(), row = vector(six, 2);
    tensor_fill_rows(&row, &t);
}

static void sum_rows_of_another_length(void)
{
    tensor t = matrix_2_by_3(), out = vector(six, 2);
    tensor_sum_rows(&t, &out);
}

static void argmax_of_nothing(void)
{
    tensor t = vector(six, 0);
    tensor_argmax(&t);
}

static void argmax_rows_to_3_labels(void)
{
    tensor t = matrix_2_by_3();
    tensor_argmax_rows(&t, &(labels){.count = 3, .data = classes});
}

static void frobenius_distance_of_another_size(void)
{
    tensor a = matrix_2_by_3(), b = vector(six, 5);
    frobenius_distance(&a, &b);
}

static void slice_past_the_end(void)
{
    labels_slice(&(labels){.count = 3, .data = classes}, 2, 2);
}

static void accuracy_of_other_labels(void)
{
    labels_accuracy(&(labels){.count = 3, .data = classes}, &(labels){.count = 2, .data = classes});
}

static void accuracy_of_nothing(void)
{
    labels_accuracy(&(labels){0}, &(labels){0});
}

/* Gathers count rows of a 2 x 3 matrix, the last of them row last, into rows rows and labels. */
static void gather(size_t count, size_t last, size_t rows, const labels *y, labels *y_out)
{
    real gathered[9];
    tensor X = matrix_2_by_3();
    tensor X_out = tensor_over(gathered, 2, (size_t[]){rows, 3});
    size_t indices[3] = {0};
    indices[count - 1] = last;
    gather_rows(&X, y, indices, count, &X_out, y_out);
}

static void gather_of_a_row_that_is_not_there(void)
{
    gather(2, 2, 2, NULL, NULL);
}

static void gather_to_too_few_rows(void)
{
    gather(3, 0, 2, NULL, NULL);
}

static void gather_to_too_few_labels(void)
{
    gather(3, 0, 3, &(labels){.count = 2, .data = classes}, &(labels){.count = 2, .data = classes});
}

static void gather_of_labels_to_nowhere(void)
{
    gather(2, 0, 2, &(labels){.count = 2, .data = classes}, NULL);
}

static const expected_stop stops[] = {
    {new_of_rank_0, "tensor_new: a tensor has 1 to 6 dimensions, not 0"},
    {new_of_rank_7, "tensor_new: a tensor has 1 to 6 dimensions, not 7"},
    {new_whose_elements_overflow, "tensor_new: a tensor of this shape has too many elements"},
#ifdef REAL_IS_DOUBLE
    {new_whose_bytes_overflow, "tensor_new: 2305843009213693952 elements are too many"},
#else
    {new_whose_bytes_overflow, "tensor_new: 4611686018427387904 elements are too many"},
#endif
    {over_of_rank_0, "tensor_over: a tensor has 1 to 6 dimensions, not 0"},
    {rows_past_the_end, "tensor_rows: rows 1 to 3 asked for, there are 2"},
    {rows_that_wrap_around, "tensor_rows: rows 2 to 0 asked for, there are 2"},
    {row_past_the_end, "tensor_rows: rows 2 to 3 asked for, there are 2"},
    {row_of_a_vector, "tensor_row: t has 1 dimension, should have 2 or more"},
    {reshaped_to_another_size, "tensor_reshaped: t has 6 elements, the new shape 8"},
    {copy_to_another_size, "tensor_copy: one tensor has 6 elements, the other 5"},
    {transpose_to_the_same_shape, "tensor_transpose: out has shape 2 x 3, should have 3 x 2"},
    {transpose_of_a_vector, "tensor_transpose: a has 1 dimensions, should have 2"},
    {add_of_another_size, "tensor_add: one tensor has 6 elements, the other 5"},
    {subtract_to_another_size, "tensor_subtract: one tensor has 6 elements, the other 5"},
    {multiply_of_another_size, "tensor_multiply: one tensor has 5 elements, the other 6"},
    {add_scaled_of_another_size, "tensor_add_scaled: one tensor has 6 elements, the other 5"},
    {fill_rows_of_another_length, "tensor_fill_rows: row has shape 2, should have 3"},
    {sum_rows_of_another_length, "tensor_sum_rows: out has shape 2, should have 3"},
    {argmax_of_nothing, "tensor_argmax: t is empty"},
    {argmax_rows_to_3_labels, "tensor_argmax_rows: out holds 3 labels, should hold 2"},
    {frobenius_distance_of_another_size,
     "frobenius_distance: one tensor has 6 elements, the other 5"},
    {slice_past_the_end, "labels_slice: labels 2 to 4 asked for, there are 3"},
    {accuracy_of_other_labels, "labels_accuracy: predicted holds 3 labels, y 2"},
    {accuracy_of_nothing, "labels_accuracy: predicted holds 0 labels, y 0"},
    {gather_of_a_row_that_is_not_there, "gather_rows: indices[1] is 2, X has 2 rows"},
    {gather_to_too_few_rows, "gather_rows: X_out has 6 elements, should have 9"},
    {gather_to_too_few_labels, "gather_rows: y_out holds 2 labels, should hold 3"},
    {gather_of_labels_to_nowhere, "gather_rows: y and y_out are to be given together"},
};

START_TEST(test_tensor_functions_stop_on_what_they_cannot_do)
{
    run_to_stop(&stops[_i]);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("tensor");
    tcase_add_test(tests, test_tensor_new_gives_aligned_zeros_of_every_rank);
    tcase_add_test(tests, test_tensor_new_writes_zeros_over_memory_that_was_used);
    tcase_add_test(tests, test_tensor_new_accepts_sizes_of_0);
    tcase_add_test(tests, test_tensor_new_1d_to_4d_put_the_sizes_in_order);
    tcase_add_test(tests, test_tensor_new_like_takes_the_shape_and_not_the_elements);
    tcase_add_test(tests, test_tensor_new_copy_has_elements_of_its_own);
    tcase_add_test(tests, test_tensor_free_and_labels_free_accept_null);
    tcase_add_test(tests, test_tensor_rows_looks_at_slices_of_the_outermost_dimension);
    tcase_add_test(tests, test_tensor_rows_may_be_all_or_none);
    tcase_add_test(tests, test_tensor_row_drops_the_outermost_dimension);
    tcase_add_test(tests, test_tensor_reshaped_and_flattened_look_into_the_same_memory);
    tcase_add_test(tests, test_tensor_flattened_makes_a_vector_a_column);
    tcase_add_test(tests, test_tensor_same_shape_looks_at_rank_and_sizes);
    tcase_add_test(tests, test_tensor_shape_text_is_cut_to_fit);
    tcase_add_test(tests, test_tensor_fill_linspace_includes_both_ends);
    tcase_add_test(tests, test_tensor_fill_linspace_ends_with_just_the_last_number);
    tcase_add_test(tests, test_tensor_fill_linspace_of_one_element_is_the_first_number);
    tcase_add_test(tests, test_tensor_copy_keeps_the_target_shape);
    tcase_add_test(tests, test_tensor_transpose_turns_shapes_around_its_tiles);
    tcase_add_test(tests, test_tensor_add_subtract_multiply_work_elementwise);
    tcase_add_test(tests, test_tensor_elementwise_out_may_be_an_input);
    tcase_add_test(tests, test_tensor_scale_and_add_scaled);
    tcase_add_test(tests, test_tensor_fill_rows_and_sum_rows_take_each_row_and_column_once);
    tcase_add_test(tests, test_tensor_reductions_agree_with_figures_made_by_hand);
    tcase_add_test(tests, test_tensor_sum_of_squares_takes_each_element_once_at_any_size);
    tcase_add_test(tests, test_tensor_reductions_add_up_in_double);
    tcase_add_test(tests, test_tensor_argmax_is_the_first_of_several);
    tcase_add_test(tests, test_tensor_argmax_rows_finds_the_first_largest_of_each_row);
    tcase_add_test(tests, test_tensor_all_finite_finds_one_bad_element_anywhere);
    tcase_add_test(tests, test_relative_error_is_the_largest_over_the_elements);
    tcase_add_test(tests, test_relative_error_has_a_floor_of_1e_8);
    tcase_add_test(tests, test_relative_error_is_nan_for_a_nan_on_either_side);
    tcase_add_test(tests, test_relative_error_is_nan_for_different_sizes);
    tcase_add_test(tests, test_frobenius_distance_is_the_root_of_the_squares);
    tcase_add_test(tests, test_labels_new_gives_zeros_and_slices_look_into_them);
    tcase_add_test(tests, test_labels_accuracy_counts_what_is_equal);
    tcase_add_test(tests, test_gather_rows_takes_rows_in_the_order_asked_for);
    tcase_add_loop_exit_test(tests, test_tensor_functions_stop_on_what_they_cannot_do, STOPPED_WELL,
                             0, LENGTH(stops));
    return run_suite("tensor", tests);
}
