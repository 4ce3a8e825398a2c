/* What judges, in parts, is asked by who regrades; a student's tree regrades nobody. */
#include "assignment.h"

const judge_part assignment_judge_parts[] = {{NULL, NULL, NULL}};
