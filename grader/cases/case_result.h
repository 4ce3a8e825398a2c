/*
 * What became of one case.
 */
#ifndef GRADER_CASE_RESULT_H
#define GRADER_CASE_RESULT_H

#include "judge.h"
#include "worker_process.h"

typedef enum case_state {
    CASE_PASSED,
    CASE_PARTIAL,
    CASE_FAILED,
    CASE_SKIPPED,         /* a case that it needs did not pass */
    CASE_NOT_IMPLEMENTED, /* a stub was met */
    CASE_DOES_NOT_BUILD,  /* the module did not compile: the stub was in its place */
    CASE_NOT_GRADED,      /* our fault */
} case_state;

enum { CASE_MESSAGE = 600, CASE_PRINTED = 4096, CASE_MISTAKE = 256, CASE_EXPLANATION = 900 };

typedef struct case_result {
    case_state state;
    double fraction; /* of the points, 0 to 1 */
    /*
     * Why it did not pass, in parts, because not every reader may see all of them (sentence.h): the
     * grader's own words, how it should have been, and what the program said, which is hostile.
     * All "" where the first failure is the judgement below.
     */
    char message[CASE_MESSAGE];
    char expectation[CASE_MESSAGE];
    char program_said[WIRE_TEXT];
    const char *waits_for;            /* the case that has to pass before it is tried; or NULL */
    char missing[WIRE_NAME];          /* the function that is not implemented; "" for none */
    char operation[WIRE_NAME];        /* the last one called */
    char call_text[CASE_MESSAGE];     /* what it was called with: names and shapes */
    char failed_operation[WIRE_NAME]; /* the first that was found wrong; "" for none */
    char output_name[WIRE_NAME];      /* of the judgement below; "" for none */
    judgement judgement;              /* of the first expectation that did not hold */
    char printed[CASE_PRINTED + 1];   /* what the submission printed; hostile bytes */
    size_t printed_length;
    bool printed_cut;
    double seconds, cpu_seconds,
        limit_seconds;  /* timings: of the case, of its slowest call, its limit */
    size_t peak_memory; /* bytes */
    double speed_ratio; /* 0: not a case about speed */
    /* What the diagnosis found: the known mistake, its sentence and how sure that is; else what the
     * errors have in common. Each may be "". */
    char mistake[CASE_MISTAKE];
    char mistake_text[CASE_EXPLANATION];
    char certainty[CASE_MESSAGE / 2];
    char pattern[CASE_MESSAGE];
    char blame[64]; /* the module that the fault is in, where it is not the case's own; or "" */
} case_result;

/*
 * The name of a state in results: "passed", "partial", "failed", "skipped", "not implemented",
 * "does not build", "not graded".
 */
const char *case_state_name(case_state state);

#endif
