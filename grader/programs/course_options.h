/*
 * The options that every program of the grader has: which seed, where the course is.
 */
#ifndef GRADER_COURSE_OPTIONS_H
#define GRADER_COURSE_OPTIONS_H

#include <argp.h>

#include "grading.h"

typedef struct course_options {
    course course;
    uint32_t seed;
    bool seed_given;
} course_options;

/* What holds for that assignment where no option says otherwise. */
course_options course_options_default(unsigned assignment);

/*
 * The parser of --seed, --root and --build, as a child of a program's own, whose
 * parse function hands it a course_options on ARGP_KEY_INIT: state->child_inputs[0] = &...
 */
extern const struct argp_child course_options_child[];

/*
 * The whole number, 0 to 2^32 - 1, that text, the value of name, is; all else ends the program that
 * state parses for.
 */
unsigned long course_options_number(struct argp_state *state, const char *name, const char *text);

#endif
