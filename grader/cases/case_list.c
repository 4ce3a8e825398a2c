/* All cases that are linked in, and the names of what becomes of them. */
#include <string.h>

#include "attempt.h"
#include "case_result.h"

static case_definition *first_case;

/* Keeps the list ordered by name, so that the order of linking does not matter. */
void case_register(case_definition *added)
{
    case_definition **place = &first_case;
    while (*place != NULL && strcmp((*place)->name, added->name) < 0)
        place = &(*place)->next;
    added->next = *place;
    *place = added;
}

const case_definition *case_first(void)
{
    return first_case;
}

const char *case_state_name(case_state state)
{
    static const char *const names[] = {
        [CASE_PASSED] = "passed",
        [CASE_PARTIAL] = "partial",
        [CASE_FAILED] = "failed",
        [CASE_SKIPPED] = "skipped",
        [CASE_NOT_IMPLEMENTED] = "not implemented",
        [CASE_DOES_NOT_BUILD] = "does not build",
        [CASE_NOT_GRADED] = "not graded",
    };
    return names[state];
}
