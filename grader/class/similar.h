/*
 * Which hand-ins of a class are more alike than the class is: somebody should have a look. It is
 * never part of a score.
 */
#ifndef GRADER_SIMILAR_H
#define GRADER_SIMILAR_H

#include "book.h"
#include "course.h"

/* What came of a comparison. */
typedef struct similar_sums {
    size_t pairs;  /* that stand out */
    size_t unread; /* hand-ins that could not be read: they are compared with nothing */
} similar_sums;

/*
 * Compares the modules of all submissions of b that count, by sim_c, which sees neither layout nor
 * names nor comments; lines of the stub are taken out before. How alike two hand-ins are is the
 * mean over their modules, by length, of the smaller share of one that is found in the other. Pairs
 * beyond 50 %, and beyond the class's third quartile by three interquartile ranges (Tukey,
 * Exploratory Data Analysis, 1977, section 2D), stand out. They are written, most alike first, with
 * their texts side by side, as a page to the file path; *sums receives the counts. grader is the
 * program that grades one submission of c; it reads the hand-ins. False and e when there is no
 * sim_c, no hand-in can be read, or the page cannot be written.
 */
bool similar_report(const book *b, const course *c, const char *grader, const char *path,
                    similar_sums *sums, error *e) __attribute__((warn_unused_result));

#endif
