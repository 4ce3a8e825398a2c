/*
 * The rubric: which cases belong to which question, and their points. It stands in a JSON file:
 *
 *     {"assignment": 1, "title": "...",
 *      "questions": [{"name": "Q1", "title": "k nearest neighbours", "modules": ["knn"],
 *                     "points": 20, "cases": {"knn_two_loops_any_shape": 2, ...}}, ...]}
 *
 * One mistake should cost at most 40 % of a question, which `make prove` checks; where it may cost
 * more, the question says why: "costly": "half of it is a single function".
 *
 * In a student's tree hidden cases are missing: "waiting" says how many points of a question theirs
 * are.
 */
#ifndef GRADER_RUBRIC_H
#define GRADER_RUBRIC_H

#include "attempt.h"
#include "case_result.h"
#include "submission.h"

enum { MAX_QUESTIONS = 16, MAX_CASES = 256 };

typedef struct rubric_case {
    const case_definition *definition;
    size_t question; /* index */
    double points;
} rubric_case;

typedef struct rubric_question {
    char name[16];
    char title[96];
    double points;  /* the sum of its cases', and of what waits */
    double waiting; /* points of hidden cases, which a student's tree lacks */
    bool costly;    /* the file says why one mistake may cost over 40 % of them */
    size_t family;  /* the first of the questions that hang together with it, or itself */
} rubric_question;

typedef struct rubric {
    unsigned assignment;
    char title[96];
    size_t module_count;
    struct {
        char name[48];
        size_t question; /* index */
    } modules[MAX_MODULES];
    size_t question_count;
    rubric_question questions[MAX_QUESTIONS];
    size_t case_count;
    rubric_case cases[MAX_CASES]; /* in the file's order */
} rubric;

/*
 * Reads the rubric file path and checks it against the registered cases: each of the rubric's cases
 * exists, each registered case has points, no case counts twice, a case's prerequisite comes before
 * it, and every question's points are the sum of its cases'. Fills r. False and e when something is
 * amiss.
 */
bool rubric_load(const char *path, rubric *r, error *e) __attribute__((warn_unused_result));

/* The index in r of the case called name, or case_count when there is none. */
size_t rubric_find(const rubric *r, const char *name);

/* The index in r of the question that the module belongs to, or MAX_QUESTIONS. */
size_t rubric_question_of(const rubric *r, const char *module);

/*
 * Makes one family of the questions of r that module and other belong to: an answer in one may
 * depend on the other. Questions whose cases wait for another's are one from the beginning.
 */
void rubric_join(rubric *r, const char *module, const char *other);

/* Whether module and other belong to questions of one family of r. */
bool rubric_are_joined(const rubric *r, const char *module, const char *other);

/*
 * Whether case i of r may be tried after those before it, whose results are in cases: what it needs
 * has passed at least in part. If not, fills cases[i]: skipped, or the state of the case that it
 * waits for, the first of a chain.
 */
bool rubric_case_may_be_tried(const rubric *r, size_t i, case_result *cases);

/* The points of all questions of r together, and of them those of cases that are not here. */
double rubric_points(const rubric *r);
double rubric_waiting(const rubric *r);

#endif
