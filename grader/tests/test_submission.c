/* Reading what students send: only what was asked for, whatever an archive holds. */
#include <archive.h>
#include <archive_entry.h>
#include <check.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "submission.h"
#include "tests/suite.h"

static const char *const names[] = {"knn", "softmax"};
static char folder[] = "/tmp/test-submission-XXXXXX";
static char file[64];

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/test-submission-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(file, sizeof file, "%s/file", folder);
}

static void write_file(const char *name, const char *text, size_t length)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "w");
    ck_assert_ptr_nonnull(out);
    ck_assert_uint_eq(fwrite(text, 1, length, out), length);
    fclose(out);
}

static void add_entry(struct archive *a, const char *name, mode_t type, const char *link,
                      const char *text, size_t length)
{
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, type);
    archive_entry_set_perm(entry, 0644);
    if (link != NULL && type == AE_IFLNK)
        archive_entry_set_symlink(entry, link);
    else if (link != NULL)
        archive_entry_set_hardlink(entry, link);
    archive_entry_set_size(entry, (la_int64_t)length);
    ck_assert_int_eq(archive_write_header(a, entry), ARCHIVE_OK);
    if (length > 0)
        ck_assert_int_eq(archive_write_data(a, text, length), (la_ssize_t)length);
    archive_entry_free(entry);
}

static struct archive *new_archive(void)
{
    struct archive *a = archive_write_new();
    archive_write_add_filter_gzip(a);
    archive_write_set_format_pax_restricted(a);
    ck_assert_int_eq(archive_write_open_filename(a, file), ARCHIVE_OK);
    return a;
}

/* A zip, whose entries are compressed one by one. */
static struct archive *new_zip(void)
{
    struct archive *a = archive_write_new();
    archive_write_set_format_zip(a);
    ck_assert_int_eq(archive_write_open_filename(a, file), ARCHIVE_OK);
    return a;
}

static void close_archive(struct archive *a)
{
    archive_write_close(a);
    archive_write_free(a);
}

static submission s;
static error e;

static bool reads(const char *path)
{
    return submission_read(path, 1, names, 2, &s, &e);
}

START_TEST(test_modules_are_taken_from_a_folder_and_nothing_else)
{
    make_folder();
    write_file("knn.c", "int a;", 6);
    write_file("Makefile", "evil", 4);
    ck_assert(reads(folder));
    ck_assert_str_eq(s.modules[0].text == NULL ? "" : "there", "there");
    ck_assert_uint_eq(s.modules[0].length, 6);
    ck_assert_ptr_null(s.modules[1].text);
    ck_assert_ptr_nonnull(strstr(s.modules[1].problem, "softmax.c was not handed in"));
    submission_clear(&s);
}
END_TEST

START_TEST(test_links_devices_and_large_or_binary_files_in_a_folder_are_refused)
{
    char path[128];
    make_folder();
    snprintf(path, sizeof path, "%s/knn.c", folder);
    ck_assert_int_eq(symlink("/etc/passwd", path), 0);
    snprintf(path, sizeof path, "%s/softmax.c", folder);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    ck_assert(reads(folder));
    ck_assert_ptr_null(s.modules[0].text);
    ck_assert_ptr_nonnull(strstr(s.modules[0].problem, "symbolic link"));
    ck_assert_ptr_null(s.modules[1].text);
    submission_clear(&s);
    char *large = calloc(1, MODULE_BYTES + 1);
    unlink(path);
    memset(large, 'x', MODULE_BYTES + 1);
    write_file("softmax.c", large, MODULE_BYTES + 1);
    snprintf(path, sizeof path, "%s/knn.c", folder);
    unlink(path);
    write_file("knn.c", "a\0b", 3);
    ck_assert(reads(folder));
    ck_assert_ptr_nonnull(strstr(s.modules[0].problem, "not a text file"));
    ck_assert_ptr_nonnull(strstr(s.modules[1].problem, "larger than a megabyte"));
    free(large);
    submission_clear(&s);
}
END_TEST

START_TEST(test_a_file_whose_reading_fails_is_no_text)
{
    char path[128];
    make_folder();
    snprintf(path, sizeof path, "%s/knn.c", folder);
    ck_assert_int_eq(symlink("/proc/self/mem", path), 0); /* its first byte is an input error */
    ck_assert(reads(path));
    ck_assert_ptr_null(s.modules[0].text);
    ck_assert_str_eq(s.modules[0].problem, "knn.c cannot be read");
    submission_clear(&s);
}
END_TEST

START_TEST(test_an_archive_gives_its_modules_from_any_folder)
{
    make_folder();
    struct archive *a = new_archive();
    add_entry(a, "me/assignment1/knn.c", AE_IFREG, NULL, "int a;", 6);
    add_entry(a, "me/softmax.c", AE_IFREG, NULL, "int b;!", 7);
    close_archive(a);
    ck_assert(reads(file));
    ck_assert_uint_eq(s.modules[0].length, 6);
    ck_assert_uint_eq(s.modules[1].length, 7);
    submission_clear(&s);
}
END_TEST

START_TEST(test_a_hostile_archive_leaves_nothing_behind)
{
    char path[128];
    make_folder();
    struct archive *a = new_archive();
    add_entry(a, "../../escaped.c", AE_IFREG, NULL, "evil", 4);
    add_entry(a, "/tmp/absolute-escaped.c", AE_IFREG, NULL, "evil", 4);
    add_entry(a, "knn.c", AE_IFLNK, "/etc/passwd", NULL, 0);
    add_entry(a, "softmax.c", AE_IFREG, "knn.c", NULL, 0);
    add_entry(a, "dev", AE_IFBLK, NULL, NULL, 0);
    add_entry(a, "\033[31mred.c", AE_IFREG, NULL, "evil", 4);
    close_archive(a);
    ck_assert(reads(file));
    ck_assert_ptr_null(s.modules[0].text);
    ck_assert_ptr_null(s.modules[1].text);
    snprintf(path, sizeof path, "%s/../../escaped.c", folder);
    ck_assert_int_ne(access(path, F_OK), 0);
    ck_assert_int_ne(access("/tmp/absolute-escaped.c", F_OK), 0);
    submission_clear(&s);
}
END_TEST

START_TEST(test_of_doubled_entries_the_last_counts_and_is_said)
{
    make_folder();
    struct archive *a = new_archive();
    add_entry(a, "me/knn.c", AE_IFREG, NULL, "first", 5);
    add_entry(a, "me/knn.c", AE_IFREG, NULL, "second", 6);
    close_archive(a);
    ck_assert(reads(file));
    ck_assert_uint_eq(s.modules[0].length, 6);
    ck_assert_ptr_nonnull(strstr(s.modules[0].problem, "twice"));
    submission_clear(&s);
}
END_TEST

START_TEST(test_the_assignments_own_folder_comes_first_and_anothers_does_not_count)
{
    make_folder();
    struct archive *a = new_archive();
    add_entry(a, "me/assignment1/knn.c", AE_IFREG, NULL, "own", 3);
    add_entry(a, "me/knn.c", AE_IFREG, NULL, "elsewhere", 9);
    add_entry(a, "me/assignment2/knn.c", AE_IFREG, NULL, "of another", 10);
    add_entry(a, "me/assignment2/softmax.c", AE_IFREG, NULL, "of another", 10);
    close_archive(a);
    ck_assert(reads(file));
    ck_assert_uint_eq(s.modules[0].length, 3);
    ck_assert_ptr_null(s.modules[1].text);
    ck_assert_str_eq(s.modules[1].problem,
                     "softmax.c was not handed in; there is `me/assignment2/softmax.c`");
    submission_clear(&s);
}
END_TEST

static void write_below(const char *inner, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, inner);
    mkdir(path, 0755);
    snprintf(path, sizeof path, "%s/%s", inner, name);
    write_file(path, text, strlen(text));
}

START_TEST(test_what_lies_beside_the_code_costs_nothing)
{
    make_folder();
    write_file(".DS_Store", "x", 1);
    write_file("README.pdf", "x", 1);
    write_below("my solution", "knn.c", "int a;");
    write_below("my solution", "notes.txt", "x");
    write_below("__MACOSX", "knn.c", "int double_of_it;");
    write_below("my solution", "._knn.c", "x");
    ck_assert(reads(folder));
    ck_assert_uint_eq(s.modules[0].length, 6);
    ck_assert_str_eq(s.modules[0].problem, "");
    submission_clear(&s);
}
END_TEST

START_TEST(test_a_module_may_be_handed_in_alone)
{
    char path[128];
    make_folder();
    write_file("softmax.c", "int a;", 6);
    snprintf(path, sizeof path, "%s/softmax.c", folder);
    ck_assert_msg(reads(path), "%s", e.text);
    ck_assert_uint_eq(s.modules[1].length, 6);
    ck_assert_uint_eq(s.handed_in, 1);
    submission_clear(&s);
}
END_TEST

/* A folder of the grader's own machine is none of the submission's, by whatever link. */
START_TEST(test_no_link_leads_out_of_a_folder)
{
    char target[] = "/tmp/test-submission-XXXXXX";
    char path[128];
    make_folder();
    ck_assert_ptr_nonnull(mkdtemp(target));
    snprintf(path, sizeof path, "%s/knn.c", target);
    FILE *solution = fopen(path, "w");
    ck_assert_ptr_nonnull(solution);
    fputs("the solution", solution);
    fclose(solution);
    snprintf(path, sizeof path, "%s/assignment1", folder);
    ck_assert_int_eq(symlink(target, path), 0);
    snprintf(path, sizeof path, "%s/wrapped", folder);
    ck_assert_int_eq(symlink(target, path), 0);
    ck_assert(reads(folder));
    ck_assert_uint_eq(s.handed_in, 0);
    submission_clear(&s);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert(reads(folder)); /* now it is the only entry */
    ck_assert_uint_eq(s.handed_in, 0);
    submission_clear(&s);
}
END_TEST

START_TEST(test_names_that_are_not_ascii_are_names)
{
    make_folder();
    struct archive *a = _i == 0 ? new_zip() : new_archive();
    add_entry(a, "\303\234bung 1/M\303\274ller/knn.c", AE_IFREG, NULL, "int a;", 6);
    close_archive(a);
    ck_assert_msg(reads(file), "%s", e.text);
    ck_assert_uint_eq(s.modules[0].length, 6);
    submission_clear(&s);
}
END_TEST

START_TEST(test_what_may_have_been_meant_is_said)
{
    static const char *const meant[] = {"knn (1).c",      "knn.C",        "knn.c.txt",
                                        "smith_12_knn.c", "knn - Copy.c", "KNN.c"};
    static const char *const not_meant[] = {"check_knn.c", "knn_helper.c", "knnx.c", "knn.txt",
                                            "aknn.c"};
    for (size_t i = 0; i < sizeof meant / sizeof *meant; i++) {
        make_folder();
        write_file(meant[i], "int a;", 6);
        ck_assert(reads(folder));
        ck_assert_ptr_null(s.modules[0].text);
        ck_assert_msg(strstr(s.modules[0].problem, meant[i]) != NULL, "%s: %s", meant[i],
                      s.modules[0].problem);
        submission_clear(&s);
    }
    for (size_t i = 0; i < sizeof not_meant / sizeof *not_meant; i++) {
        make_folder();
        write_file(not_meant[i], "int a;", 6);
        ck_assert(reads(folder));
        ck_assert_str_eq(s.modules[0].problem, "knn.c was not handed in");
        submission_clear(&s);
    }
}
END_TEST

START_TEST(test_utf_16_is_called_by_its_name)
{
    make_folder();
    write_file("knn.c", "\377\376i\0n\0t\0", 8);
    ck_assert(reads(folder));
    ck_assert_ptr_null(s.modules[0].text);
    ck_assert_ptr_nonnull(strstr(s.modules[0].problem, "UTF-16"));
    submission_clear(&s);
}
END_TEST

START_TEST(test_an_encrypted_or_damaged_archive_is_said_so_and_is_no_score)
{
    static char noise[1 << 16];
    make_folder();
    struct archive *a = archive_write_new();
    archive_write_set_format_zip(a);
    ck_assert_int_eq(archive_write_set_options(a, "zip:encryption=zipcrypt"), ARCHIVE_OK);
    archive_write_set_passphrase(a, "secret");
    ck_assert_int_eq(archive_write_open_filename(a, file), ARCHIVE_OK);
    add_entry(a, "knn.c", AE_IFREG, NULL, "int a;", 6);
    close_archive(a);
    ck_assert(!reads(file));
    ck_assert_msg(strstr(e.text, "encrypted") != NULL, "%s", e.text);
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (char)('a' + (i * i * 31 + i / 7) % 26);
    a = _i == 0 ? new_archive() : new_zip();
    add_entry(a, "knn.c", AE_IFREG, NULL, noise, sizeof noise);
    add_entry(a, "softmax.c", AE_IFREG, NULL, noise, sizeof noise);
    close_archive(a);
    struct stat status;
    ck_assert_int_eq(stat(file, &status), 0);
    ck_assert_int_eq(truncate(file, status.st_size / 3), 0);
    ck_assert(!reads(file));
    ck_assert_msg(strstr(e.text, "damaged") != NULL, "%s", e.text);
}
END_TEST

START_TEST(test_a_gzip_without_its_last_bytes_is_damaged)
{
    static const char gzip[] = "\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0"; /* of nothing */
    make_folder();
    write_file("file", gzip, sizeof gzip - 1);
    ck_assert(!reads(file));
    ck_assert_msg(strstr(e.text, "is damaged (") != NULL, "%s", e.text);
}
END_TEST

/* By its first bytes an archive asks for a program (lrzip); one on PATH must not be started. */
START_TEST(test_no_archive_starts_a_program)
{
    char path[512];
    make_folder();
    write_file("lrzip", "#!/bin/sh\ntouch \"$0.was-started\"\n", 34);
    snprintf(path, sizeof path, "%s/lrzip", folder);
    ck_assert_int_eq(chmod(path, 0755), 0);
    snprintf(path, sizeof path, "%s:%s", folder, getenv("PATH"));
    setenv("PATH", path, 1);
    write_file("file", "LRZI\0\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 24);
    ck_assert(!reads(file));
    snprintf(path, sizeof path, "%s/lrzip.was-started", folder);
    ck_assert_int_ne(access(path, F_OK), 0);
}
END_TEST

/* Adds an entry of so many megabytes of zeros. */
static void add_zeros(struct archive *a, int megabytes)
{
    static char zeros[1 << 20];
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, "zeros");
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_size(entry, (la_int64_t)megabytes << 20);
    archive_write_header(a, entry);
    for (int i = 0; i < megabytes; i++)
        archive_write_data(a, zeros, sizeof zeros);
    archive_entry_free(entry);
}

START_TEST(test_a_bomb_is_refused_by_size_in_one_entry_or_in_several)
{
    make_folder();
    struct archive *a = _i == 0 ? new_archive() : new_zip();
    for (int i = 0; i < (_i == 0 ? 1 : 3); i++)
        add_zeros(a, _i == 0 ? 300 : 100);
    close_archive(a);
    ck_assert(!reads(file));
    ck_assert_ptr_nonnull(strstr(e.text, "unpacks to more than"));
    submission_clear(&s);
}
END_TEST

START_TEST(test_a_file_that_is_no_archive_and_a_missing_path_are_said_so)
{
    make_folder();
    write_file("file", "this is no archive", 18);
    ck_assert(!reads(file));
    ck_assert_ptr_nonnull(strstr(e.text, file));
    ck_assert(!reads("/nowhere/at/all"));
    ck_assert_ptr_nonnull(strstr(e.text, "/nowhere/at/all"));
}
END_TEST

START_TEST(test_the_hash_depends_on_the_modules_alone)
{
    char first[65];
    make_folder();
    write_file("knn.c", "int a;", 6);
    ck_assert(reads(folder));
    memcpy(first, s.hash, sizeof first);
    submission_clear(&s);
    write_file("notes.txt", "x", 1);
    ck_assert(reads(folder));
    ck_assert_str_eq(s.hash, first);
    submission_clear(&s);
    write_file("knn.c", "int b;", 6);
    ck_assert(reads(folder));
    ck_assert_str_ne(s.hash, first);
    submission_clear(&s);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("submission");
    setlocale(LC_CTYPE, "C.UTF-8"); /* for the names in the archives that are made here */
    tcase_set_timeout(cases, 30);
    tcase_add_test(cases, test_modules_are_taken_from_a_folder_and_nothing_else);
    tcase_add_test(cases, test_links_devices_and_large_or_binary_files_in_a_folder_are_refused);
    tcase_add_test(cases, test_a_file_whose_reading_fails_is_no_text);
    tcase_add_test(cases, test_an_archive_gives_its_modules_from_any_folder);
    tcase_add_test(cases, test_a_hostile_archive_leaves_nothing_behind);
    tcase_add_test(cases, test_of_doubled_entries_the_last_counts_and_is_said);
    tcase_add_test(cases, test_the_assignments_own_folder_comes_first_and_anothers_does_not_count);
    tcase_add_test(cases, test_what_lies_beside_the_code_costs_nothing);
    tcase_add_test(cases, test_a_module_may_be_handed_in_alone);
    tcase_add_test(cases, test_no_link_leads_out_of_a_folder);
    tcase_add_loop_test(cases, test_names_that_are_not_ascii_are_names, 0, 2);
    tcase_add_test(cases, test_what_may_have_been_meant_is_said);
    tcase_add_test(cases, test_utf_16_is_called_by_its_name);
    tcase_add_loop_test(cases, test_an_encrypted_or_damaged_archive_is_said_so_and_is_no_score, 0,
                        2);
    tcase_add_test(cases, test_a_gzip_without_its_last_bytes_is_damaged);
    tcase_add_test(cases, test_no_archive_starts_a_program);
    tcase_add_loop_test(cases, test_a_bomb_is_refused_by_size_in_one_entry_or_in_several, 0, 2);
    tcase_add_test(cases, test_a_file_that_is_no_archive_and_a_missing_path_are_said_so);
    tcase_add_test(cases, test_the_hash_depends_on_the_modules_alone);
    return run_suite("submission", cases);
}
