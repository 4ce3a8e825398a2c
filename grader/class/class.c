/*
 * class: grades a class, and tells what is in its book.
 *
 *     class grade --assignment=1 --submissions=DIR --book=DIR [--roster=FILE] [--due=MOMENT] ...
 *     class regrade --book=DIR [--accept]
 *     class status --book=DIR
 *     class name --book=DIR --group=CASE:GOT --sentence=TEXT
 *     class similar --book=DIR
 *     class gradebook --book=DIR --format=canvas --out=FILE
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "book.h"
#include "class_grading.h"
#include "class_options.h"
#include "class_report.h"
#include "course_hash.h"
#include "gradebook.h"
#include "late.h"
#include "moment.h"
#include "similar.h"
#include "slurm.h"

/* ---- grade ---- */

/*
 * What the book was begun with; what is given now must not differ, or results could not be
 * compared.
 */
static bool settle(const class_options *o, const book *b, uint32_t *seed, error *e)
{
    char text[64];
    char old[64];
    snprintf(text, sizeof text, "%lu", o->assignment);
    book_setting(b, "assignment", old, sizeof old);
    if (old[0] != '\0' && strcmp(old, text) != 0)
        return error_set(e,
                         "%s: is the book of assignment %s, not of %s; name another BOOK=", o->book,
                         old, text);
    if (!book_set(b, "assignment", text, e))
        return false;
    book_setting(b, "seed", old, sizeof old);
    snprintf(text, sizeof text, "%u", (unsigned)o->shared.seed);
    if (old[0] != '\0' && o->shared.seed_given && strcmp(old, text) != 0)
        return error_set(e,
                         "%s: its class is graded with SEED=%s; one seed for all, or leave it out",
                         o->book, old);
    if (old[0] == '\0' && !book_set(b, "seed", text, e))
        return false;
    *seed = (uint32_t)(old[0] != '\0' ? strtoul(old, NULL, 10) : o->shared.seed);
    return o->due == NULL || book_set(b, "due", o->due, e);
}

/* The deadline, from now or from an earlier run; 0: none. */
static bool deadline_of(const class_options *o, const book *b, time_t *due, error *e)
{
    char text[64];
    *due = 0;
    book_setting(b, "due", text, sizeof text);
    return text[0] == '\0' || moment_read(text, due) ||
           error_set(
               e,
               "DUE=%s: should be a moment with its offset from UTC, as 2026-10-14T23:59:00+02:00",
               o->due != NULL ? o->due : text);
}

static void print_class(const book *b, const hand_in_list *all)
{
    printf("%lld hand-ins of %lld students",
           (long long)book_number(b, "SELECT count(*) FROM submission"),
           (long long)book_number(b, "SELECT count(DISTINCT student) FROM submission"));
    if (book_number(b, "SELECT count(*) FROM student WHERE on_roster") > 0)
        printf("; %lld on the roster handed in nothing, %lld are not on it",
               (long long)book_number(
                   b, "SELECT count(*) FROM grade WHERE on_roster AND submission IS NULL"),
               (long long)book_number(b, "SELECT count(*) FROM student WHERE NOT on_roster"));
    printf("; %lld late\n",
           (long long)book_number(
               b, "SELECT count(*) FROM grade WHERE marked_late OR seconds_late > 0"));
    int64_t unreckoned = book_number(
        b, "SELECT count(*) FROM grade WHERE marked_late AND seconds_late IS NULL AND EXISTS"
           " (SELECT 1 FROM setting WHERE name = 'late')");
    if (unreckoned > 0)
        printf("%lld are marked late without a time: the rule for late submissions takes nothing "
               "from them\n",
               (long long)unreckoned);
    for (size_t i = 0; i < all->unknown_count; i++)
        printf("  not a hand-in: %s\n", all->unknown[i]);
}

static bool read_class(const class_options *o, const book *b, uint32_t *seed, error *e)
{
    roster r = {0};
    hand_in_list all = {0};
    time_t due;
    char *folder = realpath(o->submissions, NULL);
    if (folder == NULL)
        return error_set(e, "%s: %s; SUBMISSIONS= is the folder of what the class handed in",
                         o->submissions, strerror(errno));
    bool read = hand_ins_find(folder, &all, e) &&
                (o->roster == NULL || roster_read(o->roster, &r, e)) && settle(o, b, seed, e) &&
                deadline_of(o, b, &due, e) && (o->late == NULL || late_rule_set(b, o->late, e)) &&
                book_note_class(b, &r, &all, due, e);
    if (read)
        print_class(b, &all);
    hand_ins_clear(&all);
    roster_clear(&r);
    free(folder);
    return read;
}

static void print_sums(const class_sums *sums)
{
    printf("graded %zu", sums->graded);
    if (sums->graded > 0 && sums->seconds > 0)
        printf(" (%.1f a minute)", 60 * (double)sums->graded / sums->seconds);
    if (sums->copies > 0)
        printf(", %zu with the content of another", sums->copies);
    if (sums->rescored > 0)
        printf(", %zu counted by the new rubric", sums->rescored);
    if (sums->failed > 0)
        printf(", %zu not graded by the machine's fault: the same command tries them again",
               sums->failed);
    if (sums->put_aside > 0)
        printf(", %zu put aside: three times the grader went down with them", sums->put_aside);
    printf("\n");
}

/* What a grading of the class in book b is done with. */
typedef struct setup {
    course course;
    char grader[256];
    course_hashes hashes;
    class_grading grading;
} setup;

static bool set_up(const class_options *o, const book *b, unsigned assignment, setup *s, error *e)
{
    s->course = o->shared.course;
    s->course.assignment = assignment;
    s->course.cache = path_of("%s/cache", b->folder.text);
    if (o->grader != NULL)
        snprintf(s->grader, sizeof s->grader, "%s", o->grader);
    else
        snprintf(s->grader, sizeof s->grader, "build/release/double/grader/grade-%u", assignment);
    s->grading = (class_grading){.book = b,
                                 .course = &s->course,
                                 .grader = s->grader,
                                 .hashes = &s->hashes,
                                 .engine = o->engine,
                                 .jobs = (unsigned)o->jobs};
    if (o->engine == ENGINE_LOCAL && o->jobs == 0)
        s->grading.jobs = 1;
    return course_hash(&s->course, s->grader, &s->hashes, e);
}

/* Whether the book's results are by this course; a new book's will be. */
static bool same_course(const book *b, const setup *s, error *e)
{
    char old[HASH_TEXT];
    book_setting(b, "course", old, sizeof old);
    if (old[0] == '\0')
        return book_set(b, "course", s->hashes.course, e);
    return strcmp(old, s->hashes.course) == 0 ||
           error_set(e,
                     "%s: the course has changed since this class was graded (its rubric, cases, "
                     "reference or grader); `make regrade` shows who would move",
                     b->folder.text);
}

/* Grades what waits, and says what came of it. */
static bool run_grading(const setup *s, error *e)
{
    class_sums sums;
    if (!class_grade(&s->grading, &sums, e))
        return false;
    print_sums(&sums);
    if (sums.interrupted)
        return error_set(e, "interrupted; the same command goes on");
    return sums.failed == 0 || error_set(e, "%zu submissions have no result yet", sums.failed);
}

static bool print_hash(const book *b, error *e)
{
    char hash[HASH_TEXT];
    if (!book_hash(b, hash, e))
        return false;
    printf("results without timings: %s\n", hash);
    return true;
}

static bool grade(const class_options *o, error *e)
{
    book b;
    setup s;
    if (o->submissions == NULL)
        return error_set(e, "SUBMISSIONS= is missing: the folder of what the class handed in");
    if (!book_open(o->book, &b, e))
        return false;
    bool graded = set_up(o, &b, (unsigned)o->assignment, &s, e) && same_course(&b, &s, e) &&
                  read_class(o, &b, &s.grading.seed, e) && run_grading(&s, e) && print_hash(&b, e);
    book_close(&b);
    return graded;
}

/* ---- regrade ---- */

/* A line for each row of sql, which has a key and a text. */
static void print_rows(const book *b, const char *sql)
{
    json_t *rows = book_rows(b, sql);
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row) {
        const char *text = json_string_value(json_object_get(row, "text"));
        printf("  %s: %s\n", json_string_value(json_object_get(row, "key")),
               text != NULL ? text : "");
    }
    json_decref(rows);
}

static const char MOVED[] =
    "WITH old AS (SELECT submission, max(id) AS id FROM result WHERE complete AND course = (SELECT"
    " value FROM setting WHERE name = 'course') GROUP BY submission), new AS (SELECT submission,"
    " max(id) AS id FROM result WHERE complete AND course = (SELECT value FROM setting WHERE name ="
    " 'next course') GROUP BY submission) SELECT t.key, printf('%g becomes %g: %s', r.score,"
    " n.score, coalesce((SELECT group_concat(coalesce(c.name, d.name), ', ') FROM case_result d"
    " LEFT JOIN case_result c ON c.result = r.id AND c.name = d.name WHERE d.result = n.id AND"
    " coalesce(c.score, 0) != d.score), 'other points for the same cases')) AS text"
    " FROM submission s JOIN student t ON t.id = s.student JOIN old ON old.submission = s.id JOIN"
    " new ON new.submission = s.id JOIN result r ON r.id = old.id JOIN result n ON n.id = new.id"
    " WHERE s.counts AND r.score != n.score ORDER BY t.key";
static const char UNGRADED[] =
    "SELECT count(*) FROM submission s WHERE counts AND NOT EXISTS (SELECT 1 FROM result WHERE"
    " submission = s.id AND content = s.content AND complete AND course = (SELECT value FROM"
    " setting WHERE name = 'next course'))";

static bool accept(const book *b, const setup *s, error *e)
{
    int64_t waiting = book_number(b, UNGRADED);
    if (waiting > 0)
        return error_set(e,
                         "%lld submissions have no new result; nothing is replaced before all have",
                         (long long)waiting);
    if (!book_set(b, "course", s->hashes.course, e))
        return false;
    printf("accepted: these results count now; the old ones stay in the book\n");
    return print_hash(b, e);
}

/*
 * Grades everybody by the course as it is now. What counts is replaced only when a person says so.
 */
static bool regrade(const class_options *o, error *e)
{
    book b;
    setup s;
    char text[32];
    char seed[32];
    if (!book_open(o->book, &b, e))
        return false;
    book_setting(&b, "assignment", text, sizeof text);
    book_setting(&b, "seed", seed, sizeof seed);
    bool graded =
        text[0] != '\0' || error_set(e, "%s: nothing was graded yet; `make class` does", o->book);
    graded = graded && (strtoul(text, NULL, 10) == o->assignment ||
                        error_set(e, "%s: is the book of assignment %s; say ASSIGNMENT=%s", o->book,
                                  text, text));
    graded = graded && set_up(o, &b, (unsigned)strtoul(text, NULL, 10), &s, e) &&
             book_set(&b, "next course", s.hashes.course, e);
    if (graded) {
        s.grading.seed = (uint32_t)strtoul(seed, NULL, 10);
        graded = run_grading(&s, e);
    }
    if (graded) {
        print_rows(&b, MOVED);
        graded = o->accept
                     ? accept(&b, &s, e)
                     : printf("nothing is replaced; ACCEPT=1 makes the new results count\n") > 0;
    }
    book_close(&b);
    return graded;
}

/* ---- status ---- */

static bool status(const class_options *o, error *e)
{
    book b;
    char assignment[32];
    if (!book_open_to_read(o->book, &b, e))
        return false;
    int64_t count = book_number(&b, "SELECT count(*) FROM submission WHERE counts");
    int64_t done = book_number(&b, "SELECT count(*) FROM latest");
    printf("assignment %s: %lld of %lld graded",
           book_setting(&b, "assignment", assignment, sizeof assignment), (long long)done,
           (long long)count);
    double rate = 0;
    json_t *recent = book_rows(
        &b, "SELECT count(*) / max(1, (julianday(max(graded)) - julianday(min(graded)))"
            " * 1440.0) AS rate FROM (SELECT graded FROM result ORDER BY id DESC LIMIT 50)"
            " HAVING count(*) > 1");
    rate = json_number_value(json_object_get(json_array_get(recent, 0), "rate"));
    json_decref(recent);
    if (rate > 0 && done < count)
        printf(", %.0f a minute, %.0f minutes left", rate, (double)(count - done) / rate);
    printf("\n");
    print_rows(&b,
               "SELECT t.key, 'running since ' || a.started || ' UTC' AS text FROM attempt a JOIN "
               "submission s"
               " ON s.id = a.submission JOIN student t ON t.id = s.student WHERE a.ended IS NULL "
               "AND a.id ="
               " (SELECT max(id) FROM attempt WHERE submission = s.id) ORDER BY t.key");
    print_rows(&b,
               "SELECT t.key, 'tried ' || count(*) || ' times: ' || max(a.reason) AS text FROM "
               "attempt a JOIN"
               " submission s ON s.id = a.submission JOIN student t ON t.id = s.student WHERE "
               "a.reason IS NOT"
               " NULL AND s.counts AND a.content = s.content AND s.id NOT IN (SELECT submission "
               "FROM latest)"
               " GROUP BY s.id ORDER BY t.key");
    book_close(&b);
    return true;
}

/* ---- a task of a cluster ---- */

static bool shard(const class_options *o, error *e)
{
    return o->shard != NULL ? slurm_grade_shard(o->shard, e)
                            : error_set(e, "--shard is missing: a task's list of submissions");
}

/* ---- naming what several did ---- */

static bool name_mistake(const class_options *o, error *e)
{
    book b;
    char case_name[128];
    const char *colon = o->group != NULL ? strchr(o->group, ':') : NULL;
    if (colon == NULL || o->sentence == NULL)
        return error_set(e, "GROUP= and SENTENCE= are wanted: the class's page has the groups");
    snprintf(case_name, sizeof case_name, "%.*s", (int)(colon - o->group), o->group);
    if (!book_open(o->book, &b, e))
        return false;
    bool named = book_name_group(&b, case_name, colon + 1, o->sentence, e);
    book_close(&b);
    return named;
}

/* ---- reports ---- */

static bool gradebook(const class_options *o, error *e)
{
    book b;
    size_t left_out = 0;
    if (o->out == NULL)
        return error_set(e, "OUT= is missing: the file to write");
    if (!book_open_to_read(o->book, &b, e))
        return false;
    bool written = gradebook_write(&b, o->format, o->column, o->out, &left_out, e);
    book_close(&b);
    if (written && left_out > 0)
        printf("%zu students are left out: %s has no way to name them; a ROSTER= may help\n",
               left_out, o->format);
    return written;
}

static bool report(const class_options *o, error *e)
{
    book b;
    if (!book_open_to_read(o->book, &b, e))
        return false;
    path_text folder = o->out != NULL ? path_of("%s", o->out) : path_of("%s/report", o->book);
    bool written = class_report(&b, &o->shared.course, folder.text, o->names, e);
    if (written)
        printf(
            "%s/class.html\n%s/upload.zip: the students' pages, to upload where they handed in\n",
            folder.text, folder.text);
    book_close(&b);
    return written;
}

static bool similar(const class_options *o, error *e)
{
    book b;
    setup s;
    similar_sums sums;
    char text[32];
    if (!book_open_to_read(o->book, &b, e))
        return false;
    book_setting(&b, "assignment", text, sizeof text);
    path_text path = o->out != NULL ? path_of("%s", o->out) : path_of("%s/similar.html", o->book);
    bool written = set_up(o, &b, (unsigned)strtoul(text, NULL, 10), &s, e) &&
                   similar_report(&b, &s.course, s.grader, path.text, &sums, e);
    if (written)
        printf("pairs that stand out: %zu; hand-ins that could not be read: %zu; %s\n", sums.pairs,
               sums.unread, path.text);
    book_close(&b);
    return written;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        bool (*run)(const class_options *o, error *e);
    } commands[] = {{"grade", grade},         {"regrade", regrade}, {"status", status},
                    {"gradebook", gradebook}, {"report", report},   {"similar", similar},
                    {"name", name_mistake},   {"shard", shard}};
    error e = {""};
    class_options o;
    class_options_read(argc, argv, &o);
    if (o.book == NULL)
        error_set(&e, "BOOK= is missing: the folder of the class's book");
    for (size_t i = 0; i < sizeof commands / sizeof *commands && e.text[0] == '\0'; i++)
        if (o.command != NULL && strcmp(o.command, commands[i].name) == 0) {
            if (commands[i].run(&o, &e))
                return 0;
            fprintf(stderr, "class: %s\n", e.text);
            return 1;
        }
    if (e.text[0] == '\0')
        error_set(&e, "which command? grade, regrade, status, gradebook, report, similar or name");
    fprintf(stderr, "class: %s\n", e.text);
    return 1;
}
