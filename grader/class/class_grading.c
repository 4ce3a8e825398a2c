/*
 * Grading a class.
 *
 * Theory of operation. Submissions that wait are in a queue (class_run.h). Each is handed to a
 * grader's process, here or on a cluster, which writes into a folder of results/ named after its
 * attempt; when it has ended, its result goes into the book. The journal (table attempt) knows what
 * was begun. A process killed at any moment, this one too, leaves a folder without a row, which the
 * next run takes in if it is whole and removes if it is not, and a submission without a result,
 * which the next run grades.
 */
#include "class_grading.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "class_run.h"
#include "progress.h"
#include "resources.h"
#include "slurm.h"

enum { MOST_JOBS = 64, PATIENCE_SECONDS = 120 };

/* ---- on this machine ---- */

static bool start_job(class_run *r, queued *w, error *e)
{
    const class_grading *g = r->g;
    const grader_call call = {g->grader, g->course->root.text, g->course->build.text,
                              g->course->cache.text, g->seed};
    if (!class_run_begin(r, w, e))
        return false;
    job *j = &r->jobs[r->running - 1];
    j->process = grader_start(&call, w->path.text, j->folder.text);
    return j->process > 0 || error_set(e, "no process for a grader: %s", strerror(errno));
}

static bool start_jobs(class_run *r, double *scarce_since, error *e)
{
    queued *w;
    error scarce;
    unsigned jobs = r->g->jobs < MOST_JOBS ? r->g->jobs : MOST_JOBS;
    while (r->running < jobs) {
        if (!class_run_next(r, &w, e))
            return false;
        if (w == NULL)
            return true;
        if (!resources_suffice(&scarce)) {
            if (*scarce_since == 0)
                *scarce_since = grader_clock();
            return r->running > 0 || grader_clock() - *scarce_since < PATIENCE_SECONDS ||
                   error_set(e, "%.200s; waited for %d s", scarce.text, PATIENCE_SECONDS);
        }
        *scarce_since = 0;
        if (!start_job(r, w, e))
            return false;
    }
    return true;
}

/* Takes in what ended. */
static bool end_jobs(class_run *r, error *e)
{
    for (size_t i = 0; i < r->running;) {
        int status;
        const job *j = &r->jobs[i];
        double seconds = grader_clock() - j->began;
        if (seconds > GRADER_SECONDS)
            kill(j->process, SIGKILL);
        if (waitpid(j->process, &status, WNOHANG) != j->process)
            i++;
        else if (!class_run_end(r, i, status, seconds, e))
            return false;
    }
    return true;
}

/* Ends all graders; what they did is done again another time. */
static void abandon(class_run *r)
{
    for (size_t i = 0; i < r->running; i++)
        if (r->jobs[i].process > 0)
            kill(r->jobs[i].process, SIGKILL);
    for (size_t i = 0; i < r->running; i++)
        if (r->jobs[i].process > 0)
            waitpid(r->jobs[i].process, NULL, 0);
    r->running = 0;
}

/* ---- the run ---- */

/* Grades all that waits in r; signals are those to wait for. */
static bool grade_queue(class_run *r, const sigset_t *signals, error *e)
{
    static const struct timespec tick = {.tv_nsec = 200000000};
    slurm_job cluster = {.id = 0};
    double scarce_since = 0;
    bool works = true;
    bool here = r->g->engine == ENGINE_LOCAL;
    progress bar = progress_start("grading the class", r->count > 0 ? r->count : 1);
    while (works && !r->sums->interrupted && class_run_done(r) < r->count) {
        works = here ? start_jobs(r, &scarce_since, e) : slurm_start(r, &cluster, e);
        int signal = works ? sigtimedwait(signals, NULL, &tick) : 0;
        r->sums->interrupted = signal == SIGINT || signal == SIGTERM;
        works =
            works && (r->sums->interrupted || (here ? end_jobs(r, e) : slurm_end(r, &cluster, e)));
        progress_update(&bar, class_run_done(r));
    }
    if (here)
        abandon(r);
    else
        slurm_abandon(r, &cluster);
    progress_finish(&bar);
    return works;
}

bool class_grade(const class_grading *g, class_sums *sums, error *e)
{
    sigset_t awaited;
    sigset_t before;
    class_run r = {.g = g};
    double began = grader_clock();
    *sums = (class_sums){0};
    sigemptyset(&awaited);
    sigaddset(&awaited, SIGINT);
    sigaddset(&awaited, SIGTERM);
    sigaddset(&awaited, SIGCHLD);
    sigprocmask(SIG_BLOCK, &awaited, &before);
    bool works = slurm_end_earlier(g->book, e) && class_run_open(g, sums, &r, e) &&
                 grade_queue(&r, &awaited, e);
    class_run_close(&r);
    sigprocmask(SIG_SETMASK, &before, NULL);
    sums->seconds = grader_clock() - began;
    return works;
}
