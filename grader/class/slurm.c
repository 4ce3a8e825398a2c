/* Grading on a cluster. */
#include "slurm.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "atomic_file.h"
#include "command.h"
#include "whole_file.h"
#include "workspace.h"

enum { MOST_IN_SHARD = 8, MANY_TASKS = 32, ASK_SECONDS = 2, END_SECONDS = 60 };
enum { PARTS_BEFORE = 5, MOST_BYTES = 1 << 20 };

/* ---- the cluster's commands ---- */

/* Whether the cluster still has the job with that number; it has, as long as it does not answer. */
static bool is_there(long long id)
{
    char text[4096];
    char number[32];
    snprintf(number, sizeof number, "--jobs=%lld", id);
    const char *const argv[] = {"squeue", "--noheader", "--format=%T", number, NULL};
    int status = command_run(argv, text, sizeof text);
    return status == 0 ? text[0] != '\0' : strstr(text, "Invalid job id") == NULL;
}

/* Whether this machine has the cluster's commands. */
static bool can_be_asked(void)
{
    char text[256];
    const char *const argv[] = {"squeue", "--version", NULL};
    return command_run(argv, text, sizeof text) == 0;
}

static void cancel(long long id)
{
    char text[256];
    char number[32];
    snprintf(number, sizeof number, "%lld", id);
    const char *const argv[] = {"scancel", number, NULL};
    command_run(argv, text, sizeof text);
}

/* Ends the job with that number; false when it is still there after a minute. */
static bool end_job(long long id)
{
    static const struct timespec pause = {.tv_nsec = 300000000};
    double began = grader_clock();
    while (is_there(id)) {
        if (grader_clock() - began > END_SECONDS)
            return false;
        cancel(id);
        nanosleep(&pause, NULL);
    }
    return true;
}

bool slurm_end_earlier(const book *b, error *e)
{
    char text[32];
    long long id = strtoll(book_setting(b, "slurm job", text, sizeof text), NULL, 10);
    if (id == 0)
        return true;
    if (!can_be_asked())
        return error_set(
            e,
            "job %lld of an earlier run may still be grading into this book, and there "
            "is no squeue here to ask; go on where it was submitted",
            id);
    if (!end_job(id))
        return error_set(e,
                         "the cluster still has job %lld of an earlier run, or does not answer; "
                         "`scancel %lld` ends it",
                         id, id);
    return book_set(b, "slurm job", "0", e);
}

/* ---- shards ---- */

/*
 * A shard is texts with a null character behind each: the grader, its root, build and cache,
 * the seed, and for each submission the folder of its attempt and its path.
 */
static void put_text(FILE *file, const char *text)
{
    fwrite(text, 1, strlen(text) + 1, file);
}

static bool write_shard(const class_run *r, size_t first, size_t end, const char *path, error *e)
{
    atomic_file out;
    char seed[32];
    char grader[PATH_MAX];
    char folder[PATH_MAX];
    const course *c = r->g->course;
    snprintf(seed, sizeof seed, "%u", (unsigned)r->g->seed);
    if (realpath(r->g->grader, grader) == NULL)
        return error_set(e, "%s: %s", r->g->grader, strerror(errno));
    if (!atomic_file_open(&out, path, e))
        return false;
    put_text(out.stream, grader);
    put_text(out.stream, realpath(c->root.text, folder) != NULL ? folder : c->root.text);
    put_text(out.stream, realpath(c->build.text, folder) != NULL ? folder : c->build.text);
    put_text(out.stream, realpath(c->cache.text, folder) != NULL ? folder : c->cache.text);
    put_text(out.stream, seed);
    for (size_t i = first; i < end; i++) {
        const job *j = &r->jobs[i];
        put_text(out.stream, realpath(j->folder.text, folder) != NULL ? folder : j->folder.text);
        put_text(out.stream, j->of->path.text);
    }
    return atomic_file_commit(&out, e);
}

/* Submits the array job for count shards; its tasks write what they say beside them. */
static bool submit(const class_run *r, size_t count, slurm_job *cluster, error *e)
{
    char text[1024];
    char array[64];
    char program[PATH_MAX];
    char book_folder[PATH_MAX];
    char output[PATH_MAX + 64];
    char limit[32] = "";
    if (realpath("/proc/self/exe", program) == NULL ||
        realpath(r->g->book->folder.text, book_folder) == NULL)
        return error_set(e, "%s: %s", r->g->book->folder.text, strerror(errno));
    if (r->g->jobs > 0)
        snprintf(limit, sizeof limit, "%%%u", r->g->jobs);
    snprintf(array, sizeof array, "--array=0-%zu%s", count - 1, limit);
    snprintf(output, sizeof output, "--output=%s/slurm/%%a.txt", book_folder);
    path_text task = path_of("%s/grader/class/slurm-task", r->g->course->root.text);
    const char *const argv[] = {"sbatch",    "--parsable",
                                array,       "--cpus-per-task=1",
                                output,      "--job-name=grade-class",
                                task.text,   program,
                                book_folder, NULL};
    int status = command_run(argv, text, sizeof text);
    cluster->id = status == 0 ? strtoll(text, NULL, 10) : 0;
    if (cluster->id <= 0) {
        cluster->id = 0;
        text[strcspn(text, "\n")] = '\0';
        return error_set(e, "the cluster takes no job: %.200s",
                         status < 0 ? "there is no sbatch; install slurm-client" : text);
    }
    snprintf(text, sizeof text, "%lld", cluster->id);
    return book_set(r->g->book, "slurm job", text, e);
}

bool slurm_start(class_run *r, slurm_job *cluster, error *e)
{
    queued *w;
    if (r->running > 0)
        return true;
    for (;;) {
        if (!class_run_next(r, &w, e))
            return false;
        if (w == NULL)
            break;
        if (!class_run_begin(r, w, e))
            return false;
    }
    if (r->running == 0)
        return true;
    /* What was tried before gets a task of its own, so that it takes nothing else down. */
    size_t share = r->running / MANY_TASKS + 1;
    size_t size = cluster->number++ > 0 ? 1 : share < MOST_IN_SHARD ? share : MOST_IN_SHARD;
    size_t count = (r->running + size - 1) / size;
    path_text folder = path_of("%s/slurm", r->g->book->folder.text);
    folder_remove(folder.text);
    if (mkdir(folder.text, 0700) != 0)
        return error_set(e, "%s: %s", folder.text, strerror(errno));
    for (size_t i = 0; i < count; i++) {
        size_t end = (i + 1) * size;
        if (!write_shard(r, i * size, end < r->running ? end : r->running,
                         path_of("%s/%zu", folder.text, i).text, e))
            return false;
    }
    cluster->gone = false;
    return submit(r, count, cluster, e);
}

/* ---- what came of them ---- */

/* Reads how the grader of folder ended; false when it has not. */
static bool read_end(const char *folder, int *status, double *seconds)
{
    FILE *file = fopen(path_of("%s/ended", folder).text, "re");
    bool ended = file != NULL && fscanf(file, "%d %lf", status, seconds) == 2;
    if (file != NULL)
        fclose(file);
    return ended;
}

static bool was_begun(const char *folder)
{
    return access(path_of("%s/said.txt", folder).text, F_OK) == 0;
}

/* Gives up all that the job, which has gone, did not finish. */
static bool lose_rest(class_run *r, const slurm_job *cluster, error *e)
{
    bool ran = class_run_done(r) > 0;
    for (size_t i = 0; i < r->running; i++)
        ran = ran || was_begun(r->jobs[i].folder.text);
    if (!ran)
        return error_set(e,
                         "job %lld of the cluster ended and graded nothing; %s/slurm/0.txt may "
                         "say why",
                         cluster->id, r->g->book->folder.text);
    while (r->running > 0) {
        bool begun = was_begun(r->jobs[0].folder.text);
        if (!class_run_lose(r, 0, "the cluster's task ended before it was graded", begun, e))
            return false;
    }
    return true;
}

bool slurm_end(class_run *r, slurm_job *cluster, error *e)
{
    bool gone_before = cluster->gone;
    if (cluster->id == 0 || grader_clock() - cluster->asked < ASK_SECONDS)
        return true;
    cluster->asked = grader_clock();
    cluster->gone = !is_there(cluster->id);
    for (size_t i = 0; i < r->running;) {
        int status;
        double seconds;
        if (!read_end(r->jobs[i].folder.text, &status, &seconds))
            i++;
        else if (!class_run_end(r, i, status, seconds, e))
            return false;
    }
    /* A shared file system may show a task's last files late: look twice. */
    if (!cluster->gone || !gone_before)
        return true;
    bool told = lose_rest(r, cluster, e);
    cluster->id = 0;
    return told && book_set(r->g->book, "slurm job", "0", e);
}

void slurm_abandon(class_run *r, const slurm_job *cluster)
{
    if (cluster->id != 0 && r->running > 0)
        cancel(cluster->id);
    r->running = 0;
}

/* ---- a task ---- */

static bool grade_one(const grader_call *call, const char *folder, const char *path, error *e)
{
    static const struct timespec tick = {.tv_nsec = 100000000};
    int status;
    atomic_file out;
    double began = grader_clock();
    if (access(path_of("%s/ended", folder).text, F_OK) == 0)
        return true;
    pid_t process = grader_start(call, path, folder);
    if (process < 0)
        return error_set(e, "no process for a grader: %s", strerror(errno));
    while (waitpid(process, &status, WNOHANG) != process) {
        if (grader_clock() - began > GRADER_SECONDS)
            kill(process, SIGKILL);
        nanosleep(&tick, NULL);
    }
    if (!atomic_file_open(&out, path_of("%s/ended", folder).text, e))
        return false;
    fprintf(out.stream, "%d %.3f\n", status, grader_clock() - began);
    return atomic_file_commit(&out, e);
}

/* The text behind *at, which moves on; NULL when nothing whole is left before end. */
static const char *next_text(const char **at, const char *end)
{
    const char *text = *at;
    const char *zero = text < end ? memchr(text, '\0', (size_t)(end - text)) : NULL;
    if (zero == NULL)
        return NULL;
    *at = zero + 1;
    return text;
}

bool slurm_grade_shard(const char *shard, error *e)
{
    uint8_t *bytes;
    size_t length;
    const char *folder;
    const char *path;
    const char *before[PARTS_BEFORE] = {NULL};
    if (!whole_file_read(shard, MOST_BYTES, &bytes, &length, e))
        return false;
    const char *at = (const char *)bytes;
    const char *end = at + length;
    for (size_t i = 0; i < PARTS_BEFORE; i++)
        before[i] = next_text(&at, end);
    bool graded = before[PARTS_BEFORE - 1] != NULL || error_set(e, "%s: is cut short", shard);
    grader_call call = {before[0], before[1], before[2], before[3], 0};
    if (graded)
        call.seed = (uint32_t)strtoul(before[PARTS_BEFORE - 1], NULL, 10);
    while (graded && (folder = next_text(&at, end)) != NULL && (path = next_text(&at, end)) != NULL)
        graded = grade_one(&call, folder, path, e);
    free(bytes);
    return graded;
}
