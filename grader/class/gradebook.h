/*
 * The class's points as the files that learning management systems import.
 */
#ifndef GRADER_GRADEBOOK_H
#define GRADER_GRADEBOOK_H

#include "book.h"

/* The names of the formats, separated by ", ". */
extern const char gradebook_formats[];

/*
 * Writes the points of the book b in that format to the file path, whole or not at all. column is
 * the title of the assignment there; "": Assignment N. Every cell is quoted, and one that a
 * spreadsheet would take for a formula begins with an apostrophe. A student without a result has an
 * empty cell, in nbgrader's format 0, as nbgrader has it. False and e for a format that there is
 * none of, or a file that cannot be written. *left_out is how many students the format cannot name.
 */
bool gradebook_write(const book *b, const char *format, const char *column, const char *path,
                     size_t *left_out, error *e) __attribute__((warn_unused_result));

#endif
