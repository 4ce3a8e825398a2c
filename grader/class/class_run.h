/*
 * The run of a class's grading: what waits, what is being graded, and how each ends in the book.
 * Who starts the graders, on this machine (class_grading.c) or on a cluster (slurm.c), uses this.
 */
#ifndef GRADER_CLASS_RUN_H
#define GRADER_CLASS_RUN_H

#include "class_grading.h"
#include "grader_process.h"

enum { MOST_TRIES = 3 };

/* A submission that waits for its result. */
typedef struct queued {
    int64_t submission;
    path_text path;
    char content[HASH_TEXT];
    unsigned tries; /* in this run */
    bool done;
} queued;

/* One that is being graded. */
typedef struct job {
    queued *of;
    int64_t attempt;
    char name[32];    /* of its folder in results/ */
    path_text folder; /* the whole path */
    pid_t process;    /* its grader, where that runs on this machine */
    double began;
} job;

typedef struct class_run {
    const class_grading *g;
    class_sums *sums;
    queued *queue;
    size_t count;
    job *jobs; /* room for count */
    size_t running;
} class_run;

/*
 * Begins *r, a run of g that counts in *sums, which is set. First takes into the book what an
 * earlier run, killed since, had finished on the disk, and removes what it had not. False and e
 * when the book cannot be written.
 */
bool class_run_open(const class_grading *g, class_sums *sums, class_run *r, error *e)
    __attribute__((warn_unused_result));

/* Frees what r holds. */
void class_run_close(class_run *r);

/*
 * Writes into *w the next submission of r that a grader can begin with; NULL when none can now.
 * Those whose content has a result, if only under another rubric, get that on the way. False and e
 * when the book cannot be written.
 */
bool class_run_next(class_run *r, queued **w, error *e) __attribute__((warn_unused_result));

/*
 * Makes w the last of r's jobs: notes in the journal that its grading begins, and makes its folder.
 * False and e when the book or the disk cannot take it.
 */
bool class_run_begin(class_run *r, queued *w, error *e) __attribute__((warn_unused_result));

/*
 * Ends job i of r, which was running for that many seconds and whose grader ended with status, as
 * waitpid gives it: its result goes into the book, or the reason why there is none. False and e
 * when the book cannot be written.
 */
bool class_run_end(class_run *r, size_t i, int status, double seconds, error *e)
    __attribute__((warn_unused_result));

/*
 * Gives up job i of r, which never got a grader, or whose grader was lost with its machine, for
 * that reason. counts: whether that was one of its tries. False and e when the book cannot be
 * written.
 */
bool class_run_lose(class_run *r, size_t i, const char *reason, bool counts, error *e)
    __attribute__((warn_unused_result));

/* How many submissions of r need nothing more. */
size_t class_run_done(const class_run *r);

#endif
