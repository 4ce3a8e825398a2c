/*
 * What judges an assignment, in parts. A change of a part touches the questions that hang together
 * with it, which a regrading grades again; the results of the others stay (earlier.h). A student's
 * tree, which regrades nobody, has no parts.
 */
#ifndef GRADER_JUDGE_PARTS_H
#define GRADER_JUDGE_PARTS_H

#include "grading.h"
#include "rubric.h"

/*
 * A source of cases ("grader/assignment1/cases/knn_cases.c"), or a module ("knn": its reference and
 * its known mistakes), or "": all that every question is judged by.
 */
typedef struct judge_part {
    const char *name;
    const char *hash;   /* of its text */
    const char *others; /* of a module: those that its reference calls, with blanks between */
} judge_part;

/* The hash of the part called name; "" when parts has none. */
const char *judge_part_hash(const judge_part *parts, const char *name);

/* Joins the questions of r whose modules call each other, by composites and parts. */
void judge_join_questions(rubric *r, const composite *composites, const judge_part *parts);

#endif
