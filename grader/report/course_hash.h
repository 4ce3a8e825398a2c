/*
 * What judges an assignment, as a hash: results of one hash can be compared.
 */
#ifndef GRADER_COURSE_HASH_H
#define GRADER_COURSE_HASH_H

#include "course.h"
#include "error.h"

/*
 * Writes SHA-256, in hexadecimal, of the rubric of the course c, of the grading program at the path
 * program and of the reference's worker into hash, 65 bytes; "" in a student's tree, whose results
 * nobody compares. False and e when one of them cannot be read.
 */
bool course_hash(const course *c, const char *program, char *hash, error *e)
    __attribute__((warn_unused_result));

#endif
