/* Where a grading works, and what is left of it. */
#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/scratch_folder.h"
#include "tests/suite.h"
#include "workspace.h"

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static void begin(void)
{
    ck_assert_int_eq(setenv("TMPDIR", scratch_folder, 1), 0);
}

/* A grader that is killed; its folder, as it would be found two minutes later. */
static path_text kill_a_grader(void)
{
    int pipes[2];
    path_text folder;
    ck_assert_int_eq(pipe(pipes), 0);
    pid_t child = fork();
    close(pipes[child == 0 ? 0 : 1]);
    if (child == 0) {
        error e;
        workspace w;
        if (!workspace_open(&w, &e) || write(pipes[1], &w.folder, sizeof w.folder) < 0)
            _exit(1);
        mkdir(path_of("%s/submission", w.folder.text).text, 0755);
        pause();
    }
    ck_assert_int_eq(read(pipes[0], &folder, sizeof folder), sizeof folder);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    const struct timeval old[2] = {{.tv_sec = time(NULL) - 120}, {.tv_sec = time(NULL) - 120}};
    ck_assert_int_eq(utimes(folder.text, old), 0);
    return folder;
}

START_TEST(test_nothing_is_left_of_a_grading)
{
    error e;
    workspace w;
    ck_assert_msg(workspace_open(&w, &e), "%s", e.text);
    ck_assert(exists(w.folder.text));
    ck_assert_int_eq(mkdir(path_of("%s/submission", w.folder.text).text, 0755), 0);
    workspace_close(&w);
    ck_assert(!exists(w.folder.text));
}
END_TEST

START_TEST(test_the_next_grading_removes_what_a_killed_one_left)
{
    error e;
    workspace w;
    path_text left = kill_a_grader();
    ck_assert(exists(left.text));
    ck_assert_msg(workspace_open(&w, &e), "%s", e.text);
    ck_assert(!exists(left.text));
    workspace_close(&w);
}
END_TEST

START_TEST(test_the_folder_of_one_that_lives_stays)
{
    error e;
    workspace first, second;
    ck_assert_msg(workspace_open(&first, &e), "%s", e.text);
    const struct timeval old[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
    ck_assert_int_eq(utimes(first.folder.text, old), 0);
    ck_assert_msg(workspace_open(&second, &e), "%s", e.text);
    ck_assert(exists(first.folder.text));
    workspace_close(&second);
    workspace_close(&first);
}
END_TEST

START_TEST(test_where_no_folder_can_be_made_a_line_says_so)
{
    error e = {""};
    workspace w;
    ck_assert_int_eq(setenv("TMPDIR", scratch_path("nowhere"), 1), 0);
    ck_assert(!workspace_open(&w, &e));
    ck_assert_msg(strstr(e.text, "nowhere") != NULL, "%s", e.text);
}
END_TEST

int main(void)
{
    if (!make_scratch_folder())
        return EXIT_FAILURE;
    TCase *tests = tcase_create("workspace");
    tcase_add_checked_fixture(tests, begin, NULL);
    tcase_add_test(tests, test_nothing_is_left_of_a_grading);
    tcase_add_test(tests, test_the_next_grading_removes_what_a_killed_one_left);
    tcase_add_test(tests, test_the_folder_of_one_that_lives_stays);
    tcase_add_test(tests, test_where_no_folder_can_be_made_a_line_says_so);
    int result = run_suite("workspace", tests);
    remove_scratch_folder();
    return result;
}
