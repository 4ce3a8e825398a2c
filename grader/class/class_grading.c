/*
 * Grading a class.
 *
 * Theory of operation. Submissions that wait are in a queue. Each is handed to a grader's process,
 * which writes into a folder of results/ named after its attempt; when it has ended, its result
 * goes into the book. The journal (table attempt) knows what was begun. A process killed at any
 * moment, this one too, leaves a folder without a row, which the next opening removes, and a
 * submission without a result, which the next run grades.
 */
#include "class_grading.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "audience.h"
#include "contract.h"
#include "progress.h"
#include "resources.h"
#include "result.h"

enum { MOST_JOBS = 64, MOST_TRIES = 3, MOST_SECONDS = 3600, PATIENCE_SECONDS = 120 };
enum { BROKEN_CONTRACT = 70 }; /* the status with which stop.h ends a program */

typedef struct waiting {
    int64_t submission;
    path_text path;
    char content[HASH_TEXT];
    unsigned tries; /* in this run */
    bool done;
} waiting;

typedef struct job {
    waiting *of;
    int64_t attempt;
    char folder[32];
    pid_t process;
    double began;
} job;

typedef struct run {
    const class_grading *g;
    waiting *queue;
    size_t count;
    job jobs[MOST_JOBS];
    size_t running;
    class_sums *sums;
} run;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- the queue ---- */

/* Those that have no complete result by this course and seed, without what was put aside. */
static const char WAITING[] =
    "SELECT s.id, s.path, s.content, (SELECT count(*) FROM attempt a WHERE a.submission = s.id AND"
    " a.content = s.content AND a.course = ?1 AND a.died) FROM submission s JOIN student t ON t.id "
    "= s.student WHERE"
    " s.counts AND NOT EXISTS (SELECT 1 FROM result r WHERE r.submission = s.id AND"
    " r.content = s.content AND r.complete AND r.course = ?1 AND r.seed = ?2) ORDER BY t.key";

static void fill_queue(run *r)
{
    const book *b = r->g->book;
    sqlite3_stmt *statement = book_prepare(b, WAITING);
    size_t most = (size_t)book_number(b, "SELECT count(*) FROM submission WHERE counts");
    r->queue = calloc(most + 1, sizeof *r->queue);
    if (r->queue == NULL)
        contract_failed(__func__, "no memory");
    sqlite3_bind_text(statement, 1, r->g->hash, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 2, r->g->seed);
    while (sqlite3_step(statement) == SQLITE_ROW && r->count < most) {
        waiting *w = &r->queue[r->count];
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

/* ---- one grading ---- */

static path_text folder_of(const run *r, const char *folder)
{
    return path_of("%s/results/%s", r->g->book->folder.text, folder);
}

/* In the child: becomes the grader. */
static void become_grader(const run *r, const waiting *w, const char *folder, pid_t parent)
{
    sigset_t none;
    char hand_in_path[1024];
    char seed[32];
    char out[1024];
    char root[1024];
    char build[1024];
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    int said = open(path_of("%s/said.txt", folder).text, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setpgid(0, 0); /* an interrupt from the terminal is ours to hand on */
    snprintf(hand_in_path, sizeof hand_in_path, "--submission=%s", w->path.text);
    snprintf(seed, sizeof seed, "--seed=%u", (unsigned)r->g->seed);
    snprintf(out, sizeof out, "--out=%s", folder);
    snprintf(root, sizeof root, "--root=%s", r->g->course->root.text);
    snprintf(build, sizeof build, "--build=%s", r->g->course->build.text);
    if (getppid() != parent || nothing < 0 || said < 0 || dup2(nothing, 0) < 0 ||
        dup2(nothing, 1) < 0 || dup2(said, 2) < 0)
        _exit(71);
    execl(r->g->grader, r->g->grader, "--quiet", hand_in_path, seed, out, root, build, NULL);
    fprintf(stderr, "%s: %s\n", r->g->grader, strerror(errno));
    _exit(72);
}

static bool start_job(run *r, waiting *w, error *e)
{
    job *j = &r->jobs[r->running];
    *j = (job){.of = w, .began = now()};
    if (!book_begin_attempt(r->g->book, w->submission, r->g->hash, &j->attempt, e))
        return false;
    snprintf(j->folder, sizeof j->folder, "a%lld", (long long)j->attempt);
    path_text folder = folder_of(r, j->folder);
    if (mkdir(folder.text, 0700) != 0)
        return error_set(e, "%s: %s", folder.text, strerror(errno));
    pid_t parent = getpid();
    j->process = fork();
    if (j->process == 0)
        become_grader(r, w, folder.text, parent);
    if (j->process < 0)
        return error_set(e, "no process for a grader: %s", strerror(errno));
    w->tries++;
    r->running++;
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

/* The grader's result if it is whole, else NULL. */
static json_t *complete_result(const char *folder)
{
    json_error_t why;
    json_t *result = json_load_file(path_of("%s/result.json", folder).text, 0, &why);
    if (result != NULL && json_is_true(json_object_get(result, "complete")))
        return result;
    json_decref(result);
    return NULL;
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

/* Notes what became of j, whose process ended with that status. */
static bool end_job(run *r, const job *j, int status, error *e)
{
    char reason[400];
    path_text folder = folder_of(r, j->folder);
    json_t *result = complete_result(folder.text);
    if (result != NULL) {
        j->of->done = true;
        r->sums->graded++;
        bool added = book_add_result(r->g->book, j->of->submission, j->attempt, j->of->content,
                                     j->folder, now() - j->began, result, e);
        json_decref(result);
        return added;
    }
    bool died = went_down(status) || now() - j->began > MOST_SECONDS;
    last_words(folder.text, reason, sizeof reason);
    if (now() - j->began > MOST_SECONDS)
        snprintf(reason, sizeof reason, "the grader took more than an hour");
    else if (WIFSIGNALED(status))
        snprintf(reason, sizeof reason, "the grader was ended by signal %d", WTERMSIG(status));
    else if (reason[0] == '\0')
        snprintf(reason, sizeof reason, "the grader ended with status %d", WEXITSTATUS(status));
    if (j->of->tries >= MOST_TRIES) {
        j->of->done = true;
        *(died ? &r->sums->put_aside : &r->sums->failed) += 1;
    }
    return book_end_attempt(r->g->book, j->attempt, reason, died, e);
}

/* ---- copies ---- */

static const char TWIN[] =
    "SELECT folder FROM result WHERE content = ?1 AND course = ?2 AND seed = ?3"
    " AND complete ORDER BY id LIMIT 1";

/* A complete result of the same content; NULL when there is none, or it is damaged. */
static json_t *find_twin(const run *r, const waiting *w)
{
    sqlite3_stmt *statement = book_prepare(r->g->book, TWIN);
    sqlite3_bind_text(statement, 1, w->content, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, r->g->hash, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 3, r->g->seed);
    json_t *result = NULL;
    if (sqlite3_step(statement) == SQLITE_ROW)
        result =
            complete_result(folder_of(r, (const char *)sqlite3_column_text(statement, 0)).text);
    sqlite3_finalize(statement);
    return result;
}

static bool write_copy(const run *r, const waiting *w, const char *folder, json_t *result, error *e)
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

/* The same content has the same result, under another name. */
static bool copy_result(run *r, waiting *w, json_t *result, error *e)
{
    int64_t number;
    char name[32];
    bool copied = book_begin_attempt(r->g->book, w->submission, r->g->hash, &number, e);
    if (copied) {
        snprintf(name, sizeof name, "a%lld", (long long)number);
        path_text folder = folder_of(r, name);
        copied = (mkdir(folder.text, 0700) == 0 ||
                  error_set(e, "%s: %s", folder.text, strerror(errno))) &&
                 write_copy(r, w, folder.text, result, e) &&
                 book_add_result(r->g->book, w->submission, number, w->content, name, 0, result, e);
    }
    w->done = true;
    r->sums->copies += copied;
    return copied;
}

/* ---- the run ---- */

static bool is_running(const run *r, const waiting *w)
{
    for (size_t i = 0; i < r->running; i++)
        if (r->jobs[i].of == w || strcmp(r->jobs[i].of->content, w->content) == 0)
            return true;
    return false;
}

/* The next that can begin: what was tried before waits until the others had their turn. */
static waiting *next_waiting(run *r)
{
    for (unsigned tries = 0; tries < MOST_TRIES; tries++)
        for (size_t i = 0; i < r->count; i++)
            if (!r->queue[i].done && r->queue[i].tries == tries && !is_running(r, &r->queue[i]))
                return &r->queue[i];
    return NULL;
}

static bool start_jobs(run *r, double *scarce_since, error *e)
{
    waiting *w;
    error scarce;
    unsigned jobs = r->g->jobs < MOST_JOBS ? r->g->jobs : MOST_JOBS;
    while (r->running < jobs && (w = next_waiting(r)) != NULL) {
        json_t *twin = find_twin(r, w);
        if (twin != NULL) {
            bool copied = copy_result(r, w, twin, e);
            json_decref(twin);
            if (!copied)
                return false;
            continue;
        }
        if (!resources_suffice(&scarce)) {
            if (*scarce_since == 0)
                *scarce_since = now();
            return r->running > 0 || now() - *scarce_since < PATIENCE_SECONDS ||
                   error_set(e, "%.200s; waited for %d s", scarce.text, PATIENCE_SECONDS);
        }
        *scarce_since = 0;
        if (!start_job(r, w, e))
            return false;
    }
    return true;
}

/* Takes in what ended. */
static bool end_jobs(run *r, error *e)
{
    for (size_t i = 0; i < r->running;) {
        int status;
        job *j = &r->jobs[i];
        if (now() - j->began > MOST_SECONDS)
            kill(j->process, SIGKILL);
        if (waitpid(j->process, &status, WNOHANG) != j->process) {
            i++;
            continue;
        }
        job ended = *j;
        *j = r->jobs[--r->running];
        if (!end_job(r, &ended, status, e))
            return false;
    }
    return true;
}

/* Ends all graders; what they did is done again another time. */
static void abandon(run *r)
{
    for (size_t i = 0; i < r->running; i++)
        kill(r->jobs[i].process, SIGKILL);
    for (size_t i = 0; i < r->running; i++)
        waitpid(r->jobs[i].process, NULL, 0);
    r->running = 0;
}

static size_t done_count(const run *r)
{
    size_t count = 0;
    for (size_t i = 0; i < r->count; i++)
        count += r->queue[i].done;
    return count;
}

bool class_grade(const class_grading *g, class_sums *sums, error *e)
{
    static const struct timespec tick = {.tv_nsec = 200000000};
    sigset_t awaited;
    sigset_t before;
    run r = {.g = g, .sums = sums};
    double began = now();
    double scarce_since = 0;
    bool works = true;
    *sums = (class_sums){0};
    sigemptyset(&awaited);
    sigaddset(&awaited, SIGINT);
    sigaddset(&awaited, SIGTERM);
    sigaddset(&awaited, SIGCHLD);
    sigprocmask(SIG_BLOCK, &awaited, &before);
    fill_queue(&r);
    progress bar = progress_start("grading the class", r.count > 0 ? r.count : 1);
    while (works && !sums->interrupted && done_count(&r) < r.count) {
        works = start_jobs(&r, &scarce_since, e);
        int signal = works ? sigtimedwait(&awaited, NULL, &tick) : 0;
        sums->interrupted = signal == SIGINT || signal == SIGTERM;
        works = works && (sums->interrupted || end_jobs(&r, e));
        progress_update(&bar, done_count(&r));
    }
    abandon(&r);
    progress_finish(&bar);
    sigprocmask(SIG_SETMASK, &before, NULL);
    free(r.queue);
    sums->seconds = now() - began;
    return works;
}
