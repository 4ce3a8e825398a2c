/* Options that the programs share, by argp. */
#include "course_options.h"

#include <stdlib.h>

enum { OPTION_ROOT = 2000, OPTION_BUILD };

static const struct argp_option option_list[] = {
    {"seed", 'S', "NUMBER", 0, "the seed of the hidden inputs (231)", 0},
    {"root", OPTION_ROOT, "DIR", 0, "the course's folder (.)", 0},
    {"build", OPTION_BUILD, "DIR", 0, "where the workers were built (build/workers)", 0},
    {0},
};

course_options course_options_default(unsigned assignment)
{
    return (course_options){.course = {.root = path_of("."),
                                       .build = path_of("build/workers"),
                                       .assignment = assignment},
                            .seed = 231};
}

unsigned long course_options_number(struct argp_state *state, const char *name, const char *text)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || number > UINT32_MAX)
        argp_failure(state, 2, 0, "%s=%s: should be a whole number from 0 to 4294967295", name,
                     text);
    return number;
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
    course_options *o = state->input;
    switch (key) {
    case 'S':
        o->seed = (uint32_t)course_options_number(state, "SEED", value);
        o->seed_given = true;
        return 0;
    case OPTION_ROOT:
        o->course.root = path_of("%s", value);
        return 0;
    case OPTION_BUILD:
        o->course.build = path_of("%s", value);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp parser = {option_list, parse_option, NULL, NULL, NULL, NULL, NULL};
const struct argp_child course_options_child[] = {{&parser, 0, NULL, 0}, {0}};
