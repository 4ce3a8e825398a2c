/*
 * Patterns in wrong numbers: what an output has in common with what it should be. Parts of
 * error_pattern.c.
 */
#ifndef GRADER_ERROR_NUMBERS_H
#define GRADER_ERROR_NUMBERS_H

#include "evidence.h"
#include "grading.h"

/*
 * Looks at each output of the wrong calls of the operation called, in g's evidence, and writes into
 * text, of PATTERN_TEXT bytes, a sentence on the first pattern that all of them bear out: one row
 * or column alone is wrong. False where there is none.
 */
bool error_numbers_tell_place(grading *g, const declaration *called, char *text);

/*
 * The same, of g, called and text, for patterns of the numbers: they are right to five digits, a
 * factor (also a size, or one divided by it), a sign, a constant that is added, what the output
 * held before is lost, a regularization that is missing, doubled or alone right, a transposition.
 */
bool error_numbers_tell_values(grading *g, const declaration *called, char *text);

#endif
