/*
 * Gradescope's export of submissions: folders submission_NUMBER beside a YAML file that says whose
 * they are.
 */
#ifndef GRADER_GRADESCOPE_EXPORT_H
#define GRADER_GRADESCOPE_EXPORT_H

#include "hand_in.h"

#define GRADESCOPE_METADATA "submission_metadata.yml"

/*
 * Gives those of all that folder's submission_metadata.yml describes their students' names,
 * addresses and times; of a group, its first member's. True where there is no such file. False and
 * e when it cannot be read.
 */
bool gradescope_describe(const char *folder, hand_in_list *all, error *e)
    __attribute__((warn_unused_result));

#endif
