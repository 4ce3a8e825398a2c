/*
 * A result under another rubric: who passed which case stays, what that is worth changes.
 */
#ifndef GRADER_RESCORE_H
#define GRADER_RESCORE_H

#include <jansson.h>
#include <stdbool.h>

#include "course.h"
#include "error.h"

/*
 * Makes of result, a complete one that the judge of the course c gave under another rubric, what a
 * grading under c's rubric of now would give; course_hash is c's. False when the rubric has other
 * cases than the result, or cannot be read; the result is then worth nothing.
 */
bool rescore(json_t *result, const course *c, const char *course_hash)
    __attribute__((warn_unused_result));

#endif
