/* Files that are written whole or not at all: what lies in the folder at every moment. */
#include "atomic_file.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "suite.h"

static char folder[] = "/tmp/test-atomic-XXXXXX";
static char path[64];

/* How many files lie in the folder. */
static size_t file_count(void)
{
    size_t count = 0;
    DIR *list = opendir(folder);
    ck_assert_ptr_nonnull(list);
    for (struct dirent *file; (file = readdir(list)) != NULL;)
        count += file->d_name[0] != '.';
    closedir(list);
    return count;
}

static void expect_text(const char *text)
{
    char found[64] = "";
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "there is no file");
    size_t length = fread(found, 1, sizeof found - 1, file);
    fclose(file);
    ck_assert_uint_eq(length, strlen(text));
    ck_assert_str_eq(found, text);
}

static atomic_file begin(const char *text)
{
    atomic_file out;
    error e = {{0}};
    ck_assert_msg(atomic_file_open(&out, path, &e), "%s", e.text);
    fputs(text, out.stream);
    return out;
}

static void write_file(const char *text)
{
    atomic_file out = begin(text);
    error e = {{0}};
    ck_assert_msg(atomic_file_commit(&out, &e), "%s", e.text);
}

static error expect_refusal(atomic_file *out)
{
    error e = {{0}};
    ck_assert_msg(!atomic_file_commit(out, &e), "a failed write was committed");
    ck_assert_msg(strstr(e.text, path) == e.text, "does not name the file: %s", e.text);
    ck_assert_ptr_nonnull(strstr(e.text, "cannot be written"));
    ck_assert_ptr_null(out->stream);
    return e;
}

START_TEST(test_atomic_file_commit_gives_the_target_what_was_written)
{
    write_file("first");
    expect_text("first");
    ck_assert_uint_eq(file_count(), 1);
}
END_TEST

START_TEST(test_atomic_file_commit_replaces_a_longer_target)
{
    write_file("a long first text");
    write_file("new");
    expect_text("new");
    ck_assert_uint_eq(file_count(), 1);
}
END_TEST

START_TEST(test_atomic_file_has_no_target_before_commit)
{
    atomic_file out = begin("some");
    fflush(out.stream);
    ck_assert_int_ne(access(path, F_OK), 0);
    ck_assert_uint_eq(file_count(), 1); /* in the folder of the target: a rename works */
    ck_assert_int_eq(access(out.temporary, F_OK), 0);
    atomic_file_abandon(&out);
}
END_TEST

START_TEST(test_atomic_file_leaves_the_target_as_it_was_until_commit)
{
    write_file("old");
    atomic_file out = begin("new");
    fflush(out.stream);
    expect_text("old");
    error e = {{0}};
    ck_assert(atomic_file_commit(&out, &e));
    expect_text("new");
}
END_TEST

START_TEST(test_atomic_file_abandon_leaves_the_target_and_nothing_else)
{
    write_file("old");
    atomic_file out = begin("new");
    atomic_file_abandon(&out);
    ck_assert_ptr_null(out.stream);
    expect_text("old");
    ck_assert_uint_eq(file_count(), 1);
}
END_TEST

START_TEST(test_atomic_file_two_writers_of_one_target_do_not_mix)
{
    atomic_file one = begin("one"), two = begin("two");
    fputs(" and more", one.stream);
    error e = {{0}};
    ck_assert(atomic_file_commit(&one, &e));
    expect_text("one and more");
    ck_assert(atomic_file_commit(&two, &e));
    expect_text("two");
    ck_assert_uint_eq(file_count(), 1);
}
END_TEST

/* Lets files grow to bytes and no further; a write beyond fails. Returns the limit before. */
static struct rlimit limit_files(rlim_t bytes)
{
    struct rlimit before, now;
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    now = before;
    now.rlim_cur = bytes;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &now), 0);
    return before;
}

START_TEST(test_atomic_file_commit_fails_when_the_last_bytes_do_not_fit)
{
    write_file("old");
    atomic_file out = begin("1234567890"); /* waits in the stream's buffer until commit */
    struct rlimit before = limit_files(4);
    expect_refusal(&out);
    setrlimit(RLIMIT_FSIZE, &before);
    expect_text("old");
    ck_assert_uint_eq(file_count(), 1);
}
END_TEST

START_TEST(test_atomic_file_commit_fails_when_an_earlier_write_did_and_later_ones_fit)
{
    write_file("old");
    atomic_file out = begin("");
    struct rlimit before = limit_files(4);
    setvbuf(out.stream, NULL, _IONBF, 0);
    fputs("1234567890", out.stream);
    setrlimit(RLIMIT_FSIZE, &before);
    fputs("more", out.stream);
    errno = 0;
    error e = expect_refusal(&out);
    ck_assert_str_eq(e.text + strlen(path), ": cannot be written: an earlier write failed");
    expect_text("old");
    ck_assert_uint_eq(file_count(), 1);
}
END_TEST

START_TEST(test_atomic_file_commit_fails_when_the_target_is_a_folder)
{
    ck_assert_int_eq(mkdir(path, 0700), 0);
    atomic_file out = begin("new");
    expect_refusal(&out);
    ck_assert_uint_eq(file_count(), 1);
    ck_assert_int_eq(rmdir(path), 0);
}
END_TEST

START_TEST(test_atomic_file_commit_leaves_the_target_when_the_temporary_vanished)
{
    write_file("old");
    atomic_file out = begin("new");
    ck_assert_int_eq(unlink(out.temporary), 0);
    expect_refusal(&out);
    expect_text("old");
}
END_TEST

START_TEST(test_atomic_file_commit_fails_when_the_folder_has_vanished)
{
    atomic_file out = begin("new");
    ck_assert_int_eq(unlink(out.temporary), 0);
    ck_assert_int_eq(rmdir(folder), 0);
    expect_refusal(&out);
    ck_assert_int_eq(mkdir(folder, 0700), 0);
}
END_TEST

START_TEST(test_atomic_file_open_says_where_it_cannot_write)
{
    static const char *const places[] = {"/dev/null/x.npy", "/nonexistent/x.npy"};
    for (size_t i = 0; i < 2; i++) {
        char text[64];
        error e = {{0}};
        atomic_file out;
        memset(&out, 'x', sizeof out);
        snprintf(text, sizeof text, "%s: cannot be written: ", places[i]);
        ck_assert(!atomic_file_open(&out, places[i], &e));
        ck_assert_ptr_eq(strstr(e.text, text), e.text);
        ck_assert_ptr_null(out.stream);
    }
}
END_TEST

/* The same file as path, by a name of just length bytes: FOLDER//////file. */
static void lengthen(char *name, size_t length)
{
    size_t tail = strlen("file"), head = strlen(folder);
    memset(name, '/', length - tail);
    for (size_t i = 0; i < head; i++)
        name[i] = folder[i];
    memcpy(name + length - tail, "file", tail + 1);
}

START_TEST(test_atomic_file_open_takes_paths_that_fit_and_no_longer_ones)
{
    char name[sizeof(((atomic_file *)NULL)->path) + 1];
    atomic_file out;
    error e = {{0}};
    lengthen(name, sizeof name - 2);
    ck_assert_msg(atomic_file_open(&out, name, &e), "%s", e.text);
    fputs("at length", out.stream);
    ck_assert_msg(atomic_file_commit(&out, &e), "%s", e.text);
    expect_text("at length");
    lengthen(name, sizeof name - 1);
    ck_assert(!atomic_file_open(&out, name, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "the path is too long"));
    ck_assert_ptr_null(out.stream);
}
END_TEST

START_TEST(test_atomic_file_is_as_open_to_others_as_the_mask_says)
{
    static const mode_t masks[] = {022, 077, 0};
    mode_t before = umask(0);
    for (size_t i = 0; i < 3; i++) {
        struct stat status;
        umask(masks[i]);
        write_file("x");
        ck_assert_int_eq(stat(path, &status), 0);
        ck_assert_uint_eq(status.st_mode & 0777, 0666 & ~masks[i]);
        mode_t after = umask(before);
        ck_assert_uint_eq(after, masks[i]);
    }
    umask(before);
}
END_TEST

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/test-atomic-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/file", folder);
}

static void remove_folder(void)
{
    unlink(path);
    ck_assert_msg(rmdir(folder) == 0, "something was left behind");
}

int main(void)
{
    TCase *tests = tcase_create("atomic_file");
    tcase_add_checked_fixture(tests, make_folder, remove_folder);
    tcase_add_test(tests, test_atomic_file_commit_gives_the_target_what_was_written);
    tcase_add_test(tests, test_atomic_file_commit_replaces_a_longer_target);
    tcase_add_test(tests, test_atomic_file_has_no_target_before_commit);
    tcase_add_test(tests, test_atomic_file_leaves_the_target_as_it_was_until_commit);
    tcase_add_test(tests, test_atomic_file_abandon_leaves_the_target_and_nothing_else);
    tcase_add_test(tests, test_atomic_file_two_writers_of_one_target_do_not_mix);
    tcase_add_test(tests, test_atomic_file_commit_fails_when_the_last_bytes_do_not_fit);
    tcase_add_test(tests,
                   test_atomic_file_commit_fails_when_an_earlier_write_did_and_later_ones_fit);
    tcase_add_test(tests, test_atomic_file_commit_fails_when_the_target_is_a_folder);
    tcase_add_test(tests, test_atomic_file_commit_leaves_the_target_when_the_temporary_vanished);
    tcase_add_test(tests, test_atomic_file_commit_fails_when_the_folder_has_vanished);
    tcase_add_test(tests, test_atomic_file_open_says_where_it_cannot_write);
    tcase_add_test(tests, test_atomic_file_open_takes_paths_that_fit_and_no_longer_ones);
    tcase_add_test(tests, test_atomic_file_is_as_open_to_others_as_the_mask_says);
    return run_suite("atomic_file", tests);
}
