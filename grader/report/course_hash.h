/*
 * What judges an assignment, as a hash: results of one hash can be compared.
 */
#ifndef GRADER_COURSE_HASH_H
#define GRADER_COURSE_HASH_H

#include "course.h"
#include "error.h"
#include "judge_parts.h"

enum { COURSE_HASH_TEXT = 65 };

/* Two hashes, in hexadecimal. */
typedef struct course_hashes {
    char judge[COURSE_HASH_TEXT];  /* of what finds out which cases pass */
    char course[COURSE_HASH_TEXT]; /* of the rubric, too, which makes points of that */
} course_hashes;

/*
 * Writes SHA-256 of the grading program at the path program and of the reference's worker into
 * hashes->judge, and of these and the rubric of the course c into hashes->course; "" in a student's
 * tree, whose results nobody compares. False and e when one of them cannot be read.
 */
bool course_hash(const course *c, const char *program, course_hashes *hashes, error *e)
    __attribute__((warn_unused_result));

/* A hash of what finds out which cases of a question pass, and why not. */
typedef struct question_hash {
    char text[COURSE_HASH_TEXT];
} question_hash;

/*
 * Writes into hashes, for each question of r, SHA-256 of the parts that it is judged by: those of
 * its family's modules and cases, and the one that judges all. "" in a student's tree.
 */
void question_hashes(const rubric *r, const judge_part *parts, question_hash *hashes);

#endif
