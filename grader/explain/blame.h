/*
 * Blame: which module a failed composite fails by.
 *
 * Where a case of a composite (the two-layer net) did not pass, it is tried again without the
 * student's parts: the reference's worker serves those. What passes then fails by the parts alone,
 * and keeps its points: they are lost where the parts are graded, not twice.
 */
#ifndef GRADER_BLAME_H
#define GRADER_BLAME_H

#include "grading.h"
#include "rubric.h"

/*
 * Tries the cases of the composites of the course c again that are among the first graded results
 * in cases, by the rubric r and with the programs of g and what build_submission left in workspace,
 * and changes those results that turn out better. s and builds say which modules there are. A
 * composite that cannot be built so is left as it is.
 */
void blame_parts(const course *c, const composite *composites, const rubric *r, const submission *s,
                 const module_build *builds, const char *workspace, grading *g, case_result *cases,
                 size_t graded);

#endif
