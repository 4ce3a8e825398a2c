/*
 * Random numbers: the streams of NumPy's RandomState, first a few figures that it prints, then,
 * where Debian's python3-numpy is installed, a million draws of each kind to the last bit.
 */
#include "random.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expected_stop.h"
#include "suite.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

enum { SEED = 231, DRAWS = 1000000 };

static void expect_indices(const size_t *ours, const size_t *expected, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(ours[i] == expected[i], "index %zu is %zu, expected %zu", i, ours[i],
                      expected[i]);
}

/* ---- published figures ---- */

/* The C++ standard, [rand.predef]: the 10000th word of mt19937, whose seed is 5489. */
START_TEST(test_random_u32_gives_the_published_10000th_word)
{
    random_state r;
    uint32_t word = 0;
    random_seed(&r, 5489);
    for (size_t i = 0; i < 10000; i++)
        word = random_u32(&r);
    ck_assert_uint_eq(word, 4123659995U);
}
END_TEST

/* np.random.seed(seed); np.random.rand(); np.random.randint(2**32, size=3) */
START_TEST(test_random_seed_takes_any_32_bits)
{
    static const struct {
        uint32_t seed;
        double uniform;
        uint32_t words[3];
    } streams[] = {
        {0, 0.5488135039273248, {3071714933U, 3626093760U, 2588848963U}},
        {1, 0.417022004702574, {3093770124U, 4005303368U, 491263U}},
        {UINT32_MAX, 0.0976320289940138, {3918654476U, 2416749639U, 3388880820U}},
    };
    for (size_t i = 0; i < LENGTH(streams); i++) {
        random_state r;
        random_seed(&r, streams[i].seed);
        ck_assert(random_uniform(&r) == streams[i].uniform);
        for (size_t k = 0; k < 3; k++)
            ck_assert_uint_eq(random_u32(&r), streams[i].words[k]);
    }
}
END_TEST

/* np.random.seed(231); np.random.rand(4) */
START_TEST(test_random_uniform_draws_as_rand)
{
    static const double expected[] = {0.78149404082882, 0.5842091160855433, 0.426710070189125,
                                      0.3153446949154163};
    random_state r;
    random_seed(&r, SEED);
    for (size_t i = 0; i < LENGTH(expected); i++)
        ck_assert(random_uniform(&r) == expected[i]);
}
END_TEST

/* np.random.seed(231); np.random.randn(6), where libm's log may differ in the last bit */
START_TEST(test_random_normal_draws_as_randn)
{
    static const double expected[] = {0.41794341085522313, 1.3971002787857785,
                                      -1.7859043087115503, -0.7088277337845966,
                                      -0.0747253160682306, -0.7750167689275921};
    random_state r;
    random_seed(&r, SEED);
    for (size_t i = 0; i < LENGTH(expected); i++)
        ck_assert_double_eq_tol(random_normal(&r), expected[i], 1e-15);
}
END_TEST

/* np.random.seed(231); np.random.randint(10, size=11) */
START_TEST(test_random_integer_draws_as_randint)
{
    static const size_t expected[] = {7, 0, 4, 9, 6, 2, 7, 4, 1, 2, 2};
    size_t ours[LENGTH(expected)];
    random_state r;
    random_seed(&r, SEED);
    for (size_t i = 0; i < LENGTH(expected); i++)
        ours[i] = random_integer(&r, 10);
    expect_indices(ours, expected, LENGTH(expected));
}
END_TEST

/* np.random.seed(231); np.random.choice(100, 8), then the same with replace=False */
START_TEST(test_random_choice_draws_as_choice)
{
    static const size_t with[] = {87, 48, 20, 73, 11, 70, 2, 94};
    static const size_t without[] = {77, 85, 82, 66, 91, 3, 83, 98};
    size_t ours[8];
    random_state r;
    random_seed(&r, SEED);
    random_choice(&r, 100, 8, true, ours);
    expect_indices(ours, with, 8);
    random_seed(&r, SEED);
    random_choice(&r, 100, 8, false, ours);
    expect_indices(ours, without, 8);
}
END_TEST

/* np.random.seed(231); np.random.permutation(10) */
START_TEST(test_random_permutation_draws_as_permutation)
{
    static const size_t expected[] = {6, 5, 8, 9, 2, 3, 1, 4, 0, 7};
    size_t ours[10];
    random_state r;
    random_seed(&r, SEED);
    random_permutation(&r, 10, ours);
    expect_indices(ours, expected, 10);
}
END_TEST

/* np.random.seed(231); np.random.shuffle of what stands in ours */
START_TEST(test_random_shuffle_draws_as_shuffle)
{
    size_t ours[] = {10, 20, 30, 40, 50, 60};
    random_state r;
    random_seed(&r, SEED);
    random_shuffle(&r, ours, 6);
    expect_indices(ours, (size_t[]){40, 60, 30, 20, 50, 10}, 6);
}
END_TEST

/* ---- the state ---- */

START_TEST(test_random_seed_forgets_the_waiting_normal)
{
    random_state r;
    random_seed(&r, SEED);
    double first = random_normal(&r);
    random_seed(&r, SEED);
    ck_assert(random_normal(&r) == first);
}
END_TEST

START_TEST(test_random_state_copies_its_stream)
{
    random_state r, copy;
    random_seed(&r, SEED);
    random_normal(&r);
    copy = r;
    for (size_t i = 0; i < 2000; i++) {
        double drawn = random_normal(&r);
        ck_assert(drawn == random_normal(&copy));
    }
}
END_TEST

START_TEST(test_random_integer_of_1_and_orders_of_one_draw_nothing)
{
    random_state r, untouched;
    size_t one = 5;
    random_seed(&r, SEED);
    untouched = r;
    ck_assert_uint_eq(random_integer(&r, 1), 0);
    random_shuffle(&r, &one, 1);
    ck_assert_uint_eq(one, 5);
    random_permutation(&r, 1, &one);
    ck_assert_uint_eq(one, 0);
    random_shuffle(&r, NULL, 0);
    random_choice(&r, 1, 0, false, &one);
    ck_assert_uint_eq(random_u32(&r), random_u32(&untouched));
}
END_TEST

/* ---- what stops the program ---- */

static random_state state;
static size_t index_drawn[4];

static void integer_below_0(void)
{
    random_integer(&state, 0);
}

static void integer_of_33_bits(void)
{
    random_integer(&state, ((size_t)1 << 32) + 1);
}

static void more_than_there_are(void)
{
    random_choice(&state, 3, 4, false, index_drawn);
}

static void choice_of_nothing(void)
{
    random_choice(&state, 0, 1, true, index_drawn);
}

static const expected_stop stops[] = {
    {integer_below_0, "random_integer: n is 0, should be 1 to 2^32"},
    {integer_of_33_bits, "random_integer: n is 4294967297, should be 1 to 2^32"},
    {more_than_there_are, "random_choice: 4 of 3 cannot be drawn without replacement"},
    {choice_of_nothing, "random_integer: n is 0, should be 1 to 2^32"},
};

START_TEST(test_random_functions_stop_on_what_they_cannot_draw)
{
    random_seed(&state, SEED);
    run_to_stop(&stops[_i]);
}
END_TEST

/* ---- NumPy itself ---- */

#define PYTHON "/usr/bin/python3" /* the one that Debian's python3-numpy belongs to */

static bool has_numpy(void)
{
    return system(PYTHON " -c 'import numpy' 2>/dev/null") == 0; /* NOLINT(cert-env33-c) */
}

/* Compares count values of size bytes with what NumPy says that expression is, bit by bit. */
static void expect_numpy(const char *expression, const void *ours, size_t size, size_t count)
{
    char command[512];
    snprintf(command, sizeof command,
             PYTHON " -c 'import sys, numpy as np; np.random.seed(%d);"
                    " sys.stdout.buffer.write(np.asarray(%s).tobytes())'",
             SEED, expression);
    FILE *python = popen(command, "r"); /* NOLINT(cert-env33-c) */
    ck_assert_ptr_nonnull(python);
    unsigned char *theirs = malloc(size * count + 1);
    ck_assert_ptr_nonnull(theirs);
    ck_assert_uint_eq(fread(theirs, 1, size * count + 1, python), size * count);
    ck_assert_int_eq(pclose(python), 0);
    for (size_t i = 0; i < count; i++)
        EXPECT_IN_LOOP(memcmp((const char *)ours + i * size, theirs + i * size, size) == 0,
                       "%s: value %zu differs", expression, i);
    free(theirs);
}

static random_state r231;
static double *numbers; /* DRAWS */
static size_t *indices; /* DRAWS */

static void make_room(void)
{
    random_seed(&r231, SEED);
    numbers = malloc(DRAWS * sizeof *numbers);
    indices = malloc(DRAWS * sizeof *indices);
    ck_assert(numbers != NULL && indices != NULL);
}

static void free_room(void)
{
    free(numbers);
    free(indices);
}

START_TEST(test_random_uniform_equals_numpy_a_million_times)
{
    for (size_t i = 0; i < DRAWS; i++)
        numbers[i] = random_uniform(&r231);
    expect_numpy("np.random.rand(1000000)", numbers, sizeof *numbers, DRAWS);
}
END_TEST

START_TEST(test_random_normal_equals_numpy_a_million_times)
{
    for (size_t i = 0; i < DRAWS; i++)
        numbers[i] = random_normal(&r231);
    expect_numpy("np.random.randn(1000000)", numbers, sizeof *numbers, DRAWS);
}
END_TEST

/* Around the powers of two, where masks and rejections change; 2^32 is all that there is. */
static const size_t ranges[] = {
    1,     2,          3,          4,     5,          10,         1000,       1024,       1025,
    50000, 2147483647, 2147483648, 65537, 2147483649, 4294967294, 4294967295, 4294967296,
};

START_TEST(test_random_integer_equals_numpy_for_every_mask)
{
    char expression[64];
    size_t count = DRAWS / LENGTH(ranges);
    for (size_t i = 0; i < count; i++)
        indices[i] = random_integer(&r231, ranges[_i]);
    snprintf(expression, sizeof expression, "np.random.randint(%zu, size=%zu)", ranges[_i], count);
    expect_numpy(expression, indices, sizeof *indices, count);
}
END_TEST

START_TEST(test_random_choice_with_replacement_equals_numpy)
{
    random_choice(&r231, 49000, DRAWS, true, indices);
    expect_numpy("np.random.choice(49000, 1000000)", indices, sizeof *indices, DRAWS);
}
END_TEST

START_TEST(test_random_choice_without_replacement_equals_numpy)
{
    random_choice(&r231, DRAWS, 1000, false, indices);
    expect_numpy("np.random.choice(1000000, 1000, replace=False)", indices, sizeof *indices, 1000);
    random_seed(&r231, SEED);
    random_choice(&r231, 1000, 1000, false, indices);
    expect_numpy("np.random.choice(1000, 1000, replace=False)", indices, sizeof *indices, 1000);
}
END_TEST

START_TEST(test_random_permutation_equals_numpy)
{
    random_permutation(&r231, DRAWS, indices);
    expect_numpy("np.random.permutation(1000000)", indices, sizeof *indices, DRAWS);
}
END_TEST

/* A normal that waits must outlive draws of another kind. */
START_TEST(test_random_draws_of_several_kinds_share_one_stream_as_numpy)
{
    size_t order[100], count = 0;
    for (size_t round = 0; round < 1000; round++) {
        numbers[count++] = random_normal(&r231);
        numbers[count++] = (double)random_integer(&r231, 7);
        numbers[count++] = random_uniform(&r231);
        random_permutation(&r231, LENGTH(order), order);
        for (size_t i = 0; i < LENGTH(order); i++)
            numbers[count++] = (double)order[i];
    }
    expect_numpy("[np.concatenate([np.random.randn(1), np.random.randint(7, size=1), "
                 "np.random.rand(1), np.random.permutation(100)]) for i in range(1000)]",
                 numbers, sizeof *numbers, count);
}
END_TEST

START_TEST(test_tensor_fill_normal_and_uniform_equal_numpy)
{
    const char *type = sizeof(real) == sizeof(double) ? "d" : "f";
    char expression[128];
    tensor *t = tensor_new_3d(10, 11, 13);
    tensor_fill_normal(t, &r231, -2, 0.3);
    snprintf(expression, sizeof expression, "np.random.normal(-2, 0.3, 1430), \"%s\"", type);
    expect_numpy(expression, t->data, sizeof(real), t->size);
    random_seed(&r231, SEED);
    tensor_fill_uniform(t, &r231, -0.7, 3);
    snprintf(expression, sizeof expression, "np.random.uniform(-0.7, 3, 1430), \"%s\"", type);
    expect_numpy(expression, t->data, sizeof(real), t->size);
    tensor_free(t);
}
END_TEST

/* Wherever the words stand, whether a normal waits or not, and for any size. */
START_TEST(test_tensor_fill_normal_draws_as_random_normal_one_by_one)
{
    for (size_t words = 0; words < 8; words++)
        for (size_t size = 1; size < 700; size += 23) {
            random_state one_by_one;
            tensor *t = tensor_new_1d(size);
            for (size_t i = 0; i < words; i++)
                random_u32(&r231);
            one_by_one = r231;
            tensor_fill_normal(t, &r231, 3, 0.7);
            for (size_t i = 0; i < size; i++)
                ck_assert(t->data[i] == (real)(3 + 0.7 * random_normal(&one_by_one)));
            ck_assert_uint_eq(r231.position, one_by_one.position);
            double next = random_normal(&r231);
            ck_assert(next == random_normal(&one_by_one));
            tensor_free(t);
        }
}
END_TEST

START_TEST(test_labels_fill_random_equals_numpy)
{
    labels *y = labels_new(1000);
    labels_fill_random(y, &r231, 10);
    expect_numpy("np.random.randint(10, size=1000), \"u4\"", y->data, sizeof *y->data, y->count);
    labels_free(y);
}
END_TEST

/* Adds the tests that need NumPy, or says that they are left out. */
static void add_comparisons(TCase *tests)
{
    if (!has_numpy()) {
        puts("skipped: the comparisons with NumPy, which " PYTHON " does not have");
        return;
    }
    tcase_add_test(tests, test_random_uniform_equals_numpy_a_million_times);
    tcase_add_test(tests, test_random_normal_equals_numpy_a_million_times);
    tcase_add_loop_test(tests, test_random_integer_equals_numpy_for_every_mask, 0, LENGTH(ranges));
    tcase_add_test(tests, test_random_choice_with_replacement_equals_numpy);
    tcase_add_test(tests, test_random_choice_without_replacement_equals_numpy);
    tcase_add_test(tests, test_random_permutation_equals_numpy);
    tcase_add_test(tests, test_random_draws_of_several_kinds_share_one_stream_as_numpy);
    tcase_add_test(tests, test_tensor_fill_normal_and_uniform_equal_numpy);
    tcase_add_test(tests, test_tensor_fill_normal_draws_as_random_normal_one_by_one);
    tcase_add_test(tests, test_labels_fill_random_equals_numpy);
}

int main(void)
{
    TCase *tests = tcase_create("random");
    tcase_set_timeout(tests, 30);
    tcase_add_checked_fixture(tests, make_room, free_room);
    tcase_add_test(tests, test_random_u32_gives_the_published_10000th_word);
    tcase_add_test(tests, test_random_seed_takes_any_32_bits);
    tcase_add_test(tests, test_random_uniform_draws_as_rand);
    tcase_add_test(tests, test_random_normal_draws_as_randn);
    tcase_add_test(tests, test_random_integer_draws_as_randint);
    tcase_add_test(tests, test_random_choice_draws_as_choice);
    tcase_add_test(tests, test_random_permutation_draws_as_permutation);
    tcase_add_test(tests, test_random_shuffle_draws_as_shuffle);
    tcase_add_test(tests, test_random_seed_forgets_the_waiting_normal);
    tcase_add_test(tests, test_random_state_copies_its_stream);
    tcase_add_test(tests, test_random_integer_of_1_and_orders_of_one_draw_nothing);
    tcase_add_loop_exit_test(tests, test_random_functions_stop_on_what_they_cannot_draw,
                             STOPPED_WELL, 0, LENGTH(stops));
    add_comparisons(tests);
    return run_suite("random", tests);
}
