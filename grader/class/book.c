/* The book, in SQLite: opening it, and its statements. */
#include "book.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contract.h"

static const char SCHEMA[] =
    "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);"
    "CREATE TABLE student (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL,"
    "  first TEXT NOT NULL, last TEXT NOT NULL, lms_id TEXT NOT NULL, sis_id TEXT NOT NULL,"
    "  login TEXT NOT NULL, email TEXT NOT NULL, github TEXT NOT NULL, section TEXT NOT NULL,"
    "  on_roster INTEGER NOT NULL);"
    "CREATE TABLE submission (id INTEGER PRIMARY KEY, student INTEGER NOT NULL REFERENCES student,"
    "  path BLOB NOT NULL, member INTEGER NOT NULL, source TEXT NOT NULL, try INTEGER NOT NULL, "
    "submitted TEXT,"
    "  seconds_late INTEGER, marked_late INTEGER NOT NULL, content TEXT NOT NULL,"
    "  counts INTEGER NOT NULL DEFAULT 0, UNIQUE (path, member));"
    "CREATE TABLE attempt (id INTEGER PRIMARY KEY,"
    "  submission INTEGER NOT NULL REFERENCES submission,"
    "  content TEXT NOT NULL, course TEXT NOT NULL,"
    "  started TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, ended TEXT, reason TEXT,"
    "  died INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE result (id INTEGER PRIMARY KEY,"
    "  submission INTEGER NOT NULL REFERENCES submission,"
    "  content TEXT NOT NULL, course TEXT NOT NULL, judge TEXT NOT NULL, seed INTEGER NOT NULL,"
    "  complete INTEGER NOT NULL,"
    "  score REAL NOT NULL, max_score REAL NOT NULL, folder TEXT NOT NULL UNIQUE,"
    "  seconds REAL NOT NULL, graded TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP);"
    "CREATE TABLE question (result INTEGER NOT NULL REFERENCES result, name TEXT NOT NULL,"
    "  title TEXT NOT NULL, score REAL NOT NULL, max_score REAL NOT NULL,"
    "  PRIMARY KEY (result, name)) WITHOUT ROWID;"
    "CREATE TABLE case_result (result INTEGER NOT NULL REFERENCES result, name TEXT NOT NULL,"
    "  title TEXT NOT NULL, question TEXT NOT NULL, status TEXT NOT NULL, score REAL NOT NULL,"
    "  max_score REAL NOT NULL, mistake TEXT, mistake_text TEXT, pattern TEXT, blame TEXT,"
    "  operation TEXT, got TEXT, alike TEXT, PRIMARY KEY (result, name)) WITHOUT ROWID;"
    "CREATE TABLE named (case_name TEXT NOT NULL, alike TEXT NOT NULL, sentence TEXT NOT NULL,"
    "  PRIMARY KEY (case_name, alike)) WITHOUT ROWID;"
    "CREATE INDEX result_of ON result (submission, complete);"
    "CREATE INDEX attempt_of ON attempt (submission);"
    /* The latest complete result, by the course that counts, of each submission that counts. */
    "CREATE VIEW latest AS SELECT r.* FROM result r JOIN submission s ON s.id = r.submission"
    "  WHERE s.counts AND r.id = (SELECT max(id) FROM result WHERE submission = s.id AND"
    "  content = s.content AND complete AND course = (SELECT value FROM setting WHERE"
    "  name = 'course'));"
    /* What the rule for late submissions takes off; none where there is no rule. */
    "CREATE VIEW late AS SELECT s.id AS submission, min(json_extract(rule, '$.most_percent'),"
    "  json_extract(rule, '$.percent_a_day') * CAST((max(0, seconds_late - CAST(60 *"
    "  json_extract(rule, '$.grace_minutes') AS INTEGER)) + 86399) / 86400 AS INTEGER)) AS percent"
    "  FROM submission s, (SELECT value AS rule FROM setting WHERE name = 'late')"
    "  WHERE s.seconds_late > 0;"
    /* One row for each student, on the roster or not, with a score or not. */
    "CREATE VIEW grade AS SELECT t.*, s.id AS submission, s.source, s.submitted, s.seconds_late,"
    "  s.marked_late, r.id AS result, r.score, r.max_score,"
    "  round(r.score * coalesce(l.percent, 0) / 100, 2) AS penalty,"
    "  round(r.score - r.score * coalesce(l.percent, 0) / 100, 2) AS final, r.folder, r.graded"
    "  FROM student t LEFT JOIN submission s ON s.student = t.id AND s.counts"
    "  LEFT JOIN latest r ON r.submission = s.id LEFT JOIN late l ON l.submission = s.id;";

/* ---- SQL ---- */

static bool failed(const book *b, error *e)
{
    return error_set(e, "%s/book.sqlite: %s", b->folder.text, sqlite3_errmsg(b->database));
}

sqlite3_stmt *book_prepare(const book *b, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(b->database, sql, -1, &statement, NULL) != SQLITE_OK)
        contract_failed(__func__, "%s/book.sqlite: %s: %s", b->folder.text,
                        sqlite3_errmsg(b->database), sql);
    return statement;
}

bool book_run(const book *b, sqlite3_stmt *statement, error *e)
{
    int status;
    while ((status = sqlite3_step(statement)) == SQLITE_ROW)
        ;
    bool done = status == SQLITE_DONE || failed(b, e);
    sqlite3_finalize(statement);
    return done;
}

bool book_execute(const book *b, const char *sql, error *e)
{
    return sqlite3_exec(b->database, sql, NULL, NULL, NULL) == SQLITE_OK || failed(b, e);
}

static json_t *column_json(sqlite3_stmt *statement, int i)
{
    switch (sqlite3_column_type(statement, i)) {
    case SQLITE_INTEGER:
        return json_integer(sqlite3_column_int64(statement, i));
    case SQLITE_FLOAT:
        return json_real(sqlite3_column_double(statement, i));
    case SQLITE_NULL:
        return json_null();
    default: {
        char line[1024];
        json_t *text = json_string((const char *)sqlite3_column_text(statement, i));
        return text != NULL
                   ? text
                   : json_string(readable_line((const char *)sqlite3_column_text(statement, i),
                                               line, sizeof line));
    }
    }
}

json_t *book_rows(const book *b, const char *sql)
{
    json_t *rows = json_array();
    sqlite3_stmt *statement = book_prepare(b, sql);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        json_t *row = json_object();
        for (int i = 0; i < sqlite3_column_count(statement); i++)
            json_object_set_new(row, sqlite3_column_name(statement, i), column_json(statement, i));
        json_array_append_new(rows, row);
    }
    sqlite3_finalize(statement);
    return rows;
}

int64_t book_number(const book *b, const char *sql)
{
    sqlite3_stmt *statement = book_prepare(b, sql);
    int64_t number = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return number;
}

/* ---- opening ---- */

static bool make_folder(const char *path, error *e)
{
    return mkdir(path, 0700) == 0 || errno == EEXIST ||
           error_set(e, "%s: %s; BOOK= is a folder for the class's results", path, strerror(errno));
}

/* Holds the book for this process; the kernel lets go of it when it ends. */
static bool hold(book *b, error *e)
{
    char holder[64] = "";
    path_text path = path_of("%s/holder", b->folder.text);
    b->lock = open(path.text, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (b->lock < 0)
        return error_set(e, "%s: %s; the book cannot be written", path.text, strerror(errno));
    if (flock(b->lock, LOCK_EX | LOCK_NB) == 0) {
        int length = snprintf(holder, sizeof holder, "process %d\n", (int)getpid());
        return (ftruncate(b->lock, 0) == 0 &&
                pwrite(b->lock, holder, (size_t)length, 0) == length) ||
               error_set(e, "%s: %s", path.text, strerror(errno));
    }
    if (pread(b->lock, holder, sizeof holder - 1, 0) > 0)
        holder[strcspn(holder, "\n")] = '\0';
    return error_set(e, "%s: %s is writing this book; wait for it, or ask `make class-status`",
                     b->folder.text, holder[0] != '\0' ? holder : "another process");
}

static bool check_version(const book *b, error *e)
{
    int64_t version = book_number(b, "PRAGMA user_version");
    return version == BOOK_VERSION ||
           error_set(
               e,
               "%s/book.sqlite: is of version %lld, this grader writes %d; go on with the grader "
               "that began it, or name another BOOK=",
               b->folder.text, (long long)version, BOOK_VERSION);
}

bool book_open(const char *folder, book *b, error *e)
{
    *b = (book){.folder = path_of("%s", folder), .lock = -1};
    if (!make_folder(folder, e) || !make_folder(path_of("%s/results", folder).text, e) ||
        !hold(b, e))
        goto failed;
    if (sqlite3_open(path_of("%s/book.sqlite", folder).text, &b->database) != SQLITE_OK) {
        failed(b, e);
        goto failed;
    }
    sqlite3_busy_timeout(b->database, 10000);
    if (!book_execute(b, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON",
                      e))
        goto failed;
    if (book_number(b, "SELECT count(*) FROM sqlite_schema") == 0 &&
        (!book_execute(b, "BEGIN", e) || !book_execute(b, SCHEMA, e) ||
         !book_execute(b, "PRAGMA user_version=3; COMMIT", e)))
        goto failed;
    if (!check_version(b, e))
        goto failed;
    return true;
failed:
    book_close(b);
    return false;
}

bool book_open_to_read(const char *folder, book *b, error *e)
{
    *b = (book){.folder = path_of("%s", folder), .lock = -1};
    path_text path = path_of("%s/book.sqlite", folder);
    if (access(path.text, R_OK) != 0)
        return error_set(e, "%s: %s; `make class` writes a book", path.text, strerror(errno));
    /* In a folder that cannot be written nobody writes: then the book cannot change, either. */
    path_text uri =
        path_of("file:%s?mode=ro%s", path.text, access(folder, W_OK) == 0 ? "" : "&immutable=1");
    if (sqlite3_open_v2(uri.text, &b->database, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL) !=
        SQLITE_OK) {
        failed(b, e);
        book_close(b);
        return false;
    }
    sqlite3_busy_timeout(b->database, 10000);
    if (sqlite3_exec(b->database, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL) !=
        SQLITE_OK) {
        failed(b, e);
        book_close(b);
        return false;
    }
    if (!check_version(b, e)) {
        book_close(b);
        return false;
    }
    return true;
}

void book_close(book *b)
{
    sqlite3_close(b->database);
    if (b->lock >= 0)
        close(b->lock);
    b->database = NULL;
    b->lock = -1;
}

/* ---- settings ---- */

const char *book_setting(const book *b, const char *name, char *value, size_t size)
{
    sqlite3_stmt *statement = book_prepare(b, "SELECT value FROM setting WHERE name = ?");
    sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    value[0] = '\0';
    if (sqlite3_step(statement) == SQLITE_ROW)
        snprintf(value, size, "%s", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return value;
}

bool book_set(const book *b, const char *name, const char *value, error *e)
{
    sqlite3_stmt *statement = book_prepare(
        b, "INSERT INTO setting VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2");
    sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, value, -1, SQLITE_STATIC);
    return book_run(b, statement, e);
}
