/*
 * An earlier result of the same submission, of which a grading keeps what it would find again.
 *
 * What a question's cases come to depends on what judges them (question_hashes), the submission,
 * the seed and the machine. Where all four are the same, they are as they were: verdicts, because a
 * case asks operations of its question's family only (rubric.h); explanations, because a diagnosis
 * looks at the calls of one family. Points are those of the rubric as it is now.
 */
#ifndef GRADER_EARLIER_H
#define GRADER_EARLIER_H

#include <jansson.h>

#include "course_hash.h"
#include "rubric.h"

/* All zero, it keeps nothing. */
typedef struct earlier {
    json_t *result;
    bool keeps[MAX_QUESTIONS]; /* the cases of that question */
} earlier;

/*
 * Reads the result at path into *e, and finds out of which questions of r a grading may keep the
 * cases that begins as now says, with hashes for the questions; fills in their states and shares in
 * cases. False, and *e empty, when there is none.
 */
bool earlier_open(const char *path, const json_t *now, const rubric *r, const question_hash *hashes,
                  case_result *cases, earlier *e) __attribute__((warn_unused_result));

/* Whether e keeps the case c. */
bool earlier_keeps(const earlier *e, const rubric_case *c);

/* The case called name of e's result, and its timings, which e goes on to own. */
json_t *earlier_case(const earlier *e, const char *name);
json_t *earlier_timing(const earlier *e, const char *name);

/* Frees what e holds. */
void earlier_close(earlier *e);

#endif
