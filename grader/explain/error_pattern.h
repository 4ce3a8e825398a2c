/*
 * The error taken apart: what is wrong about results that no known mistake gives.
 */
#ifndef GRADER_ERROR_PATTERN_H
#define GRADER_ERROR_PATTERN_H

#include "grading.h"

enum { PATTERN_TEXT = 400 };

/*
 * Looks at the recorded calls of the operation called, in g's evidence, and writes into text, of
 * PATTERN_TEXT bytes, a sentence on what all its wrong results have in common: one row or column;
 * a mode that they are right in; that they depend on the call before, on what the output held, or
 * on the size of the numbers; a pattern of the numbers (error_numbers.h); that they are right
 * without regularization; an input without effect. "" where nothing fits all of them. Asks the
 * subject's and the reference's worker again.
 */
void error_pattern(grading *g, const declaration *called, char *text);

/*
 * Calls the subject once more with the inputs of recorded calls of the operation called, the
 * outputs holding other numbers before, and keeps what comes back in g's evidence: whether an
 * output was never written or added to can then be told.
 */
void evidence_of_filled_outputs(grading *g, const declaration *called);

#endif
