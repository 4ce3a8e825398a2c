/*
 * The students' pages in a zip archive, under the names by which a learning management system gives
 * each back to its student when the archive is uploaded there.
 */
#ifndef GRADER_UPLOAD_H
#define GRADER_UPLOAD_H

#include <jansson.h>

#include "error.h"

/*
 * Writes the archive path. Each row of rows, of the book's view grade, with a "page" is one file,
 * folder/page on the disk, and its name follows the hand-in's "path" and "source":
 *
 *     Canvas   lastnamefirst_USER_SUBMISSION_report.html
 *     Moodle   Name_NUMBER_assignsubmission_file_/report.html
 *     others   the page's own name
 *
 * The same pages make the same bytes. False and e when a page cannot be read or the archive cannot
 * be written; nothing is there then.
 */
bool upload_write(const json_t *rows, const char *folder, const char *path, error *e)
    __attribute__((warn_unused_result));

#endif
