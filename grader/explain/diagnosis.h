/*
 * Diagnosis: why a case failed.
 *
 * For each operation that was found wrong, the calls that the submission answered are made again of
 * every known mistake, and of every pair of mistakes. Where just one of them gives the same results
 * in all calls, right ones and wrong ones, that is what happened; where several do, inputs are
 * drawn anew until they can be told apart. Where nothing fits, the error itself is taken apart
 * (error_pattern.h). No diagnosis changes a score, and none goes by what was returned in a question
 * of another family (rubric.h).
 */
#ifndef GRADER_DIAGNOSIS_H
#define GRADER_DIAGNOSIS_H

#include "mistake.h"
#include "rubric.h"

/*
 * Looks at the results of the first graded cases of r, for which g kept evidence, and fills in the
 * mistakes, or the patterns, of those that failed. Uses all, the known mistakes.
 */
void diagnose(grading *g, const rubric *r, const mistake_list *all, case_result *cases,
              size_t graded);

#endif
