/*
 * real: the floating-point type of every tensor, chosen when the program is built.
 *
 * Compiled with -DREAL_IS_DOUBLE it is double, otherwise float. Gradients are checked in double,
 * where an error of 1e-8 means something; training runs in float, which is twice as fast.
 *
 * <tgmath.h> makes exp, sqrt, fabs, ... pick the variant of their argument's type, so that one
 * source serves both.
 */
#ifndef COMMON_REAL_H
#define COMMON_REAL_H

#include <float.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <tgmath.h>

#ifdef REAL_IS_DOUBLE
typedef double real;
#define REAL_EPSILON DBL_EPSILON
#define REAL_MAX DBL_MAX
#define REAL_NAME "double"
#else
typedef float real;
#define REAL_EPSILON FLT_EPSILON
#define REAL_MAX FLT_MAX
#define REAL_NAME "float"
#endif

#endif
