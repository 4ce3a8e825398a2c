/*
 * What a class has learned, as pages.
 */
#ifndef GRADER_CLASS_REPORT_H
#define GRADER_CLASS_REPORT_H

#include "book.h"
#include "course.h"

/*
 * Writes folder/class.html, the page about the class of book b in the course c: points, questions,
 * cases by difficulty and by how well they tell students apart, known mistakes and equal unknown
 * ones by how many made them. It names nobody, and counts under three are left out, unless names is
 * true. And for each student with a result folder/students/NAME-NUMBER.html, what students may see
 * of their own. False and e when a page cannot be made.
 */
bool class_report(const book *b, const course *c, const char *folder, bool names, error *e)
    __attribute__((warn_unused_result));

#endif
