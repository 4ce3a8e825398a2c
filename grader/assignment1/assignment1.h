/*
 * What the grader knows of assignment 1.
 */
#ifndef GRADER_ASSIGNMENT1_ASSIGNMENT1_H
#define GRADER_ASSIGNMENT1_ASSIGNMENT1_H

#include "declaration.h"

/* Every operation of the assignment; the last entry is empty. */
extern const declaration assignment1_declarations[];

#endif
