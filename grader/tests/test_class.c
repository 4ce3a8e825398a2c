/* The class: names of hand-ins, rosters, moments, and the book. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "book.h"
#include "class_run.h"
#include "command.h"
#include "content.h"
#include "late.h"
#include "module_cache.h"
#include "moment.h"
#include "tests/suite.h"

static char folder[] = "/tmp/test-class-XXXXXX";

static void make(const char *name)
{
    ck_assert_int_eq(mkdir(path_of("%s/%s", folder, name).text, 0700), 0);
}

static void write_text(const char *name, const char *text)
{
    FILE *file = fopen(path_of("%s/%s", folder, name).text, "we");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

static void open_folder(void)
{
    snprintf(folder, sizeof folder, "%s", "/tmp/test-class-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void remove_folder(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
}

static const hand_in *the(const hand_in_list *all, const char *student)
{
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->list[i].student, student) == 0)
            return &all->list[i];
    ck_abort_msg("no hand-in of %s", student);
    return NULL;
}

static void find(hand_in_list *all)
{
    error e = {""};
    ck_assert_msg(hand_ins_find(folder, all, &e), "%s", e.text);
}

START_TEST(test_canvas_names_say_who_which_try_and_whether_late)
{
    hand_in_list all;
    write_text("doejane_12345_67890_hw1.zip", "");
    write_text("loulate_LATE_222_333_hw1-2.tar.gz", "");
    find(&all);
    const hand_in *jane = the(&all, "canvas 12345");
    ck_assert_str_eq(jane->name, "doejane");
    ck_assert(!jane->marked_late && jane->attempt == 0 && jane->source == FROM_CANVAS);
    const hand_in *lou = the(&all, "canvas 222");
    ck_assert(lou->marked_late && lou->attempt == 2);
    hand_ins_clear(&all);
}
END_TEST

START_TEST(test_moodle_names_say_who)
{
    hand_in_list all;
    make("Jürgen van der Berg_1234567_assignsubmission_file_");
    find(&all);
    const hand_in *h = the(&all, "moodle 1234567");
    ck_assert_str_eq(h->name, "Jürgen van der Berg");
    ck_assert_int_eq(h->source, FROM_MOODLE);
    hand_ins_clear(&all);
}
END_TEST

START_TEST(test_gradescope_exports_say_who_and_when)
{
    hand_in_list all;
    make("submission_17");
    write_text("submission_metadata.yml",
               "---\nsubmission_17:\n  :submitters:\n  - :name: Ada Turing\n    :sid: '00042'\n"
               "    :email: ada@example.org\n  :created_at: 2026-10-14 23:59:30.500000000 +02:00\n"
               "  :score: 3.0\n");
    find(&all);
    const hand_in *h = the(&all, "ada@example.org");
    ck_assert_str_eq(h->name, "Ada Turing");
    ck_assert_str_eq(h->number, "00042");
    ck_assert_str_eq(moment_text(h->submitted).text, "2026-10-14T21:59:30Z");
    hand_ins_clear(&all);
}
END_TEST

START_TEST(test_each_member_of_a_group_handed_in)
{
    hand_in_list all;
    make("submission_17");
    write_text("submission_metadata.yml",
               "submission_17:\n  :submitters:\n  - :name: Ada\n    :email: ada@example.org\n"
               "  - :name: Bob\n    :email: bob@example.org\n"
               "  :created_at: 2026-10-14 23:59:30 +02:00\n");
    find(&all);
    ck_assert_uint_eq(all.count, 2);
    const hand_in *bob = the(&all, "bob@example.org");
    ck_assert_str_eq(bob->path.text, the(&all, "ada@example.org")->path.text);
    ck_assert_str_eq(bob->name, "Bob");
    ck_assert_int_ne(bob->submitted, 0);
    hand_ins_clear(&all);
}
END_TEST

START_TEST(test_damaged_gradescope_metadata_is_told_with_its_line)
{
    hand_in_list all;
    error e = {""};
    make("submission_17");
    write_text("submission_metadata.yml", "---\nsubmission_17:\n  - a\n b: [\n");
    ck_assert(!hand_ins_find(folder, &all, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "submission_metadata.yml:"));
}
END_TEST

START_TEST(test_clones_are_named_without_the_assignment)
{
    hand_in_list all;
    make("hw1-vision-ada-lovelace");
    make("hw1-vision-ada-lovelace/.git");
    make("hw1-vision-bob");
    make("hw1-vision-bob/.git");
    find(&all);
    ck_assert_int_eq(the(&all, "ada-lovelace")->source, FROM_CLASSROOM);
    ck_assert_int_eq(the(&all, "bob")->source, FROM_CLASSROOM);
    hand_ins_clear(&all);
}
END_TEST

START_TEST(test_what_is_no_hand_in_is_listed_and_not_lost)
{
    hand_in_list all;
    make("ada");
    make("__MACOSX");
    write_text("grades.csv", "");
    write_text(".DS_Store", "");
    find(&all);
    ck_assert_uint_eq(all.count, 1);
    ck_assert_uint_eq(all.unknown_count, 3);
    hand_ins_clear(&all);
}
END_TEST

START_TEST(test_names_may_hold_anything)
{
    hand_in_list all;
    make("=1+1");
    make("-rf");
    make("two\nlines");
    make("\xff\xfe");
    write_text("Ada's \"work\".zip", "");
    find(&all);
    ck_assert_uint_eq(all.count, 5);
    the(&all, "=1+1");
    the(&all, "-rf");
    the(&all, "two%0Alines");
    the(&all, "%FF%FE");
    the(&all, "Ada's \"work\"");
    hand_ins_clear(&all);
}
END_TEST

START_TEST(test_an_empty_folder_is_told)
{
    hand_in_list all;
    error e = {""};
    ck_assert(!hand_ins_find(folder, &all, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "holds no hand-in"));
}
END_TEST

/* ---- moments ---- */

START_TEST(test_moments_do_not_depend_on_the_local_zone)
{
    static const char *const same[] = {"2026-10-14T23:59:00+02:00", "2026-10-14 21:59:00 UTC",
                                       "2026-10-14T21:59:00Z", "2026-10-14 14:59:00.250 -07:00"};
    setenv("TZ", "Asia/Tokyo", 1);
    tzset();
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        time_t moment = 0;
        ck_assert_msg(moment_read(same[i], &moment), "%s", same[i]);
        ck_assert_int_eq(moment, 1792015140);
    }
}
END_TEST

START_TEST(test_what_is_no_moment_is_refused)
{
    static const char *const wrong[] = {"",
                                        "tomorrow",
                                        "2026-10-14",
                                        "2026-10-14T23:59:00",
                                        "2026-10-14T23:59:00+02:00 or so",
                                        "2026-13-14T23:59:00Z"};
    time_t moment;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        ck_assert_msg(!moment_read(wrong[i], &moment), "%s", wrong[i]);
}
END_TEST

/* ---- rosters ---- */

static void read_roster(const char *text, roster *r)
{
    error e = {""};
    write_text("roster.csv", text);
    ck_assert_msg(roster_read(path_of("%s/roster.csv", folder).text, r, &e), "%s", e.text);
}

START_TEST(test_a_canvas_roster_has_its_students_only)
{
    roster r;
    read_roster("\xef\xbb\xbfStudent,ID,SIS User ID,SIS Login ID,Section,Hw (3)\r\n"
                "    Points Possible,,,,,100\r\n\"O'Neil, \"\"Bob\"\"\",77,s77,bob,A,\r\n"
                "\"Student, Test\",1,,,A,\r\n",
                &r);
    ck_assert_uint_eq(r.count, 1);
    ck_assert_str_eq(r.rows[0].name, "O'Neil, \"Bob\"");
    ck_assert_str_eq(roster_key(&r.rows[0]), "77");
    roster_clear(&r);
}
END_TEST

START_TEST(test_students_are_found_by_number_login_and_name)
{
    roster r;
    read_roster("Last Name;First Name;ID;Username;Email;github_username\n"
                "Müller;Jürgen;12;jm;j@example.org;jmueller\nKhan;Noor;13;nk;n@example.org;noor\n",
                &r);
    hand_in by_number = {.source = FROM_CANVAS, .number = "13"};
    hand_in by_name = {.source = FROM_MOODLE, .number = "99", .name = "Jürgen Müller"};
    hand_in by_login = {.source = FROM_FOLDER, .name = "NK"};
    hand_in by_clone = {.source = FROM_CLASSROOM, .name = "jmueller"};
    hand_in stranger = {.source = FROM_FOLDER, .name = "somebody"};
    ck_assert_str_eq(roster_find(&r, &by_number)->name, "Noor Khan");
    ck_assert_str_eq(roster_find(&r, &by_name)->id, "12");
    ck_assert_str_eq(roster_find(&r, &by_login)->id, "13");
    ck_assert_str_eq(roster_find(&r, &by_clone)->id, "12");
    ck_assert_ptr_null(roster_find(&r, &stranger));
    roster_clear(&r);
}
END_TEST

START_TEST(test_a_roster_that_names_nobody_is_told)
{
    roster r;
    error e = {""};
    write_text("roster.csv", "colour,shape\nred,round\n");
    ck_assert(!roster_read(path_of("%s/roster.csv", folder).text, &r, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "should name columns"));
    write_text("roster.csv", "Student,ID\n\"Ada,1\n");
    ck_assert(!roster_read(path_of("%s/roster.csv", folder).text, &r, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "quotation mark"));
}
END_TEST

START_TEST(test_a_roster_of_a_thousand_is_read_whole)
{
    roster r;
    char text[64000] = "Student,ID\n";
    size_t used = strlen(text);
    for (int i = 0; i < 1000; i++)
        used +=
            (size_t)snprintf(text + used, sizeof text - used, "\"Last%d, First%d\",%d\n", i, i, i);
    read_roster(text, &r);
    ck_assert_uint_eq(r.count, 1000);
    ck_assert_str_eq(r.rows[999].name, "Last999, First999");
    roster_clear(&r);
}
END_TEST

/* ---- the book ---- */

static void open_book(book *b)
{
    error e = {""};
    ck_assert_msg(book_open(path_of("%s/book", folder).text, b, &e), "%s", e.text);
}

static void note(const book *b, const char *sub, time_t due)
{
    hand_in_list all;
    roster none = {0};
    error e = {""};
    ck_assert_msg(hand_ins_find(path_of("%s/%s", folder, sub).text, &all, &e), "%s", e.text);
    ck_assert_msg(book_note_class(b, &none, &all, due, &e), "%s", e.text);
    hand_ins_clear(&all);
}

START_TEST(test_of_several_tries_the_last_in_time_counts)
{
    book b;
    make("in");
    write_text("in/doejane_12345_1_hw.zip", "a");
    write_text("in/doejane_12345_2_hw-1.zip", "b");
    write_text("in/doejane_LATE_12345_3_hw-2.zip", "c");
    open_book(&b);
    note(&b, "in", 0);
    json_t *rows = book_rows(&b, "SELECT CAST(path AS TEXT) AS path FROM submission WHERE counts");
    ck_assert_uint_eq(json_array_size(rows), 1);
    const char *path = json_string_value(json_object_get(json_array_get(rows, 0), "path"));
    ck_assert_ptr_nonnull(strstr(path, "doejane_12345_2_hw-1.zip"));
    ck_assert_int_eq(book_number(&b, "SELECT count(*) FROM submission"), 3);
    json_decref(rows);
    book_close(&b);
}
END_TEST

START_TEST(test_who_has_only_late_tries_is_graded_by_the_last)
{
    book b;
    make("in");
    make("in/submission_1");
    make("in/submission_2");
    write_text(
        "in/submission_metadata.yml",
        "submission_1:\n  :submitters:\n  - :email: a@b\n  :created_at: 2026-10-15 01:00:00 Z\n"
        "submission_2:\n  :submitters:\n  - :email: a@b\n  :created_at: 2026-10-16 01:00:00 Z\n");
    open_book(&b);
    time_t due;
    ck_assert(moment_read("2026-10-14T00:00:00Z", &due));
    note(&b, "in", due);
    ck_assert_int_eq(book_number(&b, "SELECT seconds_late FROM submission WHERE counts"),
                     49 * 3600);
    book_close(&b);
}
END_TEST

static void hand_in_two_tries(book *b)
{
    make("in");
    make("in/submission_1");
    make("in/submission_2");
    write_text("in/submission_metadata.yml",
               "submission_1:\n  :submitters:\n  - :email: a@b\n  - :email: b@b\n"
               "  :created_at: 2026-10-15 01:00:00 Z\n"
               "submission_2:\n  :submitters:\n  - :email: c@b\n"
               "  :created_at: 2026-10-13 01:00:00 Z\n");
    time_t due;
    open_book(b);
    ck_assert(moment_read("2026-10-14T00:00:00Z", &due));
    note(b, "in", due);
}

START_TEST(test_a_group_is_several_students_of_one_submission)
{
    book b;
    hand_in_two_tries(&b);
    ck_assert_int_eq(book_number(&b, "SELECT count(*) FROM grade WHERE submission NOT NULL"), 3);
    ck_assert_int_eq(book_number(&b, "SELECT count(DISTINCT path) FROM submission"), 2);
    note(&b, "in", 0); /* and noting them again changes nothing */
    ck_assert_int_eq(book_number(&b, "SELECT count(*) FROM submission"), 3);
    book_close(&b);
}
END_TEST

static const struct late_case {
    const char *rule;
    int percent; /* of somebody who is 25 hours late */
} late_cases[] = {
    {"{\"percent_a_day\": 10}", 20},
    {"{\"percent_a_day\": 10, \"grace_minutes\": 60}", 10},
    {"{\"percent_a_day\": 10, \"grace_minutes\": 59}", 20},
    {"{\"percent_a_day\": 40, \"most_percent\": 50}", 50},
    {"{\"percent_a_day\": 60}", 100},
    {"{\"percent_a_day\": 10, \"grace_minutes\": 1500}", 0},
};

START_TEST(test_each_begun_day_of_lateness_costs_what_the_rule_says)
{
    book b;
    error e = {""};
    hand_in_two_tries(&b);
    ck_assert_int_eq(book_number(&b, "SELECT count(*) FROM late"), 0);
    write_text("late.json", late_cases[_i].rule);
    ck_assert_msg(late_rule_set(&b, path_of("%s/late.json", folder).text, &e), "%s", e.text);
    ck_assert_int_eq(book_number(&b, "SELECT max(percent) FROM late"), late_cases[_i].percent);
    ck_assert_int_eq(book_number(&b, "SELECT count(*) FROM late"), 2); /* the one in time is not */
    write_text("late.json", "{\"percent_a_day\": 0}");
    ck_assert(late_rule_set(&b, path_of("%s/late.json", folder).text, &e));
    ck_assert_int_eq(book_number(&b, "SELECT max(percent) FROM late"), 0);
    book_close(&b);
}
END_TEST

static const char *const no_late_rules[] = {"{}", "[1]", "{\"percent_a_day\": 101}",
                                            "{\"percent_a_day\": 10, \"per_hour\": 1}",
                                            "{\"percent"};

START_TEST(test_what_is_no_rule_for_late_submissions_is_refused_by_its_file)
{
    book b;
    error e = {""};
    open_book(&b);
    write_text("late.json", no_late_rules[_i]);
    ck_assert(!late_rule_set(&b, path_of("%s/late.json", folder).text, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "late.json: "));
    ck_assert_int_eq(book_number(&b, "SELECT count(*) FROM setting"), 0);
    book_close(&b);
}
END_TEST

START_TEST(test_a_second_writer_hears_who_holds_the_book)
{
    book b;
    book second;
    error e = {""};
    char holder[64];
    open_book(&b);
    ck_assert(!book_open(path_of("%s/book", folder).text, &second, &e));
    snprintf(holder, sizeof holder, "process %d", (int)getpid());
    ck_assert_ptr_nonnull(strstr(e.text, holder));
    book_close(&b);
    open_book(&b);
    book_close(&b);
}
END_TEST

START_TEST(test_a_book_of_another_version_is_left_alone)
{
    book b;
    error e = {""};
    open_book(&b);
    ck_assert(book_execute(&b, "PRAGMA user_version = 99", &e));
    book_close(&b);
    ck_assert(!book_open(path_of("%s/book", folder).text, &b, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "version 99"));
}
END_TEST

START_TEST(test_what_a_dead_grader_left_is_removed)
{
    book b;
    class_run r;
    class_sums sums;
    error e = {""};
    open_book(&b);
    make("book/results/a7");
    write_text("book/results/a7/result.json", "{");
    make("book/cache");
    make("book/cache/" MODULE_CACHE_NEW "x1");
    const course_hashes hashes = {"", ""};
    const course c = {.cache = path_of("%s/book/cache", folder)};
    const class_grading g = {.book = &b, .hashes = &hashes, .course = &c};
    ck_assert_msg(class_run_open(&g, &sums, &r, &e), "%s", e.text);
    ck_assert_int_ne(access(path_of("%s/book/results/a7", folder).text, F_OK), 0);
    ck_assert_int_ne(access(path_of("%s/" MODULE_CACHE_NEW "x1", c.cache.text).text, F_OK), 0);
    class_run_close(&r);
    book_close(&b);
}
END_TEST

START_TEST(test_an_earlier_job_that_the_cluster_cannot_be_asked_about_is_told)
{
    book b;
    class_sums sums;
    error e = {""};
    const course_hashes hashes = {"", ""};
    const class_grading g = {.book = &b, .hashes = &hashes, .jobs = 1};
    open_book(&b);
    ck_assert(book_set(&b, "slurm job", "17", &e));
    const char *before = getenv("PATH");
    ck_assert_ptr_nonnull(before);
    char *path = strdup(before);
    ck_assert_ptr_nonnull(path);
    ck_assert_int_eq(setenv("PATH", folder, 1), 0); /* no squeue there */
    bool graded = class_grade(&g, &sums, &e);
    ck_assert_int_eq(setenv("PATH", path, 1), 0);
    free(path);
    ck_assert(!graded);
    ck_assert_ptr_nonnull(strstr(e.text, "job 17"));
    ck_assert_ptr_nonnull(strstr(e.text, "squeue"));
    book_close(&b);
}
END_TEST

START_TEST(test_a_command_that_says_much_is_heard_to_its_end)
{
    char text[16];
    const char *const argv[] = {"seq", "100000", NULL};
    ck_assert_int_eq(command_run(argv, text, sizeof text), 0);
    ck_assert_str_eq(text, "1\n2\n3\n4\n5\n6\n7\n8");
}
END_TEST

START_TEST(test_the_same_content_has_the_same_hash_wherever_it_lies)
{
    char hashes[3][65];
    error e = {""};
    make("a");
    make("b");
    make("c");
    write_text("a/knn.c", "int x;");
    write_text("b/knn.c", "int x;");
    write_text("c/knn.c", "int y;");
    for (int i = 0; i < 3; i++)
        ck_assert(content_hash(path_of("%s/%c", folder, 'a' + i).text, hashes[i], &e));
    ck_assert_str_eq(hashes[0], hashes[1]);
    ck_assert_str_ne(hashes[0], hashes[2]);
}
END_TEST

START_TEST(test_the_same_text_as_two_modules_is_no_copy)
{
    char hashes[2][65];
    error e = {""};
    write_text("knn.c", "int x;");
    write_text("softmax.c", "int x;");
    ck_assert(content_hash(path_of("%s/knn.c", folder).text, hashes[0], &e));
    ck_assert(content_hash(path_of("%s/softmax.c", folder).text, hashes[1], &e));
    ck_assert_str_ne(hashes[0], hashes[1]);
}
END_TEST

START_TEST(test_large_archives_differ_by_their_bytes)
{
    char hashes[2][65];
    error e = {""};
    for (int i = 0; i < 2; i++) {
        path_text path = path_of("%s/%c.zip", folder, 'a' + i);
        FILE *file = fopen(path.text, "we");
        ck_assert_ptr_nonnull(file);
        ck_assert_int_eq(fseek(file, 65L << 20, SEEK_SET), 0);
        fputc('a' + i, file);
        ck_assert_int_eq(fclose(file), 0);
        ck_assert(content_hash(path.text, hashes[i], &e));
    }
    ck_assert_str_ne(hashes[0], hashes[1]);
}
END_TEST

START_TEST(test_an_archives_endings_are_no_part_of_the_name)
{
    hand_in_list all;
    write_text("ada.tar.xz", "");
    write_text("ken.tgz", "");
    write_text("noor.v2.zip", "");
    find(&all);
    the(&all, "ada");
    the(&all, "ken");
    the(&all, "noor.v2");
    hand_ins_clear(&all);
}
END_TEST

START_TEST(test_names_that_are_not_utf_8_stay_two_students)
{
    hand_in_list all;
    make("J\xf6rg");
    make("J\xfcrg");
    find(&all);
    ck_assert_str_ne(all.list[0].student, all.list[1].student);
    hand_ins_clear(&all);
}
END_TEST

START_TEST(test_a_git_folder_in_a_hand_in_of_moodle_leaves_it_moodles)
{
    hand_in_list all;
    make("Ada-Lovelace_12_assignsubmission_file_");
    make("Ada-Lovelace_12_assignsubmission_file_/.git");
    find(&all);
    ck_assert_int_eq(the(&all, "moodle 12")->source, FROM_MOODLE);
    hand_ins_clear(&all);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("class");
    tcase_add_checked_fixture(tests, open_folder, remove_folder);
    tcase_add_test(tests, test_canvas_names_say_who_which_try_and_whether_late);
    tcase_add_test(tests, test_moodle_names_say_who);
    tcase_add_test(tests, test_gradescope_exports_say_who_and_when);
    tcase_add_test(tests, test_damaged_gradescope_metadata_is_told_with_its_line);
    tcase_add_test(tests, test_clones_are_named_without_the_assignment);
    tcase_add_test(tests, test_what_is_no_hand_in_is_listed_and_not_lost);
    tcase_add_test(tests, test_names_may_hold_anything);
    tcase_add_test(tests, test_an_empty_folder_is_told);
    tcase_add_test(tests, test_moments_do_not_depend_on_the_local_zone);
    tcase_add_test(tests, test_what_is_no_moment_is_refused);
    tcase_add_test(tests, test_a_canvas_roster_has_its_students_only);
    tcase_add_test(tests, test_students_are_found_by_number_login_and_name);
    tcase_add_test(tests, test_a_roster_that_names_nobody_is_told);
    tcase_add_test(tests, test_a_roster_of_a_thousand_is_read_whole);
    tcase_add_test(tests, test_of_several_tries_the_last_in_time_counts);
    tcase_add_test(tests, test_who_has_only_late_tries_is_graded_by_the_last);
    tcase_add_test(tests, test_each_member_of_a_group_handed_in);
    tcase_add_test(tests, test_a_group_is_several_students_of_one_submission);
    tcase_add_loop_test(tests, test_each_begun_day_of_lateness_costs_what_the_rule_says, 0,
                        sizeof late_cases / sizeof *late_cases);
    tcase_add_loop_test(tests, test_what_is_no_rule_for_late_submissions_is_refused_by_its_file, 0,
                        sizeof no_late_rules / sizeof *no_late_rules);
    tcase_add_test(tests, test_a_second_writer_hears_who_holds_the_book);
    tcase_add_test(tests, test_a_book_of_another_version_is_left_alone);
    tcase_add_test(tests, test_what_a_dead_grader_left_is_removed);
    tcase_add_test(tests, test_an_earlier_job_that_the_cluster_cannot_be_asked_about_is_told);
    tcase_add_test(tests, test_a_command_that_says_much_is_heard_to_its_end);
    tcase_add_test(tests, test_the_same_content_has_the_same_hash_wherever_it_lies);
    tcase_add_test(tests, test_the_same_text_as_two_modules_is_no_copy);
    tcase_add_test(tests, test_large_archives_differ_by_their_bytes);
    tcase_add_test(tests, test_an_archives_endings_are_no_part_of_the_name);
    tcase_add_test(tests, test_names_that_are_not_utf_8_stay_two_students);
    tcase_add_test(tests, test_a_git_folder_in_a_hand_in_of_moodle_leaves_it_moodles);
    return run_suite("class", tests);
}
