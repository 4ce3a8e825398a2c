/*
 * What the grader knows of one assignment. Each has a grading program of its own, linked with what
 * adapters.awk makes of grader/assignmentN/operations.txt, which defines these, and with its cases.
 */
#ifndef GRADER_ASSIGNMENT_H
#define GRADER_ASSIGNMENT_H

#include "grading.h"
#include "judge_parts.h"

/* Which assignment: 1 for assignment1. */
extern const unsigned assignment_number;

/* Every operation of the assignment; the last entry is empty. */
extern declaration assignment_declarations[];

/* The modules that are built from others; the last entry is empty. */
extern const composite assignment_composites[];

/* What judges it, in parts; the last entry is empty. */
extern const judge_part assignment_judge_parts[];

#endif
