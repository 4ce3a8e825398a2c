/*
 * error: a failure in the world outside the program (a file, a submission, an option), in words.
 *
 * A function that can fail returns false and fills the caller's error with one line that names the
 * file, what is wrong and what to do. Nothing is allocated and nothing is global; only main prints.
 *
 * Mistakes of the programmer (a wrong shape, an index out of range) are not errors but broken
 * contracts: see contract.h.
 */
#ifndef COMMON_ERROR_H
#define COMMON_ERROR_H

#include <stdbool.h>
#include <stddef.h>

typedef struct error {
    char text[512]; /* one line without a newline; "" while nothing is wrong */
} error;

/*
 * Writes a line into e, formatted as printf does with format and what follows it, cut to fit.
 * Control characters, those of UTF-8 too, become '?', so that a hostile file name cannot write to a
 * terminal. Returns false, so that a failing function can end with `return error_set(e, ...)`.
 */
bool error_set(error *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * How many bytes the control character at c, in a text in UTF-8 that ends with a zero, has; 0 where
 * it is none. Characters that turn the direction of writing, or end a line, are such, too: with
 * them a text looks like another.
 */
size_t control_length(const char *c);

#endif
