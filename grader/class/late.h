/*
 * The rule by which late submissions lose points: a small file that the instructor writes. Without
 * one nobody does.
 */
#ifndef GRADER_LATE_H
#define GRADER_LATE_H

#include "book.h"

/*
 * Makes the rule in the file path count in b: a JSON object with percent_a_day, the percentage of
 * the points that each begun day costs (0 to 100), and, where wanted, grace_minutes that cost
 * nothing (0) and most_percent, which no lateness exceeds (100). Where percent_a_day is 0, nobody
 * loses points. False and e, which names the file and the key, when it is no such rule, or the book
 * cannot be written.
 */
bool late_rule_set(const book *b, const char *path, error *e) __attribute__((warn_unused_result));

#endif
