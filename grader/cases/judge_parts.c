/* The parts of what judges. */
#include "judge_parts.h"

#include <stdio.h>
#include <string.h>

const char *judge_part_hash(const judge_part *parts, const char *name)
{
    for (; parts->name != NULL; parts++)
        if (strcmp(parts->name, name) == 0)
            return parts->hash;
    return "";
}

void judge_join_questions(rubric *r, const composite *composites, const judge_part *parts)
{
    for (; composites->module != NULL; composites++)
        rubric_join(r, composites->module, composites->parts);
    for (; parts->name != NULL; parts++) {
        char other[64];
        int length;
        for (const char *at = parts->others; sscanf(at, "%63s%n", other, &length) == 1;
             at += length)
            rubric_join(r, parts->name, other);
    }
}
