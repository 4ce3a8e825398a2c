/* Gradebooks, written with libcsv. */
#include "gradebook.h"

#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomic_file.h"
#include "moment.h"

const char gradebook_formats[] = "csv, canvas, moodle, gradescope, nbgrader, autolab, classroom";

/* ---- cells ---- */

typedef struct cell_text {
    char text[600];
} cell_text;

static void put(FILE *file, bool first, const char *text)
{
    char safe[640];
    bool formula = text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;
    snprintf(safe, sizeof safe, "%s%s", formula ? "'" : "", text);
    if (!first)
        fputc(',', file);
    csv_fwrite2(file, safe, strlen(safe), CSV_QUOTE);
}

/* Cells, the last of which is NULL, at the beginning of a row. */
static void put_cells(FILE *file, const char *const *cells)
{
    for (size_t i = 0; cells[i] != NULL; i++)
        put(file, i == 0, cells[i]);
}

/* A whole row. */
static void put_row(FILE *file, const char *const *cells)
{
    put_cells(file, cells);
    fputs("\r\n", file);
}

/* A number without needless digits; "" for no number. */
static cell_text number(const json_t *row, const char *name)
{
    cell_text cell = {""};
    const json_t *value = json_object_get(row, name);
    if (json_is_number(value))
        snprintf(cell.text, sizeof cell.text, "%.6g", json_number_value(value));
    return cell;
}

/* The same with two decimals, by which Canvas compares. */
static cell_text decimals(const json_t *row, const char *name)
{
    cell_text cell = {""};
    const json_t *value = json_object_get(row, name);
    if (json_is_number(value))
        snprintf(cell.text, sizeof cell.text, "%.2f", json_number_value(value));
    return cell;
}

static const char *text(const json_t *row, const char *name)
{
    const char *value = json_string_value(json_object_get(row, name));
    return value != NULL ? value : "";
}

/* First (part 0) and last name (part 1), from their columns or from the whole name. */
static cell_text name_part(const json_t *row, int part)
{
    static const char *const columns[] = {"first", "last"};
    cell_text cells[2] = {{""}, {""}};
    const char *whole = text(row, "name");
    const char *comma = strstr(whole, ", ");
    const char *blank = strrchr(whole, ' ');
    const char *between = comma != NULL ? comma : blank != NULL ? blank : whole;
    const char *second = comma != NULL ? comma + 2 : blank != NULL ? blank + 1 : whole;
    snprintf(cells[comma != NULL].text, sizeof cells->text, "%.*s", (int)(between - whole), whole);
    snprintf(cells[comma == NULL].text, sizeof cells->text, "%s", second);
    if (text(row, columns[part])[0] != '\0')
        snprintf(cells[part].text, sizeof cells->text, "%s", text(row, columns[part]));
    return cells[part];
}

static cell_text lateness(const json_t *row)
{
    cell_text cell;
    json_int_t seconds = json_integer_value(json_object_get(row, "seconds_late"));
    snprintf(cell.text, sizeof cell.text, "%lld:%02lld:%02lld", (long long)seconds / 3600,
             (long long)seconds / 60 % 60, (long long)seconds % 60);
    return cell;
}

/* ---- formats ---- */

typedef struct gradebook {
    const book *book;
    FILE *file;
    json_t *rows;      /* of the view grade */
    json_t *questions; /* names, titles and points of the assignment's questions */
    cell_text column, max_score;
    size_t left_out;
} gradebook;

static bool graded(const json_t *row)
{
    return json_is_number(json_object_get(row, "score"));
}

/* The scores of row's questions, each a cell. */
static void put_questions(const gradebook *x, const json_t *row)
{
    for (size_t i = 0; i < json_array_size(x->questions); i++) {
        cell_text score = {""};
        const char *name = text(json_array_get(x->questions, i), "name");
        sqlite3_stmt *s =
            book_prepare(x->book, "SELECT score FROM question WHERE result = ? AND name = ?");
        sqlite3_bind_int64(s, 1, json_integer_value(json_object_get(row, "result")));
        sqlite3_bind_text(s, 2, name, -1, SQLITE_STATIC);
        if (sqlite3_step(s) == SQLITE_ROW)
            snprintf(score.text, sizeof score.text, "%.6g", sqlite3_column_double(s, 0));
        sqlite3_finalize(s);
        put(x->file, false, score.text);
    }
}

static void put_question_titles(const gradebook *x, bool with_points)
{
    for (size_t i = 0; i < json_array_size(x->questions); i++) {
        cell_text title;
        const json_t *q = json_array_get(x->questions, i);
        if (with_points)
            snprintf(title.text, sizeof title.text, "%zu: %.300s (%.20s pts)", i + 1,
                     text(q, "title"), number(q, "max_score").text);
        else
            snprintf(title.text, sizeof title.text, "%s", text(q, "name"));
        put(x->file, false, title.text);
    }
}

static void write_csv(gradebook *x)
{
    size_t i;
    json_t *row;
    put_cells(x->file, (const char *const[]){"student", "name", "email", "section", "on_roster",
                                             "source", "submitted", "seconds_late", "score",
                                             "penalty", "final", "max_score", NULL});
    put_question_titles(x, false);
    fputs("\r\n", x->file);
    json_array_foreach(x->rows, i, row) {
        bool on_roster = json_integer_value(json_object_get(row, "on_roster")) != 0;
        put_cells(x->file, (const char *const[]){
                               text(row, "key"), text(row, "name"), text(row, "email"),
                               text(row, "section"), on_roster ? "yes" : "no", text(row, "source"),
                               text(row, "submitted"), number(row, "seconds_late").text,
                               number(row, "score").text, number(row, "penalty").text,
                               number(row, "final").text, number(row, "max_score").text, NULL});
        put_questions(x, row);
        fputs("\r\n", x->file);
    }
}

/* Canvas finds students by its own number, else by SIS number or login. */
static void write_canvas(gradebook *x)
{
    size_t i;
    json_t *row;
    put_row(x->file, (const char *const[]){"Student", "ID", "SIS User ID", "SIS Login ID",
                                           "Section", x->column.text, NULL});
    put_row(x->file,
            (const char *const[]){"    Points Possible", "", "", "", "", x->max_score.text, NULL});
    json_array_foreach(x->rows, i, row) {
        if (text(row, "lms_id")[0] == '\0' && text(row, "sis_id")[0] == '\0' &&
            text(row, "login")[0] == '\0') {
            x->left_out++;
            continue;
        }
        put_row(x->file,
                (const char *const[]){text(row, "name"), text(row, "lms_id"), text(row, "sis_id"),
                                      text(row, "login"), text(row, "section"),
                                      decimals(row, "final").text, NULL});
    }
}

/* The grading worksheet of Moodle's assignments, which knows participants by number. */
static void write_moodle(gradebook *x)
{
    size_t i;
    json_t *row;
    put_row(x->file, (const char *const[]){"Identifier", "Full name", "Email address", "Grade",
                                           "Maximum Grade", "Last modified (grade)", NULL});
    json_array_foreach(x->rows, i, row) {
        cell_text identifier;
        const char *id = text(row, "lms_id");
        bool named = strncmp(id, "Participant ", 12) == 0;
        snprintf(identifier.text, sizeof identifier.text, "%s%s", named ? "" : "Participant ", id);
        if (id[0] == '\0') {
            x->left_out++;
            continue;
        }
        put_row(x->file,
                (const char *const[]){identifier.text, text(row, "name"), text(row, "email"),
                                      decimals(row, "final").text, x->max_score.text, "", NULL});
    }
}

static void write_gradescope(gradebook *x)
{
    size_t i;
    json_t *row;
    put_cells(x->file, (const char *const[]){"First Name", "Last Name", "SID", "Email", "Sections",
                                             "Total Score", "Max Points", "Status", "Submission ID",
                                             "Submission Time", "Lateness (H:M:S)", "View Count",
                                             "Submission Count", NULL});
    put_question_titles(x, true);
    fputs("\r\n", x->file);
    json_array_foreach(x->rows, i, row) {
        bool there = json_is_integer(json_object_get(row, "submission"));
        put_cells(x->file,
                  (const char *const[]){
                      name_part(row, 0).text, name_part(row, 1).text, text(row, "sis_id"),
                      text(row, "email"), text(row, "section"), decimals(row, "final").text,
                      x->max_score.text,
                      !there        ? "Missing"
                      : graded(row) ? "Graded"
                                    : "Ungraded",
                      number(row, "submission").text, text(row, "submitted"),
                      there ? lateness(row).text : "", "", number(row, "submissions").text, NULL});
        put_questions(x, row);
        fputs("\r\n", x->file);
    }
}

static const char *or_zero(const cell_text *points)
{
    return points->text[0] != '\0' ? points->text : "0.0";
}

static void write_nbgrader(gradebook *x)
{
    size_t i;
    json_t *row;
    char due[64];
    put_row(x->file, (const char *const[]){"assignment", "duedate", "timestamp", "student_id",
                                           "last_name", "first_name", "email", "raw_score",
                                           "late_submission_penalty", "score", "max_score", NULL});
    json_array_foreach(x->rows, i, row) {
        cell_text score = number(row, "score");
        cell_text penalty = number(row, "penalty");
        cell_text final = number(row, "final");
        put_row(x->file, (const char *const[]){
                             x->column.text, book_setting(x->book, "due", due, sizeof due),
                             text(row, "submitted"), text(row, "key"), name_part(row, 1).text,
                             name_part(row, 0).text, text(row, "email"), or_zero(&score),
                             or_zero(&penalty), or_zero(&final), x->max_score.text, NULL});
    }
}

/* Autolab knows students by address. */
static void write_autolab(gradebook *x)
{
    size_t i;
    json_t *row;
    put_row(x->file, (const char *const[]){"Email", "first_name", "last_name", "Lecture", "Section",
                                           "School", "Major", "Year", "grace_days_used",
                                           "penalty_late_days", x->column.text, "version", NULL});
    json_array_foreach(x->rows, i, row) {
        if (text(row, "email")[0] == '\0') {
            x->left_out++;
            continue;
        }
        put_row(x->file, (const char *const[]){text(row, "email"), name_part(row, 0).text,
                                               name_part(row, 1).text, "", text(row, "section"), "",
                                               "", "", "", "", number(row, "final").text,
                                               number(row, "submissions").text, NULL});
    }
}

static void write_classroom(gradebook *x)
{
    size_t i;
    json_t *row;
    put_row(x->file, (const char *const[]){
                         "assignment_name", "assignment_url", "starter_code_url", "github_username",
                         "roster_identifier", "student_repository_name", "student_repository_url",
                         "submission_timestamp", "points_awarded", "points_available", NULL});
    json_array_foreach(x->rows, i, row) {
        if (text(row, "github")[0] == '\0') {
            x->left_out++;
            continue;
        }
        put_row(x->file, (const char *const[]){x->column.text, "", "", text(row, "github"),
                                               text(row, "key"), "", "", text(row, "submitted"),
                                               number(row, "final").text, x->max_score.text, NULL});
    }
}

static const struct {
    const char *name;
    void (*write)(gradebook *x);
} formats[] = {
    {"csv", write_csv},
    {"canvas", write_canvas},
    {"moodle", write_moodle},
    {"gradescope", write_gradescope},
    {"nbgrader", write_nbgrader},
    {"autolab", write_autolab},
    {"classroom", write_classroom},
};

static const char ROWS[] =
    "SELECT g.*, (SELECT count(*) FROM submission s WHERE s.student = g.id) AS"
    " submissions FROM grade g ORDER BY g.key";
static const char QUESTIONS[] = "SELECT name, title, max_score FROM question WHERE result = "
                                "(SELECT max(id) FROM latest) ORDER BY name";

bool gradebook_write(const book *b, const char *format, const char *column, const char *path,
                     size_t *left_out, error *e)
{
    atomic_file out;
    char assignment[32];
    size_t i = 0;
    size_t count = sizeof formats / sizeof *formats;
    while (i < count && strcmp(formats[i].name, format) != 0)
        i++;
    if (i == count)
        return error_set(e, "FORMAT=%s: there is no such format; there are %s", format,
                         gradebook_formats);
    if (!atomic_file_open(&out, path, e))
        return false;
    gradebook x = {.book = b,
                   .file = out.stream,
                   .rows = book_rows(b, ROWS),
                   .questions = book_rows(b, QUESTIONS)};
    json_t *most = book_rows(b, "SELECT max_score FROM latest ORDER BY id DESC LIMIT 1");
    x.max_score = number(json_array_get(most, 0), "max_score");
    if (column[0] != '\0')
        snprintf(x.column.text, sizeof x.column.text, "%s", column);
    else
        snprintf(x.column.text, sizeof x.column.text, "Assignment %s",
                 book_setting(b, "assignment", assignment, sizeof assignment));
    formats[i].write(&x);
    *left_out = x.left_out;
    json_decref(most);
    json_decref(x.rows);
    json_decref(x.questions);
    return atomic_file_commit(&out, e);
}
