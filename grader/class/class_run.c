/* The run of a class's grading. */
#include "class_run.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audience.h"
#include "contract.h"
#include "module_cache.h"
#include "rescore.h"
#include "result.h"
#include "workspace.h"

enum { BROKEN_CONTRACT = 70 }; /* the status with which stop.h ends a program */

static path_text folder_of(const class_run *r, const char *name)
{
    return path_of("%s/results/%s", r->g->book->folder.text, name);
}

/* The grader's result if it is whole, else NULL. */
static json_t *complete_result(const char *folder)
{
    json_error_t why;
    unlink(grader_earlier(folder).text); /* which was lent */
    json_t *result = json_load_file(path_of("%s/result.json", folder).text, 0, &why);
    if (result != NULL && json_is_true(json_object_get(result, "complete")))
        return result;
    json_decref(result);
    return NULL;
}

/* ---- what an earlier run left ---- */

/*
 * Takes in what is whole: its report is written last. row is of the journal, and says what was
 * graded.
 */
static bool take_in(const class_run *r, const json_t *row, error *e)
{
    char name[32];
    json_int_t number = json_integer_value(json_object_get(row, "id"));
    snprintf(name, sizeof name, "a%lld", (long long)number);
    path_text folder = folder_of(r, name);
    if (access(path_of("%s/report.html", folder.text).text, R_OK) != 0)
        return true;
    json_t *result = complete_result(folder.text);
    bool taken =
        result == NULL ||
        book_add_result(r->g->book, json_integer_value(json_object_get(row, "submission")), number,
                        json_string_value(json_object_get(row, "content")), name, 0, result, e);
    json_decref(result);
    return taken;
}

static bool take_in_finished(const class_run *r, error *e)
{
    bool taken = true;
    json_t *left =
        book_rows(r->g->book, "SELECT id, submission, content FROM attempt WHERE ended IS NULL");
    size_t i;
    json_t *row;
    json_array_foreach(left, i, row)
        taken = taken && take_in(r, row, e);
    json_decref(left);
    return taken;
}

/* Removes what is in results/ and has no row. */
static void remove_unfinished(const class_run *r)
{
    struct dirent **entries = NULL;
    int count = scandir(folder_of(r, ".").text, &entries, NULL, NULL);
    sqlite3_stmt *known = book_prepare(r->g->book, "SELECT 1 FROM result WHERE folder = ?");
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        sqlite3_bind_text(known, 1, name, -1, SQLITE_STATIC);
        if (name[0] != '.' && sqlite3_step(known) != SQLITE_ROW)
            folder_remove(folder_of(r, name).text);
        sqlite3_reset(known);
        free(entries[i]);
    }
    free(entries);
    sqlite3_finalize(known);
}

/* A result whose file is damaged since is none: what it was of is graded again. */
static bool note_damaged(const class_run *r, error *e)
{
    bool noted = true;
    json_t *latest = book_rows(r->g->book, "SELECT id, folder FROM latest");
    size_t i;
    json_t *row;
    json_array_foreach(latest, i, row) {
        json_t *result =
            complete_result(folder_of(r, json_string_value(json_object_get(row, "folder"))).text);
        if (result == NULL && noted) {
            sqlite3_stmt *statement =
                book_prepare(r->g->book, "UPDATE result SET complete = 0 WHERE id = ?");
            sqlite3_bind_int64(statement, 1, json_integer_value(json_object_get(row, "id")));
            noted = book_run(r->g->book, statement, e);
        }
        json_decref(result);
    }
    json_decref(latest);
    return noted;
}

/* Makes the graders' cache, and removes what those that were killed had begun to add. */
static bool open_cache(const class_run *r, error *e)
{
    struct dirent **entries = NULL;
    const char *folder = r->g->course->cache.text;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return error_set(e, "%s: %s", folder, strerror(errno));
    int count = scandir(folder, &entries, NULL, NULL);
    for (int i = 0; i < count; i++) {
        if (strncmp(entries[i]->d_name, MODULE_CACHE_NEW, strlen(MODULE_CACHE_NEW)) == 0)
            folder_remove(path_of("%s/%s", folder, entries[i]->d_name).text);
        free(entries[i]);
    }
    free(entries);
    return true;
}

/* ---- the queue ---- */

/* Those that have no complete result by this course and seed, without what was put aside. */
static const char WAITING[] =
    "SELECT s.id, s.path, s.content, (SELECT count(*) FROM attempt a WHERE a.submission = s.id AND"
    " a.content = s.content AND a.course = ?1 AND a.died) FROM submission s JOIN student t ON t.id "
    "= s.student WHERE"
    " s.counts AND NOT EXISTS (SELECT 1 FROM result r WHERE r.submission = s.id AND"
    " r.content = s.content AND r.complete AND r.course = ?1 AND r.seed = ?2) ORDER BY t.key";

static void fill_queue(class_run *r)
{
    const book *b = r->g->book;
    sqlite3_stmt *statement = book_prepare(b, WAITING);
    size_t most = (size_t)book_number(b, "SELECT count(*) FROM submission WHERE counts");
    r->queue = calloc(most + 1, sizeof *r->queue);
    r->jobs = calloc(most + 1, sizeof *r->jobs);
    if (r->queue == NULL || r->jobs == NULL)
        contract_failed(__func__, "no memory");
    sqlite3_bind_text(statement, 1, r->g->hashes->course, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 2, r->g->seed);
    while (sqlite3_step(statement) == SQLITE_ROW && r->count < most) {
        queued *w = &r->queue[r->count];
        if (sqlite3_column_int(statement, 3) >= MOST_TRIES) {
            r->sums->put_aside++;
            continue;
        }
        w->submission = sqlite3_column_int64(statement, 0);
        w->path = path_of("%.*s", sqlite3_column_bytes(statement, 1),
                          (const char *)sqlite3_column_blob(statement, 1));
        snprintf(w->content, sizeof w->content, "%s",
                 (const char *)sqlite3_column_text(statement, 2));
        r->count++;
    }
    sqlite3_finalize(statement);
}

bool class_run_open(const class_grading *g, class_sums *sums, class_run *r, error *e)
{
    *r = (class_run){.g = g, .sums = sums};
    if (!take_in_finished(r, e) || !note_damaged(r, e) || !open_cache(r, e))
        return false;
    remove_unfinished(r);
    fill_queue(r);
    return true;
}

void class_run_close(class_run *r)
{
    free(r->queue);
    free(r->jobs);
    *r = (class_run){0};
}

size_t class_run_done(const class_run *r)
{
    size_t count = 0;
    for (size_t i = 0; i < r->count; i++)
        count += r->queue[i].done;
    return count;
}

/* ---- one grading ---- */

static bool begin(class_run *r, queued *w, error *e)
{
    job *j = &r->jobs[r->running];
    *j = (job){.of = w, .began = grader_clock()};
    if (!book_begin_attempt(r->g->book, w->submission, r->g->hashes->course, &j->attempt, e))
        return false;
    snprintf(j->name, sizeof j->name, "a%lld", (long long)j->attempt);
    j->folder = folder_of(r, j->name);
    if (mkdir(j->folder.text, 0700) != 0)
        return error_set(e, "%s: %s", j->folder.text, strerror(errno));
    w->tries++;
    r->running++;
    return true;
}

/*
 * Lays into j's folder, for its grader, the last result of the same content, whatever the course
 * was; where there is none, all is graded.
 */
static void lend_earlier(const class_run *r, const job *j)
{
    sqlite3_stmt *statement =
        book_prepare(r->g->book, "SELECT folder FROM result WHERE content = ? AND seed = ? AND"
                                 " complete ORDER BY id DESC LIMIT 1");
    sqlite3_bind_text(statement, 1, j->of->content, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 2, r->g->seed);
    if (sqlite3_step(statement) == SQLITE_ROW) {
        const char *folder = (const char *)sqlite3_column_text(statement, 0);
        (void)!symlink(path_of("../%s/result.json", folder).text,
                       grader_earlier(j->folder.text).text);
    }
    sqlite3_finalize(statement);
}

bool class_run_begin(class_run *r, queued *w, error *e)
{
    if (!begin(r, w, e))
        return false;
    lend_earlier(r, &r->jobs[r->running - 1]);
    return true;
}

/* What the grader said last, a line. */
static void last_words(const char *folder, char *line, size_t size)
{
    char text[512];
    FILE *file = fopen(path_of("%s/said.txt", folder).text, "re");
    line[0] = '\0';
    while (file != NULL && fgets(text, sizeof text, file) != NULL) {
        text[strcspn(text, "\n")] = '\0';
        if (text[0] != '\0')
            readable_line(text, line, size);
    }
    if (file != NULL)
        fclose(file);
}

/*
 * Whether a grader went down by what it graded: a crash, or a broken contract. Who kills it from
 * outside, and what keeps it from starting, is not the submission.
 */
static bool went_down(int status)
{
    if (WIFSIGNALED(status))
        return WTERMSIG(status) != SIGKILL && WTERMSIG(status) != SIGTERM;
    return WEXITSTATUS(status) == BROKEN_CONTRACT;
}

/* Takes job i out of r's jobs, and returns it. */
static job take_out(class_run *r, size_t i)
{
    job out = r->jobs[i];
    r->jobs[i] = r->jobs[--r->running];
    return out;
}

/* Notes that j gave no result, for that reason; it is tried again, or not any more. */
static bool note_failure(class_run *r, const job *j, const char *reason, bool died, error *e)
{
    if (j->of->tries >= MOST_TRIES) {
        j->of->done = true;
        *(died ? &r->sums->put_aside : &r->sums->failed) += 1;
    }
    return book_end_attempt(r->g->book, j->attempt, reason, died, e);
}

bool class_run_end(class_run *r, size_t i, int status, double seconds, error *e)
{
    char reason[400];
    const job j = take_out(r, i);
    json_t *result = complete_result(j.folder.text);
    if (result != NULL) {
        j.of->done = true;
        r->sums->graded++;
        bool added = book_add_result(r->g->book, j.of->submission, j.attempt, j.of->content, j.name,
                                     seconds, result, e);
        json_decref(result);
        return added;
    }
    bool died = went_down(status) || seconds > GRADER_SECONDS;
    last_words(j.folder.text, reason, sizeof reason);
    if (seconds > GRADER_SECONDS)
        snprintf(reason, sizeof reason, "the grader took more than an hour");
    else if (WIFSIGNALED(status))
        snprintf(reason, sizeof reason, "the grader was ended by signal %d", WTERMSIG(status));
    else if (reason[0] == '\0')
        snprintf(reason, sizeof reason, "the grader ended with status %d", WEXITSTATUS(status));
    return note_failure(r, &j, reason, died, e);
}

bool class_run_lose(class_run *r, size_t i, const char *reason, bool counts, error *e)
{
    const job j = take_out(r, i);
    if (!counts)
        j.of->tries--;
    return note_failure(r, &j, reason, false, e);
}

/* ---- what needs no grading ---- */

static const char TWIN[] =
    "SELECT folder, course FROM result WHERE content = ?1 AND (course = ?2 OR judge = ?4) AND"
    " seed = ?3 AND complete ORDER BY course != ?2, id LIMIT 1";

/*
 * A complete result of the same content, by the course as it is now: one of a copy, or one that was
 * judged alike under another rubric, which *anew says. NULL when there is none, or it is damaged.
 */
static json_t *find_twin(const class_run *r, const queued *w, bool *anew)
{
    sqlite3_stmt *statement = book_prepare(r->g->book, TWIN);
    sqlite3_bind_text(statement, 1, w->content, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, r->g->hashes->course, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 3, r->g->seed);
    sqlite3_bind_text(statement, 4, r->g->hashes->judge, -1, SQLITE_STATIC);
    json_t *result = NULL;
    if (sqlite3_step(statement) == SQLITE_ROW) {
        const char *by = (const char *)sqlite3_column_text(statement, 1);
        *anew = strcmp(by, r->g->hashes->course) != 0;
        result =
            complete_result(folder_of(r, (const char *)sqlite3_column_text(statement, 0)).text);
    }
    sqlite3_finalize(statement);
    if (result != NULL && *anew && !rescore(result, r->g->course, r->g->hashes->course)) {
        json_decref(result);
        return NULL;
    }
    return result;
}

static bool write_copy(const class_run *r, const queued *w, const char *folder, json_t *result,
                       error *e)
{
    char name[HAND_IN_NAME];
    readable_line(strrchr(w->path.text, '/') + 1, name, sizeof name);
    json_object_set_new(json_object_get(result, "submission"), "name", json_string(name));
    json_t *whole = audience_view(result, NULL, "instructor", e);
    path_text stylesheet = path_of("%s/grader/report/report.xsl", r->g->course->root.text);
    bool written = whole != NULL &&
                   result_write(result, path_of("%s/result.json", folder).text, e) &&
                   report_html(whole, stylesheet.text, path_of("%s/report.html", folder).text, e);
    json_decref(whole);
    return written;
}

/* The same content has the same result, under another name, or with other points. */
static bool copy_result(class_run *r, queued *w, json_t *result, bool anew, error *e)
{
    if (!begin(r, w, e))
        return false;
    const job j = take_out(r, r->running - 1);
    w->done = true;
    if (!write_copy(r, w, j.folder.text, result, e) ||
        !book_add_result(r->g->book, w->submission, j.attempt, w->content, j.name, 0, result, e))
        return false;
    *(anew ? &r->sums->rescored : &r->sums->copies) += 1;
    return true;
}

/* ---- what is next ---- */

static bool is_running(const class_run *r, const queued *w)
{
    for (size_t i = 0; i < r->running; i++)
        if (r->jobs[i].of == w || strcmp(r->jobs[i].of->content, w->content) == 0)
            return true;
    return false;
}

/* What was tried before waits until the others had their turn. */
static queued *first_waiting(const class_run *r)
{
    for (unsigned tries = 0; tries < MOST_TRIES; tries++)
        for (size_t i = 0; i < r->count; i++)
            if (!r->queue[i].done && r->queue[i].tries == tries && !is_running(r, &r->queue[i]))
                return &r->queue[i];
    return NULL;
}

bool class_run_next(class_run *r, queued **w, error *e)
{
    json_t *twin;
    bool anew = false;
    while ((*w = first_waiting(r)) != NULL && (twin = find_twin(r, *w, &anew)) != NULL) {
        bool copied = copy_result(r, *w, twin, anew, e);
        json_decref(twin);
        if (!copied)
            return false;
    }
    return true;
}
