/*
 * Known mistakes: wrong variants of the reference, each a worker of its own.
 *
 * A mistake is a file NAME.diff in the assignment's folder of mistakes: a head, the sentence that
 * the student will read, and a change of the reference solution:
 *
 *     Module: linear_svm
 *     Breaks: test_svm_loss_naive_is_a_mean_over_the_examples
 *
 *     The loss is the sum over the minibatch, and should be the mean: ...
 *
 *     --- linear_svm.c
 *     +++ linear_svm.c
 *
 * "Breaks", a test of the room's own suites that finds it, may be missing; "Pairs: no" says that
 * the mistake is rarely met beside another one. The same mistake can be made in several forms with
 * other results: NAME~2.diff, NAME~3.diff have a change, but no sentence, which is that of
 * NAME.diff. Workers are built from these beforehand (make mistakes), also of each two of one
 * module that may be met together and whose first forms fit: such a pair is called A+B.
 */
#ifndef GRADER_MISTAKE_H
#define GRADER_MISTAKE_H

#include "evidence.h"
#include "grading.h"

enum { MISTAKE_NAME = 256, MISTAKE_TEXT = 900 };

typedef struct mistake {
    char name[MISTAKE_NAME]; /* of a pair: "A+B"; of a form: that of the mistake, without "~2" */
    char module[48];
    char text[MISTAKE_TEXT]; /* of a pair: both sentences */
    bool pair;
    worker_program program; /* in double */
    worker *running;        /* started when first asked; NULL: not yet, or it has died */
} mistake;

typedef struct mistake_list {
    size_t count;
    mistake *list; /* single ones first; each part by module, then by name */
} mistake_list;

/*
 * Finds the mistakes of c's assignment whose workers are built and reads their sentences, into all.
 * None, as in a student's tree, is not an error. False and e when a file is damaged.
 */
bool mistakes_load(const course *c, mistake_list *all, error *e)
    __attribute__((warn_unused_result));

/*
 * Makes the recorded call c of m's worker, which is started when needed and may be ended when
 * others are; what it returns goes to out. False when it did not come back.
 */
bool mistake_answer(mistake *m, recorded_call *c, bindings *out);

/* Ends the workers that are running, and frees what all holds. */
void mistakes_clear(mistake_list *all);

#endif
