/*
 * Grading on a cluster that runs Slurm: what waits is cut into shards, and an array job grades a
 * shard in each of its tasks. The book, the course and the submissions lie on a file system that
 * all nodes share, under the same paths. Only this process touches the book; tasks write into the
 * folders of results/, and this process takes in what they finish. Slurm's own variables
 * (SBATCH_PARTITION, SBATCH_ACCOUNT, SBATCH_TIMELIMIT ...) say which part of the cluster is used.
 */
#ifndef GRADER_SLURM_H
#define GRADER_SLURM_H

#include "class_run.h"

/* An array job; id 0: none. */
typedef struct slurm_job {
    long long id;
    double asked;    /* when the cluster was asked last, and */
    bool gone;       /* that it did not know the job any more */
    unsigned number; /* how many there were in this run */
} slurm_job;

/*
 * When an earlier run of b left an array job on the cluster, ends it and waits until it has ended.
 * False and e when the cluster does not answer, with the job's number.
 */
bool slurm_end_earlier(const book *b, error *e) __attribute__((warn_unused_result));

/*
 * When no job of r is running, submits an array job for all that wait, as *cluster. False and e
 * when the cluster does not take it, or the book cannot be written.
 */
bool slurm_start(class_run *r, slurm_job *cluster, error *e) __attribute__((warn_unused_result));

/*
 * Takes into r what the tasks of *cluster have finished, and gives up what they can finish no more.
 * False and e when the book cannot be written, or the tasks of the cluster never ran.
 */
bool slurm_end(class_run *r, slurm_job *cluster, error *e) __attribute__((warn_unused_result));

/* Ends *cluster's tasks; what they did not finish of r is done again another time. */
void slurm_abandon(class_run *r, const slurm_job *cluster);

/*
 * The work of a task: grades the submissions in the file shard, one after the other, but not those
 * that have ended already. False and e when the shard cannot be read.
 */
bool slurm_grade_shard(const char *shard, error *e) __attribute__((warn_unused_result));

#endif
