/* Threads that share the parts of a call: each part runs once; results are those of one thread. */
#include "parallel.h"

#include <check.h>
#include <math.h>
#include <sys/wait.h>

#include "expected_stop.h"
#include "random.h"
#include "suite.h"
#include "tensor.h"

enum { LARGE = 1000003 }; /* elements, worth several threads, and in no whole number of lines */

static void count_call(const void *argument, size_t index, size_t count)
{
    int *calls = *(int *const *)argument;
    calls[index] += (int)count;
}

START_TEST(test_every_part_runs_once_on_any_number_of_threads)
{
    for (size_t count = 1; count <= PARALLEL_MOST_THREADS; count++) {
        int calls[PARALLEL_MOST_THREADS] = {0};
        int *argument = calls;
        run_in_parallel(count, count_call, &argument);
        for (size_t i = 0; i < PARALLEL_MOST_THREADS; i++)
            ck_assert_int_eq(calls[i], i < count ? (int)count : 0);
    }
}
END_TEST

START_TEST(test_ten_thousand_calls_each_run_every_part_once)
{
    int calls[8] = {0};
    int *argument = calls;
    for (size_t i = 0; i < 10000; i++)
        run_in_parallel(1 + i % 4, count_call, &argument);
    for (size_t i = 0; i < 8; i++) /* 2500 calls each of 1 to 4 parts */
        ck_assert_int_eq(calls[i], i < 4 ? 2500 * (int)(10 - i * (i + 1) / 2) : 0);
}
END_TEST

START_TEST(test_a_child_of_a_fork_has_threads_of_its_own)
{
    int calls[2] = {0};
    int *argument = calls;
    run_in_parallel(2, count_call, &argument);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        alarm(20);
        run_in_parallel(2, count_call, &argument);
        _exit(calls[0] == 4 && calls[1] == 4 ? 42 : 1);
    }
    int status = 0;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 42);
}
END_TEST

static void call_again(const void *argument, size_t index, size_t count)
{
    int *calls = *(int *const *)argument;
    int *inner = calls + 2 * index;
    (void)count;
    run_in_parallel(2, count_call, &inner);
}

START_TEST(test_a_part_may_share_work_itself)
{
    int calls[8] = {0};
    int *argument = calls;
    run_in_parallel(4, call_again, &argument);
    for (size_t i = 0; i < 8; i++)
        ck_assert_int_eq(calls[i], 2);
}
END_TEST

START_TEST(test_parts_follow_one_another_and_cover_everything)
{
    for (size_t size = 0; size < 100; size++) {
        for (size_t count = 1; count < 9; count++) {
            ck_assert_uint_eq(parallel_begin(size, 16, 0, count), 0);
            ck_assert_uint_eq(parallel_begin(size, 16, count, count), size);
            for (size_t i = 0; i < count; i++) {
                size_t begin = parallel_begin(size, 16, i, count);
                ck_assert_uint_eq(begin % 16, 0);
                ck_assert_uint_le(begin, parallel_begin(size, 16, i + 1, count));
            }
        }
    }
}
END_TEST

START_TEST(test_small_work_stays_on_one_thread_and_large_work_takes_what_is_allowed)
{
    ck_assert_uint_eq(parallel_threads(1e9), 1);
    parallel_set_threads(3);
    ck_assert_uint_eq(parallel_threads(0), 1);
    ck_assert_uint_eq(parallel_threads(1.9), 1);
    ck_assert_uint_eq(parallel_threads(2.5), 2);
    ck_assert_uint_eq(parallel_threads(1e9), 3);
}
END_TEST

START_TEST(test_elementwise_work_is_the_same_bits_on_any_number_of_threads)
{
    random_state random;
    random_seed(&random, 231);
    tensor *a = tensor_new_1d(LARGE), *b = tensor_new_1d(LARGE);
    tensor *alone = tensor_new_1d(LARGE), *out = tensor_new_1d(LARGE);
    tensor_fill_normal(a, &random, 0, 1);
    tensor_fill_normal(b, &random, 0, 1);
    for (int threads = 1; threads <= 5; threads += 2) {
        parallel_set_threads(threads);
        tensor *t = threads == 1 ? alone : out;
        tensor_add(a, b, t);
        tensor_multiply(t, b, t);
        tensor_subtract(t, a, t);
        tensor_scale(t, (real)0.7);
        tensor_add_scaled(b, (real)-1.3, t);
        size_t different = 0;
        for (size_t i = 0; i < LARGE; i++)
            different += t->data[i] != alone->data[i];
        ck_assert_uint_eq(different, 0);
    }
    for (size_t i = 0; i < LARGE; i++) {
        double expected = ((double)a->data[i] + (double)b->data[i]) * (double)b->data[i];
        expected = 0.7 * (expected - (double)a->data[i]) - 1.3 * (double)b->data[i];
        EXPECT_IN_LOOP(fabs((double)alone->data[i] - expected) <= 1e-4, "element %zu", i);
    }
    tensor_free(a);
    tensor_free(b);
    tensor_free(alone);
    tensor_free(out);
}
END_TEST

START_TEST(test_sums_of_squares_leave_nothing_out_on_any_number_of_threads)
{
    tensor *t = tensor_new_1d(LARGE);
    for (size_t i = 0; i < LARGE; i++) /* small whole numbers: their sum is exact */
        t->data[i] = (real)(i % 7);
    double expected = 0;
    for (size_t i = 0; i < LARGE; i++)
        expected += (double)(i % 7) * (double)(i % 7);
    for (int threads = 1; threads <= PARALLEL_MOST_THREADS; threads++) {
        parallel_set_threads(threads);
        ck_assert_double_eq(tensor_sum_of_squares(t), expected);
    }
    tensor_free(t);
}
END_TEST

static void set_no_threads(void)
{
    parallel_set_threads(0);
}

static void set_too_many_threads(void)
{
    parallel_set_threads(PARALLEL_MOST_THREADS + 1);
}

static const expected_stop stops[] = {
    {set_no_threads, "parallel_set_threads: count is 0, should be 1 to 64"},
    {set_too_many_threads, "parallel_set_threads: count is 65, should be 1 to 64"},
};

START_TEST(test_a_count_of_threads_out_of_range_stops)
{
    run_to_stop(&stops[_i]);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("parallel");
    tcase_add_test(tests, test_every_part_runs_once_on_any_number_of_threads);
    tcase_add_test(tests, test_ten_thousand_calls_each_run_every_part_once);
    tcase_add_test(tests, test_a_child_of_a_fork_has_threads_of_its_own);
    tcase_add_test(tests, test_a_part_may_share_work_itself);
    tcase_add_test(tests, test_parts_follow_one_another_and_cover_everything);
    tcase_add_test(tests, test_small_work_stays_on_one_thread_and_large_work_takes_what_is_allowed);
    tcase_add_test(tests, test_elementwise_work_is_the_same_bits_on_any_number_of_threads);
    tcase_add_test(tests, test_sums_of_squares_leave_nothing_out_on_any_number_of_threads);
    tcase_add_loop_exit_test(tests, test_a_count_of_threads_out_of_range_stops, STOPPED_WELL, 0,
                             sizeof stops / sizeof *stops);
    return run_suite("parallel", tests);
}
