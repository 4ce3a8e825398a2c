/*
 * What the grader knows of assignment 1.
 */
#ifndef GRADER_ASSIGNMENT1_ASSIGNMENT1_H
#define GRADER_ASSIGNMENT1_ASSIGNMENT1_H

#include "grading.h"

/* Every operation of the assignment; the last entry is empty. */
extern const declaration assignment1_declarations[];

/* The modules that are built from others; the last entry is empty. */
extern const composite assignment1_composites[];

#endif
