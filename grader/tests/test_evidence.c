/* Which outputs are the same: what a diagnosis rests on. */
#include <check.h>
#include <stdlib.h>

#include "evidence.h"
#include "tests/suite.h"

/* Whether a vector of got, 1 agrees with a vector of expected, 1. */
static bool vectors_agree(double got, double expected, double tolerance)
{
    bindings a = {0};
    bindings b = {0};
    bindings_renew(&a, "dW")->tensor = tensor_new_1d(2);
    bindings_renew(&b, "dW")->tensor = tensor_new_1d(2);
    a.list[0].tensor->data[0] = got;
    b.list[0].tensor->data[0] = expected;
    a.list[0].tensor->data[1] = b.list[0].tensor->data[1] = 1;
    bool agree = outputs_agree(&a, &b, tolerance);
    bindings_clear(&a);
    bindings_clear(&b);
    return agree;
}

static bool numbers_agree(double got, double expected, double tolerance)
{
    bindings a = {.count = 1, .list = {{.name = "loss", .number = got}}};
    bindings b = {.count = 1, .list = {{.name = "loss", .number = expected}}};
    return outputs_agree(&a, &b, tolerance);
}

START_TEST(test_outputs_agree_within_the_tolerance_of_the_largest_number)
{
    ck_assert(vectors_agree(1e-10, 0, 1e-9));
    ck_assert(!vectors_agree(1e-8, 0, 1e-9));
    ck_assert(vectors_agree(1000, 1000 + 5e-7, 1e-9));
    ck_assert(numbers_agree(1000, 1000 + 5e-7, 1e-9));
    ck_assert(!numbers_agree(1, 1 + 1e-8, 1e-9));
}
END_TEST

START_TEST(test_an_infinity_agrees_with_itself_alone)
{
    ck_assert(numbers_agree(INFINITY, INFINITY, 1e-9));
    ck_assert(!numbers_agree(INFINITY, -INFINITY, 1e-9));
    ck_assert(!numbers_agree(5, INFINITY, 1e-9));
    ck_assert(!numbers_agree(INFINITY, 5, 1e-9));
    ck_assert(!vectors_agree(5, INFINITY, 1e-9));
    ck_assert(!vectors_agree(INFINITY, 5, 1e-9));
}
END_TEST

START_TEST(test_nan_agrees_with_nan_alone)
{
    ck_assert(numbers_agree(NAN, NAN, 1e-9));
    ck_assert(!numbers_agree(NAN, 0, 1));
    ck_assert(!numbers_agree(0, NAN, 1));
    ck_assert(!vectors_agree(NAN, INFINITY, 1));
}
END_TEST

START_TEST(test_outputs_of_other_names_or_sizes_do_not_agree)
{
    bindings a = {.count = 1, .list = {{.name = "loss", .number = 1}}};
    bindings b = {.count = 1, .list = {{.name = "cost", .number = 1}}};
    ck_assert(!outputs_agree(&a, &b, 1));
    bindings c = {0};
    bindings d = {0};
    bindings_renew(&c, "predicted")->labels = labels_new(2);
    bindings_renew(&d, "predicted")->labels = labels_new(3);
    ck_assert(!outputs_agree(&c, &d, 1));
    bindings_clear(&c);
    bindings_clear(&d);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("evidence");
    tcase_add_test(tests, test_outputs_agree_within_the_tolerance_of_the_largest_number);
    tcase_add_test(tests, test_an_infinity_agrees_with_itself_alone);
    tcase_add_test(tests, test_nan_agrees_with_nan_alone);
    tcase_add_test(tests, test_outputs_of_other_names_or_sizes_do_not_agree);
    return run_suite("evidence", tests);
}
