/*
 * What an audience gets to see of a result. detail.json names for each audience, and for public and
 * hidden cases (or a case by its name), one of
 *
 *     full     everything
 *     actual   what came out and where: not what should have, nor what it was called with; nor, in
 *              a hidden case, any words of the program, which may be the inputs
 *     verdict  status, points, and the mistake by name
 *     nothing  only its points, in the sums
 */
#ifndef GRADER_AUDIENCE_H
#define GRADER_AUDIENCE_H

#include <jansson.h>

#include "error.h"

/*
 * A copy of result as the audience sees it by detail: each case has its message, composed of what
 * may be seen, and all words of the program stand in quotation lines (sentence.h). With NULL as
 * detail all is seen. NULL and e where detail does not know the audience.
 */
json_t *audience_view(const json_t *result, const json_t *detail, const char *audience, error *e)
    __attribute__((warn_unused_result));

#endif
