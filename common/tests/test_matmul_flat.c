/* Flat products against a plain loop in double, with the kernels of every kind of processor. */
#include "matmul_flat.h"

#include <check.h>
#include <math.h>
#include <string.h>

#include "parallel.h"
#include "random.h"
#include "suite.h"

enum { BESIDE = 5 }; /* numbers before and behind the result, which must stay */

/* A product of random matrices, which goes to around. */
typedef struct sample {
    product p;
    tensor *A, *B, *around, *before; /* before: what around holds when the product begins */
} sample;

static sample new_sample(size_t n, size_t m, size_t k, bool transposed)
{
    random_state random;
    random_seed(&random, (uint32_t)(n * 10007 + m * 101 + k));
    sample s = {.A = tensor_new_1d(n * k),
                .B = tensor_new_1d(k * m),
                .around = tensor_new_1d(n * m + 2 * BESIDE)};
    tensor_fill_normal(s.A, &random, 0, 1);
    tensor_fill_normal(s.B, &random, 0, 1);
    tensor_fill_normal(s.around, &random, 0, 1);
    s.before = tensor_new_copy(s.around);
    s.p = (product){.n = n,
                    .m = m,
                    .k = k,
                    .transpose_B = transposed,
                    .alpha = 1,
                    .A = s.A->data,
                    .B = s.B->data,
                    .out = s.around->data + BESIDE};
    return s;
}

static void free_sample(sample *s)
{
    tensor_free(s->A);
    tensor_free(s->B);
    tensor_free(s->around);
    tensor_free(s->before);
}

/*
 * Whether element [i, j] is right, by the bound that holds for any order of k additions: it is off
 * by less than (k + 3) epsilon times the sum of its terms' magnitudes.
 */
static bool is_right(const sample *s, size_t i, size_t j)
{
    const product *p = &s->p;
    double sum = 0, magnitude = 0;
    for (size_t l = 0; l < p->k; l++) {
        double a = (double)p->A[i * p->k + l];
        double b = (double)p->B[p->transpose_B ? j * p->k + l : l * p->m + j];
        sum += (double)p->alpha * a * b;
        magnitude += fabs((double)p->alpha * a * b);
    }
    if (p->beta != 0) {
        double kept = (double)p->beta * (double)s->before->data[BESIDE + i * p->m + j];
        sum += kept;
        magnitude += fabs(kept);
    }
    double bound = ((double)p->k + 3) * (double)REAL_EPSILON * magnitude;
    return fabs((double)p->out[i * p->m + j] - sum) <= bound;
}

/* Does s on that many threads, and checks every sparse-th element of it, and what lies beside. */
static void check_sample(sample *s, size_t threads, size_t sparse)
{
    const product *p = &s->p;
    const size_t beside = BESIDE * sizeof(real), last = s->around->size - BESIDE;
    tensor_copy(s->before, s->around);
    flat_multiply(p, threads);
    ck_assert_mem_eq(s->around->data, s->before->data, beside);
    ck_assert_mem_eq(s->around->data + last, s->before->data + last, beside);
    for (size_t at = 0; at < p->n * p->m; at += sparse)
        EXPECT_IN_LOOP(is_right(s, at / p->m, at % p->m), "[%zu, %zu] of %zu x %zu, k = %zu",
                       at / p->m, at % p->m, p->n, p->m, p->k);
}

static void check_both(size_t n, size_t m, size_t k, size_t sparse)
{
    for (int t = 0; t < 2; t++) {
        sample s = new_sample(n, m, k, t == 1);
        check_sample(&s, 1, sparse);
        s.p.alpha = (real)-0.75;
        s.p.beta = 3;
        check_sample(&s, 1, sparse);
        free_sample(&s);
    }
}

START_TEST(test_flat_products_of_every_small_shape)
{
    for (size_t kernels = 0; flat_kernels_choose(kernels); kernels++)
        for (size_t n = 1; n < 17; n++)
            for (size_t m = 1; m < 36; m += n % 3 + 1)
                check_both(n, m, (n + m) % 7 + 1, 1);
}
END_TEST

/* Sizes around those of tiles and panels, and of what is added up at a time. */
START_TEST(test_flat_products_around_the_sizes_of_tiles)
{
    static const size_t sizes[][3] = {{14, 32, 257}, {15, 33, 300}, {25, 64, 128},  {29, 31, 129},
                                      {225, 17, 40}, {449, 70, 13}, {30, 513, 259}, {230, 530, 131},
                                      {9, 1030, 65}, {1, 600, 600}, {600, 1, 600},  {300, 520, 1}};
    for (size_t kernels = 0; flat_kernels_choose(kernels); kernels++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
            check_both(sizes[i][0], sizes[i][1], sizes[i][2], 7);
}
END_TEST

START_TEST(test_with_beta_0_flat_products_do_not_read_the_result)
{
    for (size_t kernels = 0; flat_kernels_choose(kernels); kernels++) {
        sample s = new_sample(31, 45, 300, false);
        for (size_t i = BESIDE; i < s.before->size - BESIDE; i++)
            s.before->data[i] = NAN;
        check_sample(&s, 1, 1);
        free_sample(&s);
    }
}
END_TEST

START_TEST(test_a_nan_reaches_its_own_row_or_column_and_no_other)
{
    for (size_t kernels = 0; flat_kernels_choose(kernels); kernels++)
        for (int t = 0; t < 2; t++) {
            sample s = new_sample(40, 41, 300, t == 1);
            s.A->data[33 * 300 + 299] = NAN;
            s.B->data[t == 1 ? 40 * 300 : 40] = (real)INFINITY;
            flat_multiply(&s.p, 1);
            for (size_t i = 0; i < 40; i++)
                for (size_t j = 0; j < 41; j++)
                    ck_assert(isfinite(s.p.out[i * 41 + j]) == (i != 33 && j != 40));
            free_sample(&s);
        }
}
END_TEST

static void check_threads(size_t n, size_t m, size_t k)
{
    for (int t = 0; t < 2; t++) {
        sample s = new_sample(n, m, k, t == 1);
        check_sample(&s, 1, 97);
        tensor *alone = tensor_new_copy(s.around);
        for (size_t threads = 2; threads < 70; threads = threads * 3 - 1) {
            tensor_copy(s.before, s.around);
            flat_multiply(&s.p, threads > PARALLEL_MOST_THREADS ? PARALLEL_MOST_THREADS : threads);
            ck_assert_mem_eq(s.around->data, alone->data, alone->size * sizeof(real));
        }
        tensor_free(alone);
        free_sample(&s);
    }
}

START_TEST(test_flat_products_are_the_same_bits_on_any_number_of_threads)
{
    for (size_t kernels = 0; flat_kernels_choose(kernels); kernels++) {
        check_threads(461, 83, 300);
        check_threads(61, 603, 270);
    }
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("matmul_flat");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, test_flat_products_of_every_small_shape);
    tcase_add_test(tests, test_flat_products_around_the_sizes_of_tiles);
    tcase_add_test(tests, test_with_beta_0_flat_products_do_not_read_the_result);
    tcase_add_test(tests, test_a_nan_reaches_its_own_row_or_column_and_no_other);
    tcase_add_test(tests, test_flat_products_are_the_same_bits_on_any_number_of_threads);
    return run_suite("matmul_flat", tests);
}
