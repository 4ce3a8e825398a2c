/* The class's page and the students' pages. */
#include "class_report.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "audience.h"
#include "page.h"
#include "progress.h"
#include "result.h"
#include "upload.h"

/* ---- what the page says ---- */

static const char SUMS[] =
    "SELECT count(*) AS students, count(submission) AS handed_in, count(score) AS graded,"
    " sum(on_roster AND submission IS NULL) AS missing,"
    " sum(coalesce(marked_late OR seconds_late > 0, 0)) AS late, round(avg(score), 1) AS mean,"
    " max(max_score) AS max_score FROM grade";
static const char MEDIAN[] =
    "SELECT round(avg(score), 1) AS median FROM (SELECT score, row_number() OVER (ORDER BY score) "
    "AS place,"
    " count(*) OVER () AS count FROM latest) WHERE place IN ((count + 1) / 2, (count + 2) / 2)";
static const char POINTS[] =
    "WITH RECURSIVE bin(number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM bin WHERE number < 9)"
    " SELECT number, round(number * m.most / 10, 1) AS least, round((number + 1) * m.most / 10, 1) "
    "AS most,"
    " (SELECT count(*) FROM latest WHERE min(9, CAST(10 * score / max_score AS INTEGER)) = number) "
    "AS count"
    " FROM bin, (SELECT max(max_score) AS most FROM latest) m";
/* By whole days before the deadline (0: the last day), without those whose moment is unknown. */
static const char DAYS[] =
    "SELECT days, count(*) AS count FROM (SELECT CAST((unixepoch((SELECT value FROM setting WHERE"
    " name = 'due')) - unixepoch(submitted)) / 86400.0 + 1000 AS INTEGER) - 1000 AS days FROM grade"
    " WHERE submitted IS NOT NULL) WHERE days IS NOT NULL GROUP BY days ORDER BY days DESC";
static const char NOT_GRADED[] =
    "SELECT coalesce((SELECT reason FROM attempt WHERE submission = s.id AND reason IS NOT NULL"
    " ORDER BY id DESC LIMIT 1), 'not tried yet') AS reason, count(*) AS count FROM submission s"
    " WHERE counts AND id NOT IN (SELECT submission FROM latest) GROUP BY reason ORDER BY count"
    " DESC";
static const char QUESTIONS[] = "SELECT q.name, q.title, round(avg(q.score), 2) AS mean, "
                                "max(q.max_score) AS max_score FROM question q"
                                " JOIN latest r ON r.id = q.result GROUP BY q.name ORDER BY q.name";
/* How much more of a case the best third of the class gets than the last third. */
static const char CASES[] =
    "WITH third AS (SELECT id, ntile(3) OVER (ORDER BY score, id) AS third FROM latest)"
    " SELECT c.name, c.title, c.question, max(c.max_score) AS max_score,"
    " round(100 * avg(c.score / c.max_score)) AS share,"
    " round(100 * (avg(CASE WHEN t.third = 3 THEN c.score / c.max_score END)"
    " - avg(CASE WHEN t.third = 1 THEN c.score / c.max_score END))) AS difference"
    " FROM case_result c JOIN third t ON t.id = c.result WHERE c.max_score > 0"
    " GROUP BY c.name ORDER BY c.question, share";
static const char MISTAKES[] =
    "SELECT coalesce(mistake_text, sentence) AS text, count(DISTINCT result) AS students,"
    " round(sum(max_score - score), 1) AS lost FROM case_result c LEFT JOIN named n ON"
    " n.case_name = c.name AND n.alike = coalesce(c.alike, c.got) AND c.mistake IS NULL WHERE "
    "result IN (SELECT id FROM"
    " latest) AND score < max_score AND text IS NOT NULL GROUP BY text ORDER BY students DESC,"
    " text";
/*
 * Who gives the same wrong numbers in the same case, up to a factor, made, most likely, the same
 * mistake. Where one number tells nothing, it has to be the same.
 */
static const char UNKNOWN[] =
    "SELECT g.*, (SELECT value FROM setting WHERE name = 'seed') AS seed, replace(CAST(s.path AS"
    " TEXT), char(39), char(39) || '\\' || char(39) || char(39)) AS path FROM (SELECT name, title,"
    " operation, got, coalesce(alike, got) AS alike, count(DISTINCT got) AS factors, max(pattern) "
    "AS pattern, count(DISTINCT result) AS students, min(folder) AS"
    " folder FROM (SELECT c.*, r.folder, row_number() OVER (PARTITION BY c.result, c.operation"
    " ORDER BY c.name) AS place FROM case_result c JOIN latest r ON r.id = c.result WHERE"
    " c.mistake IS NULL AND c.got IS NOT NULL AND c.got != 'never written' AND c.blame IS NULL"
    " AND c.score < c.max_score) u WHERE place = 1 AND NOT EXISTS (SELECT 1 FROM named n WHERE"
    " n.case_name = u.name AND n.alike = coalesce(u.alike, u.got)) GROUP BY name,"
    " coalesce(u.alike, u.got)) g JOIN result r ON r.folder ="
    " g.folder JOIN submission s ON s.id = r.submission ORDER BY students DESC, name";
static const char NAMES[] =
    "SELECT key, name, score, penalty, final, max_score, submission, folder, seconds_late,"
    " marked_late, source, (SELECT CAST(path AS TEXT) FROM submission s WHERE s.id ="
    " grade.submission) AS path"
    " FROM grade ORDER BY name, key";

enum { LEAST_GROUP = 3, LEAST_NAMED_GROUP = 2 };

static void add_rows(page *p, const book *b, const char *name, const char *sql)
{
    json_t *rows = book_rows(b, sql);
    page_add_json(p, name, rows);
    json_decref(rows);
}

/* Those rows whose students are enough that nobody is told by them. */
static void add_groups(page *p, const book *b, const char *name, const char *sql, json_int_t least)
{
    json_t *rows = book_rows(b, sql);
    for (size_t i = json_array_size(rows); i > 0; i--)
        if (json_integer_value(json_object_get(json_array_get(rows, i - 1), "students")) < least)
            json_array_remove(rows, i - 1);
    page_add_json(p, name, rows);
    json_decref(rows);
}

/* ---- the students' pages ---- */

typedef struct page_name {
    char text[160];
} page_name;

/* A name for a file that any system can hold, by which its student is found. */
static page_name name_of(const json_t *row)
{
    page_name name;
    snprintf(name.text, sizeof name.text, "%.100s-%lld.html",
             json_string_value(json_object_get(row, "key")),
             (long long)json_integer_value(json_object_get(row, "submission")));
    for (char *c = name.text; *c != '\0'; c++)
        if (!isalnum((unsigned char)*c) && strchr("-._@", *c) == NULL)
            *c = '_';
    name.text[0] = (char)(name.text[0] == '.' || name.text[0] == '-' ? '_' : name.text[0]);
    return name;
}

/* Puts the sentences of named groups where no known mistake explains a case. */
static void add_named(const book *b, json_t *result)
{
    size_t i;
    json_t *c;
    json_array_foreach(json_object_get(result, "cases"), i, c) {
        const json_t *output = json_object_get(c, "output");
        const char *got = json_string_value(json_object_get(output, "got"));
        const char *alike = json_string_value(json_object_get(output, "alike"));
        const char *name = json_string_value(json_object_get(c, "name"));
        if (got == NULL || json_is_string(json_object_get(c, "mistake")))
            continue;
        json_t *sentence = book_group_name(b, name, alike != NULL ? alike : got);
        if (sentence == NULL)
            continue;
        json_object_set_new(c, "mistake", json_string("named"));
        json_object_set_new(c, "mistake_text", sentence);
        json_object_set_new(
            c, "certainty",
            json_string("Others in the class returned the same, if only up to a factor"));
    }
}

static bool write_student(const book *b, const course *c, const json_t *detail, const json_t *row,
                          const char *path, error *e)
{
    json_error_t why;
    path_text source = path_of("%s/results/%s/result.json", b->folder.text,
                               json_string_value(json_object_get(row, "folder")));
    json_t *result = json_load_file(source.text, 0, &why);
    if (result == NULL)
        return error_set(e, "%s: %s; is it damaged?", source.text, why.text);
    add_named(b, result);
    if (json_number_value(json_object_get(row, "penalty")) > 0)
        json_object_set_new(result, "late",
                            json_pack("{s:O, s:O, s:O}", "penalty", json_object_get(row, "penalty"),
                                      "final", json_object_get(row, "final"), "seconds",
                                      json_object_get(row, "seconds_late")));
    json_t *seen = audience_view(result, detail, "student", e);
    path_text stylesheet = path_of("%s/grader/report/report.xsl", c->root.text);
    bool written = seen != NULL && report_html(seen, stylesheet.text, path, e);
    json_decref(seen);
    json_decref(result);
    return written;
}

/* Writes them all, and notes each one's page in its row. */
static bool write_students(const book *b, const course *c, json_t *rows, const char *folder,
                           error *e)
{
    json_error_t why;
    size_t i;
    json_t *row;
    bool written = true;
    path_text path = path_of("%s/grader/report/formats/detail.json", c->root.text);
    json_t *detail = json_load_file(path.text, 0, &why);
    if (detail == NULL)
        return error_set(e, "%s: %s", path.text, why.text);
    progress bar =
        progress_start("students' pages", json_array_size(rows) > 0 ? json_array_size(rows) : 1);
    json_array_foreach(rows, i, row) {
        progress_update(&bar, i + 1);
        if (!json_is_string(json_object_get(row, "folder")))
            continue;
        page_name name = name_of(row);
        written = written && write_student(b, c, detail, row,
                                           path_of("%s/students/%s", folder, name.text).text, e);
        json_object_set_new(row, "page", json_string(name.text));
    }
    progress_finish(&bar);
    json_decref(detail);
    return written;
}

static bool make_folder(const char *path, error *e)
{
    return mkdir(path, 0755) == 0 || errno == EEXIST ||
           error_set(e, "%s: %s", path, strerror(errno));
}

bool class_report(const book *b, const course *c, const char *folder, bool names, error *e)
{
    char assignment[32];
    if (!make_folder(folder, e) || !make_folder(path_of("%s/students", folder).text, e))
        return false;
    json_t *rows = book_rows(b, NAMES);
    bool written = write_students(b, c, rows, folder, e) &&
                   upload_write(rows, path_of("%s/students", folder).text,
                                path_of("%s/upload.zip", folder).text, e);
    page *p = page_new("class");
    json_t *title = json_pack("{s:s}", "assignment",
                              book_setting(b, "assignment", assignment, sizeof assignment));
    page_add_json(p, "about", title);
    json_decref(title);
    add_rows(p, b, "sums", SUMS);
    add_rows(p, b, "median", MEDIAN);
    add_rows(p, b, "points", POINTS);
    add_rows(p, b, "days", DAYS);
    add_rows(p, b, "notgraded", NOT_GRADED);
    add_rows(p, b, "questions", QUESTIONS);
    add_rows(p, b, "cases", CASES);
    add_groups(p, b, "mistakes", MISTAKES, names ? 1 : LEAST_GROUP);
    add_groups(p, b, "unknown", UNKNOWN, names ? LEAST_NAMED_GROUP : LEAST_GROUP);
    if (names)
        page_add_json(p, "students", rows);
    path_text stylesheet = path_of("%s/grader/class/class.xsl", c->root.text);
    written = written && page_save(p, stylesheet.text, path_of("%s/class.html", folder).text, e);
    page_free(p);
    json_decref(rows);
    return written;
}
