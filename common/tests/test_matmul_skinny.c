/* Products with few columns, and products in several threads, against a plain triple loop. */
#include "matmul_skinny.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "matmul.h"
#include "parallel.h"
#include "random.h"
#include "suite.h"

enum { MOST_THREADS = 5 };

/* A product of random matrices. */
typedef struct sample {
    bool transpose_A, transpose_B;
    real alpha, beta;
    tensor *A, *B, *before; /* before: what out holds when the product begins */
} sample;

static sample new_sample(size_t n, size_t m, size_t k, bool transpose_A, bool transpose_B)
{
    random_state random;
    random_seed(&random, (uint32_t)(n * 10007 + m * 101 + k));
    sample s = {transpose_A, transpose_B, 1, 0, NULL, NULL, tensor_new_2d(n, m)};
    s.A = transpose_A ? tensor_new_2d(k, n) : tensor_new_2d(n, k);
    s.B = transpose_B ? tensor_new_2d(m, k) : tensor_new_2d(k, m);
    tensor_fill_normal(s.A, &random, 0, 1);
    tensor_fill_normal(s.B, &random, 0, 1);
    tensor_fill_normal(s.before, &random, 0, 1);
    return s;
}

static void free_sample(sample *s)
{
    tensor_free(s->A);
    tensor_free(s->B);
    tensor_free(s->before);
}

static tensor *product_of(const sample *s)
{
    tensor *out = tensor_new_copy(s->before);
    matmul_general(s->transpose_A, s->transpose_B, s->alpha, s->A, s->B, s->beta, out);
    return out;
}

static double element(const tensor *matrix, bool transposed, size_t i, size_t j)
{
    return (double)(transposed ? matrix->data[j * matrix->shape[1] + i]
                               : matrix->data[i * matrix->shape[1] + j]);
}

/*
 * Whether out is the product, by the bound that holds for any order of k additions: each element is
 * off by less than (k + 2) epsilon times the sum of its terms' magnitudes.
 */
static void assert_product(const sample *s, const tensor *out)
{
    size_t k = s->A->shape[s->transpose_A ? 0 : 1];
    for (size_t i = 0; i < out->shape[0]; i++) {
        for (size_t j = 0; j < out->shape[1]; j++) {
            double kept = s->beta != 0 ? (double)s->beta * element(s->before, false, i, j) : 0;
            double sum = kept, magnitude = fabs(kept);
            for (size_t l = 0; l < k; l++) {
                double term = (double)s->alpha * element(s->A, s->transpose_A, i, l) *
                              element(s->B, s->transpose_B, l, j);
                sum += term;
                magnitude += fabs(term);
            }
            double bound = ((double)k + 2) * (double)REAL_EPSILON * magnitude;
            EXPECT_IN_LOOP(fabs(element(out, false, i, j) - sum) <= bound,
                           "[%zu, %zu] of %zu x %zu, k = %zu, is %g, not %g", i, j, out->shape[0],
                           out->shape[1], k, element(out, false, i, j), sum);
        }
    }
}

static void check_product(const sample *s)
{
    tensor *out = product_of(s);
    assert_product(s, out);
    tensor_free(out);
}

/* All four transpositions of n x k times k x m. */
static void check_transpositions(size_t n, size_t m, size_t k)
{
    for (int t = 0; t < 4; t++) {
        sample s = new_sample(n, m, k, t & 1, t >> 1);
        check_product(&s);
        free_sample(&s);
    }
}

/* Whether the kernel takes a product of that shape; not on every processor. */
static bool is_skinny(size_t n, size_t m, size_t k)
{
    return skinny_suits(&(product){.n = n, .m = m, .k = k});
}

START_TEST(test_skinny_products_of_odd_sizes)
{
    static const size_t sizes[][2] = {{16, 256}, {17, 257}, {23, 511}, {97, 513},
                                      {257, 16}, {300, 31}, {1021, 9}, {3073, 200}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t m = 1; m <= SKINNY_COLUMNS + 1; m += i + 1)
            check_transpositions(sizes[i][0], m, sizes[i][1]);
}
END_TEST

START_TEST(test_the_kernel_is_for_large_matrices_and_few_columns)
{
    bool available = is_skinny(3073, SKINNY_COLUMNS, 200);
    ck_assert(is_skinny(200, 1, 3073) == available);
    ck_assert(!is_skinny(200, SKINNY_COLUMNS + 1, 3073));
    ck_assert(!is_skinny(5, 10, 30000));
    ck_assert(!is_skinny(20, 10, 20));
}
END_TEST

START_TEST(test_skinny_products_scale_and_add)
{
    static const real alphas[] = {1, 0, (real)-0.25}, betas[] = {0, 1, (real)-2.5};
    for (int i = 0; i < 9; i++) {
        sample s = new_sample(131, 7, 67, i % 2 == 1, i % 4 > 1);
        s.alpha = alphas[i % 3];
        s.beta = betas[i / 3];
        check_product(&s);
        free_sample(&s);
    }
}
END_TEST

START_TEST(test_with_beta_0_it_does_not_matter_what_out_held)
{
    for (int t = 0; t < 2; t++) {
        sample s = new_sample(64, 5, 129, t == 1, false);
        tensor_fill(s.before, NAN);
        check_product(&s);
        free_sample(&s);
    }
}
END_TEST

START_TEST(test_a_nan_reaches_its_own_row_or_column_and_no_other)
{
    sample s = new_sample(70, 5, 300, false, false);
    s.A->data[33 * 300 + 299] = NAN;
    s.B->data[0 * 5 + 4] = (real)INFINITY;
    tensor *out = product_of(&s);
    for (size_t i = 0; i < 70; i++)
        for (size_t j = 0; j < 5; j++)
            ck_assert(isfinite(out->data[i * 5 + j]) == (i != 33 && j != 4));
    tensor_free(out);
    free_sample(&s);
}
END_TEST

/* n x k times k x m, of over four million multiplications a thread, on 1, 2 and MOST_THREADS. */
static void check_threads(size_t n, size_t m, size_t k, bool same_bits)
{
    for (int t = 0; t < 4; t++) {
        sample s = new_sample(n, m, k, t & 1, t >> 1);
        parallel_set_threads(1);
        tensor *alone = product_of(&s);
        for (int threads = 2; threads <= MOST_THREADS; threads += 3) {
            parallel_set_threads(threads);
            tensor *out = product_of(&s), *again = product_of(&s);
            if ((threads == 2) == (t < 2))
                assert_product(&s, out);
            ck_assert(memcmp(again->data, out->data, out->size * sizeof(real)) == 0);
            if (same_bits)
                ck_assert(memcmp(alone->data, out->data, out->size * sizeof(real)) == 0);
            tensor_free(out);
            tensor_free(again);
        }
        tensor_free(alone);
        free_sample(&s);
    }
}

START_TEST(test_skinny_products_are_the_same_bits_on_any_number_of_threads)
{
    check_threads(2063, 8, 1301, is_skinny(2063, 8, 1301));
    check_threads(1201, 7, 2503, is_skinny(1201, 7, 2503));
}
END_TEST

START_TEST(test_other_products_are_right_in_threads_and_the_same_bits_again)
{
    check_threads(403, 387, 149, false);
    check_threads(97, 1331, 173, false);
    check_threads(3, 1103, 6499, false);
}
END_TEST

START_TEST(test_parts_cover_everything_once)
{
    for (size_t size = 0; size < 70; size++) {
        for (size_t count = 1; count < 9; count++) {
            ck_assert_uint_eq(parallel_begin(size, 8, 0, count), 0);
            ck_assert_uint_eq(parallel_begin(size, 8, count, count), size);
            for (size_t i = 0; i < count; i++) {
                size_t begin = parallel_begin(size, 8, i, count);
                ck_assert_uint_le(begin, parallel_begin(size, 8, i + 1, count));
                ck_assert_uint_eq(begin % 8, 0);
            }
        }
    }
}
END_TEST

static void count_part(const void *argument, size_t index, size_t count)
{
    unsigned *const *counts = argument;
    (*counts)[index] += (unsigned)count;
}

START_TEST(test_each_part_runs_once)
{
    unsigned counts[PARALLEL_MOST_THREADS] = {0};
    unsigned *pointer = counts;
    run_in_parallel(7, count_part, &pointer);
    for (size_t i = 0; i < PARALLEL_MOST_THREADS; i++)
        ck_assert_uint_eq(counts[i], i < 7 ? 7 : 0);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("matmul_skinny");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, test_skinny_products_of_odd_sizes);
    tcase_add_test(tests, test_the_kernel_is_for_large_matrices_and_few_columns);
    tcase_add_test(tests, test_skinny_products_scale_and_add);
    tcase_add_test(tests, test_with_beta_0_it_does_not_matter_what_out_held);
    tcase_add_test(tests, test_a_nan_reaches_its_own_row_or_column_and_no_other);
    tcase_add_test(tests, test_skinny_products_are_the_same_bits_on_any_number_of_threads);
    tcase_add_test(tests, test_other_products_are_right_in_threads_and_the_same_bits_again);
    tcase_add_test(tests, test_parts_cover_everything_once);
    tcase_add_test(tests, test_each_part_runs_once);
    return run_suite("matmul_skinny", tests);
}
