/*
 * A grading: the programs and workers with which the cases of one submission are tried.
 */
#ifndef GRADER_GRADING_H
#define GRADER_GRADING_H

#include "attempt.h"
#include "build.h"
#include "case_result.h"
#include "course.h"

/*
 * A module that is built from another one's functions; a module built from several has an entry for
 * each. Where it fails it is tried once more without the student's parts, which the reference's
 * worker serves in their place (remote.h).
 */
typedef struct composite {
    const char *module; /* "two_layer_net" */
    const char *parts;  /* "layers" */
} composite;

enum {
    EXPLAIN_SECONDS = 300,  /* of the clock, for all explanations: a hundred times what they take */
    MAX_FAILED_STARTS = 3,  /* of the subject's program, then it is not started any more */
    MAX_TIMES_TOO_SLOW = 2, /* of an operation of the subject, then it is not called any more */
    GRADING_SECONDS =
        900 /* that the subject may use in all cases: a hundred times what one takes */
};

typedef struct evidence evidence;

typedef struct grading {
    const declaration *declarations;
    const composite *composites; /* ended by an empty one; NULL: none */
    uint32_t seed;
    unsigned layers;
    path_text published; /* the room's file of published check cases */
    path_text symbols;   /* the folder of lists of the modules' functions */
    submission_programs subject;
    bool *is_apart; /* of each declared operation: it is called in the program that is apart */
    worker_program reference_program[2]; /* double, float; "" as path: a student's tree */
    worker_program probe_program[2];     /* stubs alone, plain and sanitized: control runs */
    worker *reference_worker[2];         /* started when first needed */
    const composite *serving;            /* whose parts the reference serves now; NULL: none */
    worker_server server;                /* what serves them, with the attempt as its context */
    evidence *evidence;                  /* where calls are kept for a diagnosis; NULL: nowhere */
    double explain_until;                /* on the clock; 0: explain for as long as it takes */
    bool explanations_cut;               /* the time for explaining was over */
    double used_seconds;                 /* by the subject so far, running or asleep */
    int failed_starts;                   /* how often the subject's program did not start */
    bool ran_out; /* it did not start once, or used up its time: later cases may go by that */
    unsigned char *times_too_slow; /* of each declared operation of the subject */
} grading;

/*
 * Fills g with where the reference and the published cases of c are, to grade with seed the
 * operations in declarations; layers, subject and evidence are left to the caller. Without
 * grader/reference, as in a student's tree, there is no reference to ask.
 */
void grading_open(const course *c, declaration *declarations, uint32_t seed, grading *g);

/* Forgets how slow the subject of g was, for another program takes its place, or another try. */
void grading_forget_slowness(grading *g);

/* Whether name is a function of a module of g, or an operation. */
bool grading_knows_function(const grading *g, const char *name);

/* Lets all explanations of g, second tries included, take EXPLAIN_SECONDS from now on. */
void grading_start_explaining(grading *g);

/* Whether that time is over; notes in g that something was left out then. */
bool grading_explained_enough(grading *g);

/* Tries the case of definition with g and fills result. */
void attempt_case(grading *g, const case_definition *definition, case_result *result);

/* Ends g's reference workers and frees what it holds. */
void grading_close(grading *g);

#endif
