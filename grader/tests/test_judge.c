/* The judge: what is right, what never is, and what it says. */
#include <check.h>
#include <string.h>

#include "judge.h"
#include "tests/suite.h"

static tensor *row(size_t count, const double *values)
{
    tensor *t = tensor_new_2d(1, count);
    for (size_t i = 0; i < count; i++)
        t->data[i] = values[i];
    return t;
}

static judgement compare(double got, double expected, double tolerance)
{
    judgement j;
    tensor *a = row(2, (const double[]){1, got});
    tensor *b = row(2, (const double[]){1, expected});
    judge_tensor("dW", a, b, tolerance, &j);
    tensor_free(a);
    tensor_free(b);
    return j;
}

START_TEST(test_nan_is_never_right)
{
    ck_assert(!compare(NAN, 0, INFINITY).passed);
    ck_assert(!compare(NAN, NAN, INFINITY).passed);
    judgement j;
    judge_number("loss", NAN, NAN, INFINITY, &j);
    ck_assert(!j.passed);
}
END_TEST

START_TEST(test_infinity_is_never_right)
{
    ck_assert(!compare(INFINITY, INFINITY, 1).passed);
    ck_assert(!compare(INFINITY, 0, INFINITY).passed);
}
END_TEST

START_TEST(test_the_tolerance_is_a_part_of_the_largest_expected_value)
{
    ck_assert(compare(100.0009, 100, 1e-5).passed);
    ck_assert(!compare(100.0011, 100, 1e-5).passed);
    ck_assert(compare(0.000001, 0, 1e-5).passed);
}
END_TEST

START_TEST(test_where_all_is_zero_the_tolerance_is_absolute)
{
    judgement j;
    tensor *zero = row(2, (const double[]){0, 0});
    tensor *near = row(2, (const double[]){0, 1e-10});
    judge_tensor("dW", near, zero, 1e-9, &j);
    ck_assert(j.passed);
    judge_tensor("dW", near, zero, 1e-11, &j);
    ck_assert(!j.passed);
    tensor_free(zero);
    tensor_free(near);
}
END_TEST

START_TEST(test_the_first_wrong_element_is_named_with_both_values)
{
    judgement j = compare(2.5, 3, 1e-9);
    ck_assert_uint_eq(j.index, 1);
    ck_assert_str_eq(j.place, "dW[0,1]");
    ck_assert(j.got == 2.5 && j.expected == 3);
    ck_assert_uint_eq(j.wrong, 1);
    ck_assert_uint_eq(j.total, 2);
}
END_TEST

START_TEST(test_what_was_never_written_is_said_so)
{
    judgement j = compare(judge_poison(), 3, 1e-9);
    ck_assert_uint_eq(j.unwritten, 1);
    ck_assert(judge_is_poison(j.got));
    j = compare((double)judge_poison_float(), 3, 1e-9);
    ck_assert_uint_eq(j.unwritten, 1);
}
END_TEST

/* What the judge says of factor times some numbers that are no multiple of the expected ones. */
static judgement alike_of(double factor, double last)
{
    judgement j;
    tensor *got = row(4, (const double[]){factor * 3, factor * -1, factor / 3, factor * last});
    tensor *expected = row(4, (const double[]){1, 2, 3, 4});
    judge_tensor("dW", got, expected, 1e-9, &j);
    tensor_free(got);
    tensor_free(expected);
    return j;
}

START_TEST(test_wrong_multiples_of_each_other_are_alike)
{
    judgement one = alike_of(1, 0.5);
    ck_assert_str_ne(one.alike, "");
    ck_assert_str_eq(alike_of(7, 0.5).alike, one.alike);
    ck_assert_str_eq(alike_of(-1.0 / 3, 0.5).alike, one.alike);
    ck_assert_str_eq(alike_of(1 + 1e-11, 0.5).alike, one.alike);
    ck_assert_str_ne(alike_of(1, 0.501).alike, one.alike);
    ck_assert_str_ne(alike_of(1, -0.5).alike, one.alike);
}
END_TEST

START_TEST(test_multiples_of_what_is_right_are_not_alike)
{
    judgement j;
    tensor *got = row(4, (const double[]){-2, -4, -6, -8});
    tensor *expected = row(4, (const double[]){1, 2, 3, 4});
    judge_tensor("dW", got, expected, 1e-9, &j);
    ck_assert(!j.passed);
    ck_assert_str_eq(j.alike, "");
    got->data[0] = NAN;
    judge_tensor("dW", got, expected, 1e-9, &j);
    ck_assert_str_eq(j.alike, "");
    tensor_free(got);
    tensor_free(expected);
}
END_TEST

START_TEST(test_labels_are_right_when_they_are_equal)
{
    judgement j;
    labels *a = labels_new(3);
    labels *b = labels_new(3);
    judge_labels("predicted", a, b, &j);
    ck_assert(j.passed);
    b->data[2] = 1;
    judge_labels("predicted", a, b, &j);
    ck_assert(!j.passed);
    ck_assert_str_eq(j.place, "predicted[2]");
    ck_assert(j.got == 0 && j.expected == 1);
    a->data[2] = JUDGE_POISON_LABEL;
    judge_labels("predicted", a, b, &j);
    ck_assert_uint_eq(j.unwritten, 1);
    labels_free(a);
    labels_free(b);
}
END_TEST

START_TEST(test_a_wrong_word_is_named_by_its_sentence_and_its_place)
{
    judgement j;
    labels *a = labels_new(6);
    labels *b = labels_new(6);
    judge_words("sentences", a, b, 3, &j);
    ck_assert(j.passed);
    b->data[5] = 1;
    judge_words("sentences", a, b, 3, &j);
    ck_assert(!j.passed);
    ck_assert_str_eq(j.place, "sentences[1,2]");
    labels_free(a);
    labels_free(b);
}
END_TEST

START_TEST(test_tensors_of_other_sizes_are_refused_before_anything_is_read)
{
    judgement j;
    tensor *narrow = row(2, (const double[]){1, 2});
    tensor *wide = tensor_new_2d(1000, 1000);
    judge_tensor("dW", narrow, wide, 1, &j);
}
END_TEST

START_TEST(test_labels_of_another_number_are_refused_before_anything_is_read)
{
    judgement j;
    judge_labels("y", labels_new(2), labels_new(3), &j);
}
END_TEST

START_TEST(test_the_map_marks_just_the_wrong_cells)
{
    judgement j;
    tensor *a = tensor_new_2d(100, 100);
    tensor *b = tensor_new_2d(100, 100);
    size_t marked = 0;
    tensor_fill(b, 1);
    tensor_fill(a, 1);
    a->data[9999] = 5;
    judge_tensor("dW", a, b, 1e-9, &j);
    for (size_t i = 0; i < j.map_rows * j.map_columns; i++)
        marked += j.map[i] > 0;
    ck_assert_uint_eq(marked, 1);
    ck_assert_uint_gt(j.map[j.map_rows * j.map_columns - 1], 0);
    tensor_free(a);
    tensor_free(b);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("judge");
    tcase_add_test(cases, test_nan_is_never_right);
    tcase_add_test(cases, test_infinity_is_never_right);
    tcase_add_test(cases, test_the_tolerance_is_a_part_of_the_largest_expected_value);
    tcase_add_test(cases, test_where_all_is_zero_the_tolerance_is_absolute);
    tcase_add_test(cases, test_the_first_wrong_element_is_named_with_both_values);
    tcase_add_test(cases, test_what_was_never_written_is_said_so);
    tcase_add_test(cases, test_wrong_multiples_of_each_other_are_alike);
    tcase_add_test(cases, test_multiples_of_what_is_right_are_not_alike);
    tcase_add_test(cases, test_labels_are_right_when_they_are_equal);
    tcase_add_test(cases, test_a_wrong_word_is_named_by_its_sentence_and_its_place);
    tcase_add_exit_test(cases, test_tensors_of_other_sizes_are_refused_before_anything_is_read, 70);
    tcase_add_exit_test(cases, test_labels_of_another_number_are_refused_before_anything_is_read,
                        70);
    tcase_add_test(cases, test_the_map_marks_just_the_wrong_cells);
    return run_suite("judge", cases);
}
