/*
 * The judge: compares what a subject returned with what is expected. Trusted, and the only place
 * where a comparison is made.
 */
#ifndef GRADER_JUDGE_H
#define GRADER_JUDGE_H

#include "tensor.h"

enum { MAP_ROWS = 16, MAP_COLUMNS = 24, JUDGED_PLACE = 128, JUDGED_ALIKE = 40 };

/* What a comparison found. */
typedef struct judgement {
    bool passed;
    size_t total, wrong; /* elements */
    size_t unwritten,
        not_finite; /* of the wrong ones: still holding the poison; NaN or infinite otherwise */
    size_t index;   /* row-major, of the first wrong element */
    char place[JUDGED_PLACE]; /* the same as it is written: "dW[3,0]"; "" when passed */
    double got, expected;     /* there */
    double largest_error;     /* of the finite ones, as a part of the largest |expected| */
    /*
     * The same text for two tensors of which one is a multiple of the other, within rounding. ""
     * for a multiple of what is expected, for a single number, and for what is not finite.
     */
    char alike[JUDGED_ALIKE];
    /*
     * Where it is wrong: cells of a picture of the tensor as a matrix, 0 right to 9 wrong by its
     * whole size or more.
     */
    size_t map_rows, map_columns;
    unsigned char map[(size_t)MAP_ROWS * MAP_COLUMNS];
} judgement;

/*
 * Compares got with expected, called name, elementwise: right is |got - expected| <= tolerance *
 * the largest |expected| of the tensor (tolerance alone where all are 0), where both are finite;
 * NaN is never right. Fills j. Tensors of different shapes cannot be compared: that is a mistake of
 * the case and stops the program.
 */
void judge_tensor(const char *name, const tensor *got, const tensor *expected, double tolerance,
                  judgement *j);

/* The same for one number called name: got, expected, tolerance and j as above. */
void judge_number(const char *name, double got, double expected, double tolerance, judgement *j);

/*
 * The same for labels called name, as many of got as of expected, where one is right when it equals
 * the other. Fills j.
 */
void judge_labels(const char *name, const labels *got, const labels *expected, judgement *j);

/*
 * The same for the words, got and expected, of sentences of length words, row by row: j's place is
 * name[sentence,word].
 */
void judge_words(const char *name, const labels *got, const labels *expected, size_t length,
                 judgement *j);

/*
 * The NaN that outputs are filled with before a call, in double and in float: a pattern that
 * arithmetic does not make by itself.
 */
double judge_poison(void);
float judge_poison_float(void);

/* Whether value is that NaN (as double, also when it was widened from float). */
bool judge_is_poison(double value);

/* What labels are filled with before a call. */
#define JUDGE_POISON_LABEL UINT32_MAX

#endif
