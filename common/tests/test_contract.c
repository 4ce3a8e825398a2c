/* Contracts: what passes, what stops the program, and the line that a programmer then reads. */
#include "contract.h"

#include <check.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suite.h"

/* Where a stop leads to while stopped runs, and what it said. */
static jmp_buf after_the_stop;
static contract_event event_seen;
static char text_seen[1024];

static void remember(contract_event event, const char *text)
{
    event_seen = event;
    snprintf(text_seen, sizeof text_seen, "%s", text);
    longjmp(after_the_stop, 1); /* NOLINT(cert-err52-cpp): a stop has no other way back */
}

/* Whether call, which is given no arguments, stops; text_seen is then its line, else "". */
static bool stopped(void (*call)(void))
{
    volatile bool back = false;
    text_seen[0] = '\0';
    contract_set_handler(remember);
    if (setjmp(after_the_stop) == 0)
        call();
    else
        back = true;
    contract_set_handler(NULL);
    return back;
}

static void expect_stop(void (*call)(void), const char *text)
{
    ck_assert_msg(stopped(call), "did not stop, expected \"%s\"", text);
    ck_assert_str_eq(text_seen, text);
    ck_assert_int_eq(event_seen, CONTRACT_BROKEN);
}

/* What the calls below look at: the tensor looked_at is v, m, t or a, or NULL. */
static real numbers[120];
static const tensor *looked_at;
static tensor v, m, t, a;

static void make_tensors(void)
{
    v = tensor_over(numbers, 1, (size_t[]){5});
    m = tensor_over(numbers, 2, (size_t[]){5, 3});
    t = tensor_over(numbers, 3, (size_t[]){5, 3, 1});
    a = tensor_over(numbers, 4, (size_t[]){5, 3, 2, 4});
}

static void is_5(void)
{
    check_shape_1d("f", "x", looked_at, 5);
}

static void is_6(void)
{
    check_shape_1d("f", "x", looked_at, 6);
}

START_TEST(test_check_shape_1d_stops_on_any_other_shape_and_null)
{
    looked_at = &v;
    ck_assert(!stopped(is_5));
    expect_stop(is_6, "f: x has shape 5, should have 6");
    looked_at = &m;
    expect_stop(is_5, "f: x has shape 5 x 3, should have 5");
    looked_at = NULL;
    expect_stop(is_5, "f: x is NULL");
}
END_TEST

static void is_5_by_3(void)
{
    check_shape_2d("svm_loss", "dW", looked_at, 5, 3);
}

static void is_5_by_4(void)
{
    check_shape_2d("svm_loss", "dW", looked_at, 5, 4);
}

static void is_3_by_5(void)
{
    check_shape_2d("svm_loss", "dW", looked_at, 3, 5);
}

START_TEST(test_check_shape_2d_stops_on_any_other_shape_and_null)
{
    looked_at = &m;
    ck_assert(!stopped(is_5_by_3));
    expect_stop(is_5_by_4, "svm_loss: dW has shape 5 x 3, should have 5 x 4");
    expect_stop(is_3_by_5, "svm_loss: dW has shape 5 x 3, should have 3 x 5");
    looked_at = &v;
    expect_stop(is_5_by_3, "svm_loss: dW has shape 5, should have 5 x 3");
    looked_at = &t;
    expect_stop(is_5_by_3, "svm_loss: dW has shape 5 x 3 x 1, should have 5 x 3");
    looked_at = NULL;
    expect_stop(is_5_by_3, "svm_loss: dW is NULL");
}
END_TEST

static size_t wanted[4];

static void is_wanted_3d(void)
{
    check_shape_3d("rnn", "x", looked_at, wanted[0], wanted[1], wanted[2]);
}

START_TEST(test_check_shape_3d_looks_at_every_dimension)
{
    looked_at = &t;
    wanted[0] = 5;
    wanted[1] = 3;
    wanted[2] = 1;
    ck_assert(!stopped(is_wanted_3d));
    for (size_t i = 0; i < 3; i++) {
        wanted[i]++;
        ck_assert(stopped(is_wanted_3d));
        wanted[i]--;
    }
    looked_at = &m;
    expect_stop(is_wanted_3d, "rnn: x has shape 5 x 3, should have 5 x 3 x 1");
}
END_TEST

static void is_wanted(void)
{
    check_shape_4d("conv", "x", looked_at, wanted[0], wanted[1], wanted[2], wanted[3]);
}

START_TEST(test_check_shape_4d_looks_at_every_dimension)
{
    looked_at = &a;
    memcpy(wanted, a.shape, sizeof wanted);
    ck_assert(!stopped(is_wanted));
    for (size_t d = 0; d < 4; d++) {
        memcpy(wanted, a.shape, sizeof wanted);
        wanted[d]++;
        char text[128];
        snprintf(text, sizeof text,
                 "conv: x has shape 5 x 3 x 2 x 4, should have %zu x %zu x %zu x %zu", wanted[0],
                 wanted[1], wanted[2], wanted[3]);
        expect_stop(is_wanted, text);
    }
    looked_at = NULL;
    expect_stop(is_wanted, "conv: x is NULL");
}
END_TEST

static const tensor *model_shape;

static void is_like(void)
{
    check_same_shape("relu", "out", looked_at, model_shape);
}

START_TEST(test_check_same_shape_compares_ranks_and_sizes)
{
    static real others[120];
    tensor same = tensor_over(others, 4, a.shape);
    model_shape = &a;
    looked_at = &same;
    ck_assert(!stopped(is_like));
    looked_at = &m;
    expect_stop(is_like, "relu: out has shape 5 x 3, should have 5 x 3 x 2 x 4");
    model_shape = &t;
    expect_stop(is_like, "relu: out has shape 5 x 3, should have 5 x 3 x 1");
    looked_at = NULL;
    expect_stop(is_like, "relu: out is NULL");
}
END_TEST

static void has_rank_2(void)
{
    check_rank("g", "X", looked_at, 2);
}

START_TEST(test_check_rank_stops_on_any_other_rank_and_null)
{
    looked_at = &m;
    ck_assert(!stopped(has_rank_2));
    looked_at = &v;
    expect_stop(has_rank_2, "g: X has 1 dimensions, should have 2");
    looked_at = &t;
    expect_stop(has_rank_2, "g: X has 3 dimensions, should have 2");
    looked_at = NULL;
    expect_stop(has_rank_2, "g: X is NULL");
}
END_TEST

static const labels *classes;
static size_t count_wanted, class_count;

static void are_labels(void)
{
    check_labels("softmax", "y", classes, count_wanted, class_count);
}

START_TEST(test_check_labels_stops_on_a_count_a_class_out_of_range_and_null)
{
    const labels y = {.count = 4, .data = (uint32_t[]){2, 0, 9, 3}};
    classes = &y;
    count_wanted = 4;
    class_count = 10;
    ck_assert(!stopped(are_labels));
    class_count = 9;
    expect_stop(are_labels, "softmax: y[2] is 9, should be below 9");
    class_count = 10;
    count_wanted = 5;
    expect_stop(are_labels, "softmax: y holds 4 labels, should hold 5");
    count_wanted = 3;
    expect_stop(are_labels, "softmax: y holds 4 labels, should hold 3");
    classes = NULL;
    expect_stop(are_labels, "softmax: y is NULL");
}
END_TEST

START_TEST(test_check_labels_finds_the_last_one_and_those_that_are_negative_as_int)
{
    const labels y = {.count = 2, .data = (uint32_t[]){0, UINT32_MAX}};
    classes = &y;
    count_wanted = 2;
    class_count = 10;
    expect_stop(are_labels, "softmax: y[1] is 4294967295, should be below 10");
}
END_TEST

static char long_name[2000];

static void fails_at_length(void)
{
    contract_failed(long_name, "%s", long_name);
}

START_TEST(test_contract_failed_cuts_long_texts)
{
    memset(long_name, 'n', sizeof long_name - 1);
    ck_assert(stopped(fails_at_length));
    ck_assert_uint_lt(strlen(text_seen), 512);
    ck_assert_ptr_nonnull(strstr(text_seen, "nnn: nnn"));
}
END_TEST

static real my_loss(const tensor *X, real reg)
{
    return NOT_IMPLEMENTED(X, reg);
}

static void calls_a_stub(void)
{
    my_loss(NULL, 1);
}

START_TEST(test_not_implemented_names_the_stub)
{
    ck_assert(stopped(calls_a_stub));
    ck_assert_int_eq(event_seen, CONTRACT_NOT_IMPLEMENTED);
    ck_assert_str_eq(text_seen, "my_loss is not implemented yet");
}
END_TEST

/* Runs call in a process of its own: what it wrote to standard error, and its status. */
static int run_alone(void (*call)(void), char *text, size_t size)
{
    int ends[2], status;
    ck_assert_int_eq(pipe(ends), 0);
    fflush(NULL);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        call();
        _exit(0);
    }
    close(ends[1]);
    size_t length = 0;
    ssize_t count;
    while ((count = read(ends[0], text + length, size - 1 - length)) > 0)
        length += (size_t)count;
    text[length] = '\0';
    close(ends[0]);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return status;
}

START_TEST(test_contract_failed_prints_its_line_and_exits_with_70)
{
    char text[512];
    looked_at = &v;
    int status = run_alone(is_6, text, sizeof text);
    ck_assert_str_eq(text, "f: x has shape 5, should have 6\n");
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 70);
}
END_TEST

START_TEST(test_not_implemented_prints_its_line_and_exits_with_3)
{
    char text[512];
    int status = run_alone(calls_a_stub, text, sizeof text);
    ck_assert_str_eq(text, "my_loss is not implemented yet\n");
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 3);
}
END_TEST

START_TEST(test_contract_set_handler_null_brings_the_default_back)
{
    char text[512];
    contract_set_handler(remember);
    contract_set_handler(NULL);
    int status = run_alone(calls_a_stub, text, sizeof text);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 3);
}
END_TEST

static void return_from(contract_event event, const char *text)
{
    (void)event;
    (void)text;
}

static void fails_with_a_handler_that_returns(void)
{
    contract_set_handler(return_from);
    contract_failed("f", "x");
}

START_TEST(test_contract_failed_never_returns_even_when_its_handler_does)
{
    char text[4096];
    int status = run_alone(fails_with_a_handler_that_returns, text, sizeof text);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("contract");
    tcase_add_checked_fixture(tests, make_tensors, NULL);
    tcase_add_test(tests, test_check_shape_1d_stops_on_any_other_shape_and_null);
    tcase_add_test(tests, test_check_shape_2d_stops_on_any_other_shape_and_null);
    tcase_add_test(tests, test_check_shape_3d_looks_at_every_dimension);
    tcase_add_test(tests, test_check_shape_4d_looks_at_every_dimension);
    tcase_add_test(tests, test_check_same_shape_compares_ranks_and_sizes);
    tcase_add_test(tests, test_check_rank_stops_on_any_other_rank_and_null);
    tcase_add_test(tests, test_check_labels_stops_on_a_count_a_class_out_of_range_and_null);
    tcase_add_test(tests, test_check_labels_finds_the_last_one_and_those_that_are_negative_as_int);
    tcase_add_test(tests, test_contract_failed_cuts_long_texts);
    tcase_add_test(tests, test_not_implemented_names_the_stub);
    tcase_add_test(tests, test_contract_failed_prints_its_line_and_exits_with_70);
    tcase_add_test(tests, test_not_implemented_prints_its_line_and_exits_with_3);
    tcase_add_test(tests, test_contract_set_handler_null_brings_the_default_back);
    tcase_add_test(tests, test_contract_failed_never_returns_even_when_its_handler_does);
    return run_suite("contract", tests);
}
