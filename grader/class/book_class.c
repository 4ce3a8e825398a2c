/* Noting the class and its results in the book. */
#include "book.h"

#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "content.h"
#include "contract.h"
#include "moment.h"

static void bind_text(sqlite3_stmt *statement, int i, const char *text)
{
    sqlite3_bind_text(statement, i, text, -1, SQLITE_TRANSIENT);
}

/* ---- students and submissions ---- */

/* Adds or updates the student called key by what row knows. */
static bool put_student(const book *b, const char *key, const roster_row *row, bool on_roster,
                        error *e)
{
    sqlite3_stmt *statement = book_prepare(
        b, "INSERT INTO student (key, name, first, last, lms_id, sis_id, login, email, github,"
           " section, on_roster) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
           " ON CONFLICT (key) DO UPDATE SET name = ?2, first = ?3, last = ?4, lms_id = ?5, sis_id "
           "= ?6, login = ?7, email = ?8,"
           " github = ?9, section = ?10, on_roster = ?11 WHERE ?11 OR NOT on_roster");
    const char *const texts[] = {key,         row->name,  row->first, row->last,   row->id,
                                 row->sis_id, row->login, row->email, row->github, row->section};
    for (int i = 0; i < 10; i++)
        bind_text(statement, i + 1, texts[i]);
    sqlite3_bind_int(statement, 11, on_roster);
    return book_run(b, statement, e);
}

/* What a hand-in says of its student. */
static roster_row row_of(const hand_in *h)
{
    roster_row row = {0};
    memcpy(row.name, h->name, sizeof row.name);
    memcpy(row.email, h->email, sizeof row.email);
    memcpy(row.id, h->number, sizeof row.id);
    if (h->source == FROM_CLASSROOM)
        snprintf(row.github, sizeof row.github, "%.120s", h->name);
    if (h->source == FROM_GRADESCOPE)
        memcpy(row.sis_id, h->number, sizeof row.sis_id);
    return row;
}

static bool put_submission(const book *b, const roster *r, const hand_in *h, time_t due, error *e)
{
    char content[HASH_TEXT];
    char key[HAND_IN_NAME];
    const roster_row *known = roster_find(r, h);
    roster_row own = row_of(h);
    snprintf(key, sizeof key, "%s", known != NULL ? roster_key(known) : h->student);
    if (!content_hash(h->path.text, content, e) ||
        !put_student(b, key, known != NULL ? known : &own, known != NULL, e))
        return false;
    sqlite3_stmt *statement = book_prepare(
        b,
        "INSERT INTO submission (student, path, source, try, submitted, seconds_late, marked_late,"
        " content, member) VALUES ((SELECT id FROM student WHERE key = ?1), ?2, ?3, ?4, ?5, ?6, "
        "?7, ?8,"
        " ?9) ON CONFLICT (path, member) DO UPDATE SET student = excluded.student, source = ?3, "
        "try = ?4,"
        " submitted = ?5, seconds_late = ?6, marked_late = ?7, content = ?8");
    bind_text(statement, 1, key);
    sqlite3_bind_blob(statement, 2, h->path.text, (int)strlen(h->path.text), SQLITE_TRANSIENT);
    bind_text(statement, 3, hand_in_sources[h->source]);
    sqlite3_bind_int64(statement, 4, h->attempt);
    if (h->submitted != 0)
        bind_text(statement, 5, moment_text(h->submitted).text);
    if (due != 0 && h->submitted != 0)
        sqlite3_bind_int64(statement, 6, h->submitted > due ? h->submitted - due : 0);
    sqlite3_bind_int(statement, 7, h->marked_late);
    bind_text(statement, 8, content);
    sqlite3_bind_int64(statement, 9, h->member);
    return book_run(b, statement, e);
}

/* The roster as the book has it, from this run and earlier ones. */
static void read_roster(const book *b, roster *r)
{
    static const char *const columns[] = {"name",  "first", "last",   "lms_id", "sis_id",
                                          "login", "email", "github", "section"};
    json_t *rows = book_rows(b, "SELECT * FROM student WHERE on_roster ORDER BY id");
    *r = (roster){.rows = calloc(json_array_size(rows) + 1, sizeof *r->rows)};
    if (r->rows == NULL)
        contract_failed(__func__, "no memory");
    for (size_t i = 0; i < json_array_size(rows); i++) {
        roster_row *row = &r->rows[r->count++];
        char *const texts[] = {row->name,  row->first, row->last,   row->id,     row->sis_id,
                               row->login, row->email, row->github, row->section};
        const size_t sizes[] = {sizeof row->name,  sizeof row->first,  sizeof row->last,
                                sizeof row->id,    sizeof row->sis_id, sizeof row->login,
                                sizeof row->email, sizeof row->github, sizeof row->section};
        for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
            snprintf(texts[k], sizes[k], "%s",
                     json_string_value(json_object_get(json_array_get(rows, i), columns[k])));
    }
    json_decref(rows);
}

static const char CHOOSE[] =
    "UPDATE submission SET counts = id IN (SELECT id FROM (SELECT id, row_number() OVER "
    "(PARTITION BY student ORDER BY marked_late OR coalesce(seconds_late, 0) > 0,"
    " submitted DESC, try DESC, path DESC) AS place FROM submission) WHERE place = 1);"
    "DELETE FROM student WHERE NOT on_roster AND id NOT IN (SELECT student FROM submission)";

static bool note_class(const book *b, const roster *r, const hand_in_list *all, time_t due,
                       error *e)
{
    roster whole;
    bool noted = true;
    for (size_t i = 0; noted && i < r->count; i++)
        noted = put_student(b, roster_key(&r->rows[i]), &r->rows[i], true, e);
    read_roster(b, &whole);
    for (size_t i = 0; noted && i < all->count; i++)
        noted = put_submission(b, &whole, &all->list[i], due, e);
    roster_clear(&whole);
    return noted && book_execute(b, CHOOSE, e);
}

/* COMMIT when done, else everything as it was. */
static bool end_change(const book *b, bool done, error *e)
{
    error ignored;
    if (done && book_execute(b, "COMMIT", e))
        return true;
    (void)!book_execute(b, "ROLLBACK", &ignored);
    return false;
}

bool book_note_class(const book *b, const roster *r, const hand_in_list *all, time_t due, error *e)
{
    return book_execute(b, "BEGIN IMMEDIATE", e) && end_change(b, note_class(b, r, all, due, e), e);
}

/* ---- results ---- */

static void bind_member(sqlite3_stmt *statement, int i, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    if (json_is_string(value))
        bind_text(statement, i, json_string_value(value));
    else if (json_is_real(value) || json_is_integer(value))
        sqlite3_bind_double(statement, i, json_number_value(value));
    else
        sqlite3_bind_null(statement, i);
}

static bool add_questions(const book *b, int64_t id, const json_t *result, error *e)
{
    size_t i;
    json_t *q;
    json_array_foreach(json_object_get(result, "questions"), i, q) {
        static const char *const names[] = {"name", "title", "score", "max_score"};
        sqlite3_stmt *statement = book_prepare(b, "INSERT INTO question VALUES (?, ?, ?, ?, ?)");
        sqlite3_bind_int64(statement, 1, id);
        for (int k = 0; k < 4; k++)
            bind_member(statement, k + 2, q, names[k]);
        if (!book_run(b, statement, e))
            return false;
    }
    return true;
}

static bool add_cases(const book *b, int64_t id, const json_t *result, error *e)
{
    size_t i;
    json_t *c;
    json_array_foreach(json_object_get(result, "cases"), i, c) {
        static const char *const names[] = {"name",    "title",     "question", "status",
                                            "score",   "max_score", "mistake",  "mistake_text",
                                            "pattern", "blame",     "operation"};
        sqlite3_stmt *statement = book_prepare(
            b, "INSERT INTO case_result VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        sqlite3_bind_int64(statement, 1, id);
        for (int k = 0; k < 11; k++)
            bind_member(statement, k + 2, c, names[k]);
        bind_member(statement, 13, json_object_get(c, "output"), "got");
        bind_member(statement, 14, json_object_get(c, "output"), "alike");
        if (!book_run(b, statement, e))
            return false;
    }
    return true;
}

static bool add_result(const book *b, int64_t submission, int64_t attempt, const char *content,
                       const char *folder, double seconds, const json_t *result, error *e)
{
    sqlite3_stmt *statement = book_prepare(
        b,
        "INSERT INTO result (submission, content, course, seed, complete, score, max_score, folder,"
        " seconds, judge) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    sqlite3_bind_int64(statement, 1, submission);
    bind_text(statement, 2, content);
    bind_member(statement, 3, json_object_get(result, "environment"), "course_sha256");
    sqlite3_bind_int64(statement, 4, json_integer_value(json_object_get(result, "seed")));
    sqlite3_bind_int(statement, 5, json_is_true(json_object_get(result, "complete")));
    bind_member(statement, 6, result, "score");
    bind_member(statement, 7, result, "max_score");
    bind_text(statement, 8, folder);
    sqlite3_bind_double(statement, 9, seconds);
    bind_member(statement, 10, json_object_get(result, "environment"), "judge_sha256");
    if (!book_run(b, statement, e))
        return false;
    int64_t id = sqlite3_last_insert_rowid(b->database);
    return add_questions(b, id, result, e) && add_cases(b, id, result, e) &&
           book_end_attempt(b, attempt, NULL, false, e);
}

bool book_add_result(const book *b, int64_t submission, int64_t attempt, const char *content,
                     const char *folder, double seconds, const json_t *result, error *e)
{
    return book_execute(b, "BEGIN IMMEDIATE", e) &&
           end_change(b, add_result(b, submission, attempt, content, folder, seconds, result, e),
                      e);
}

bool book_begin_attempt(const book *b, int64_t submission, const char *course, int64_t *attempt,
                        error *e)
{
    sqlite3_stmt *statement =
        book_prepare(b, "INSERT INTO attempt (submission, content, course) SELECT id, content, ?2"
                        " FROM submission WHERE id = ?1");
    sqlite3_bind_int64(statement, 1, submission);
    bind_text(statement, 2, course);
    bool begun = book_run(b, statement, e);
    *attempt = sqlite3_last_insert_rowid(b->database);
    return begun;
}

bool book_end_attempt(const book *b, int64_t attempt, const char *reason, bool died, error *e)
{
    sqlite3_stmt *statement = book_prepare(
        b, "UPDATE attempt SET ended = CURRENT_TIMESTAMP, reason = ?2, died = ?3 WHERE id = ?1");
    sqlite3_bind_int64(statement, 1, attempt);
    if (reason != NULL)
        bind_text(statement, 2, reason);
    sqlite3_bind_int(statement, 3, died);
    return book_run(b, statement, e);
}

/* ---- groups that an instructor named ---- */

static bool is_group(const book *b, const char *case_name, const char *alike)
{
    sqlite3_stmt *statement =
        book_prepare(b, "SELECT 1 FROM case_result WHERE name = ? AND coalesce(alike, got) = ? AND "
                        "mistake IS NULL LIMIT 1");
    bind_text(statement, 1, case_name);
    bind_text(statement, 2, alike);
    bool found = sqlite3_step(statement) == SQLITE_ROW;
    sqlite3_finalize(statement);
    return found;
}

bool book_name_group(const book *b, const char *case_name, const char *alike, const char *sentence,
                     error *e)
{
    if (!is_group(b, case_name, alike))
        return error_set(e,
                         "GROUP=%s:%s: nobody returned that without a known mistake; the class's "
                         "page has the groups",
                         case_name, alike);
    sqlite3_stmt *statement = book_prepare(
        b, sentence[0] != '\0' ? "INSERT INTO named VALUES (?1, ?2, ?3) ON CONFLICT DO"
                                 " UPDATE SET sentence = ?3"
                               : "DELETE FROM named WHERE case_name = ?1 AND alike = ?2");
    bind_text(statement, 1, case_name);
    bind_text(statement, 2, alike);
    if (sentence[0] != '\0')
        bind_text(statement, 3, sentence);
    return book_run(b, statement, e);
}

json_t *book_group_name(const book *b, const char *case_name, const char *alike)
{
    json_t *name = NULL;
    sqlite3_stmt *statement =
        book_prepare(b, "SELECT sentence FROM named WHERE case_name = ? AND alike = ?");
    bind_text(statement, 1, case_name);
    bind_text(statement, 2, alike);
    if (sqlite3_step(statement) == SQLITE_ROW)
        name = json_string((const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return name;
}

/* ---- the hash ---- */

bool book_hash(const book *b, char hash[HASH_TEXT], error *e)
{
    struct sha256_ctx context;
    uint8_t digest[SHA256_DIGEST_SIZE];
    json_t *rows =
        book_rows(b, "SELECT key, folder FROM grade WHERE result IS NOT NULL ORDER BY key");
    size_t i;
    json_t *row;
    bool read = true;
    sha256_init(&context);
    json_array_foreach(rows, i, row) {
        json_error_t why;
        const char *key = json_string_value(json_object_get(row, "key"));
        path_text path = path_of("%s/results/%s/result.json", b->folder.text,
                                 json_string_value(json_object_get(row, "folder")));
        json_t *result = json_load_file(path.text, 0, &why);
        if (result == NULL) {
            read = error_set(e, "%s: %s; is it damaged?", path.text, why.text);
            break;
        }
        json_object_del(result, "timings");
        json_object_del(result, "environment");
        char *text = json_dumps(result, JSON_SORT_KEYS | JSON_COMPACT);
        if (text == NULL)
            contract_failed(__func__, "no memory");
        sha256_update(&context, strlen(key) + 1, (const uint8_t *)key);
        sha256_update(&context, strlen(text) + 1, (const uint8_t *)text);
        free(text);
        json_decref(result);
    }
    json_decref(rows);
    sha256_digest(&context, sizeof digest, digest);
    for (size_t k = 0; k < sizeof digest; k++)
        snprintf(hash + 2 * k, 3, "%02x", digest[k]);
    return read;
}
