/* Small products against plain loops in double, with the kernels of every kind of processor. */
#include "matmul_small.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "random.h"
#include "suite.h"
#include "tensor.h"

/* Numbers beyond the m columns of B, which must not matter. */
static void fill_beyond(tensor *B, size_t m)
{
    for (size_t i = 0; i < B->size; i++)
        if (i % B->shape[1] >= m)
            B->data[i] = (real)NAN;
}

static void check_product(size_t n, size_t m, size_t k, bool transposed, bool add)
{
    random_state r;
    random_seed(&r, (uint32_t)(n + 100 * m + 10000 * k));
    size_t step = small_columns(m), out_step = m + 3, wrong = 0;
    tensor *A = tensor_new_2d(transposed ? k : n, transposed ? n : k);
    tensor *B = tensor_new_2d(k, step), *out = tensor_new_2d(n, out_step);
    tensor_fill_normal(A, &r, 0, 1);
    tensor_fill_normal(B, &r, 0, 1);
    fill_beyond(B, m);
    tensor_fill(out, add ? 7 : (real)NAN);
    fill_beyond(out, m);
    small_product p = {.n = n,
                       .m = m,
                       .k = k,
                       .A = A->data,
                       .A_across = transposed ? 1 : k,
                       .A_along = transposed ? n : 1,
                       .B = B->data,
                       .B_step = step,
                       .out = out->data,
                       .out_step = out_step,
                       .add = add};
    small_multiply(&p);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < m; j++) {
            double sum = add ? 7 : 0;
            for (size_t l = 0; l < k; l++)
                sum +=
                    (double)A->data[i * p.A_across + l * p.A_along] * (double)B->data[l * step + j];
            wrong += !(fabs((double)out->data[i * out_step + j] - sum) <=
                       (double)REAL_EPSILON * (10 + 4 * (double)k));
        }
    for (size_t i = 0; i < out->size; i++)
        wrong += i % out_step >= m && !isnan(out->data[i]); /* nothing beyond is written */
    ck_assert_uint_eq(wrong, 0);
    tensor_free(A);
    tensor_free(B);
    tensor_free(out);
}

/* Every kind of kernel that this processor can run. */
static void check_with_all_kernels(size_t n, size_t m, size_t k)
{
    for (size_t kernels = 0; small_kernels_choose(kernels); kernels++)
        for (int i = 0; i < 4; i++)
            check_product(n, m, k, i % 2 == 1, i / 2 == 1);
}

START_TEST(test_small_products_are_sums_of_products_in_any_shape)
{
    const size_t columns[] = {1, 7, 8, 9, 16, 17, 31, 32, 33, 64, 70};
    for (size_t n = 1; n < 20; n += 3)
        for (size_t m = 0; m < sizeof columns / sizeof *columns; m++)
            check_with_all_kernels(n, columns[m], 1 + (n + m) % 5);
    for (size_t n = 1; n <= 8; n++)
        check_with_all_kernels(n, 20, 64);
}
END_TEST

START_TEST(test_a_product_of_nothing_is_empty_or_0)
{
    check_with_all_kernels(0, 3, 2);
    check_with_all_kernels(3, 0, 2);
    check_with_all_kernels(3, 2, 0);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("matmul_small");
    tcase_add_test(tests, test_small_products_are_sums_of_products_in_any_shape);
    tcase_add_test(tests, test_a_product_of_nothing_is_empty_or_0);
    return run_suite("matmul_small", tests);
}
