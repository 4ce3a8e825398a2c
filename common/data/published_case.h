/*
 * Published cases: the numeric checks that the course has published, read from a JSON file.
 *
 * A room keeps the cases of its assignment in one file, which its Check suites and the public cases
 * of the grader both read:
 *
 *   {"source": "...", "cases": [{"function": "affine_forward", "max_rel_error": 1e-8,
 *     "inputs": {"x": {"linspace": [-0.1, 0.5], "shape": [2, 4, 5, 6]}, "y": [0, 5, 1],
 *                "reg": 0.5},
 *     "expected": {"out": [[1.49834967, 1.70660132], [3.25553199, 3.5141327]], "loss": 3.47}}]}
 *
 * A tensor is nested arrays of numbers, or a linspace: evenly spaced numbers that fill the shape
 * row by row; a matrix with "then": "transpose to (3, 5)" is then transposed. Labels are a list of
 * whole numbers, captions a list of such lists, one per sentence.
 *
 * The file belongs to the course, so only opening it can fail. Asking for a name that the case does
 * not have, or for another kind of value, stops the program with the file and the name.
 */
#ifndef COMMON_PUBLISHED_CASE_H
#define COMMON_PUBLISHED_CASE_H

#include "captions.h"
#include "error.h"

typedef struct published_case published_case;

/*
 * Opens the case for function in the file path: of several for the same function the one of this
 * index, counted from 0. NULL and e when the file cannot be read, is not as described above, or has
 * no such case. Closed by published_case_close.
 */
published_case *published_case_open(const char *path, const char *function, size_t index, error *e)
    __attribute__((warn_unused_result));

/* Closes c; NULL is fine. */
void published_case_close(published_case *c);

/* The input called name of c as a new tensor, which the caller frees. */
tensor *published_input(const published_case *c, const char *name)
    __attribute__((warn_unused_result));

/* The input called name of c, a list of classes, as new labels, which the caller frees. */
labels *published_input_labels(const published_case *c, const char *name)
    __attribute__((warn_unused_result));

/* The input called name of c, lists of word numbers, as new captions, which the caller frees. */
captions *published_input_captions(const published_case *c, const char *name)
    __attribute__((warn_unused_result));

/* The input called name of c, a single number. */
double published_input_number(const published_case *c, const char *name);

/* The expected output called name of c as a new tensor, which the caller frees. */
tensor *published_expected(const published_case *c, const char *name)
    __attribute__((warn_unused_result));

/* The expected output called name of c as new captions, which the caller frees. */
captions *published_expected_captions(const published_case *c, const char *name)
    __attribute__((warn_unused_result));

/* The expected output called name of c, a single number. */
double published_expected_number(const published_case *c, const char *name);

/* The largest relative error (as relative_error measures it) that c allows, in double. */
double published_tolerance(const published_case *c);

#endif
