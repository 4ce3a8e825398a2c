/*
 * The result of a grading: one JSON record, from which every report is drawn. README.md documents
 * its fields.
 *
 * It is written whole while cases are graded (to a temporary name, synced, renamed): a grader
 * killed at any moment leaves a valid file that says how much is missing. The same submission and
 * seed give the same bytes but for the fields below "timings".
 */
#ifndef GRADER_RESULT_H
#define GRADER_RESULT_H

#include <jansson.h>

#include "course_hash.h"
#include "earlier.h"
#include "grading.h"
#include "rubric.h"

typedef struct grade_record {
    const rubric *rubric;
    const submission *submission;
    const module_build *builds;
    const grading *grading;
    const char *submission_name; /* base name of the folder or archive */
    const course_hashes *hashes;
    const question_hash *question_hashes; /* of each question */
    char compiler[128];                   /* of the submission, a line; "" before it was built */
    case_result *cases;                   /* rubric->case_count; filled up to graded */
    size_t graded;
    earlier earlier; /* of whose cases some are kept */
    json_t *told;    /* of result.c: cases as JSON, for the next call; NULL at first */
} grade_record;

/* Says that cases of record that were told by result_json have changed, or that it has ended. */
void result_changed(grade_record *record);

/* The record as JSON; a new reference, of which the caller changes nothing. */
json_t *result_json(grade_record *record) __attribute__((warn_unused_result));

/* What became of the case d, as r has it: the fields that depend on nothing else. */
json_t *case_result_json(const case_definition *d, const case_result *r)
    __attribute__((warn_unused_result));

/* value, points, as a JSON number: rounded, so that sums of binary fractions are short. */
json_t *result_points(double value) __attribute__((warn_unused_result));

/* Writes json to the file path, whole or not at all; else false and e. */
bool result_write(const json_t *json, const char *path, error *e)
    __attribute__((warn_unused_result));

/*
 * Prints result, as an audience sees it (audience.h), to standard output, in colour or not: the
 * table of questions and what failed.
 */
void report_terminal(const json_t *result, bool colour);

/*
 * Draws the page from result, as an audience sees it, with the stylesheet file into the file path:
 * self-contained, all hostile text escaped. False and e when it cannot be made or written.
 */
bool report_html(const json_t *result, const char *stylesheet, const char *path, error *e)
    __attribute__((warn_unused_result));

/*
 * Draws from result what a person opens, for the course c, into the folder out, and fills opened
 * with its path: report.html; in a student's tree, which draws no page, result.json, which is
 * there. False and e when it cannot be made or written.
 */
bool report_draw(const json_t *result, const course *c, const char *out, path_text *opened,
                 error *e) __attribute__((warn_unused_result));

#endif
