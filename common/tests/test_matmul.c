/*
 * Matrix products against a plain triple loop: small and empty ones, tensors of higher rank, and
 * the shapes that stop the program. test_matmul_skinny.c has the large ones, and threads.
 */
#include "matmul.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "contract.h"
#include "parallel.h"
#include "random.h"
#include "suite.h"

/* A product: what matmul_general takes, and where out lies in memory that others use as well. */
typedef struct scene {
    size_t n, m, k;
    bool transpose_A, transpose_B;
    real alpha, beta;
    tensor *A, *B;
    tensor *around; /* a row of 3 numbers, out, a row of 3 numbers */
    tensor out;
} scene;

enum { BESIDE = 3 };

static tensor *random_matrix(random_state *r, size_t rows, size_t columns)
{
    tensor *matrix = tensor_new_2d(rows, columns);
    tensor_fill_normal(matrix, r, 0, 1);
    return matrix;
}

static scene new_scene(size_t n, size_t m, size_t k, bool transpose_A, bool transpose_B)
{
    random_state r;
    random_seed(&r, (uint32_t)(100 * n + 10 * m + k));
    scene s = {.n = n, .m = m, .k = k, .transpose_A = transpose_A, .transpose_B = transpose_B};
    s.alpha = 1;
    s.A = transpose_A ? random_matrix(&r, k, n) : random_matrix(&r, n, k);
    s.B = transpose_B ? random_matrix(&r, m, k) : random_matrix(&r, k, m);
    s.around = random_matrix(&r, 1, n * m + 2 * BESIDE);
    s.out = tensor_over(s.around->data + BESIDE, 2, (size_t[]){n, m});
    return s;
}

static void free_scene(scene *s)
{
    tensor_free(s->A);
    tensor_free(s->B);
    tensor_free(s->around);
}

/* Whether found is element [i, j] of the product, by the bound for any order of k additions. */
static void check_element(const scene *s, double before, size_t i, size_t j, double found)
{
    double sum = s->beta != 0 ? (double)s->beta * before : 0, magnitude = fabs(sum);
    for (size_t l = 0; l < s->k; l++) {
        real a = s->A->data[s->transpose_A ? l * s->n + i : i * s->k + l];
        real b = s->B->data[s->transpose_B ? j * s->k + l : l * s->m + j];
        double term = (double)s->alpha * (double)a * (double)b;
        sum += term;
        magnitude += fabs(term);
    }
    EXPECT_IN_LOOP(fabs(found - sum) <= (double)(s->k + 2) * (double)REAL_EPSILON * magnitude,
                   "%zu x %zu x %zu: [%zu, %zu] is %.9g, not %.9g", s->n, s->k, s->m, i, j, found,
                   sum);
}

/* Checks what out holds now, when around was before; nothing beside out may have changed. */
static void check_result(const scene *s, const tensor *before)
{
    const size_t beside = BESIDE * sizeof(real), last = before->size - BESIDE;
    ck_assert_mem_eq(s->around->data, before->data, beside);
    ck_assert_mem_eq(s->around->data + last, before->data + last, beside);
    for (size_t i = 0; i < s->n; i++)
        for (size_t j = 0; j < s->m; j++)
            check_element(s, (double)before->data[BESIDE + i * s->m + j], i, j,
                          (double)s->out.data[i * s->m + j]);
}

static void check_general(scene *s)
{
    tensor *before = tensor_new_copy(s->around);
    tensor *A = tensor_new_copy(s->A), *B = tensor_new_copy(s->B);
    matmul_general(s->transpose_A, s->transpose_B, s->alpha, s->A, s->B, s->beta, &s->out);
    check_result(s, before);
    ck_assert_mem_eq(A->data, s->A->data, A->size * sizeof(real));
    ck_assert_mem_eq(B->data, s->B->data, B->size * sizeof(real));
    tensor_free(before);
    tensor_free(A);
    tensor_free(B);
}

START_TEST(test_matmul_general_is_the_product_for_every_small_shape)
{
    for (size_t shape = 0; shape < 6 * 6 * 6; shape++)
        for (int t = 0; t < 4; t++) {
            scene s = new_scene(1 + shape % 6, 1 + shape / 6 % 6, 1 + shape / 36, t & 1, t >> 1);
            check_general(&s);
            free_scene(&s);
        }
}
END_TEST

START_TEST(test_matmul_general_is_the_product_for_odd_shapes)
{
    static const size_t shapes[][3] = {{1, 1, 301}, {61, 1, 1},   {1, 67, 1},    {17, 33, 65},
                                       {7, 129, 3}, {129, 19, 5}, {31, 37, 101}, {64, 64, 64}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (int t = 0; t < 4; t++) {
            scene s = new_scene(shapes[i][0], shapes[i][1], shapes[i][2], t & 1, t >> 1);
            check_general(&s);
            free_scene(&s);
        }
}
END_TEST

START_TEST(test_matmul_general_scales_the_product_and_adds_to_out)
{
    static const real factors[] = {0, 1, (real)-0.75, 3};
    for (size_t i = 0; i < 16; i++) {
        scene s = new_scene(5, 18, 7, i & 1, i >> 1 & 1);
        s.alpha = factors[i % 4];
        s.beta = factors[i / 4];
        check_general(&s);
        free_scene(&s);
    }
}
END_TEST

/* The three short forms, on an out that holds what no product may keep. */
START_TEST(test_matmul_is_A_times_B_whatever_out_held)
{
    scene s = new_scene(4, 5, 6, false, false);
    tensor_fill(s.around, NAN);
    tensor *before = tensor_new_copy(s.around);
    matmul(s.A, s.B, &s.out);
    check_result(&s, before);
    tensor_free(before);
    free_scene(&s);
}
END_TEST

START_TEST(test_matmul_transposed_left_transposes_A_whatever_out_held)
{
    scene s = new_scene(4, 5, 6, true, false);
    tensor_fill(s.around, NAN);
    tensor *before = tensor_new_copy(s.around);
    matmul_transposed_left(s.A, s.B, &s.out);
    check_result(&s, before);
    tensor_free(before);
    free_scene(&s);
}
END_TEST

START_TEST(test_matmul_transposed_right_transposes_B_whatever_out_held)
{
    scene s = new_scene(4, 5, 6, false, true);
    tensor_fill(s.around, NAN);
    tensor *before = tensor_new_copy(s.around);
    matmul_transposed_right(s.A, s.B, &s.out);
    check_result(&s, before);
    tensor_free(before);
    free_scene(&s);
}
END_TEST

START_TEST(test_matmul_over_no_terms_is_zero_or_what_beta_leaves)
{
    for (int t = 0; t < 4; t++) {
        scene s = new_scene(3, 4, 0, t & 1, t >> 1);
        s.beta = -2;
        check_general(&s);
        s.beta = 0;
        tensor_fill(&s.out, NAN);
        check_general(&s);
        free_scene(&s);
    }
}
END_TEST

START_TEST(test_matmul_of_no_rows_or_no_columns_writes_nothing)
{
    for (int t = 0; t < 4; t++) {
        scene no_rows = new_scene(0, 4, 5, t & 1, t >> 1);
        scene no_columns = new_scene(4, 0, 5, t & 1, t >> 1);
        check_general(&no_rows);
        check_general(&no_columns);
        free_scene(&no_rows);
        free_scene(&no_columns);
    }
}
END_TEST

START_TEST(test_matmul_takes_tensors_of_higher_rank_as_matrices)
{
    scene s = new_scene(4, 6, 30, false, false); /* images of 2 x 3 x 5 times 30 x (2 x 3) */
    tensor images = tensor_reshaped(s.A, 4, (size_t[]){4, 2, 3, 5});
    tensor weights = tensor_reshaped(s.B, 3, (size_t[]){30, 2, 3});
    tensor result = tensor_reshaped(&s.out, 3, (size_t[]){4, 3, 2});
    tensor *before = tensor_new_copy(s.around);
    matmul(&images, &weights, &result);
    check_result(&s, before);
    tensor_free(before);
    free_scene(&s);
}
END_TEST

/* Ends a test's process well when the program stops with the words that are awaited. */
static const char *awaited;

static void expect_words(contract_event event, const char *text)
{
    bool right = event == CONTRACT_BROKEN && strstr(text, awaited) != NULL;
    if (!right)
        fprintf(stderr, "wrong message: %s\n", text);
    _exit(right ? 42 : 1);
}

/* Shapes that do not fit; the matrices are square in one size where that could hide it. */
static const struct misfit {
    size_t A[2], B[2], out[2];
    bool transpose_A, transpose_B;
    const char *words;
} misfits[] = {
    {{2, 3}, {4, 5}, {2, 5}, false, false, "the inner sizes differ: A has 3, B has 4"},
    {{3, 2}, {3, 2}, {3, 2}, false, false, "the inner sizes differ: A has 2, B has 3"},
    {{2, 3}, {2, 5}, {2, 5}, false, false, "the inner sizes differ: A has 3, B has 2"},
    {{2, 3}, {3, 5}, {3, 5}, true, false, "the inner sizes differ: A has 2, B has 3"},
    {{2, 3}, {3, 5}, {2, 3}, false, true, "the inner sizes differ: A has 3, B has 5"},
    {{2, 3}, {3, 5}, {5, 2}, false, false, "out has shape 5 x 2, should have 2 x 5"},
    {{2, 3}, {3, 5}, {2, 4}, false, false, "out has shape 2 x 4, should have 2 x 5"},
    {{2, 3}, {3, 5}, {3, 5}, false, false, "out has shape 3 x 5, should have 2 x 5"},
    {{2, 3}, {2, 5}, {2, 5}, true, false, "out has shape 2 x 5, should have 3 x 5"},
    {{2, 3}, {5, 3}, {2, 3}, false, true, "out has shape 2 x 3, should have 2 x 5"},
    {{2, 0}, {0, 5}, {2, 4}, false, false, "out has shape 2 x 4, should have 2 x 5"},
};

START_TEST(test_matmul_stops_on_shapes_that_do_not_fit)
{
    const struct misfit *f = &misfits[_i];
    tensor *A = tensor_new(2, f->A), *B = tensor_new(2, f->B), *out = tensor_new(2, f->out);
    awaited = f->words;
    contract_set_handler(expect_words);
    matmul_general(f->transpose_A, f->transpose_B, 1, A, B, 0, out);
    tensor_free(A);
    tensor_free(B);
    tensor_free(out);
}
END_TEST

/* Over a million terms for each of 64 threads, which share the rows or the columns among them. */
START_TEST(test_matmul_is_the_product_on_the_most_threads)
{
    scene rows = new_scene(411, 401, 391, true, false);
    scene columns = new_scene(391, 411, 401, false, true);
    parallel_set_threads(PARALLEL_MOST_THREADS);
    check_general(&rows);
    check_general(&columns);
    free_scene(&rows);
    free_scene(&columns);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("matmul");
    tcase_add_test(tests, test_matmul_general_is_the_product_for_every_small_shape);
    tcase_add_test(tests, test_matmul_general_is_the_product_for_odd_shapes);
    tcase_add_test(tests, test_matmul_general_scales_the_product_and_adds_to_out);
    tcase_add_test(tests, test_matmul_is_A_times_B_whatever_out_held);
    tcase_add_test(tests, test_matmul_transposed_left_transposes_A_whatever_out_held);
    tcase_add_test(tests, test_matmul_transposed_right_transposes_B_whatever_out_held);
    tcase_add_test(tests, test_matmul_over_no_terms_is_zero_or_what_beta_leaves);
    tcase_add_test(tests, test_matmul_of_no_rows_or_no_columns_writes_nothing);
    tcase_add_test(tests, test_matmul_takes_tensors_of_higher_rank_as_matrices);
    tcase_add_loop_exit_test(tests, test_matmul_stops_on_shapes_that_do_not_fit, 42, 0,
                             sizeof misfits / sizeof *misfits);
    tcase_add_test(tests, test_matmul_is_the_product_on_the_most_threads);
    return run_suite("matmul", tests);
}
