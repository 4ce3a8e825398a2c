/*
 * Contracts: the demands of a function on its arguments. If one is not met, the program stops
 * (stop.h).
 *
 * A wrong shape stops the program with a line that names the function, the argument, its shape and
 * the expected shape. Every stop goes through contract_failed: one place for a breakpoint. A
 * function that the student has not written yet stops through not_implemented.
 */
#ifndef COMMON_CONTRACT_H
#define COMMON_CONTRACT_H

#include "stop.h"
#include "tensor.h"

/*
 * Called by NOT_IMPLEMENTED: stops the program with a line which says that function is still a
 * stub. The other arguments are ignored. It never returns; its type lets a function that returns a
 * number say `return NOT_IMPLEMENTED(...)`.
 */
real not_implemented(const char *function, ...);

/*
 * The body of a stub. It takes the function's arguments, so that an untouched stub compiles without
 * a warning, and so that "unused parameter" is a real hint once this line is gone.
 */
#define NOT_IMPLEMENTED(...) not_implemented(__func__, __VA_ARGS__)

/*
 * Each stops the program unless the tensor t, called name in function, has exactly the given shape.
 * rows, columns and d0, d1, d2, d3 are the expected sizes, from the outermost dimension in.
 */
void check_shape_1d(const char *function, const char *name, const tensor *t, size_t d0);
void check_shape_2d(const char *function, const char *name, const tensor *t, size_t rows,
                    size_t columns);
void check_shape_3d(const char *function, const char *name, const tensor *t, size_t d0, size_t d1,
                    size_t d2);
void check_shape_4d(const char *function, const char *name, const tensor *t, size_t d0, size_t d1,
                    size_t d2, size_t d3);

/* Stops the program unless t, called name in function, has the shape of like. */
void check_same_shape(const char *function, const char *name, const tensor *t, const tensor *like);

/*
 * Stops the program unless t, called name in function, has the given rank (number of dimensions).
 */
void check_rank(const char *function, const char *name, const tensor *t, size_t rank);

/*
 * Stops the program unless y, called name in function, holds count labels, each below class_count;
 * with SIZE_MAX each may be anything.
 */
void check_labels(const char *function, const char *name, const labels *y, size_t count,
                  size_t class_count);

#endif
