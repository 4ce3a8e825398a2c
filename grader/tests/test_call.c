/* Calls that are not made any more, because the submission has used up its time. */
#include <check.h>
#include <string.h>

#include "attempt_state.h"
#include "tests/suite.h"

static declaration declarations[] = {
    DECLARE("layers", "relu_forward", "x[N,*] -> out=x", 1e-9, 1e-4),
    {0},
};

static case_result result;
static unsigned char times_too_slow[1];

/* A grading in which an operation is called after so many seconds. */
static grading call_after(double seconds)
{
    static const case_definition definition = {.name = "relu", .variant = CASE_DOUBLE};
    declarations_parse(declarations);
    grading g = {
        .declarations = declarations, .times_too_slow = times_too_slow, .used_seconds = seconds};
    attempt a = {.grading = &g, .definition = &definition, .result = &result};
    ck_assert(!call(&a, "relu_forward"));
    bindings_clear(&a.given.inputs);
    return g;
}

START_TEST(test_a_submission_that_has_used_its_time_is_judged_whole_or_not_at_all)
{
    grading g = call_after(GRADING_SECONDS + 1);
    ck_assert_int_eq(result.state, CASE_FAILED);
    ck_assert_ptr_nonnull(strstr(result.message, "used up the time of a whole submission"));
    ck_assert(g.ran_out);
}
END_TEST

START_TEST(test_so_is_one_whose_operation_timed_out_twice)
{
    times_too_slow[0] = UINT8_MAX;
    grading g = call_after(0);
    ck_assert_ptr_nonnull(strstr(result.message, "timed out twice before"));
    ck_assert(g.ran_out);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("call");
    tcase_add_test(cases, test_a_submission_that_has_used_its_time_is_judged_whole_or_not_at_all);
    tcase_add_test(cases, test_so_is_one_whose_operation_timed_out_twice);
    return run_suite("call", cases);
}
