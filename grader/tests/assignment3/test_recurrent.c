/* The given parts of recurrent nets: steps of a sequence go where they belong. */
#include "recurrent.h"

#include "checks/check_support.h"
#include "tests/expected_stop.h"
#include "tests/suite.h"

enum { N = 2, T = 3, D = 4 };

/* Element [n,t,d] is 100 n + 10 t + d. */
static tensor *numbered_sequence(void)
{
    tensor *x = keep(tensor_new_3d(N, T, D));
    for (size_t i = 0; i < x->size; i++)
        x->data[i] = (real)(100 * (i / (T * D)) + 10 * (i / D % T) + i % D);
    return x;
}

START_TEST(test_sequence_get_copies_one_step_of_every_example)
{
    tensor *x = numbered_sequence(), *step = kept_output(SHAPE(N, D));
    sequence_get(x, 1, step);
    expect_values("step", step, (const double[]){10, 11, 12, 13, 110, 111, 112, 113}, 0);
}
END_TEST

START_TEST(test_sequence_add_adds_one_step_to_what_is_there)
{
    tensor *x = numbered_sequence(), *step = kept_output(SHAPE(N, D));
    tensor_fill(step, 1000);
    sequence_add(x, 2, step);
    expect_values("step", step, (const double[]){1020, 1021, 1022, 1023, 1120, 1121, 1122, 1123},
                  0);
}
END_TEST

START_TEST(test_sequence_set_writes_one_step_and_no_other)
{
    tensor *x = numbered_sequence(), *expected = numbered_sequence();
    tensor *step = kept_output(SHAPE(N, D));
    tensor_fill(step, -1);
    for (size_t n = 0; n < N; n++)
        for (size_t d = 0; d < D; d++)
            expected->data[(n * T + 1) * D + d] = -1;
    sequence_set(x, 1, step);
    expect_close("x", x, expected, 0);
}
END_TEST

START_TEST(test_sequence_rows_is_a_view_of_all_steps)
{
    tensor *x = numbered_sequence();
    tensor rows = sequence_rows(x);
    ck_assert(rows.rank == 2 && rows.shape[0] == N * T && rows.shape[1] == D);
    ck_assert_ptr_eq(rows.data, x->data);
}
END_TEST

START_TEST(test_recurrent_weights_have_the_shapes_that_the_check_demands)
{
    recurrent_weights w = recurrent_weights_new(3, 5, 20);
    check_recurrent_weights("test", "w", &w, 3, 5, 20);
    ck_assert(w.Wx->shape[0] == 3 && w.Wh->shape[0] == 5 && w.b->shape[0] == 20);
    recurrent_weights_clear(&w);
    ck_assert_ptr_null(w.Wx);
}
END_TEST

static tensor *looked_at;

static void get_past_the_end(void)
{
    sequence_get(looked_at, T, kept_output(SHAPE(N, D)));
}

static void set_a_step_that_is_turned(void)
{
    sequence_set(looked_at, 0, kept_output(SHAPE(D, N)));
}

static void add_to_nothing(void)
{
    sequence_add(looked_at, 0, NULL);
}

static void demand_other_weights(void)
{
    const recurrent_weights w = {looked_at, looked_at, looked_at};
    check_recurrent_weights("f", "dw", &w, 3, 5, 20);
}

static void demand_weights_of_nothing(void)
{
    check_recurrent_weights("f", "dw", NULL, 3, 5, 20);
}

static const expected_stop stops[] = {
    {get_past_the_end, "sequence_get: t is 3, should be below 3"},
    {set_a_step_that_is_turned, "sequence_set: step has shape 4 x 2, should have 2 x 4"},
    {add_to_nothing, "sequence_add: step is NULL"},
    {demand_other_weights, "f: dw->Wx has shape 2 x 3 x 4, should have 3 x 20"},
    {demand_weights_of_nothing, "f: dw is NULL"},
};

START_TEST(test_what_does_not_fit_stops_the_program)
{
    looked_at = numbered_sequence();
    run_to_stop(&stops[_i]);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("recurrent");
    tcase_add_test(tests, test_sequence_get_copies_one_step_of_every_example);
    tcase_add_test(tests, test_sequence_add_adds_one_step_to_what_is_there);
    tcase_add_test(tests, test_sequence_set_writes_one_step_and_no_other);
    tcase_add_test(tests, test_sequence_rows_is_a_view_of_all_steps);
    tcase_add_test(tests, test_recurrent_weights_have_the_shapes_that_the_check_demands);
    tcase_add_loop_exit_test(tests, test_what_does_not_fit_stops_the_program, STOPPED_WELL, 0,
                             sizeof stops / sizeof *stops);
    return run_suite("recurrent", tests);
}
