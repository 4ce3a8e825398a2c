/*
 * How each test program of common runs: its tests, as a Check suite of one name.
 */
#ifndef COMMON_TESTS_SUITE_H
#define COMMON_TESTS_SUITE_H

#include <check.h>
#include <stdlib.h>

/*
 * Fails the test with that message unless condition holds: for loops of millions, in which Check's
 * own assertions, each of which writes to a pipe, take most of a test's time.
 */
#define EXPECT_IN_LOOP(condition, ...)                                                             \
    do {                                                                                           \
        if (!(condition))                                                                          \
            ck_abort_msg(__VA_ARGS__);                                                             \
    } while (0)

/*
 * Runs tests as the suite called name and returns what main returns: EXIT_SUCCESS when all passed
 * and there was at least one.
 */
static inline int run_suite(const char *name, TCase *tests)
{
    Suite *suite = suite_create(name);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int run = srunner_ntests_run(runner), failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return run > 0 && failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
